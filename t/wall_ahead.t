# The head of a page whose last version had the wall's place goes ahead of the
# match.  With a match the page is the same as without that, byte for byte; one
# that has lost it is broken off, once, with nothing of its body sent.

use strict;
use warnings;

use Compress::Zlib ();
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Slow;

my $t = Patron::Harness->new->has('http_v2');

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

my $meta = '<meta property="article:content_tier" content="locked">';
my $top = "<!DOCTYPE html>\n<html lang=en><head>$meta<title>t</title>"
    . '<script>var a = "<body>";</script><!-- <body> --><meta content="<body>">'
    . '<style>body { color: red }</style><script type="application/ld+json">'
    . '{"articleBody":"SECRET"}</script>';
my $rest = '<p>around SECRET</p><article class=x id=m><p>lead</p><p>SECRET</p>'
    . '</article><footer>foot</footer>';

# What goes ahead, and what waits.

my %page = (
    plain => ["$top</head>\n", "<body class=x>$rest</body></html>"],
    text => ["$top</head> \n <!-- c -->", "SECRET, and no tag $rest"],
    bare => ['<title>t</title><link rel=x>', $rest],
    reference => ["$top</head>", "&eacute; $rest"],
    inside => ["$top", "<div>no end of the head</div>$rest"],
    script => ["$top</head><script>x</script>", "<body>$rest"],
    noscript => [$top, "<noscript><p>SECRET</p></noscript></head><body>$rest"],
    template => [$top, '<template shadowrootmode=open><p>SECRET</p></template>'
        . "</head><body>$rest"],
    upper => ["$top</HEAD>", "<BODY>$rest</BODY>"],
    quoted => ["$top</head>", "<body title='<p>'\n>$rest"],
    end => ["$top</head>", "</body>$rest"],
    break => ["$top</head>", "</br>$rest"],
    none => ['<title>t</title>', '<p>SECRET</p>'],
    slow => ["$top<style>" . '/* head */' x 3000 . '</style></head>',
        "<body>$rest"],
    long => ["$top<style>" . '/* head */' x 100_000 . '</style></head>',
        "<body>$rest"],
);

# By its headers a request says how the page is to come, and if it has lost its
# article: the address stays the same.

my $go = $t->dir . '/go';

$t->origin('origin', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ m{/(\w+)$};
    my ($head, $body) = @{$page{$name}};
    my $how = $r->{head} =~ /^X-How: ([a-z ]*)/mi ? $1 : '';
    my $size = $r->{header}->('X-Size') || 100_000;
    my $length = '';

    $body =~ s/<article.*?>|<.article>//g if $how =~ /lost/;
    $body = substr($body, 0, 20) if $how =~ /short/;
    $body = '<body>' . 'SECRET ' x 20_000 . $body if $how =~ /far/;

    my @pieces = map { unpack "(a$size)*", $_ } $head, $body;

    if ($how =~ /gzip/) {
        @pieces = Compress::Zlib::memGzip($head . $body);
        $length = "Content-Encoding: gzip\r\n";
    }

    $length .= "Content-Length: 100000\r\n" if $how =~ /short/;

    splice(@pieces, 1, 0, sub { wait_for(sub { -e $go }); return })
        if $how =~ /wait/;

    return ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"e\"\r\n"
        . "${length}Connection: close\r\n\r\n", @pieces];
});

my $locations = <<'EOC';
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_access members;
    patron_paywall_markup on;
    gunzip on;
    proxy_buffering off;

    location / {
        patron_wall article keep=1 html=[wall];
        patron_strip 'script[type="application/ld+json"]';
        proxy_pass http://127.0.0.1:%%PORT_origin%%;
    }
    location /buffered/ {
        patron_wall 'body .x, main' keep=1 html=[wall];
        patron_strip 'script[type="application/ld+json"]';
        proxy_buffering on;
        proxy_pass http://127.0.0.1:%%PORT_origin%%;
    }
    location /meta/ {
        patron_access free;
        patron_access_meta on;
        patron_wall article keep=1 html=[wall];
        patron_strip 'script[type="application/ld+json"]';
        proxy_pass http://127.0.0.1:%%PORT_origin%%;
    }
    location /any/ {
        patron_wall 'article, .x' keep=1 html=[wall];
        proxy_pass http://127.0.0.1:%%PORT_origin%%;
    }
    location /small/ {
        patron_wall article keep=1 html=[wall];
        patron_wall_buffer 64k;
        patron_strip 'script[type="application/ld+json"]';
        gzip on;
        gzip_min_length 0;
        proxy_pass http://127.0.0.1:%%PORT_origin%%;
    }
    location /status { patron_status_handler format=json; }
EOC

$t->run(http => <<"EOC", server => $locations);
    patron_zone z:1m;
    server {
        $h2
        server_name localhost;
$locations
    }
EOC

