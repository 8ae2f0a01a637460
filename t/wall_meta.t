# Levels that stand in the page: <meta property="article:content_tier">. The
# headers wait for the head; what cannot be read is refused.

use strict;
use warnings;

use Test::More;

use Compress::Zlib ();

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new->has('http_gunzip');
my $redis = $t->redis;

sub page {
    my ($meta, $rest) = @_;
    return "<!DOCTYPE html><html><head><title>x</title>$meta</head><body>"
        . '<article><p>Open lead.</p><p>SECRET one.</p></article>'
        . '<footer>colophon</footer></body></html>' . ($rest // '');
}

sub tier { qq{<meta property="article:content_tier" content="$_[0]">} }

my %page = (
    free => page(tier('free')),
    locked => page(tier('locked')),
    metered => page(tier('metered')),
    none => page(''),
    upper => page(q{<META CONTENT='locked' PROPERTY='article:content_tier'>}),
    unknown => page(tier('x-tra')),
    two => page(tier('free') . tier('locked')),
    many => page(tier('free') x 3),
    script => page('<script>"' . tier('locked') . '"</script>'),
    comment => page('<!-- ' . tier('locked') . ' -->'),
    body => page('') =~ s{<body>}{'<body>' . tier('locked')}er,
    late => page(('<link rel=x href=y>' x 100) . tier('locked')),
    long => page(('<link rel=x href=y>' x 50000) . tier('locked')),
    headless => tier('locked') . '<p>x<article><p>Open lead.</p>'
        . '<p>SECRET one.</p></article><footer>colophon</footer>',
    empty => '',
    utf16 => "\xff\xfe" . join('', map { "$_\0" } split //,
        page(tier('locked'))),
);

my $origin = $t->origin('8081', sub {
    my ($request) = @_;
    my ($how, $name) = $request->{path} =~ m{/(\w+)/(\w+)$};
    my $body = $page{$name};

    my $head = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n";
    $head .= "ETag: \"$name\"\r\nCache-Control: max-age=60\r\n";

    if ($how eq 'gzip') {
        return "${head}Content-Encoding: gzip\r\n\r\n"
            . Compress::Zlib::memGzip($body);
    }
    return "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n"
        . "Connection: upgrade\r\n\r\nopen" if $how eq 'socket';
    return "HTTP/1.1 103 Early\r\n\r\n$head\r\n$body" if $how eq 'early';
    return "${head}Content-Encoding: br\r\n\r\n$body" if $how eq 'br';
    return [ "$head\r\n", split //, $body ] if $how eq 'bytes';
    return "${head}X-Level: members\r\n\r\n$body" if $how eq 'header';
    return $head =~ s{text/html}{image/png}r . "\r\nPNG" if $how eq 'image';
    return $head =~ s{Content-Type.*?\r\n}{}r . "\r\n$body" if $how eq 'bare';
    return $head =~ s{200 OK}{206 Partial Content}r
        . "Content-Range: bytes 0-9/10\r\n\r\n$body" if $how eq 'partial';
    return "$head\r\n$body";
});

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file('html/locked.html', $page{locked});
$t->file('html/free.html', $page{free});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone patron:1m;
    log_format who '$uri $patron_decision "$patron_reason" $patron_left';
EOC
        access_log %%DIR%%/access.log who;
        gunzip on;
        patron on;
        patron_access_meta on;
        patron_access_header X-Level;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_wall_buffer 64k;
        patron_meter limit=1 period=month;
        patron_banner ask before footer 'html=[ask]';

        location / { }
        location /cms/ { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /unbuffered/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
            proxy_buffering off;
        }
        location /socket/ {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/socket/;
        }
        location /nowall/ {
            patron_access members;
            patron_access_meta off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
        }
        location /free/ {
            patron_access free;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
        }
        location /members/ {
            patron_access members;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
        }
        location /bannerless/ {
            patron_emergency banners=off;
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
        }
        location /off/ {
            patron_access_meta off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%/cms/;
        }
EOC

$redis->member('paula');

sub cut { $_[0]->status == 200 && $_[0]->body =~ /Open lead.*class="wall"/s
    && $_[0]->body !~ /SECRET/ && $_[0]->body =~ /colophon/ }
sub refused { $_[0]->status == 402 && $_[0]->body !~ /SECRET|Open|S\0E/ }
sub whole { $_[0]->status == 200 && $_[0]->body =~ /SECRET.*colophon/s }

for my $how (qw(plain gzip bytes)) {
    for my $place (qw(cms unbuffered free)) {
        my $at = "/$place/$how";
        ok(cut($t->get("$at/$_")), "$at $_: cut")
            for qw(locked upper two late headless);
        ok(whole($t->get("$at/$_")), "$at $_: whole")
            for qw(free none script comment body metered);
        ok(whole($t->get("$at/$_", token => token(sub => 'paula'))),
            "$at $_: a patron") for qw(locked two metered);
    }
}

like($t->get('/cms/plain/free')->body, qr/\[ask\]<footer>/,
    'banners have their places');
like($t->get('/cms/plain/locked')->body, qr/\[ask\]<footer>/,
    'behind a wall too');
like($t->get('/cms/plain/free')->header('Cache-Control'), qr/max-age=60/,
    'a free page stays as it is kept');

# Of more than two that a head states any may be the strictest.

ok(cut($t->get('/cms/plain/many')), 'too many');

# A word that is no level opens to nobody.

ok(cut($t->get('/cms/plain/unknown')), 'an unknown tier');

# The strictest of all that state one

ok(cut($t->get('/cms/header/free')), 'header members, meta free');
ok(cut($t->get('/members/plain/free')), 'location members, meta free');
ok(cut($t->get('/free/plain/locked')), 'location free, meta locked');
ok(whole($t->get('/off/plain/locked')), 'not asked for');

# Nothing to put in

for my $how (qw(plain gzip bytes)) {
    ok(whole($t->get("/bannerless/$how/$_")), "no banner, $how: $_")
        for qw(free none);
    is($t->get("/bannerless/$how/empty")->status, 200, "$how: empty");
}

# What cannot be read

ok(refused($t->get('/cms/br/locked')), 'a coding nobody took off');
ok(refused($t->get('/cms/partial/locked')), 'a part');
ok(refused($t->get('/cms/bare/locked')), 'no type');
ok(refused($t->get('/cms/plain/long')), 'a head that does not end');
ok(refused($t->get('/cms/plain/utf16')), 'UTF-16');
is($t->get('/cms/image/free')->body, 'PNG', 'an image has no head');
is($t->get('/cms/plain/empty')->status, 200, 'nor has an empty page');

# A WebSocket has none, either: it opens.

my @upgrade = (headers => [Upgrade => 'websocket', Connection => 'upgrade']);

is($t->client->request('GET', '/socket/locked', @upgrade)->status, 101,
    'a WebSocket');
ok(refused($t->get('/socket/locked')), 'which nobody has asked for');
unlike($t->get('/cms/early/locked')->body, qr/SECRET/,
    'another answer before the page');

# HEAD, conditions

is($t->head('/cms/plain/locked')->status, 200, 'HEAD');
my $etag = $t->get('/cms/plain/locked')->header('ETag');
is($t->get('/cms/plain/locked', headers => [ 'If-None-Match' => $etag ])
    ->status, 304, '304 after the head was read');
unlike($t->get('/cms/plain/locked', headers => [ 'If-None-Match' => '"locked"' ])
    ->body, qr/SECRET/, 'not with the tag of the whole page');
ok(cut($t->get('/locked.html')), 'a file');
ok(whole($t->get('/free.html')), 'a free one');

# Many requests on one connection

{
    my $client = $t->client;
    for my $name (qw(locked free none empty locked free)) {
        my $r = $client->request('GET', "/cms/plain/$name");
        is($r->body =~ /SECRET/ ? 1 : 0, $name =~ /free|none/ ? 1 : 0,
            "keep-alive $name");
    }
}

# The meter, where the page itself says that it is metered: nothing is counted
# for one that is free, or closed.

my $reader = Patron::Reader->new($t);
ok(whole($reader->get('/cms/plain/metered')), 'a metered page');
ok(whole($reader->get('/cms/plain/free')), 'a free page');
ok(cut($reader->get('/cms/plain/locked')), 'a locked one');
ok(whole($reader->get('/cms/plain/metered')), 'read again');
my ($key) = @{$redis->cmd('KEYS', 'patron:meter:*')};
ok(wait_for(sub { $redis->cmd('SCARD', $key) == 1 }), 'one was counted');
is_deeply($redis->cmd('SMEMBERS', $key), [ 'localhost/cms/plain/metered' ],
    'the one');
ok(cut($reader->get('/unbuffered/plain/metered')), 'another: the wall');
ok($t->wait_log(qr{/unbuffered/plain/metered wall "limit reached" 0},
    'access.log'), 'the log says why');

$t->finish;
