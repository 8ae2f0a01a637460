# A Redis that answers anything at all, or tells of changes at any moment:
# nginx stays up, every page is on time, no wall opens, and when Redis is well
# again all is as before.
#
# TEST_SEED=N replays a run, TEST_STORM=SECONDS makes it longer.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER);
use Test::More;
use Time::HiRes qw(time sleep);

use lib 't/lib';
use Patron::Harness;
use Patron::Storm;

my $t = Patron::Harness->new;
my $redis = $t->redis;

seed();

$t->{workers} = 2;

my $secret = article() =~ s{(<p>Trains.*)</article>}{
    '<p>SECRET</p>' x 20 . '</article>'}esr;

$t->file("html/$_/page.html", $secret) for qw(members gold);
$t->file("html/$_/page.html", article()) for qw(free metered);
$t->file('hook.key', "whsec_of-this-test-of-this-test-of-this\n", 0600);

my @words = qw(patron:member:m1 patron:member: patron:campaigns patron:switches
    patron:campaign:top:a status active revoked tier gold until 0 1 -1
    99999999999999999999 banners walls off html <b>x</b> <script> message
    subscribe __redis__:invalidate OK PONG master slave 127.0.0.1 6379 top:a
    top:b x);


# A value of RESP, well-formed or nearly.

