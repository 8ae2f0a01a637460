package Soak::Readers;

# A process of readers of every kind, one after the other: each page is looked
# at as it comes, and what was seen is added up by the names of the counters.
#
# What the switches and the memberships of the "flip" members are is known only
# between the events: "calm" says that nothing was going on, before and after.

use strict;
use warnings;

use JSON::PP ();
use Time::HiRes qw(time sleep);

use Patron::Client;
use Patron::Harness;
use Patron::Token;

our $PAGES = 60;
our $LIMIT = 3;

# How often each kind comes.

my %KINDS = (
    guest => 24, patron => 14, flip => 8, expired => 6, walled => 10,
    metered => 6, meter => 14, gift => 3, dismiss => 5, click => 5,
    capped => 2, heads => 4, conditional => 5, bot => 2, prefetch => 2, leaves => 8,
    grant => 2, revoked => 3,
);

my @KINDS = map { ($_) x $KINDS{$_} } sort keys %KINDS;


# Options: t, seed, until (when it ends), rate (requests a second), name (of
# its file).

sub new {
    my ($class, %o) = @_;

    return bless { %o, seen => {}, failed => [], requests => 0, failures => 0,
        worst => 0, jars => [], kinds => {}, tokens => {} }, $class;
}


sub run {
    my ($self) = @_;

    srand($self->{seed});

    my $started = time();
    my $told = 0;

    while (time() < $self->{until}) {
        my $kind = $KINDS[rand @KINDS];
        $self->{kinds}{$kind}++;
        $self->{kind} = $kind;

        if (!eval { $self->$kind; 1 }) {
            $self->failed("$@");
        }

        if (time() - $told > 1) {
            $self->tell;
            $told = time();
        }

        my $ahead = $self->{requests} / $self->{rate} - (time() - $started);
        sleep($ahead < 1 ? $ahead : 1) if $ahead > 0;
    }

    $self->{done} = 1;
    $self->tell;
}


sub tell {
    my ($self) = @_;

    $self->{t}->file($self->{name}, JSON::PP->new->encode({
        map { $_ => $self->{$_} }
            qw(seen failed requests failures worst kinds done) }));
}


sub failed {
    my ($self, $what) = @_;

    $self->{failures}++;
    push @{$self->{failed}}, sprintf('%.3f %s: %s', time(), $self->{kind},
        $what) if @{$self->{failed}} < 10;
}


sub check {
    my ($self, $ok, $what) = @_;

    $self->failed($what) if !$ok;

    return $ok;
}


sub saw {
    my ($self, $what) = @_;

    $self->{seen}{$what}++;
}


# What is going on: a line that changes with every event.

sub state {
    my ($self) = @_;

    return $self->{t}->slurp('state');
}


# One request, over a connection that is kept every other time.  Where nginx
# closed one that was idle, it is asked again, as browsers do.

