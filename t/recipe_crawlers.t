# scripts/recipes/crawlers.conf: a search engine reads all of it, who trains pays,
# and who only says so gets what a guest gets.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has(qw(http_gunzip http_realip));
my $redis = $t->redis;

$redis->cmd('HSET', 'patron:bot:search', addresses => '192.0.2.1',
    ua => 'SearchBot', level => 'all', purpose => 'search');
$redis->cmd('HSET', 'patron:bot:gpt', addresses => '192.0.2.2', ua => 'GPTBot',
    price => 5000, credit => 5000, purpose => 'train');
$redis->cmd('SADD', 'patron:bots', 'search', 'gpt');

$t->origin('cms', sub {
    my ($r) = @_;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . ($r->{path} =~ /members/ ? "X-Access: members\r\n" : '')
        . "Connection: close\r\n\r\n" . story('text');
});

# as a proxy in front would have it

$t->file('conf.d/proxy.conf', "set_real_ip_from 127.0.0.1;\n");

recipe($t, 'crawlers', '127.0.0.1:3000' => 'cms');

sub from {
    my ($address, $path, $agent) = @_;

    return $t->get($path, headers => ['X-Real-IP' => $address,
        $agent ? ('User-Agent' => $agent) : ()]);
}

ok(wait_for(sub { looks(from('192.0.2.1', '/free')) eq '' }),
    'a search engine is not asked for support');

for my $path ('/members', '/archive/1') {
    is(looks(from('192.0.2.1', $path)), '', "$path: it reads all,");
    is(looks(from('203.0.113.1', $path, 'SearchBot/1.0')), 'wall cut',
        'and who copies its name does not');
}

my $r = from('192.0.2.2', '/archive/1');
is(looks($r) . $r->header('Crawler-Charged'), 'USD 0.005', 'who trains pays');
is($r->header('Content-Usage'), 'train-ai=y', 'and may train');
$r = from('192.0.2.2', '/archive/2');
is($r->status . $r->header('Crawler-Price'), '402USD 0.005',
    'as long as there is credit');
is(from('192.0.2.2', '/free')->header('Content-Usage'), 'train-ai=n',
    'with what is free it may not');

like($t->get('/robots.txt')->body,
    qr{^User-agent: \*\nContent-Usage: train-ai=n\nAllow: /\n}m, 'robots.txt');
like($t->get('/license.xml')->body, qr/<amount currency="USD">0\.01</,
    'and the licence, for all');

$t->finish;