sub value {
    my ($depth) = @_;

    my $how = int rand($depth ? 7 : 9);

    return '+' . one_of(@words) . "\r\n" if $how == 0;
    return ':' . one_of(0, 1, -1, 7, '9223372036854775808', 'x') . "\r\n"
        if $how == 1;
    return '-' . one_of('ERR x', 'NOSCRIPT x', 'WRONGTYPE x', 'LOADING x',
        'MOVED 1 127.0.0.1:1', 'ASK 1 x', 'READONLY x', 'NOAUTH x', 'BUSY x',
        'NOPERM x', '') . "\r\n" if $how == 2;
    return one_of("\$-1\r\n", "*-1\r\n", "\$0\r\n\r\n", "*0\r\n") if $how == 3;

    if ($how < 7) {
        my $word = chance(0.7) ? one_of(@words) : junk(400);
        return '$' . (length($word) + (chance(0.97) ? 0 : 5))
            . "\r\n$word\r\n";
    }

    my $n = int rand 7;
    return '*' . ($n + (chance(0.97) ? 0 : 1)) . "\r\n"
        . join '', map { value(($depth // 0) + (chance(0.7) ? 1 : 0)) } 1 .. $n;
}


# What nobody asked for: changes, of some keys or of all.

sub push_of {
    my $keys = chance(0.3) ? "*-1\r\n" : do {
        my $n = 1 + int rand 4;
        "*$n\r\n" . join '', map { "\$" . length($_) . "\r\n$_\r\n" }
            map { one_of(@words, 'patron:member:m' . int rand 40) } 1 .. $n;
    };

    return "*3\r\n\$7\r\nmessage\r\n\$20\r\n__redis__:invalidate\r\n$keys";
}


# What becomes of an answer: undef where the connection is to break.  A storm
# rages by turns: where every answer is bad, nothing is ever asked.

my ($heat, $changes) = (1, 0);

sub mangle {
    my ($data) = @_;

    ($heat, $changes) = (one_of(0.01, 0.01, 0.05, 0.3), time() + 0.5)
        if time() > $changes;

    return $data if !chance($heat);

    my $how = int rand 10;

    return damage($data, @words, "\r\n", '*', '$', ':') if $how < 2;
    return value() if $how < 4;
    return push_of() . $data if $how == 4;
    return $data . push_of() if $how == 5;
    return $data . one_of($data, value()) if $how == 6;
    return substr $data, 0, rand length $data if $how == 7;
    return $how == 8 ? '' : undef;
}


# Stands between nginx and Redis; while the file "storm" is there it mangles
# what Redis says.

sub between {
    my ($port) = @_;

    my $listen = IO::Socket::INET->new(Listen => 64, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => $port) or die "port $port: $!\n";
    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;

    setpgrp(0, 0);
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    srand(seed());

    my $select = IO::Select->new($listen);
    my (%peer, %client, %later);
    my $storm = $t->dir . '/storm';

    my $drop = sub {
        for my $s (grep { $_ } $_[0], delete $peer{$_[0]}) {
            delete $peer{$s};
            delete $later{$s};
            $select->remove($s);
            close $s;
        }
    };

    while (1) {
        my @ready = $select->can_read(0.01);
        my $mangling = -e $storm;

        # what is left of a reply that came in parts, and news at any moment

        for my $c (grep { $client{$_} } values %peer) {
            syswrite($c, delete $later{$c}) if defined $later{$c};
            syswrite($c, push_of()) if $mangling && chance($heat / 10);
        }

        for my $s (@ready) {
            if ($s == $listen) {
                my $c = $listen->accept or next;
                my $r = IO::Socket::UNIX->new(Peer => $redis->{socket});
                if (!$r || ($mangling && chance($heat / 2))) {
                    close $c;
                    next;
                }
                setsockopt($c, IPPROTO_TCP, TCP_NODELAY, 1);
                @peer{$c, $r} = ($r, $c);
                $client{$c} = 1;
                $select->add($c, $r);
                next;
            }

            my $to = $peer{$s} or next;

            my $data;

            if (!sysread($s, $data, 65536)) {
                $drop->($s);
                next;
            }

            if ($mangling && !$client{$s}) {
                $data = mangle($data);

                if (!defined $data) {
                    setsockopt($to, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0))
                        if chance(0.5);
                    $drop->($s);
                    next;
                }

                if (chance($heat) && length $data > 1) {
                    my $part = 1 + int rand(length($data) - 1);
                    $later{$to} = ($later{$to} // '') . substr $data, $part,
                        length $data, '';
                }
            }

            if (!$client{$s} && defined $later{$to} && !$mangling) {
                $data = delete($later{$to}) . $data;
            }

            syswrite($to, $data) if length $data;
        }
    }
}


my $port = $t->port('proxy');
my $proxy = between($port);
END { kill('KILL', $proxy) if $proxy }

$redis->member("m$_", tier => 'gold') for 1 .. 20;
$redis->member("r$_", status => 'revoked') for 1 .. 20;
$redis->cmd('HSET', 'patron:campaign:top:a', html => '<i>top</i>',
    url => 'https://pay.example/', cap => '3/7d');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://127.0.0.1:%%PORT_proxy%% timeout=100ms
                 connect_timeout=300ms;
    patron_zone z:1m ttl=1s negative=1s;
EOC
        patron on;
        patron_wall article keep=1 'html=<i class="wall">wall</i>';
        patron_banner ask before '#story' 'html=<i>ask</i>';
        patron_banner top after '#story' campaign=top;
        patron_devices limit=1000 window=1d;
        add_header X-State $patron_state,$patron_source;

        location / { }
        location /members/ { patron_access members; patron_gift; }
        location /gold/ { patron_access gold; }
        location /metered/ { patron_access metered;
                             patron_meter limit=2 period=1h; }
        location = /activate { patron_activate_handler; }
        location = /dismiss { patron_dismiss_handler; }
        location = /click { patron_click_handler; }
        location = /gift { patron_gift_handler; patron_gift limit=1000; }
        location = /status { patron_status_handler format=json; }
EOC

my @workers = $t->workers;
my $form = 'application/x-www-form-urlencoded';
my @form = ('Content-Type' => $form, Origin => 'http://localhost');


# Every request is answered, with what it may be answered with.

sub turn {
    my ($number) = @_;

    my @token = chance(0.6) ? (token => token(sub => one_of('m', 'r', 'x')
        . (1 + int rand 40))) : ();
    my $path = one_of(qw(/free/page.html /members/page.html /gold/page.html
        /metered/page.html));
    my $start = time();
    my ($r, @may);

    if (chance(0.8)) {
        $r = $t->get($path, @token);
        @may = (200);

        die "$path: a guest reads: " . $r->head . $r->body . "\n"
            if $r->body =~ /SECRET/ && !@token;
        die "$path: neither a wall nor the whole: " . $r->head . "\n"
            if $path =~ /members|gold/ && $r->body !~ /class="wall"/
                && $r->body !~ /SECRET.*colophon/s;

    } elsif (chance(0.4)) {
        $r = $t->request('POST', '/gift', body => 'path=/members/page.html',
            headers => [@form], @token);
        @may = (201, 403, 429, 503);

    } elsif (chance(0.3)) {
        my $activation = token(sub => 'm1', aud => 'patron:activate',
            jti => "n$number", exp => int(time() + 600));
        $r = $t->request('POST', '/activate', headers => [@form],
            body => "token=$activation&to=/x");
        @may = (303, 400, 410, 503);

    } elsif (chance(0.5)) {
        $r = $t->request('POST', '/dismiss', headers => [@form],
            body => 'name=' . one_of('ask', 'top:a'));
        @may = (303, 404);

    } elsif (chance(0.5)) {
        $r = $t->get('/click?c=top:a');
        @may = (303, 404);

    } else {
        $r = $t->get('/status');
        @may = (200);
    }

    my $took = time() - $start;

    die "no answer\n" if !$r;
    die 'truncated: ' . $r->head . "\n" if $r->truncated;
    die 'status ' . $r->status . ": not one of @may\n"
        if !grep { $_ == $r->status } @may;
    die sprintf("late: %.3f s\n", $took) if $took > 5;
}


$t->file('storm', '');
storm($t, 3, \&turn);
unlink $t->dir . '/storm';

is_deeply([$t->workers], \@workers, 'the same workers');

my $status = $t->get('/status')->body;
my ($connects) = $status =~ /redis_connects_total":(\d+)/;
my ($lookups) = $status =~ /redis_lookups_total":(\d+)/;

cmp_ok($lookups, '>', 10, "$connects connections, $lookups lookups");

# After the storm: members, campaigns, switches and counters are heard of.

my $n = 0;

ok(wait_for(sub {
    my $state = $t->get('/free/page.html', token => token(sub => 'new' . $n++))
        ->header('X-State');
    $state eq 'lapsed,redis';
}), 'Redis is asked again');

ok(wait_for(sub {
    $t->get('/gold/page.html', token => token(sub => 'm1'))->body =~ /SECRET/;
}), 'a patron is one');

ok(wait_for(sub {
    $t->get('/gold/page.html', token => token(sub => 'r1'))->body !~ /SECRET/;
}), 'whose membership was revoked is none');

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<i>after</i>');
ok(wait_for(sub { $t->get('/free/page.html')->body =~ /<i>after</ }),
    'a campaign changes');

$redis->cmd('HSET', 'patron:switches', 'banners', 'off');
ok(wait_for(sub { $t->get('/free/page.html')->body !~ /<i>/ }),
    'a switch is heard of');

# What was counted while Redis could not be asked is written too.

sub counted {
    my $sum = 0;
    $sum += $redis->cmd('HGET', $_, 'walled.tiers') // 0
        for @{$redis->cmd('KEYS', 'patron:stats:*')};
    return $sum;
}

ok(wait_for(sub { counted() > 0 }), 'counters are written');

$t->finish;
