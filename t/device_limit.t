# A membership on so many devices: the oldest gives way.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file('html/a.html', article());
$t->file('html/a.css', 'p { }');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=200ms;
    patron_zone patron:1m;
    patron_token $cookie_patron $http_authorization;
EOC
        patron on;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        add_header X-State "$patron_state/$patron_reason";

        location / {
            patron_devices limit=2 window=30d;
        }

        location /short/ {
            alias %%DIR%%/html/;
            patron_devices limit=1 window=1s;
        }

        location /new/ {
            alias %%DIR%%/html/;
            patron_devices limit=2 window=1d new=3/1h;
        }

        location /rate/ {
            alias %%DIR%%/html/;
            patron_devices limit=5 window=1d new=1/1s;
        }

        location /any/ {
            alias %%DIR%%/html/;
        }

        location /dry/ {
            alias %%DIR%%/html/;
            patron_devices limit=1 window=1d;
            patron_dry_run on;
        }

        location /free/ {
            alias %%DIR%%/html/;
            patron_access free;
            patron_devices limit=2 window=30d;
        }
EOC

$redis->member($_) for qw(paula quentin rose sofia thea ulla);

sub device { Patron::Reader->new($t, token => token(sub => $_[0])) }
sub open_page { $_[0]->status == 200 && $_[0]->body =~ /third paragraph/ }

my ($one, $two, $three) = map { device('paula') } 1 .. 3;

my $r = $one->get('/a.html');
ok(open_page($r), 'the first device');
like($r->header('Set-Cookie'),
    qr/^patron_device=v1\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; SameSite=Lax; HttpOnly$/,
    'gets its cookie');
like($r->header('Cache-Control'), qr/private, no-store/, 'private');

$r = $one->get('/a.html');
ok(open_page($r), 'comes back');
ok(!$r->has('Set-Cookie'), 'with it');
ok(open_page($two->get('/a.html')), 'the second');
is($redis->cmd('ZCARD', 'patron:devices:paula'), 2, 'two');
cmp_ok($redis->cmd('TTL', 'patron:devices:paula'), '<=', 30 * 86400,
    'for the window');

ok(open_page($one->get('/a.html')), 'the first is seen again');
ok(open_page($three->get('/a.html')), 'the third');

$r = $two->get('/a.html');
ok(!open_page($r), 'the one seen longest ago gave way');
is($r->header('X-State'), 'guest/devices', 'and is told why');
ok(open_page($one->get('/a.html')), 'the first stays');
ok(open_page($three->get('/a.html')), 'and so does the third');
ok(!open_page($two->get('/a.html')), 'it does not push another out');
is($redis->cmd('ZCOUNT', 'patron:devices:paula', 0, '+inf'), 2, 'still two');

ok(open_page(device('quentin')->get('/a.html')), 'another member');

# Not where there is no limit, and not for who is no patron.

ok(open_page($two->get('/any/a.html')), 'no limit, no devices');
is($redis->cmd('EXISTS', 'patron:devices:sofia'), 0, 'none yet');
device('sofia')->get('/any/a.html');
is($redis->cmd('EXISTS', 'patron:devices:sofia'), 0, 'not counted');
$r = device('nobody')->get('/a.html');
ok(!$r->has('Set-Cookie'), 'no patron, no device');
is($redis->cmd('EXISTS', 'patron:devices:nobody'), 0, 'not counted');
$r = $t->get('/a.html', bearer => token(sub => 'sofia'));
ok(open_page($r), 'no cookies at all: no browser');
is($redis->cmd('EXISTS', 'patron:devices:sofia'), 0, 'no device');
$r = device('sofia')->get('/dry/a.html');
ok(!$r->has('Set-Cookie'), 'a dry run changes nothing');
is($redis->cmd('EXISTS', 'patron:devices:sofia'), 0, 'anywhere');

# Other responses carry the cookie too.

$r = device('sofia')->get('/free/a.css');
like($r->header('Set-Cookie'), qr/patron_device=/, 'a style sheet');
like($r->header('Cache-Control'), qr/private/, 'is then private');

# Forged

my $forged = device('paula');
$forged->{jar}{patron_device} = $one->{jar}{patron_device};
$forged->{jar}{patron_device} =~ s/^v1\.(.)/'v1.' . ($1 eq 'A' ? 'B' : 'A')/e;
like($forged->get('/a.html')->header('Set-Cookie'), qr/patron_device=/,
    'a forged device is a new one');

# The window passes.

my @short = map { device('rose') } 1 .. 2;
ok(open_page($_->get('/short/a.html')), 'a device') for @short;
ok(wait_for(sub { open_page($short[0]->get('/short/a.html')) }),
    'let in again when there is room');

# A member who throws the cookie away over and over leaves few traces.

device('sofia')->get('/a.html') for 1 .. 80;
cmp_ok($redis->cmd('ZCARD', 'patron:devices:sofia'), '<=', 66, 'bounded');

# New ones are limited by themselves: the owner is not locked out for good.

my $owner = device('thea');
ok(open_page($owner->get('/new/a.html')), 'the owner');
ok(open_page(device('thea')->get('/new/a.html')), "a new device, $_")
    for 2, 3;
ok(!open_page($owner->get('/new/a.html')), 'the owner gave way');
my $known = device('ulla');
$known->get('/new/a.html');
ok(open_page(device('ulla')->get('/new/a.html')), 'another one');
ok(open_page($known->get('/new/a.html')), 'the owner was here since');
ok(open_page(device('ulla')->get('/new/a.html')), 'the third in an hour');

for (1 .. 3) {
    $r = device('ulla')->get('/new/a.html');
    ok(!open_page($r), 'the next is refused');
    is($r->header('X-State'), 'guest/devices', 'and is told why');
    ok(open_page($known->get('/new/a.html')), 'the owner goes on');
}

is($redis->cmd('ZCOUNT', 'patron:devices:ulla', 0, '+inf'), 2, 'two are in');
device('quentin')->get('/rate/a.html') for 1, 2;
ok(wait_for(sub { open_page(device('quentin')->get('/rate/a.html')) }),
    'a new one, when the time has passed');

# Redis away: all pass.

$redis->freeze;
ok(open_page($two->get('/a.html')), 'Redis is silent: all devices pass');
$redis->thaw;

$redis->down;
ok(wait_for(sub { open_page($two->get('/a.html')) }), 'Redis is gone');
$redis->up;

$t->refused("patron_devices $_->[0]", $_->[1],
    http => "patron_devices $_->[0];")
    for [ 'limit=2', qr/"limit=" and "window=" must be given/ ],
        [ 'limit=0 window=1d', qr/invalid parameter "limit=0"/ ],
        [ 'limit=1 window=x', qr/invalid parameter "window=x"/ ],
        [ 'limit=1 window=1d new=1', qr/invalid parameter "new=1"/ ],
        [ 'limit=1 window=1d new=0/1d', qr/invalid parameter "new=0\/1d"/ ],
        [ 'limit=1 window=1d new=1/x', qr/invalid parameter "new=1\/x"/ ],
        [ 'nonsense', qr/invalid parameter "nonsense"/ ];
$t->refused('no Redis', qr/"patron_devices".*needs "patron_redis"/,
    http => 'patron_key k1 %%DIR%%/k1.key;',
    server => 'patron on; patron_devices limit=1 window=1d;');

$t->finish;