sub get {
    my ($path, $how, %o) = @_;

    return $t->get($path, %o,
        headers => ['X-How' => $how, @{$o{headers} // []}]);
}

sub fields { $_[0]->head =~ s/^Date:.*\n//mr }


for my $name (sort grep { !/none|slow/ } keys %page) {

    for my $in ('', $name =~ /^t/ ? ('/buffered', '/meta') : ()) {
        my $path = "$in/$name";
        my $first = get($path, '');

        is($first->status, 200, "$path: walled");
        like($first->body, qr/\[wall\]/, 'and cut');

        for my $size ($name =~ /long/ ? 5000 : $in ? 7 : 2, 100_000) {
            my $r = get($path, '', headers => ['X-Size' => $size]);

            ok(!$r->truncated && $r->body eq $first->body,
                "the same again, in pieces of $size");
            is(fields($r), fields($first), 'under the same headers');
        }

        my $lost = get($path, 'lost');
        my $head = $page{$name}[0] =~ s{<script type.*?</script>}{}r;

        is($lost->status, 200, 'without a match it begins');
        ok($lost->truncated, 'and is broken off');
        ok(index($head, $lost->body =~ s{<script type.*?</script>}{}r) == 0,
            'with nothing but its head');
        is($lost->body =~ /SECRET/, '', 'none of its text');
        is(fields($lost), fields($first), 'the headers are the same');

        is(get($path, 'lost')->status, 402, 'then it is refused');
        is(get($path, '')->body, $first->body, 'as it was, with a match');
        is(get($path, 'lost')->status, 402, 'and refused at once, for an hour');
    }
}

# What could match in the head goes nowhere before it has.

is(get('/any/plain', '')->status, 200, 'a selector of any element') for 1, 2;
is(get('/any/none', '')->status, 402, 'is refused where there is none');

# It reaches the reader while the rest is still to come.

get('/small/quoted', '');
my $c = $t->client;
$c->send_request('GET', '/small/quoted', headers => ['X-How' => 'wait']);
$c->fill while $c->{buffer} !~ m{</head>};
unlike($c->{buffer}, qr/SECRET|<body title/, 'the head is there alone');
$t->file('go', '');
my $r = $c->response;
ok(!$r->truncated && $r->body =~ /foot/, 'and then the rest');
unlink $go;

# Compressed, on either side.

my $packed = get('/small/script', 'gzip', gzip => 1);
is($packed->status, 200, 'compressed');
is(get('/small/script', 'gzip', gzip => 1)->text, $packed->text, 'the same');
$r = get('/small/script', 'gzip lost');
ok($r->truncated && $r->body !~ /SECRET/, 'and broken off');

# A match that does not come within patron_wall_buffer.

is(get('/small/upper', '')->status, 200, 'with a small buffer');
$r = get('/small/upper', 'far');
ok($r->truncated && $r->body !~ /SECRET/, 'broken off where that is full');
is(get('/small/upper', 'far')->status, 402, 'and refused');

# An upstream that breaks off, while the body waits: that is no missing match.

is(get('/small/end', '')->status, 200, 'a page');
for my $version ('1.0', '1.1') {
    $r = get('/small/end', 'short', version => $version);
    ok($version eq '1.0' ? $r->status == 502 : $r->truncated,
        "HTTP/$version: broken off with the upstream");
    unlike($r->body, qr/SECRET/, 'with nothing of the body');
}
$r = get('/small/end', '');
ok(!$r->truncated && $r->body =~ /foot/, 'and is still known');

# Without a body, or with a part of one.

is($t->head('/small/end')->status, 200, 'HEAD');
$r = get('/small/end', '', headers => [Range => 'bytes=0-40']);
is($r->status, 200, 'no ranges');
is(get('/small/end', '', headers => ['If-None-Match' => $r->header('ETag')])
    ->status, $r->header('ETag') ? 304 : 200, 'a condition');

# HTTP/2, and readers who do not read.

is(get('/small/text', '')->status, 200, 'a page for HTTP/2');
$Patron::Slow::PAUSE = 0.05;
$r = slow_h2($t, '/small/text');
ok(!$r->truncated && $r->body =~ /foot/, 'whole');
$r = slow_h2($t, '/small/text', headers => ['X-How' => 'lost']);
is($r->{end}, 'reset', 'the stream is reset');
unlike($r->body, qr/SECRET/, 'with nothing of the body');
get('/buffered/slow', '');
ok(slow_h1($t, '/buffered/slow')->body =~ /foot/, 'a slow one, and a long head');

# Two at once, and a worker that dies meanwhile.

get('/small/inside', '');
my @two = map { $t->client } 1, 2;
$_->send_request('GET', '/small/inside', headers => ['X-How' => 'lost wait'])
    for @two;
for my $reader (@two) {
    $reader->fill while $reader->{buffer} !~ m{</script>};
}
$t->file('go', '');
for my $reader (@two) {
    $r = $reader->response;
    ok($r->truncated && $r->body !~ /SECRET/, 'each is broken off');
}
unlink $go;
is(get('/small/inside', 'lost')->status, 402, 'the third is refused');

get('/small/break', '');
$c = $t->client;
$c->send_request('GET', '/small/break', headers => ['X-How' => 'lost wait']);
$c->fill while $c->{buffer} !~ m{</script>};
my ($worker) = $t->workers;
kill('KILL', $worker);
wait_for(sub { my ($w) = $t->workers; $w && $w != $worker });
$r = $c->response;
ok($r->truncated && $r->body !~ /SECRET/, 'the worker has died');
$r = get('/small/break', 'lost');
ok($r->truncated && $r->body !~ /SECRET/, 'the next one begins, too');
is(get('/small/break', 'lost')->status, 402, 'and then it is refused');

ok($t->wait_log(qr{"/bare" is broken off: no element matches "patron_wall}),
    'it is told as one that is refused');
$t->allow(qr/exited on signal 9/);

$t->finish;
