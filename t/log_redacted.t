# scripts/conf/log.conf writes down no token, whichever link it came by, and the
# rest of a request as nginx does.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->redis;
$t->file('html/page.html', article());

$t->run(http => <<"EOH", server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    include $t->{root}/scripts/conf/log.conf;
    log_format own '\$patron_log_uri';
EOH
        access_log %%DIR%%/access.log patron;
        access_log %%DIR%%/own.log own;
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron on;
            patron_gift;
            patron_banner top after '#story' campaign=top;
        }
        location /off/ { alias %%DIR%%/html/; }
        location = /gift { patron on; patron_gift; patron_gift_handler; }
        location = /activate { patron_activate_handler; }
EOC

my $token = token(sub => 'ada', aud => 'patron:activate', jti => 'a');
my @query = ("gift=$token", "patron_preview=$token", "token=$token&to=/",
    "a=1&gift=$token&b=2", "GIFT=$token", "%67ift=$token", "g%69ft=x$token",
    "a=$token", "q=?gift=$token", "token=" . substr($token, 1),
    "x=%65yJ" . substr($token, 3), "a=b?c&&token=$token#x",
    'gift=a-secret', 'TOKEN=a-secret', 'a&patron_preview=a-secret',
    '%67ift=a-secret', 'to%4ben=a-secret', 'patron%5fpreview=a-secret',
    'a=eyJa-secret', 'patron_feed=a-secret', 'a&Patron_Feed=a-secret',
    'patron_explain=a-secret');

my @path = qw(/page.html /off/page.html /nothing /off/nothing /activate /gift);
my $asked = 0;

for my $query (@query) {
    for my $path (@path) {
        $t->get("$path?$query", headers => [
            Referer => "http://localhost$path?$query", 'User-Agent' => 'Moz',
            Cookie => "patron=$token; session=$token",
            Authorization => "Bearer $token" ]);
        $asked++;
    }
    $t->head("/page.html?$query");
    $t->request('DELETE', "/page.html?$query");
    $t->get("/page.html?$query", version => '1.0');
    $t->get("http://localhost/page.html?$query");
    $asked += 4;
}

for my $line ("GET /page.html?gift=$token FOO/9\r\n", "GET /?gift=$token\r\n",
    "G T /?gift=$token HTTP/1.1\r\n", "GET /?gift=$token HTTP/1.1\r\nX\0:\r\n")
{
    my $c = $t->client;
    $c->write("$line\r\n");
    $c->fill;
    $asked++;
}

$t->request('POST', '/activate', body => "token=$token", headers => [
    'Content-Type' => 'application/x-www-form-urlencoded',
    Origin => 'http://localhost', Referer => "http://localhost/?token=$token" ]);
$asked++;

$t->get('/');
$asked++;

$t->get('/page.html?a=1&b=%C3%A9%20x&page=2#', headers => [
    Referer => 'https://news.example/?q=patron%7Cbanner', 'User-Agent' => 'M' ]);
$asked++;

sub entries { split /\n/, $t->slurp($_[0]) }

ok(wait_for(sub { entries('access.log') == $asked }), 'all are in the log');

my @log = entries('access.log');
my $tail = substr $token, 40;
is(scalar(grep { /secret|eyJ|\Q$tail\E|\Q@{[substr $token, 1, 20]}\E/i } @log), 0,
    'no token');
is(scalar(grep { /secret|eyJ/ } entries('own.log')), 0,
    'nor by $patron_log_uri');
is(scalar(grep { m{"GET /off/page\.html\?hidden HTTP/1\.1" 200 \d+ "http://localhost/off/page\.html\?hidden" "Moz" } } @log),
    scalar @query, 'a line, with what is hidden');
ok((grep { / decision=free reason="no token" banners=\S* / } @log),
    'with the reason');
my $own = quotemeta '/page.html?a=1&b=%C3%A9%20x&page=2';
ok((grep { m{^127\.0\.0\.1 - - \[[^]]+\] "GET $own# HTTP/1\.1" 200 \d+ "https://news\.example/\?q=patron%7Cbanner" "M" state=guest source=none decision=free reason=} } @log),
    'and one with nothing to hide, as it is') || diag($log[-1]);
ok((grep { m{"GET / HTTP/1\.1" \d+ \d+ "-" "-" state=} } @log),
    'no referrer, no agent');
ok((grep { m{^$own} } entries('own.log')), 'as is $patron_log_uri');

# nginx's own words, where the module has read the link.

my @said = grep { m{"/nothing|/nothing"|html/nothing} } entries('error.log');
ok(@said > 3, 'the error log speaks of requests');
is(scalar(grep { m{GET /nothing\?(?:a=1&)?(?:gift|patron_preview)} } @said), 0,
    'as the module left them');

$t->finish;