sub ask {
    my ($self, $method, $path, %o) = @_;

    my $jar = $o{jar};
    my @headers = @{$o{headers} // []};

    if ($jar && %$jar) {
        push @headers, Cookie => join '; ',
            map { "$_=$jar->{$_}" } sort keys %$jar;
    }

    my $keep = rand() < 0.5;
    my $kept = $keep && $self->{conn};
    my $start = time();

    $self->{before} = $self->state;
    $self->{requests}++;

    my $r;

    for my $try ($kept ? (1, 2) : 2) {
        my $c = $try == 1 ? $self->{conn} : $self->{t}->client;
        $self->{conn} = undef;

        $c->send_request($method, $path, %o, close => !$keep,
            headers => \@headers);
        $r = eval { $c->response(head => $method eq 'HEAD') };

        last if !$r && ($try == 2 || $c->{buffer} ne '' || $@ =~ /no answer/);
        next if !$r;

        $self->{conn} = $c
            if $keep && lc $r->header('Connection') ne 'close';
        last;
    }

    my $took = time() - $start;
    $self->{worst} = $took if $took > $self->{worst};

    die "no answer: $method $path: $@\n" if !$r;
    die "truncated: $method $path\n" if $r->truncated;

    $self->{calm} = $self->{before} =~ /calm/
        && $self->state eq $self->{before};

    if ($jar) {
        for my $field (grep { lc $_->[0] eq 'set-cookie' } @{$r->{fields}}) {
            my ($name, $value) = $field->[1] =~ /^([^=]+)=([^;]*)/;
            $jar->{$name} = $value;
        }
    }

    return $r;
}


# A page as it was got: what was put into it is counted and taken off, and the
# rest is the file, or the file with a wall.  Says what was decided, and which
# banners there were.

sub page {
    my ($self, $path, %o) = @_;

    my ($dir, $file) = $path =~ m{^/(\w+)/([^?]+)};
    my $r = $self->ask('GET', $path, gzip => rand() < 0.3, %o);

    $self->check($r->status == 200, "$path: status " . $r->status) or return;

    my %banner;
    my $text = $r->text;
    my $counts = !$o{quiet};

    $text =~ s{<aside data-b="([^"]+)">[^<]*</aside>}{
        $banner{$1}++;
        $self->saw("shown.$1") if $counts;
        '';
    }ge;

    my $decision = $r->header('X-Decision');
    my $level = $dir eq 'left' ? 'tiers' : $dir;
    my $wall = $text =~ /class="wall"/;

    $self->check($decision eq 'wall' ? $wall : !$wall,
        "$path: decision $decision, wall: " . ($wall ? 1 : 0));

    if ($wall) {
        $self->check($text !~ /SECRET/, "$path: the wall leaks");
        $self->saw("walled.$level") if $counts;

    } else {
        $self->check($text eq $self->{t}->slurp("html/$file"),
            "$path: differs ($decision)");
        $self->saw("metered.$level") if $counts && $decision eq 'meter';
        $self->saw("gifted.$level") if $counts && $decision eq 'gift';
    }

    return { decision => $decision, r => $r, %banner };
}


sub any { 'a' . (1 + int rand $PAGES) . '.html' }


sub member {
    my ($self, $sub, %claim) = @_;

    my $made = $self->{tokens}{$sub};

    # Signed anew now and then, as a CMS would.

    if (!$made || $made->{until} < time()) {
        $made = $self->{tokens}{$sub} = { until => time() + 600,
            token => token(sub => $sub, %claim) };
    }

    return $made->{token};
}


# Kinds of readers.

sub guest {
    my ($self) = @_;

    my $path = '/' . (qw(free free cms cached))[rand 4] . '/' . any();
    my $p = $self->page($path) or return;

    $self->check(!$p->{thanks}, "$path: thanked");
    $self->check($p->{ask} && $p->{'top:always'}, "$path: a banner is missing")
        if $self->{calm};
}


sub patron {
    my ($self) = @_;

    my $path = '/' . (qw(free cms cached members metered left))[rand 6] . '/'
        . any();
    my $sub = 'gold' . int rand 30;
    my $p = $self->page($path, token => $self->member($sub)) or return;

    $self->check(!$p->{ask} && !$p->{'top:always'} && !$p->{left},
        "$path: $sub is asked: " . $p->{r}->header('X-State'));
    $self->check($p->{decision} =~ /^(full|free|open)$/,
        "$path: $sub is walled: " . $p->{r}->header('X-State'));
    $self->check($p->{thanks} || $path =~ /left/, "$path: $sub is not thanked")
        if $self->{calm};
}


sub flip {
    my ($self) = @_;

    my $path = '/' . (qw(free members metered))[rand 3] . '/' . any();
    my $p = $self->page($path, token => $self->member('flip' . int rand 5));

    $self->check(!$p->{thanks} || !$p->{ask}, "$path: thanked and asked")
        if $p;
}


