# A rolling upgrade: an nginx with the first edition of the module and one with
# this stand beside each other, with one Redis and readers whose cookies both
# see.  Neither opens what the other has closed, and nothing is lost or counted
# twice.  TEST_FIRST_MODULE is the first edition's, which scripts/matrix builds.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

plan(skip_all => 'no TEST_FIRST_MODULE: scripts/matrix --only */first')
    unless -e ($ENV{TEST_FIRST_MODULE} // '');

my $new = Patron::Harness->new;
my $redis = $new->redis;
my $old = Patron::Harness->new;
$old->{module} = $ENV{TEST_FIRST_MODULE};
$old->{redis} = $redis;

# A browser sends its cookies to the name, whichever port answers.

my %edition = (old => $old, new => $new);

for my $name (sort keys %edition) {
    my $t = $edition{$name};

    $t->file('wall.html', '<aside class="wall">wall</aside>');
    $t->file("html/$_.html", article()) for 'a' .. 'h';
    $t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:2m ttl=60s;
    patron_key k1 %%DIR%%/k1.key;
    patron_key k2 %%DIR%%/k2.key;
EOC
        patron on;
        patron_gift limit=3;
        add_header X-Reader "$patron_state $patron_tier $patron_left";

        location / {
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
        }
        location /gold/ {
            alias %%DIR%%/html/;
            patron_access gold;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
        }
        location /metered/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_meter limit=3 period=month;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
        }
        location /cookie/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_meter limit=3 period=month store=cookie;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
        }
        location /devices/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
            patron_devices limit=2 window=30d;
        }
        location /asked/ {
            alias %%DIR%%/html/;
            patron_banner top append body campaign=top;
        }
        location = /gift { patron_gift_handler; }
        location = /activate { patron_activate_handler; }
        location = /dismiss { patron_dismiss_handler; }
        location = /signout { patron_signout_handler; }
EOC
}

sub on {
    my ($name, $reader, $path, %o) = @_;

    local $reader->{t} = $edition{$name};

    return $reader->get($path, %o);
}

sub post_on {
    my ($name, $reader, $path, $body) = @_;

    local $reader->{t} = $edition{$name};

    return $reader->request('POST', $path, body => $body, headers => [
        Origin => 'http://localhost',
        'Content-Type' => 'application/x-www-form-urlencoded' ]);
}

sub reader { Patron::Reader->new($new, @_) }
sub member { reader(token => token(sub => $_[0])) }
sub open_page { $_[0]->status == 200 && $_[0]->body !~ /class="wall"/ }
sub other { $_[0] eq 'old' ? 'new' : 'old' }

# Members: what one writes down by hand is true on both at once.

$redis->member('ada', tier => 'gold');
my $ada = member('ada');

ok(wait_for(sub { open_page(on($_, $ada, '/gold/a.html')) }),
    "$_: a member reads") for qw(old new);

for my $change ([status => 'revoked'], [status => 'paused'], [tier => 'silver'],
    [until => time() - 10], [not_before => time() + 100])
{
    my ($field, $value) = @$change;

    $redis->cmd('HSET', 'patron:member:ada', $field, $value);
    for (qw(old new)) {
        ok(wait_for(sub { !open_page(on($_, $ada, '/gold/a.html')) }, 2),
            "$_: $field $value closes");
    }
    $redis->cmd('DEL', 'patron:member:ada');
    $redis->member('ada', tier => 'gold');
    for (qw(old new)) {
        ok(wait_for(sub { open_page(on($_, $ada, '/gold/a.html')) }, 2),
            "$_: open again");
    }
}

# What only this edition knows opens nothing on the first.

$redis->cmd('HSET', 'patron:member:sue', status => 'supporter', gave_until =>
    time() + 1000);
$redis->cmd('HSET', 'patron:member:gil', status => 'active', tier => 'gold',
    until => time() - 10, 'sub.stripe.s1' => 'active,gold,' . (time() - 10));
for my $name (qw(old new)) {
    ok(!open_page(on($name, member($_), '/a.html')), "$name: $_ does not read")
        for qw(sue gil);
}

# The meter: three articles, wherever they are read.

for my $kind (qw(metered cookie)) {
    for my $first (qw(old new)) {
        my $guest = reader();
        my @pages = map { [ $_->[0] eq 'x' ? $first : other($first), $_->[1] ] }
            [x => 'a'], [y => 'a'], [y => 'b'], [x => 'b'], [x => 'c'],
            [y => 'c'];

        ok(open_page(on($_->[0], $guest, "/$kind/$_->[1].html")),
            "$kind, $first first: $_->[1] on $_->[0]") for @pages;
        ok(!open_page(on($_, $guest, "/$kind/d.html")),
            "$kind, $first first: no fourth on $_") for qw(old new);
        ok(open_page(on($_, $guest, "/$kind/b.html")),
            "$kind, $first first: again on $_") for qw(old new);
    }
}

# A member counts by name.

$redis->member('max', status => 'paused');
my $max = member('max');
ok(open_page(on(@$_)), "by name: $_->[2] on $_->[0]")
    for ['old', $max, '/metered/a.html'], ['new', $max, '/metered/b.html'],
        ['old', $max, '/metered/c.html'];
ok(!open_page(on($_, $max, '/metered/d.html')), "by name: no fourth on $_")
    for qw(old new);

# Devices

$redis->member("dev$_") for qw(old new);

