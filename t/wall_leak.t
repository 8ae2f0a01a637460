# Nothing leaks: whatever the origin sends and the client asks, a guest does not
# get a byte of what is behind the wall; a patron gets all of it.

use strict;
use warnings;

use Test::More;

use Compress::Zlib ();

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new->has(qw(http_gunzip http_slice));
my $redis = $t->redis;

# Every byte after the first paragraph carries the word.

my $page = <<'EOP';
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Bridge</title></head>
<body><header>site</header>
<article id="story"><h1>Bridge</h1>
<p>Open lead.</p>
<p>SECRET one.</p><div><p>SECRET two.</p></div>
<p>SECRET three.</p><!-- SECRET -->
</article>
<footer>colophon</footer>
</body></html>
EOP

my $two = $page =~ s{<footer>}{<article><p>Open too.</p><p>SECRET four.</p></article><footer>}r;
my $bom = "\xff\xfe" . join '', map { "$_\0" } split //, $page;
my $be = "\xfe\xff" . join '', map { "\0$_" } split //, $page;
my $pdf = "%PDF-1.4\nSECRET\0\0";

sub gz { Compress::Zlib::memGzip($_[0]) }

sub answer {
    my ($type, $body, @more) = @_;
    my $head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    $head .= "Content-Type: $type\r\n" if defined $type;
    while (my ($name, $value) = splice @more, 0, 2) {
        $head .= "$name: $value\r\n";
    }
    return "$head\r\n$body";
}

sub chunked {
    my ($size, @more) = @_;
    my $head = answer('text/html', '', 'Transfer-Encoding' => 'chunked', @more);
    my $body = $page;
    my @pieces = ($head);
    while (length $body) {
        my $piece = substr $body, 0, $size, '';
        push @pieces, sprintf("%x\r\n%s\r\n", length $piece, $piece);
    }
    return [ @pieces, "0\r\n\r\n" ];
}

# What an origin may come up with: [ name, answer, what a guest gets, what a
# patron gets ].