sub revoked {
    my ($self) = @_;

    my $path = '/members/' . any();
    my $p = $self->page($path, token => $self->member('revoked')) or return;

    $self->check(!$p->{thanks}, "$path: one whose membership was revoked");
    $self->check($p->{decision} eq 'wall', "$path: reads") if $self->{calm};
}


sub expired {
    my ($self) = @_;

    my $path = '/' . (qw(free members))[rand 2] . '/' . any();
    my $p = $self->page($path, token => token(sub => 'gold1',
        exp => int(time()) - 1000)) or return;

    $self->check(!$p->{thanks}, "$path: thanked");
    $self->check($p->{ask}, "$path: not asked") if $self->{calm};
    $self->check($p->{decision} eq 'wall', "$path: reads")
        if $self->{calm} && $path =~ /members/;
}


sub walled {
    my ($self) = @_;

    my $p = $self->page('/members/' . any()) or return;

    $self->check($p->{decision} eq 'wall', 'a guest reads') if $self->{calm};
}


# A metered article without cookies: always the first.

sub metered {
    my ($self) = @_;

    my $p = $self->page('/metered/' . any()) or return;

    $self->check($p->{decision} eq 'meter', 'the first is not free')
        if $self->{calm};
}


# A reader with cookies, without a token or with one of a member that lapsed:
# never more than the limit.

