# Crawlers that may not read a page are told the terms; those that pay are charged
# once for a page that was sent, and for nothing else.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_realip');
my $redis = $t->redis;

$t->file('html/page.html', article());
$t->file('html/free.html', article());
$t->file('html/data.bin', 'x' x 100);
$t->file('html/meta.html', article() =~ s{<head>}{<head><meta property="article:content_tier" content="locked">}r);
$t->file('wall.html', '<p class=wall>Join</p>');


$t->refused('no price', qr/patron_crawler_terms.*invalid price in "price=x"/,
    server => 'location / { patron_crawler_terms price=x; }');
$t->refused('another word', qr/invalid parameter "prize=1"/,
    server => 'location / { patron_crawler_terms prize=1; }');
$t->refused('no purpose', qr/invalid parameter "usage.sell=y"/,
    server => 'location / { patron_crawler_terms usage.sell=y; }');
$t->refused('no URL', qr/invalid character in "license=/,
    server => q(location / { patron_crawler_terms 'license=a>b'; }));

$redis->cmd('HSET', 'patron:bot:poor', addresses => '192.0.2.1', level => 'free');
$redis->cmd('HSET', 'patron:bot:buyer', addresses => '192.0.2.2',
    price => 5000, credit => 21000, purpose => 'train',
    terms => 'https://news.example/deal');
$redis->cmd('HSET', 'patron:bot:late', addresses => '192.0.2.3', credit => 10000);
$redis->cmd('HSET', 'patron:bot:keeper', addresses => '192.0.2.4',
    ua => 'KeeperBot', level => 'members', purpose => 'archive');
$redis->cmd('HSET', 'patron:bot:odd', ua => "Odd/1.0\nDisallow: /",
    level => 'all', purpose => 'train');
$redis->cmd('HSET', 'patron:bot:shut', addresses => '192.0.2.5', level => 'all',
    ua => 'ShutBot', disallow => '/gone.html /sub%20dir/', price => 1, credit => 9);
$redis->cmd('HSET', 'patron:bot:vague', addresses => '192.0.2.6', level => 'all',
    ua => 'VagueBot', disallow => '/*.pdf');
$redis->cmd('HSET', 'patron:bot:nameless', addresses => '192.0.2.8',
    level => 'all', disallow => '/');
$redis->cmd('SADD', 'patron:bots', 'poor', 'buyer', 'late', 'keeper', 'odd',
    'shut', 'vague', 'nameless');

