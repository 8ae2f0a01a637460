# Connections that have died without a word, while nobody asks for a page: Redis
# is asked for a sign of life, and what may have changed unheard is asked anew.
# And a server that takes no more clients.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Proxy;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $proxy = Patron::Proxy->start($t, 'proxy', $redis);
my $url = $proxy->url;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m ttl=1s;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis $url timeout=100ms;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";

    location = /status {
        patron off;
        patron_status_handler format=json;
    }
EOC

sub state_of {
    return $t->get('/page.html', token => token(sub => 'ann'))
        ->header('X-State');
}

sub status {
    return JSON::PP::decode_json($t->get('/status')->body);
}

sub known {
    return wait_for(sub {
        return status()->{redis}{listening}
            && state_of() eq 'patron,gold,zone';
    });
}

ok(known(), 'a member is known');

# Both ends believe in the connection, nothing passes.

$proxy->mode('hole');
$redis->cmd(qw(HSET patron:member:ann tier silver));

ok(wait_for(sub { !status()->{redis}{listening} }),
    'a listener that hears nothing knows it');

$proxy->mode('pass');
ok(wait_for(sub { status()->{redis}{listening} }), 'it listens again');

# The connection for questions may come back later than the one that listens:
# until then members stay what they were.  One who is trusted is never asked for.

ok(wait_for(sub { state_of() eq 'patron,silver,redis' }),
    'what it has missed is asked for');

# The other connection: nobody asks anything.

$redis->member('ann', tier => 'gold');
ok(known(), 'known again');
my $lost = status()->{counters}{patron_redis_disconnects_total};
$proxy->mode('hole');
ok(wait_for(sub {
    return status()->{counters}{patron_redis_disconnects_total} >= $lost + 2;
}), 'both connections are given up, unasked');
is(state_of() =~ s/zone|stale/zone/r, 'patron,gold,zone', 'known meanwhile');
$proxy->mode('pass');
ok(known(), 'and back');

# No more clients: who is let in is told so, and put out.

my ($most) = @{$redis->cmd(qw(CONFIG GET maxclients))}[1];

$redis->cmd(qw(CONFIG SET maxclients 1));
$redis->cmd(qw(CLIENT KILL TYPE pubsub));
$redis->cmd(qw(CLIENT KILL TYPE normal SKIPME yes));

ok(wait_for(sub { !status()->{redis}{listening} }), 'put out');
is(state_of() =~ s/zone|stale/zone/r, 'patron,gold,zone', 'known');
is($t->get('/page.html', token => token(sub => 'ben'))->header('X-State'),
    'patron,,fallback', 'another one is not');
ok($t->wait_log(qr/is away: (it closed the connection|.*clients)/),
    'the log says why');

$redis->cmd(qw(CONFIG SET maxclients), $most);
ok(known(), 'and back');

$t->finish;
