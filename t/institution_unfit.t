# Institutions, crawlers and campaigns that do not fit the zone, or are more than
# can be: the status page says so first, and no longer when they do.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', '<html><body>text</body></html>');

for my $n (1 .. 40) {
    $redis->cmd('HSET', "patron:institution:i$n", 'addresses',
        join(' ', map { "10.$n.$_.1" } 0 .. 255));
}

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:256k;
    patron_redis %%REDIS%%;
EOC
        patron on;
        patron_institutions on;
        patron_crawlers on;
        patron_banner top append body campaign=top;
        location = /status { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

sub is_verdict {
    my ($state, $like, $name) = @_;
    my $got;
    ok(wait_for(sub {
        $got = decode_json($t->get('/status')->body)->{verdict};
        return $got->{state} eq $state && $got->{reason} =~ $like;
    }), $name) || diag(explain($got));
}

is_verdict('good', qr/Redis answers/, 'there is room');

$redis->cmd('SADD', 'patron:institutions', map { "i$_" } 1 .. 40);
is_verdict('degraded', qr/no room for the institutions, \d+ bytes/, 'and none');

$redis->cmd('SREM', 'patron:institutions', map { "i$_" } 2 .. 40);
is_verdict('good', qr/Redis answers/, 'and again');

for (['institutions', 4096], ['bots', 4096], ['campaigns', 256]) {
    my ($what, $most) = @$_;
    my $metric = qr/^patron_redis_refused\{what="$what"\}/m;

    $redis->cmd('SADD', "patron:$what", map { "n:$_" } 0 .. $most);
    is_verdict('degraded', qr/"patron:$what" is no set of at most $most names: /,
        "too many $what");
    like($t->get('/metrics')->body, qr/$metric 1$/m, 'is a metric');

    $redis->cmd('DEL', "patron:$what");
    is_verdict('good', qr/Redis answers/, 'fewer');
    like($t->get('/metrics')->body, qr/$metric 0$/m, 'and over');
}

$t->allow(qr/is no set of at most/);
$t->finish;