for my $first (qw(old new)) {
    my ($one, $two, $three) = map { member("dev$first") } 1 .. 3;

    ok(open_page(on($first, $one, '/devices/a.html')), "$first: a device");
    ok(open_page(on(other($first), $one, '/devices/a.html')),
        'the same one on the other');
    ok(open_page(on(other($first), $two, '/devices/a.html')), 'the second');
    ok(open_page(on($first, $one, '/devices/a.html')), 'the first is there');
    ok(open_page(on($first, $three, '/devices/a.html')), 'the third');
    is(scalar(grep { open_page(on($_->[0], $_->[1], '/devices/b.html')) }
        [$first, $two], [other($first), $two]), 0, 'and no longer the second');
    is($redis->cmd('ZCOUNT', "patron:devices:dev$first", 0, '+inf'), 2,
        'two are known');
}

# Gifts: those of each open on both, and their number is one.

my $giver = member('ada');

for my $name (qw(old new)) {
    my ($link) = post_on($name, $giver, '/gift', 'path=/a.html')->body
        =~ /"url":"[^"]*?(\/a\.html\?gift=[^"]+)"/;
    ok($link, "$name: a gift");

    ok(open_page(on($_, reader(), $link)), "$name: is open on $_")
        for qw(old new);
    ok(!open_page(on($_, reader(), $link =~ s/a\.html/b.html/r)),
        "$name: and opens nothing else on $_") for qw(old new);
}

is(post_on('old', $giver, '/gift', 'path=/a.html')->status, 201, 'the third gift');
is(post_on($_, $giver, '/gift', 'path=/a.html')->status, 429,
    "no fourth on $_") for qw(old new);

# A silver patron's link opens nothing gold.

$redis->member('sil', tier => 'silver');
for my $name (qw(old new)) {
    my ($link) = post_on($name, member('sil'), '/gift', 'path=/gold/a.html')->body
        =~ /"url":"[^"]*?(\/gold\/a\.html\?gift=[^"]+)"/;
    ok(!open_page(on('new', reader(), $link)),
        "a silver patron's gift of gold from $name stays closed on new");
}

# Activations: a link is good once, and its session on both.

my $n = 0;

for my $first (qw(old new)) {
    my $reader = reader();
    my $body = 'to=/a.html&token=' . token(aud => 'patron:activate',
        sub => 'ada', jti => 'j' . ++$n, exp => time() + 600);

    is(post_on($first, $reader, '/activate', $body)->status, 303,
        "$first: activated");
    ok(open_page(on($_, $reader, '/a.html')), "$first: reads on $_")
        for qw(old new);
    is(post_on($_, reader(), '/activate', $body)->status, 410,
        "$first: used up on $_") for qw(old new);
    post_on(other($first), $reader, '/signout', '');
    ok(!open_page(on($_, $reader, '/a.html')), "$first: signed out on $_")
        for qw(old new);
}

# Campaigns: caps and dismissals hold on both, and each page is counted once.

$redis->cmd('HSET', 'patron:campaign:top:one', html => '<b>ASKED</b>',
    cap => '2/7d');
$redis->cmd('SADD', 'patron:campaigns', 'top:one');
ok(wait_for(sub { on($_, reader(), '/asked/a.html')->body =~ /ASKED/ }),
    "$_: the campaign is there") for qw(old new);

for my $first (qw(old new)) {
    my $guest = reader();

    is(join(' ', map { on($_, $guest, '/asked/a.html')->body =~ /ASKED/ ? 1 : 0 }
        $first, other($first), $first, other($first)), '1 1 0 0',
        "$first first: shown twice in all");

    my $tired = reader();
    on($first, $tired, '/asked/a.html');
    post_on($first, $tired, '/dismiss', 'name=top:one');
    ok(on($_, $tired, '/asked/a.html')->body !~ /ASKED/,
        "dismissed on $first: not shown on $_") for qw(old new);
}

$redis->cmd('SREM', 'patron:campaigns', 'top:one');
ok(wait_for(sub { on($_, reader(), '/asked/a.html')->body !~ /ASKED/ }),
    "$_: taken down") for qw(old new);

# Switches

$redis->cmd('HSET', 'patron:switches', walls => 'open');
ok(wait_for(sub { open_page(on($_, reader(), '/b.html')) }), "$_: walls open")
    for qw(old new);
$redis->cmd('DEL', 'patron:switches');
ok(wait_for(sub { !open_page(on($_, reader(), '/b.html')) }), "$_: closed")
    for qw(old new);

# Counters: what both count comes to one sum.

# Each writes once a second, so that a count is settled when both have.

sub settled {
    my $walls = -1;

    wait_for(sub {
        my %now = @{$redis->cmd('HGETALL',
            'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
        my $same = ($now{'walled.members'} // 0) == $walls;
        $walls = $now{'walled.members'} // 0;
        select(undef, undef, undef, 1.5) unless $same;
        return $same;
    });

    return $walls;
}

my $before = settled();

for (1 .. 20) {
    on($_, reader(), '/c.html') for qw(old new);
}

ok(wait_for(sub { settled() == $before + 40 }), 'forty walls are forty');

# What is still only in the zone of the one is not lost with it, either.

on('old', reader(), '/c.html') for 1 .. 5;
ok($old->quit, 'the first edition quits');
ok(wait_for(sub { settled() == $before + 45 }), 'and leaves what it counted');

is(join("\n", $old->bad_lines), '', 'its log is clean');
delete $old->{redis};
$old->{finished} = 1;
$new->finish;
