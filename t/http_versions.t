# HTTP/1.0, HTTP/1.1 with keep-alive and pipelining, HTTP/2.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_v2');
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');
$t->file('html/big.html', '<html><body>' . 'x' x 200_000 . '</body></html>');

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

$t->run(http => <<"EOC", server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    add_header X-State \$patron_state;
    add_header X-Cookie \$http_cookie;

    server {
        $h2
        server_name localhost;
    }
EOC
EOC

my $ann = token(sub => 'ann');
my $guest = '<html><body>[ask]</body></html>';
my $patron = '<html><body></body></html>';

# 1.0: no chunks, the connection's end is the page's.

my $r = $t->get('/page.html', version => '1.0');
is($r->body, $guest, 'HTTP/1.0');
ok(!$r->chunked && !$r->has('Content-Length'), 'ended by its connection');

$r = $t->client->request('GET', '/page.html', version => '1.0');
is($r->body, $guest, 'HTTP/1.0 with keep-alive');

# 1.1: one connection, a guest and a patron in turn, then pipelined.

my $c = $t->client;

for my $i (1 .. 3) {
    is($c->request('GET', '/page.html')->body, $guest, "keep-alive $i");
    is($c->request('GET', '/page.html', token => $ann)->body, $patron,
        "keep-alive $i, a patron");
}

$c->write(join '', map {
    "GET /page.html HTTP/1.1\r\nHost: localhost\r\n"
        . ($_ % 2 ? "Cookie: patron=$ann\r\n" : '') . "\r\n"
} 1 .. 10);

is(join(',', map { $c->response->body eq ($_ % 2 ? $patron : $guest) }
    1 .. 10), join(',', (1) x 10), 'pipelined');

# A body that is sent along.

$r = $t->request('POST', '/page.html', body => 'x' x 100_000, token => $ann);
is($r->status, 405, 'a POST with a body to wait for');

SKIP: {
    skip 'no curl with HTTP/2', 6 if qx(curl -V 2>/dev/null) !~ /HTTP2/;

    my $url = 'http://127.0.0.1:' . $t->port('h2');
    my $curl = "curl -s --http2-prior-knowledge -m 20";

    is(qx($curl $url/page.html), $guest, 'HTTP/2');
    is(qx($curl -b patron=$ann $url/page.html), $patron, 'HTTP/2, a patron');
    is(qx($curl -H 'Cookie: patron=x' -H 'Cookie: a=b' -H 'Cookie: patron=$ann' $url/page.html),
        $patron, 'HTTP/2, cookies apart');
    like(qx($curl -H 'Cookie: patron_id=x' -H 'Cookie: a=b' -H 'Cookie: patron_seen=x' -I $url/page.html),
        qr/x-cookie: a=b\r/, 'HTTP/2, without ours');
    like(qx($curl -I $url/page.html), qr/x-state: guest/, 'HTTP/2, HEAD');
    is(length qx($curl $url/big.html), 200_000 + length $guest,
        'HTTP/2, a large page');
}

SKIP: {
    skip 'no h2load', 1 if qx(h2load --version 2>/dev/null) eq '';

    my $url = 'http://127.0.0.1:' . $t->port('h2');

    like(qx(h2load -n 1000 -c 4 -m 20 -H 'Cookie: patron=$ann' $url/page.html),
        qr/1000 succeeded, 0 failed/, 'HTTP/2, many at once');
}

$t->finish;
