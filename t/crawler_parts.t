# A crawler that pays gets parts of a page for nothing; more than half of it is
# no part, however it is asked for.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_realip');
my $redis = $t->redis;

$t->file('html/data.bin', 'x' x 100);
$redis->cmd('HSET', 'patron:bot:buyer', addresses => '192.0.2.2', price => 1,
    credit => 100);
$redis->cmd('SADD', 'patron:bots', 'buyer');

$t->run(http => <<'EOH', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone z:4m;
    set_real_ip_from 127.0.0.1;
EOH
        patron on;
        patron_crawlers on;
        patron_crawler_terms price=0.01;
        add_header X-Bot $patron_bot;

        location / { }
        location = /data.bin { patron_access members; }
EOC

sub part {
    my ($range) = @_;

    return $t->get('/data.bin', headers => ['X-Real-IP' => '192.0.2.2',
        defined $range ? (Range => "bytes=$range") : ()]);
}

ok(wait_for(sub {
    $t->request('HEAD', '/data.bin', headers => ['X-Real-IP' => '192.0.2.2'])
        ->header('X-Bot') eq 'buyer'
}), 'it is known');

my $left = 100;
my $costs = sub {
    return wait_for(sub { $redis->cmd('HGET', 'patron:bot:buyer', 'credit')
        == $left && !@{$redis->cmd('KEYS', 'patron:reserved:*')} });
};

for (undef, '0-', '1-', '0-99', '49-', '-51', '-1000', '0-30, 40-70', '-', 'x')
{
    my $r = part($_);
    my $name = $_ // 'no range';
    is($r->status . ' ' . $r->header('Crawler-Charged') . ' '
        . length $r->body, '200 USD 0.000001 100', "$name: the page");
    $left--;
    ok($costs->(), 'for its price');
}

is(part($_)->status, 206, "$_: a part") for '50-', '-50', '0-49', '0-9, 90-';
is(part('100-')->status, 416, 'nothing');
ok($costs->(), 'cost nothing');

$t->finish;
