# The meter counts what was sent, once, however many ask at a time.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
$t->{workers} = 2;

my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for 'a' .. 'f', map { "n$_" } 1 .. 30;
$t->file('html/dir/index.html', article());
$t->file('html/protected/x.html', article());

my $page = article();
my $sorry = '<html><body><p>no such page</p></body></html>';

# Each of these ends before the first byte of an article.

my $origin = $t->origin('8081', sub {
    my ($request) = @_;
    local $_ = $request->{path};

    return "HTTP/1.0 404 No\r\nContent-Type: text/html\r\n\r\n$sorry"
        if m{/404};
    return "HTTP/1.0 500 No\r\nContent-Type: text/html\r\n\r\n$sorry"
        if m{/500};
    return "HTTP/1.0 302 F\r\nLocation: /a.html\r\n\r\n" if m{/302};
    return "HTTP/1.0 204 None\r\n\r\n" if m{/204};
    return '' if m{/closed};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "Content-Length: 1000\r\n\r\n" if m{/cut};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "X-Level: members\r\n\r\n$page" if m{/members};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "X-Level: $1\r\n\r\n$page" if m{/level/(\w+)};
    return "HTTP/1.0 200 OK\r\nX-Accel-Redirect: /protected/x.html\r\n\r\n"
        if m{/accel};
    return [ sub { sleep 20; return } ] if m{/slow};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n$page";
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_zone patron:1m;
EOC
        patron on;
        patron_access metered;
        patron_access_header X-Level;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=5 period=month store=redis;

        add_header X-Left $patron_left;

        location / { }

        location = /try.html {
            try_files /none /a.html;
        }

        location = /error.html {
            error_page 404 =200 /a.html;
            root %%DIR%%/none;
        }

        location /protected/ {
            internal;
        }

        location /o/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_ignore_client_abort off;
        }

        location /level/ {
            patron_access free;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /late/ {
            client_body_timeout 20s;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/o/;
        }
EOC

my $n = 0;
my @now = gmtime;
my $month = sprintf '%d-%02d', $now[5] + 1900, $now[4] + 1;

# A member who has lapsed has a set of a known name.

sub lapsed {
    my $sub = 'lapsed' . ++$n;
    return (Patron::Reader->new($t, token => token(sub => $sub)),
        "patron:meter:$month:m:$sub");
}

sub cookies { join '; ', map { "$_=$_[0]{jar}{$_}" } sort keys %{$_[0]{jar}} }
sub open_page { $_[0]->body =~ /third paragraph/ }
sub count { $redis->cmd('SCARD', $_[0]) }

# All at once: send everything, then read.

sub together {
    my ($reader, @paths) = @_;

    my @clients = map {
        my $client = $t->client;
        $client->send_request('GET', $_, close => 1,
            headers => [ Cookie => cookies($reader) ]);
        $client;
    } @paths;

    return map { $_->response } @clients;
}

for my $round (1 .. 5) {
    my ($reader, $key) = lapsed();
    my @r = together($reader, map { "/n$_.html" } 1 .. 30);
    is(scalar(grep { open_page($_) } @r), 5, "exactly five of 30, $round");
    is(scalar(grep { $_->body =~ /class="wall"/ } @r), 25, 'walls otherwise');
    is(count($key), 5, 'five are counted');
    is_deeply([sort grep { /\d/ } map { $_->header('X-Left') }
            grep { open_page($_) } @r], [0 .. 4], 'each knows what is left');
}

{
    my ($reader, $key) = lapsed();
    my @r = together($reader, ('/a.html') x 30);
    is(scalar(grep { open_page($_) } @r), 30, 'one article, 30 times');
    is(count($key), 1, 'counted once');
}

{
    my $reader = Patron::Reader->new($t);
    $reader->get('/a.html');
    my @r = together($reader, map { "/n$_.html" } 1 .. 30);
    is(scalar(grep { open_page($_) } @r), 4,
        'an anonymous reader: the first rode along, four more');
    my ($key) = @{$redis->cmd('KEYS', 'patron:meter:*:a:*')};
    is(count($key), 5, 'five are counted');
}

# A level that the response states

{
    my ($reader, $key) = lapsed();
    my $r = $reader->get('/level/free');
    ok(open_page($r), 'a free page');
    is($r->header('X-Left'), 5, 'costs nothing');
    ok(wait_for(sub { count($key) == 0 }), 'nothing is counted');
    $r = $reader->get('/level/metered');
    ok(open_page($r), 'a metered one');
    is($r->header('X-Left'), 4, 'is the first of five');
    is(count($key), 1, 'counted');
    unlike($reader->get('/level/gold')->body, qr/third/, 'one for some');
    ok(wait_for(sub { count($key) == 1 }), 'is not counted');
}

# What is not sent is not counted.

sub untouched {
    my ($name, $ask) = @_;

    my ($reader, $key) = lapsed();
    my $asked = $redis->calls('eval');
    $ask->($reader, $key);
    ok(wait_for(sub { count($key) == 0
            && @{$redis->cmd('KEYS', "patron:reserved:*$key*")} == 0
            && $redis->calls('eval') > $asked }), "not counted: $name");
}

for my $path (qw(404 500 302 204 closed cut members)) {
    untouched($path, sub { $_[0]->get("/o/$path") });
}

untouched('HEAD', sub {
    my $r = $_[0]->request('HEAD', '/a.html');
    is($r->status, 200, 'HEAD');
    is($r->header('X-Left'), '4', 'the headers that GET would have');
});

untouched('304', sub {
    my ($reader, $key) = @_;
    my $etag = $t->get('/a.html')->header('ETag');
    is($reader->get('/a.html', headers => [ 'If-None-Match' => $etag ])
        ->status, 304, 'not modified');
});

for my $header ([ 'Sec-Purpose' => 'prefetch;prerender' ],
    [ Purpose => 'prefetch' ], [ Purpose => 'view', Purpose => 'Prefetch' ],
    [ 'X-Sec-Purpose' => 'prefetch' ], [ 'X-Purpose' => 'preview' ],
    [ 'X-Moz' => 'prefetch' ], [ 'Sec-Purpose' => 'prerender' ],
    [ 'Next-Router-Prefetch' => '1' ], [ 'HX-Preloaded' => 'true' ])
{
    untouched("@$header", sub {
        my $r = $_[0]->get('/a.html', headers => $header);
        ok(!open_page($r), 'a prefetch shows no unread article');
    });
}

untouched('the reader goes', sub {
    my ($reader, $key) = @_;
    my $client = $t->client;
    $client->send_request('GET', '/o/slow',
        headers => [ Cookie => cookies($reader) ]);
    ok(wait_for(sub { count($key) == 1 }), 'reserved while it waits');
    $client->reset;
});

{
    my ($reader, $key) = lapsed();
    $reader->get('/a.html');
    my $r = $reader->get('/a.html', headers => [ 'Sec-Purpose' => 'prefetch' ]);
    ok(open_page($r), 'an article read before may be prefetched');
}

for my $header ([ Purpose => 'view' ], [ 'HX-Preloaded' => 'false' ],
    [ 'Next-Router-Prefetch' => '0' ], [ 'X-Prefetch' => 'prefetch' ])
{
    my ($reader, $key) = lapsed();
    ok(open_page($reader->get('/a.html', headers => $header)),
        "@$header is a visit");
    is(count($key), 1, 'and counts');
}

# A request that holds its reservation while another reads the article does not
# get it back.

{
    my ($reader, $key) = lapsed();
    my $holder = $t->client;
    $holder->write("GET /late/x HTTP/1.1\r\nHost: localhost\r\nCookie: "
        . cookies($reader) . "\r\nContent-Length: 10\r\n\r\n");
    ok(wait_for(sub { count($key) == 1 }), 'one request reserves');
    ok(open_page($reader->get('/late/x')), 'another reads');
    $holder->reset;
    $reader->get('/a.html');
    is(count($key), 2, 'what was read stays counted');
}

# Once a request.

for my $path (qw(/try.html /dir/ /error.html /o/accel)) {
    my ($reader, $key) = lapsed();
    my $r = $reader->get($path);
    ok(open_page($r), "$path");
    is(count($key), 1, 'counted once');
    is($r->header('X-Left'), 4, 'and four are left');
}

# Redis was told of nothing twice: no set without an end.

is(scalar(grep { $redis->cmd('TTL', $_) < 0 }
        map { @{$redis->cmd('KEYS', "patron:$_:*")} } 'meter', 'reserved'), 0,
    'every key has an end');

$t->finish;
