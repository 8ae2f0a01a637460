# A compressed page behind a wall that cannot be decoded: 502 while nothing has
# been sent, an answer that is seen to be broken off where something has.

use strict;
use warnings;

use Compress::Zlib ();
use IO::Socket::INET;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has(qw(http_gunzip http_gzip_static));

my $said = 0;
my $top = '<html><head><title>t</title></head><body>';
my $article = '<article><p>lead</p><p>SECRET</p></article>';

# What is not to be compressed away: gunzip hands on what fills its buffers.

srand 1;
my $noise = join '', map { chr(97 + rand 26) } 1 .. 400_000;

my %page = (
    garbage => 'no gzip at all',
    short => substr(Compress::Zlib::memGzip("$top<p>and no more"), 0, -4),
    sum => Compress::Zlib::memGzip("$top<p>all") =~ s/.{8}\z/12345678/sr,
    head => substr(Compress::Zlib::memGzip('<html><head><title>t'), 0, -4),
    late => substr(Compress::Zlib::memGzip("$top<p>$noise</p>$article"),
        0, 200_000),
    open => substr(Compress::Zlib::memGzip("$top$article<p>$noise"),
        0, 200_000),
    little => substr(Compress::Zlib::memGzip("$top$article"), 0, -8),
);

$t->origin('8081', sub {
    my ($name) = $_[0]{path} =~ /(\w+)$/;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Content-Encoding: gzip\r\nCache-Control: max-age=60\r\n"
        . 'Content-Length: ' . length($page{$name})
        . "\r\nConnection: close\r\n\r\n$page{$name}";
});

$t->file("html/gz/static/$_.html.gz", $page{$_}) for keys %page;

$t->run(http => <<'EOC', server => <<'EOC');
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 html=[wall];
    patron_wall_buffer 1m;
    patron_access members;
    gunzip on;
    error_page 502 /oops;

    location = /oops {
        patron off;
        return 502 "oops\n";
    }
    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /whole/ {
        proxy_buffering off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /cached/ {
        proxy_cache c;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /meta/ {
        patron_access free;
        patron_access_meta on;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /plain/ {
        error_page 404 /oops;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /gz/ {
        root %%DIR%%/html;
        gzip_static always;
    }
EOC

for my $way ('', '/whole', '/cached', '/cached', '/meta', '/gz/static') {
    my $type = $way =~ /gz/ ? '.html' : '';

    # Past the head, what states its level there is not held any more.

    my @names = $way eq '/meta' ? qw(garbage head)
        : qw(garbage short sum head late);

    for my $name (@names) {
        my $r = $t->get("$way/$name$type");

        is($r->status, 502, "$way/$name: nothing can be sent");
        is($r->body, "oops\n", 'and error_page takes over');
        $said++;
    }
}

my $r = $t->get('/plain/garbage');
is($r->status, 502, 'without an error_page');
like($r->body, qr/502 Bad Gateway/, "nginx's own");
$said++;

my $log = $t->slurp('error.log');
is(() = $log =~ /patron: page refused: .*decoded/g, $said,
    'said once each');

# The place of the wall has come: the headers have gone out, or would have.

for my $way ('', '/whole', '/cached', '/cached', '/gz/static') {
    my $type = $way =~ /gz/ ? '.html' : '';

    $r = $t->get("$way/open$type");

    is($r->status, 200, "$way/open: it has begun");
    ok($r->truncated, 'and is broken off');
    like($r->body, qr/lead/, 'after the lead');
    unlike($r->body, qr/SECRET/, 'with nothing of the rest');

    $r = $t->get("$way/little$type");

    # All of it decodes, but for its end: in one piece with that, it is held.

    ok(!$r || $r->truncated || $r->status == 502, "$way/little: not whole");
    unlike($r ? $r->body : '', qr/SECRET/, 'with nothing of the rest');
}

# By HTTP/1.0 the end of a page is the end of its connection.

for my $way ('', '/whole', '/cached') {
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $t->port) or die;
    my $got = '';

    print $socket "GET $way/open HTTP/1.0\r\nHost: localhost\r\n\r\n";
    1 while sysread($socket, $got, 65536, length $got);

    ok($!{ECONNRESET}, "$way/open, HTTP/1.0: broken off");
    unlike($got, qr/SECRET/, 'with nothing of the rest');
}

$t->finish;
