# Redis slow or away: the page is on time, patron_fallback says what a verified
# token is worth, and the module recovers by itself.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=200ms;
    patron_banner ask append body 'html=[ask]';
    add_header X-State "$patron_state,$patron_source";

    location / {
    }
    location = /guest {
        try_files /page.html =404;
        patron_fallback guest;
    }
EOC

my $ann = token(sub => 'ann');
my $none = token(sub => 'nobody');

sub state_of {
    my ($uri, $token) = @_;
    my $r = $t->get($uri, token => $token);
    my $shown = $r->body =~ /\[ask\]/ ? 'banner' : 'none';
    return $r->header('X-State') . ",$shown";
}

is(state_of('/page.html', $ann), 'patron,redis,none', 'Redis is there');
is(state_of('/page.html', $none), 'lapsed,redis,banner', 'a member that lapsed');

$redis->freeze;

my $start = time();
is(state_of('/page.html', $ann), 'patron,fallback,none', 'frozen: trust');
my $took = time() - $start;
cmp_ok($took, '<', 2, sprintf 'on time (%.3f s)', $took);

is(state_of('/guest', $ann), 'guest,fallback,banner', 'frozen: guest');
is(state_of('/page.html', 'x'), 'invalid,token,banner',
    'what does not verify is worth nothing');
is($t->get('/page.html')->header('X-State'), 'guest,none',
    'a guest does not wait');

$redis->thaw;

ok(wait_for(sub { state_of('/page.html', $none) =~ /^lapsed,redis/ }),
    'it recovers');

$redis->down;

$start = time();
is(state_of('/page.html', $ann), 'patron,fallback,none', 'gone: trust');
is(state_of('/page.html', $none), 'patron,fallback,none',
    'gone: a signature is a signature');
is(state_of('/guest', $ann), 'guest,fallback,banner', 'gone: guest');
cmp_ok(time() - $start, '<', 3, 'on time');

$redis->up;
$redis->member('ann', tier => 'gold');

ok(wait_for(sub { state_of('/page.html', $none) =~ /^lapsed,redis/ }),
    'it recovers from that');
is(state_of('/guest', $ann), 'patron,redis,none', 'for everyone');

$t->finish;