$t->run(http => <<'EOH', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone z:4m;
    set_real_ip_from 127.0.0.1;
EOH
        patron on;
        patron_crawlers on;
        patron_crawler_terms license=/license.xml contact=mailto:sales@news.example
                             price=0.01 usage=train-ai=n usage.train=train-ai=y
                             usage.archive=archive=y;
        patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
        error_page 402 /free.html;
        add_header X-Bot $patron_bot;
        add_header X-Why $patron_reason;

        location / { }
        location = /page.html { patron_access members; }
        location = /meta.html { patron_access_meta on; }
        location = /data.bin { patron_access members; }
        location = /gone.html { patron_access members; }
        location = /robots.txt { patron_terms_handler; }
        location = /license.xml { patron_terms_handler; }
        location = /dry.html { patron_dry_run on; try_files /free.html =404; }
        location = /status { patron off; patron_status_handler format=json; }
        location = /metrics { patron off; patron_status_handler format=prometheus; }
        location = /page { patron off; patron_status_handler; }
EOC

sub from {
    my ($n, $path, %o) = @_;

    return $t->request($o{method} // 'GET', $path // '/page.html',
        headers => ['X-Real-IP' => "192.0.2.$n", %{$o{headers} // {}}]);
}

sub credit { $redis->cmd('HGET', "patron:bot:$_[0]", 'credit') }

ok(wait_for(sub { from(1, '/free.html')->header('X-Bot') eq 'poor' }),
    'they are known');


# The terms.

my $r = from(1);
is($r->status, 402, 'a crawler at a wall');
is($r->header('Link'), '</license.xml>; rel="license"', 'is told the licence');
is($r->header('Crawler-Price'), 'USD 0.01', 'and the price');
is($r->header('Cache-Control'), 'private, no-store', 'for itself');
like($r->body, qr{rel="license" href="/license.xml".*USD 0\.01|USD 0\.01.*rel="license" href="/license.xml"}s,
    'and so does a page');
unlike($r->body, qr/story/, 'which is ours');
is(from(1, undef, method => 'HEAD')->status, 402, 'HEAD, too');
$r = from(1, '/meta.html');
like($r->body, qr/wall/, 'a page that itself states its level is cut');

$r = from(1, undef, headers => { Accept => 'application/json' });
is($r->header('Content-Type'), 'application/json', 'JSON where it is accepted');
my $json = JSON::PP->new->decode($r->body);
is($json->{x402Version}, 1, 'in the shape of x402');
is($json->{accepts}[0]{maxAmountRequired}, '10000', 'its amount');
is($json->{accepts}[0]{asset}, 'USD', 'its currency');
is($json->{accepts}[0]{payTo}, 'mailto:sales@news.example', 'whom to ask');

$r = from(1, '/free.html');
is($r->status, 200, 'a page without a level');
is($r->header('Content-Usage'), 'train-ai=n', 'says how it may be used');
like(from(9)->body, qr/wall/, 'a guest gets the wall');


# Credit.

$r = from(2);
is($r->status . $r->header('Crawler-Charged'), '200USD 0.005', 'one that pays');
unlike($r->body, qr/wall/, 'gets the page');
is($r->header('X-Robots-Tag'), 'noarchive', 'not to be shown');
is($r->header('Cache-Control'), 'private, no-store', 'nor kept');
is($r->header('Content-Usage'), 'train-ai=y', 'to be used as it is granted');
ok(wait_for(sub { credit('buyer') == 16000 }), 'for its price');
my $etag = $r->header('ETag');

sub costs_nothing {
    my ($name, $status, @args) = @_;

    my $r = from(2, @args);
    is($r->status, $status, $name);
    is($r->header('Crawler-Charged'), '', "$name: says no charge");
    ok(wait_for(sub { credit('buyer') == 16000 }), "$name: costs nothing");
}

costs_nothing('HEAD', 200, undef, method => 'HEAD');
costs_nothing('not modified', 304, undef, headers => { 'If-None-Match' => $etag });
is(from(2, undef, headers => { 'If-None-Match' => $etag })
    ->header('Content-Usage'), 'train-ai=y', 'to be used as before');
costs_nothing('a part', 206, '/data.bin', headers => { Range => 'bytes=0-9' });
costs_nothing('an error', 404, '/gone.html');
costs_nothing('a free page', 200, '/free.html');
is(scalar @{$redis->cmd('KEYS', 'patron:reserved:*')}, 0, 'nothing is held');

like(from(2, '/meta.html')->body, qr/wall/, 'by its meta alone none is sold');
is(from(2)->header('Crawler-Charged'), 'USD 0.005', "page $_") for 2 .. 4;
ok(wait_for(sub { credit('buyer') == 1000 }), 'each once');
$r = from(2);
is($r->status . $r->header('Crawler-Price'), '402USD 0.005', 'then no more');
is($r->header('Link'), '<https://news.example/deal>; rel="license"',
    'with its own terms');
is(JSON::PP->new->decode(from(2, undef, headers =>
    { Accept => 'application/json' })->body)->{error},
    'its credit is used up', 'and why');
is(credit('buyer'), 1000, 'what is left stays');

is(from(3)->header('Crawler-Charged'), 'USD 0.01',
    'one without a price pays that of the terms');
ok(wait_for(sub { credit('late') == 0 }), 'from its credit');

# What robots.txt tells, and what one was told to leave alone.

is($t->get('/robots.txt')->body, "User-agent: KeeperBot\n"
    . "Content-Usage: archive=y\nAllow: /\n\nUser-agent: ShutBot\n"
    . "Content-Usage: train-ai=n\nDisallow: /gone.html\nDisallow: /sub%20dir/\n\n"
    . "User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n\nLicense: http://localhost/license.xml\n", 'robots.txt');

$r = from(5, '/gone.html?a=b');
is($r->status . ' ' . $r->body,
    "403 robots.txt keeps this crawler out of here\n", 'who comes is refused');
is($r->header('Cache-Control'), 'private, no-store', 'for itself');
is(from(5, $_)->status, 403, "$_, too") for '/x/../gone.html',
    '//gone.html', '/sub%20dir/a', '/sub%20d%69r/a', '/gone.html%3Fa';
is($redis->cmd('HGET', 'patron:bot:shut', 'credit'), 9, 'and not charged');
is(from(5, $_)->status, 200, "$_ is not meant") for '/free.html', '/robots.txt';
is($t->get('/gone.html', headers => ['User-Agent' => 'ShutBot/1.0'])->status, 404,
    'who only says the name gets what everybody does');

for my $n (6, 8) {
    is(from($n, '/free.html')->header('X-Bot'), '',
        'a list that robots.txt cannot have lets nobody in');
}

$redis->cmd('HSET', 'patron:bot:shut', disallow => '/');
ok(wait_for(sub { from(5, '/free.html')->status == 403 }), 'all of the site');
is(from(5, $_)->status, 200, "but $_") for '/robots.txt', '/license.xml';
is(from(5, '/dry.html')->status, 200, 'a dry run only counts it');
like($t->get('/robots.txt')->body,
    qr/^User-agent: ShutBot\n[^\n]+\nDisallow: \/\n\n/m, 'and robots.txt says so');

$redis->cmd('HSET', 'patron:bot:buyer', credit => 5000);
$redis->down;
is(from(2)->status, 402, 'without Redis nothing is sold');
$redis->up;


# What is served of it.

is(from(4)->header('Content-Usage'), 'archive=y', 'who may read is granted more');
is(from(4, '/free.html')->header('Content-Usage'), '',
    'and is told of free pages by robots.txt');
like($t->get('/license.xml')->body,
    qr{<rsl .*<payment type="crawl">\s*<amount currency="USD">0\.01<}s,
    'the licence');
is($t->get('/license.xml')->header('Content-Type'), 'application/rsl+xml',
    'of its type');

$json = JSON::PP->new->decode($t->get('/status')->body);
cmp_ok($json->{counters}{patron_crawler_pages_refused_total}, '>=', 5,
    'refusals are counted');
is($json->{counters}{patron_crawler_pages_charged_total}, 5,
    'and pages that were paid for');

my %of = map { $_->{name} => $_ } @{$json->{crawlers}};
is_deeply([sort keys %of], ['buyer', 'keeper', 'late', 'nameless', 'odd',
    'poor', 'shut', 'vague'], 'each is told by name');
is_deeply($of{buyer}{spent}, { USD => 20000 }, 'with what it has spent,');
is_deeply([@{$of{buyer}}{qw(purpose charged whole cut)}],
    ['train', 4, 4, 1], 'and with what it got');
is($of{buyer}{requests}, $of{buyer}{by_address}, 'by its address,');
cmp_ok($of{poor}{refused}, '>=', 3, 'or was refused');

cmp_ok($of{shut}{ignored_robots}, '>=', 9, 'who does not heed robots.txt is told');
is($of{vague}{trouble}, 'disallow is no list of paths', 'what is no list,');
is($of{nameless}{trouble}, 'disallow is for a ua that robots.txt can name',
    'and for whom there is none');

my $page = $t->get('/metrics')->body;
like($page, qr/^\Qpatron_crawler_robots_ignored_total{name="shut"} \E\d+$/m,
    'Prometheus has those who do not heed it');
like($page, qr/^\Qpatron_crawler_pages_total{name="buyer",purpose="train",\E\Qgot="whole"} 4\E$/m,
    'Prometheus has it');
like($page, qr/^\Qpatron_crawler_credit_used_total{name="late",currency="USD"} 10000\E$/m,
    'and the credit');
like($t->get('/page')->body, qr/>buyer .*?4<small>whole<.*?1<small>cut<.*?paid for: USD 0\.02</s,
    'so does the page for a person');

$t->finish;
