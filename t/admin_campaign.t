# scripts/patron: campaigns, previews, tickers and counts.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;

$t->redis;
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        location / {
            patron on;
            patron_key k1 %%DIR%%/k1.key;
            patron_key k2 %%DIR%%/k2.key;
            patron_banner top before '#story' campaign=top;
        }
EOC

my $html = $t->file('appeal.html', "<aside>we have \${ticker:fund}</aside>\n");

is((patron($t, qw(campaign add top:one), "html=\@$html", 'url=/pay'))[0], 0,
    'add');
is((patron($t, qw(campaign publish top:one)))[0], 0, 'publish');
is((patron($t, qw(ticker set fund), '34,120'))[0], 0, 'a ticker');
ok(wait_for(sub { $t->get('/page.html')->body
    =~ m{<aside>we have 34,120</aside>} }), 'it is live');
is((patron($t, qw(campaign list)))[1], "top:one\n", 'list');
like((patron($t, qw(campaign show top:one)))[1],
    qr/^\(published\)  yes\nhtml .*\nurl +\/pay\n/s, 'show');
is((patron($t, qw(ticker show fund)))[1], "34,120\n", 'show a ticker');

is((patron($t, qw(campaign add top:one from=2099-01-01)))[0], 0, 'change');
ok(wait_for(sub { $t->get('/page.html')->body !~ /aside/ }), 'not yet');

for my $k (qw(k1 k2)) {
    my ($status, $out) = patron($t, qw(campaign preview top:one --kid), $k,
        '--key', $t->dir . "/$k.key");
    is($status, 0, "preview by $k");
    chomp $out;
    like($t->get("/page.html?$out")->body, qr/we have 34,120/,
        'which the module takes');
}

is((patron($t, qw(campaign take-down top:one)))[0], 0, 'take down');
is((patron($t, qw(campaign take-down top:one)))[0], 1, 'it is down');
is((patron($t, qw(campaign publish top:none)))[0], 1, 'none to publish');
is((patron($t, qw(campaign add top), 'html=x'))[0], 2, 'no name');
is((patron($t, qw(campaign add top:x colour=red)))[0], 2, 'no such field');
like((patron($t, qw(campaign publish top:one --print)))[1],
    qr/SADD patron:campaigns top:one/, '--print');

my $out;
ok(wait_for(sub { ($out = (patron($t, qw(stats show)))[1]) =~ /top:one/ }),
    'stats');
like($out, qr/^top:one +\d+ +0 +0 +0  #+$/m, 'a table and a chart');

my $day = $1 if $out =~ /^([\d-]{10}) /;
$t->redis->cmd('HSET', "patron:stats:$day", 'granted.top:one', 7,
    'granted.header', 9);
$out = (patron($t, qw(stats show)))[1];
like($out, qr/^top:one +\d+ +0 +0 +7  #+$/m, 'who joined by it');
like($out, qr/^granted\.header +9$/m, 'and all who joined');

ok(seen($t) !~ /first-key|\Q@{[unpack('H*', 'first-key')]}\E/,
    'no key on a command line');

$t->finish;
