# A Redis that takes no writes: the log and the status page say why, pages are
# served, and what was counted meanwhile is written once it does, each once.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', '<html><body>text</body></html>');

$t->{workers} = 2;
$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:1m;
    patron_redis %%REDIS%%;
EOC
        patron on;
        patron_banner ask append body html=ask;
        location = /status { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

my $pages = 0;

sub page { $pages++; $t->get('/page.html')->body }

sub written {
    my ($key) = @{$redis->cmd('KEYS', 'patron:stats:*')} or return 0;
    return $redis->cmd('HGET', $key, 'shown.ask') // 0;
}

sub is_verdict {
    my ($state, $like, $name) = @_;
    my $got;
    ok(wait_for(sub {
        $got = decode_json($t->get('/status')->body)->{verdict};
        return $got->{state} eq $state && $got->{reason} =~ $like;
    }), "$name: $state") || diag(explain($got));
}

sub refused {
    my ($on) = @_;
    like($t->get('/metrics')->body,
        qr/^patron_redis_refused\{what="writes"\} $on$/m, "which is $on");
}

for (['out of memory', [qw(CONFIG SET maxmemory 1)],
        [qw(CONFIG SET maxmemory 0)]],
    ['a read-only replica', [qw(REPLICAOF 127.0.0.1 1)],
        [qw(REPLICAOF NO ONE)]])
{
    my ($why, $begin, $end) = @$_;

    page();
    ok(wait_for(sub { written() == $pages }), 'it is written');
    is_verdict('good', qr/Redis answers/, 'before');

    $redis->cmd(@$begin);
    like(page(), qr/ask/, "$why: a page is served") for 1 .. 3;
    is_verdict('degraded', qr/takes no writes \(it is $why\)/, $why);
    refused(1);

    $redis->cmd(@$end);
    ok(wait_for(sub { written() >= $pages }), 'what waited is written');
    is(written(), $pages, 'once');
    is_verdict('good', qr/Redis answers/, 'and over');
    refused(0);
}

my @lines = $t->slurp('error.log') =~ /(counters cannot be written)/g;
cmp_ok(scalar(@lines), '>=', 1, 'the log says so');
cmp_ok(scalar(@lines), '<=', 2, 'and is not filled');

$t->finish;