my %hostile = (
    plain => [ sub { answer('text/html', $page) }, 'cut' ],
    type_case => [ sub { answer('TEXT/Html; Charset="UTF-8"', $page) }, 'cut' ],
    type_params => [ sub { answer('text/html;x=y ; charset=utf-8', $page) },
        'cut' ],
    xhtml => [ sub { answer('application/xhtml+xml', $page) }, 'refused' ],
    no_type => [ sub { answer(undef, $page) }, 'refused' ],
    text_type => [ sub { answer('text/plain', $page) }, 'refused' ],
    json_type => [ sub { answer('application/json', qq({"a":"SECRET"})) },
        'refused' ],
    odd_type => [ sub { answer('text/htmlx', $page) }, 'refused' ],
    feed => [ sub { answer('application/rss+xml', "<rss>SECRET</rss>") },
        'refused' ],
    pdf => [ sub { answer('application/pdf', $pdf) }, 'refused' ],
    pdf_lie => [ sub { answer('text/html', $pdf) }, 'refused' ],
    audio => [ sub { answer('audio/mpeg', "ID3SECRET") }, 'refused' ],
    utf16 => [ sub { answer('text/html; charset=utf-16le', $bom) },
        'refused' ],
    utf16_quoted => [ sub { answer("text/html; charset='UTF-16BE'", $be) },
        'refused' ],
    utf16_lie => [ sub { answer('text/html; charset=utf-8', $bom) },
        'refused' ],
    utf16_be_lie => [ sub { answer('text/html', $be) }, 'refused' ],
    utf16_bare => [ sub { answer('text/html', substr $bom, 2) }, 'refused' ],
    br => [ sub { answer('text/html', $page, 'Content-Encoding' => 'br') },
        'refused' ],
    zstd => [ sub { answer('text/html', $page, 'Content-Encoding' => 'zstd') },
        'refused' ],
    deflate => [ sub { answer('text/html', Compress::Zlib::compress($page),
        'Content-Encoding' => 'deflate') }, 'refused' ],
    several => [ sub { answer('text/html', gz($page),
        'Content-Encoding' => 'br, gzip') }, 'refused' ],
    two_lines => [ sub { answer('text/html', gz($page),
        'Content-Encoding' => 'br', 'Content-Encoding' => 'gzip') },
        'refused' ],
    two_lines2 => [ sub { answer('text/html', gz($page),
        'Content-Encoding' => 'gzip', 'Content-Encoding' => 'br') },
        'refused' ],
    gzip => [ sub { answer('text/html', gz($page),
        'Content-Encoding' => 'gzip') }, 'cut' ],
    gzip_case => [ sub { answer('text/html', gz($page),
        'Content-Encoding' => 'GZIP') }, 'cut' ],
    partial => [ sub { "HTTP/1.1 206 Partial Content\r\n"
        . "Content-Type: text/html\r\nConnection: close\r\n"
        . "Content-Range: bytes 0-99999/100000\r\n\r\n$page" }, 'refused' ],
    multipart => [ sub { "HTTP/1.1 206 Partial Content\r\nConnection: close\r\n"
        . "Content-Type: multipart/byteranges; boundary=x\r\n\r\n--x\r\n"
        . "Content-Type: text/html\r\nContent-Range: bytes 0-9/10\r\n\r\n"
        . "$page\r\n--x--\r\n" }, 'refused' ],
    created => [ sub { answer('text/html', $page) =~ s/200 OK/201 Created/r },
        'cut' ],
    no_match => [ sub { answer('text/html', $page =~ s/article/div/gr) },
        'refused' ],
    empty_match => [ sub { answer('text/html',
        "<article></article>" . $page =~ s/article/div/gr
            =~ s/SECRET/open/gr) }, 'open' ],
    two => [ sub { answer('text/html', $two) }, 'cut' ],
    nested => [ sub { answer('text/html', $page =~ s{<p>SECRET two}
        {<article><p>SECRET x</p></article><p>SECRET two}r) }, 'cut' ],
    unclosed => [ sub { answer('text/html', $page =~ s{</p>}{}gr) }, 'cut' ],
    never_closed => [ sub { answer('text/html', $page =~ s{</article>.*}{}sr) },
        'cut' ],
    closed_early => [ sub { answer('text/html', $page
        =~ s{<p>SECRET one}{</section></div><p>SECRET one}r) }, 'cut' ],
    old => [ sub { "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n$page" },
        'cut' ],
    length => [ sub { answer('text/html', $page,
        'Content-Length' => length $page) }, 'cut' ],
    chunks1 => [ sub { chunked(1) }, 'cut' ],
    chunks7 => [ sub { chunked(7) }, 'cut' ],
    chunks100 => [ sub { chunked(100) }, 'cut' ],
    trailer => [ sub { my $r = chunked(50); $r->[-1] = "0\r\nX: SECRET\r\n\r\n";
        $r }, 'cut' ],
    etag => [ sub { answer('text/html', $page, ETag => '"v1"',
        'Last-Modified' => 'Sun, 22 Nov 2026 10:00:00 GMT',
        'Accept-Ranges' => 'bytes', 'Content-Length' => length $page) },
        'cut' ],
    script => [ sub { answer('text/html', $page =~ s{<p>Open}
        {<script>"</article>"</script><!-- </article> --><p>Open}r) }, 'cut' ],
    big => [ sub { answer('text/html', $page =~ s{SECRET two}
        {'SECRET ' x 200000}er) }, 'cut' ],
    deep => [ sub { answer('text/html', $page =~ s{<footer>}
        {('<p>more' x 20000) . ('<div>' x 3000) . '<article><p>x</p><p>SECRET</p></article>'}er) },
        'cut' ],
    # nginx knows what comes before the answer from 1.29 on.
    early_hints => [ sub { "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        . answer('text/html', $page) },
        $t->version >= 1029000 ? 'cut' : 'refused' ],
    switching => [ sub { "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n$page" },
        'refused' ],
    unknown => [ sub { answer('text/html', $page) =~ s/200 OK/600 Unknown/r },
        'cut' ],
    choices => [ sub { answer('text/html', $page) =~ s/200 OK/300 Choices/r },
        'cut' ],
    low_status => [ sub { answer('text/html', $page) =~ s/200 OK/000 What/r },
        'refused' ],
    late => [ sub { answer('text/html', $page =~ s{<article}
        {('<p>menu</p>' x 50000) . '<article'}er) }, 'cut' ],
);

my $origin = $t->origin('8081', sub {
    my ($request) = @_;
    my ($name) = $request->{path} =~ m{/(\w+)$};

    return answer('text/html', $page) if $name eq 'post';
    return $page if $name eq 'no_line';
    return "HTTP/1.1 OK\r\n\r\n$page" if $name eq 'no_status';

    # an origin that takes ranges and conditions as it finds them

    if ($name eq 'ranges' && (my $range = $request->{header}->('Range'))) {
        my ($from, $to) = $range =~ /bytes=(\d+)-(\d*)/;
        $to = length($page) - 1 if $to eq '' || $to >= length $page;
        return "HTTP/1.1 206 Partial Content\r\nConnection: close\r\n"
            . "Content-Type: text/html\r\nETag: \"v1\"\r\n"
            . "Content-Range: bytes $from-$to/" . length($page) . "\r\n\r\n"
            . substr($page, $from, $to - $from + 1);
    }

    return answer('text/html', $page, ETag => '"v1"',
        'Accept-Ranges' => 'bytes', 'Content-Length' => length $page)
        if $name eq 'ranges';

    return $hostile{$name}[0]->();
});

$t->file('html/file.html', $page);
$t->file('html/file.pdf', $pdf);
$t->file('html/file.html.gz', gz($page));
$t->file('wall.html', '<aside class="wall">wall</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone patron:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        gunzip on;
        patron on;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        proxy_http_version 1.1;

        location / { }

        location /o/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /body/ {
            patron_wall body keep=1 file=%%DIR%%/wall.html;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /unbuffered/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_buffering off;
        }

        location /small/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_buffer_size 512;
            proxy_buffers 2 512;
            proxy_busy_buffers_size 512;
        }

        location /gzip/ {
            gzip on;
            gzip_min_length 1;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_cache_valid any 1m;
            add_header X-Cache $upstream_cache_status;
        }

        location /slice/ {
            slice 100;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_set_header Range $slice_range;
            proxy_cache pages;
            proxy_cache_key $uri$slice_range;
            proxy_cache_valid any 1m;
        }

        location /error/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            error_page 402 /pay.html;
        }

        location = /pay.html {
            patron_access free;
            return 402 "please pay";
        }

        location /teapot/ {
            patron_wall_code 418;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
EOC

$redis->member('paula');
my @patron = (token => token(sub => 'paula'));

sub all_text {
    my ($r) = @_;
    my $text = $r->head . $r->body;
    my $plain = eval { $r->text };
    $plain = Compress::Zlib::uncompress($r->body) if !defined $plain;
    return $text . ($plain // '');
}

sub guest_gets {
    my ($r, $what, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $leak = all_text($r) =~ /SECRET/ || all_text($r) =~ /S\0E\0C/;
    my $body = eval { $r->text } // '';

    return ok(!$leak && $r->status == 402 && $body !~ /Open lead/,
        "$name: refused") || diag($r->head . substr $r->body, 0, 2000)
        if $what eq 'refused';
    return ok(!$leak && $r->status != 402 && !$r->truncated
        && $body =~ /Open lead.*class="wall"/s
        && ($name =~ /never_closed|deep/ || $body =~ /colophon/), "$name: cut")
        || diag($r->head . substr $r->body, 0, 2000) if $what eq 'cut';
    return ok(!$leak && $r->status == 200 && $body =~ /class="wall"/,
        "$name: nothing to cut") || diag($r->head . substr $r->body, 0, 2000);
}

for my $name (sort keys %hostile) {
    my $what = $hostile{$name}[1];

    for my $place (qw(o unbuffered small gzip cached)) {
        guest_gets($t->get("/$place/$name"), $what, "$place $name");
    }

    guest_gets($t->get("/o/$name", gzip => 1), $what, "gzip $name");
    guest_gets($t->get("/gzip/$name", gzip => 1), $what, "gzip on $name");
    guest_gets($t->get("/cached/$name", gzip => 1), $what, "cached $name");
    guest_gets($t->get("/o/$name", version => '1.0'), $what, "1.0 $name");
    guest_gets($t->get("/o/$name", headers => [ Range => 'bytes=0-' ]), $what,
        "Range $name");

    unlike($t->head("/o/$name")->head, qr/SECRET/, "HEAD $name");

    my $r = $t->get("/o/$name", @patron);
    like(all_text($r), qr/SECRET|S\0E\0C|Open|\x1f\x8b|x\x9c/,
        "$name: all of it for a patron");
    isnt($r->status, 402, 'not refused');

    # the patron's page does not come back to a guest

    $t->get("/cached/$name", @patron);
    guest_gets($t->get("/cached/$name"), $what, "after a patron $name");
}

# Where everything is the body, binary files have no first paragraph.

guest_gets($t->get("/body/$_"), 'refused', "body $_")
    for qw(utf16_lie utf16_be_lie utf16_bare two_lines two_lines2);
unlike(all_text($t->get("/body/pdf_lie")), qr/SECRET/, 'body pdf_lie');
like($t->get('/body/plain')->body, qr/Open lead.*class="wall"/s, 'body plain');

# Requests that ask for less than the page.

for my $range ('bytes=0-', 'bytes=300-', 'bytes=-200', 'bytes=200-400,600-700',
    'bytes=0-0,-1', 'BYTES=0-', 'bytes = 0-', 'bytes=99999-')
{
    for my $more ([], [ 'If-Range' => '"v1"' ],
        [ 'If-Range' => 'Sun, 22 Nov 2026 10:00:00 GMT' ])
    {
        my @headers = (Range => $range, @$more);
        guest_gets($t->get($_, headers => [ @headers ]), 'cut', "$_ @headers")
            for qw(/o/ranges /cached/ranges /file.html /o/etag);
    }
}

# An origin without a status line is taken for one of HTTP/0.9, and answered so:
# no headers.

for my $line ('', 'HTTP/1.1 OK') {
    my $c = $t->client;
    $c->send_request('GET', '/o/' . ($line ? 'no_status' : 'no_line'),
        close => 1);
    while ($c->fill) { }
    unlike($c->{buffer}, qr/SECRET/, "HTTP/0.9: '$line'");
}

my $r = $t->get('/file.pdf', headers => [ Range => 'bytes=0-' ]);
guest_gets($r, 'refused', 'a range of a file');
$r = $t->get('/file.pdf', headers => [ Range => 'bytes=0-7' ], @patron);
is($r->status, 206, 'a patron has ranges');
is($r->body, '%PDF-1.4', 'of what is behind no wall');
like($r->header('Cache-Control'), qr/private, no-store/, 'for nobody else');

for (1 .. 2) {
    my $slice = $t->get('/slice/ranges');
    unlike(all_text($slice), qr/SECRET/, 'slices');
    unlike(all_text($t->get('/slice/ranges',
        headers => [ Range => 'bytes=250-500' ])), qr/SECRET/,
        'a range of slices');
}

like($t->get('/slice/ranges', @patron)->body, qr/SECRET one.*colophon/s,
    'slices for a patron');
unlike(all_text($t->get('/slice/ranges')), qr/SECRET/, 'and for a guest again');

# Conditions

for my $condition ([ 'If-None-Match' => '"v1"' ], [ 'If-None-Match' => '*' ],
    [ 'If-Match' => '"v1"' ], [ 'If-Match' => '"v2"' ],
    [ 'If-Modified-Since' => 'Sun, 22 Nov 2026 10:00:00 GMT' ],
    [ 'If-Unmodified-Since' => 'Sun, 22 Nov 2026 10:00:00 GMT' ])
{
    for my $path (qw(/o/etag /cached/etag /file.html)) {
        my $r = $t->get($path, headers => $condition);
        unlike(all_text($r), qr/SECRET/, "$path @$condition");
    }
}

$r = $t->get('/o/etag');
my $etag = $r->header('ETag');
isnt($etag, '"v1"', 'a tag of its own');
ok(!$r->has('Last-Modified') && !$r->has('Accept-Ranges'), 'no other');
is($t->get('/o/etag', headers => [ 'If-None-Match' => $etag ])->status, 304,
    'the same guest');
like($t->get('/o/etag', @patron, headers => [ 'If-None-Match' => $etag ])
    ->body, qr/SECRET/, 'a new patron gets the article');

# Methods

for my $method (qw(POST PUT PATCH DELETE OPTIONS REPORT)) {
    unlike(all_text($t->request($method, '/o/post', body => 'x=1')),
        qr/SECRET/, $method);
}

# Refused, as the site has it

$r = $t->get('/error/pdf');
is($r->status, 402, 'a page of the site');
is($r->body, 'please pay', 'in its place');
is($t->get('/teapot/pdf')->status, 418, 'a status of its own');
guest_gets($t->get('/file.pdf'), 'refused', 'a file');
guest_gets($t->get('/file.html'), 'cut', 'a page in a file');

$t->finish;