sub meter {
    my ($self) = @_;

    my $jars = $self->{jars};
    my $month = sprintf '%d-%d', (gmtime)[5, 4];

    if (@$jars < 20 || rand() < 0.05) {
        shift @$jars if @$jars >= 20;
        push @$jars, { jar => {}, read => {}, month => $month,
            who => rand() < 0.3 ? 'lapsed' . int rand 1e9 : undef };
    }

    my $reader = $jars->[rand @$jars];
    my $file = any();

    return if $reader->{month} ne $month;

    $reader->{jar}{patron} = $self->member($reader->{who}) if $reader->{who};

    my $p = $self->page("/metered/$file", jar => $reader->{jar}) or return;

    if ($p->{decision} eq 'meter') {
        $reader->{read}{$file} = 1;
        $self->check(keys %{$reader->{read}} <= $LIMIT,
            'more than the limit: ' . ($reader->{who} // 'anonymous') . ': '
            . join ' ', sort keys %{$reader->{read}});

    } elsif ($p->{decision} eq 'wall') {
        $self->check(!$reader->{read}{$file} || !$self->{calm},
            "$file was read before");
        $self->check(keys %{$reader->{read}} == $LIMIT,
            'walled too early: ' . ($reader->{who} // 'anonymous') . ': '
            . join ' ', sort keys %{$reader->{read}});

    } else {
        # with Redis away, and nothing known of the member, the token is good

        $self->check($p->{decision} =~ /^(open|full)$/ && !$self->{calm},
            "decision $p->{decision}");
    }
}


sub gift {
    my ($self) = @_;

    my $path = '/members/' . any();
    my $r = $self->ask('POST', '/gift', body => "path=$path",
        token => $self->member('gold' . int rand 30),
        headers => [ 'Content-Type' => 'application/x-www-form-urlencoded',
            Origin => 'http://localhost' ]);

    # With Redis away there are none.

    if ($r->status != 201) {
        $self->check(!$self->{calm} && $r->status == 503,
            'a gift: status ' . $r->status);
        return;
    }

    my ($token) = JSON::PP::decode_json($r->body)->{url} =~ /gift=(.*)/;

    for (0 .. rand 3) {
        my $p = $self->page("$path?gift=$token") or return;
        $self->check($p->{decision} eq 'gift', "decision $p->{decision}")
            if $self->{calm};
    }
}


sub dismiss {
    my ($self) = @_;

    my $jar = {};
    my $name = rand() < 0.5 ? 'ask' : 'top:always';

    my $r = $self->ask('POST', '/dismiss', body => "name=$name&to=/x",
        jar => $jar,
        headers => [ 'Content-Type' => 'application/x-www-form-urlencoded',
            Origin => 'http://localhost' ]);

    $self->check($r->status == 303, 'status ' . $r->status) or return;
    $self->saw("dismissed.$name");

    my $p = $self->page('/free/' . any(), jar => $jar) or return;
    $self->check(!$p->{$name}, "$name is still there");
}


sub click {
    my ($self) = @_;

    my $quiet = rand() < 0.3;
    my $r = $self->ask($quiet ? 'HEAD' : 'GET', '/click?c=top:always');

    $self->check($r->status == 303, 'status ' . $r->status) or return;
    $self->saw('clicked.top:always') if !$quiet;
}


sub capped {
    my ($self) = @_;

    my $jar = {};
    my $n = 0;
    my $calm = 1;

    for (1 .. 4) {
        my $p = $self->page('/capped/' . any(), jar => $jar) or return;
        $n++ if $p->{'few:two'};
        $calm &&= $self->{calm};
    }

    $self->check($n == 2 || !$calm && $n < 2, "shown $n times of 2");
}


sub heads {
    my ($self) = @_;

    my $path = '/' . (qw(free cms members metered))[rand 4] . '/' . any();
    my $r = $self->ask('HEAD', $path);

    $self->check($r->status == 200, "$path: status " . $r->status);
}


sub conditional {
    my ($self) = @_;

    my $path = '/' . (qw(free cms))[rand 2] . '/' . any();
    my $p = $self->page($path) or return;
    my $etag = $p->{r}->header('ETag');

    $self->check($etag ne '', "$path: no ETag") or return;

    my $r = $self->ask('GET', $path, headers => [ 'If-None-Match' => $etag ]);

    return if $r->status == 304;

    # The banners are others by now.

    $self->check($r->status == 200, "$path: status " . $r->status);

    my $text = $r->text;
    $self->saw("shown.$1")
        while $text =~ m{<aside data-b="([^"]+)">[^<]*</aside>}g;
}


sub bot {
    my ($self) = @_;

    my $path = '/' . (qw(free members metered))[rand 3] . '/' . any();

    $self->page($path, quiet => 1, headers =>
        [ 'User-Agent' => 'Mozilla/5.0 (compatible; Readerbot/1.0)' ]);
}


# A browser that looks ahead: what a visit would be counted for, it is refused.

sub prefetch {
    my ($self) = @_;

    my @ahead = ('Sec-Purpose' => 'prefetch');

    return $self->page('/' . (qw(free members))[rand 2] . '/' . any(),
        quiet => 1, headers => \@ahead) if rand() < 0.6;

    my $r = $self->ask('GET', '/metered/' . any(), headers => \@ahead);

    $self->check($r->status == 503 && $r->body eq ''
        || !$self->{calm} && $r->status == 200,
        'a prefetch is counted: status ' . $r->status);
}


sub grant {
    my ($self) = @_;

    my $r = $self->ask('GET', '/cms/grant.html');

    $self->check($r->status == 200, 'status ' . $r->status) or return;
    $self->check(!$r->has('X-Patron-Grant'), 'the grant is told');

    my $granted = $r->header('Set-Cookie') =~ /^patron=/;
    $self->saw('granted.header') if $granted;
    $self->check($granted, 'nothing is granted');

    my $text = $r->text;
    $self->saw("shown.$1")
        while $text =~ m{<aside data-b="([^"]+)">[^<]*</aside>}g;
}


# Leaves in the middle of a page, politely or not.

sub leaves {
    my ($self) = @_;

    my $c = Patron::Client->new(port => $self->{t}->port, rcvbuf => 2048,
        timeout => 20);

    $self->{requests}++;
    $c->send_request('GET', '/left/' . any(), close => 1);

    if (rand() < 0.7) {
        $c->fill(1 + rand 4000) for 0 .. rand 3;
    }

    rand() < 0.5 ? $c->reset : $c->close;
}


1;
