# An upstream that breaks off before the article's place has come: what is held
# is not sent, and the reader is told so.  Behind that place, and in a page with
# a banner, the connection ends in an error, in HTTP/1.0 too.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    . "Connection: close\r\n";
my $top = '<html><head><title>t</title>';

$t->origin('8081', sub {
    my $path = $_[0]{path};
    my $part = $path =~ /head/ ? $top
        : $path =~ /late/ ? "$top</head><body><article><p>a</p><p>b</p>"
            . '</article>'
        : "$top</head><body><p>lead SECRET";

    return $head . "\r\n$part" if $path =~ /close/;
    return $head . "Content-Length: 5000\r\n\r\n" . $part
        if $path =~ /length/;
    return $head . "Transfer-Encoding: chunked\r\n\r\n"
        . sprintf("%x\r\n%s\r\n", length $part, $part);
});

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 html=[wall];
    error_page 502 /oops;

    location = /oops {
        patron off;
        return 502 "oops\n";
    }
    location / {
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /meta/ {
        patron_access_meta on;
        proxy_pass http://127.0.0.1:%%PORT_8081%%/;
    }
    location /banner/ {
        patron_banner ask after article 'html=[ask]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%/;
    }
    location /unbuffered/ {
        proxy_buffering off;
        patron_banner ask prepend article 'html=[ask]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%/;
    }
    location /whole/ {
        proxy_buffering off;
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%/;
    }
EOC

for my $uri ('/length', '/chunked', '/whole/length', '/whole/chunked',
    '/meta/head/length', '/meta/head/chunked')
{
    my $r = $t->get($uri);

    is($r->status, 502, "$uri: nothing can be sent");
    is($r->body, "oops\n", 'and error_page takes over');
}

for my $uri (map { ("$_/late/length", "$_/late/chunked") } '', qw(/banner
    /unbuffered))
{
    for my $version (qw(1.0 1.1)) {
        my $r = $t->client->request('GET', $uri, version => $version,
            close => 1);

        ok($r->truncated, "$uri, HTTP/$version: it does not look whole");
    }
}

my $r = $t->get('/late/close', version => '1.0');
ok($r->body =~ m{<p>a</p>\[wall\]</article>} && !$r->truncated,
    'what ends with a close is whole');

$t->finish;
