# What is no page gets no banner: what is called text/html and is no markup, and
# a piece of a page that a script asks for.  Nothing in its headers says
# otherwise.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_gunzip');

my $bom = "\xef\xbb\xbf";

my %none = (
    json => '{"success":true,"html":"<body><p>x</p></body>"}',
    zero => '0',
    word => 'OK',
    low => '<3 <body>',
    blank => " \r\n",
    bom => "$bom\n[1]",
    wide => "\xff\xfe<\0p\0>\0",
    slow => "\n  \n{\"a\":1}",
    rss => '<?xml version="1.0"?><rss><channel></channel></rss>',
    slow_map => '<?xml version="1.0"?><urlset><url>x</url></urlset>',
);

my %piece = (
    li => '<li>more</li><li>items</li>',
    card => "\n<!-- <html> --><div class=card><p>card</p></div>",
    title => '<title>t</title><main><p>x</p></main>',
);

my %page = (
    doctype => "$bom\r\n<!-- a --><!doctype html><title>t</title><p>x",
    html => '<html><p>x</html>',
    body => '<title>t</title><script>"<p>"</script><body><p>x</body>',
    xml => '<?xml version="1.0"?><html><body><p>x</p></body></html>',
    slow_page => "  <!-- -->\n<html><body><p>x</p></body></html>",
);

my $article = '<html><body><article><p>one</p><p>two</p></article></body>'
    . '</html>';

$t->origin('8081', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ /(\w+)$/;
    my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "ETag: \"$name\"\r\nConnection: close\r\n";

    if ($name eq 'cut') {
        return "${head}Content-Length: 10\r\n\r\n \n";
    }

    my $body = $none{$name} // $piece{$name} // $page{$name} // $article;

    if ($name =~ /^slow/) {
        return ["$head\r\n", split //, $body];
    }

    return $head . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
});

$t->file("html/$_.html", $piece{li}) for qw(static);
utime(time - 100, time - 100, $t->{dir} . '/html/static.html');

$t->run(http => <<'EOC', server => <<'EOS');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone main:1m;
EOC
        patron on;
        patron_banner top prepend body html=[ask];
        patron_banner end append body html=[ask];

        location / {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /static.html {
        }
        location /walled/ {
            patron_access members;
            patron_wall article keep=1 html=[wall];
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /bare/ {
            patron off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /dismiss {
            patron_dismiss_handler;
        }
EOS

my @script = (['Sec-Fetch-Dest' => 'empty'], ['HX-Request' => 'true'],
    ['X-Requested-With' => 'XMLHttpRequest']);

# As if the module were not there.

sub alone {
    my ($uri, @headers) = @_;

    my $bare = $t->get("/bare$uri", headers => \@headers);
    my $got = $t->get($uri, headers => \@headers);
    my $name = join ' ', $uri, @headers;

    is($got->body, $bare->body, "$name, its bytes");
    is(join('|', map { $_ . '=' . ($got->header($_) // '') }
            qw(ETag Vary Cache-Control Set-Cookie Content-Length)),
        join('|', map { $_ . '=' . ($bare->header($_) // '') }
            qw(ETag Vary Cache-Control Set-Cookie Content-Length)),
        "$name, its headers");
}

sub edited {
    my ($uri, @headers) = @_;

    my $r = $t->get($uri, headers => \@headers);
    my $name = join ' ', $uri, @headers;

    is(scalar(() = $r->body =~ /\[ask\]/g), 2, "$name, both banners");
    like($r->header('Vary'), qr/Cookie/, "$name, varies by cookie");
}

for my $name (sort keys %none) {
    alone("/$name");
    alone("/$name", @{$script[0]});
}

my $by_script = qr/Sec-Fetch-Dest, HX-Request, X-Requested-With/;

for my $name (sort keys %piece) {
    edited("/$name");
    like($t->get("/$name")->header('Vary'), $by_script,
        "$name, and by what scripts say");
    edited("/$name", 'Sec-Fetch-Dest' => 'document');
    alone("/$name", @$_) for @script;
}

for my $name (sort keys %page) {
    edited("/$name");
    unlike($t->get("/$name")->header('Vary'), $by_script, "$name, not by that");
    edited("/$name", @$_) for @script;
}

# Conditions are answered for what it is.

is($t->get('/json', headers => ['If-None-Match' => '"json"'])->status, 304,
    'the tag of the origin');
is($t->get('/li', headers => [@{$script[0]}, 'If-None-Match' => '"li"'])
    ->status, 304, 'of a piece that a script asks for');
is($t->get('/html', headers => ['If-None-Match' => '"html"'])->status, 200,
    'and not for a page with a banner');

my $etag = $t->get('/slow_page')->header('ETag');
isnt($etag, '"slow_page"', 'which has another');
is($t->get('/slow_page', headers => ['If-None-Match' => $etag])->status, 304,
    'by that one it is known again');
is($t->head('/slow_page')->header('ETag'), $etag, 'and HEAD says so, too');

# A page that is remembered is one for who looks at it, and not for a script.

for (1 .. 3) {
    my $r = $t->get('/static.html');
    is($r->body, "[ask]$piece{li}\[ask]", "read, $_");
    like($r->header('Vary'), $by_script, 'not for scripts');
    is($t->get('/static.html', headers => $script[1])->body, $piece{li},
        "fetched, $_");
}

# Walls stand in what is no page.

is($t->get('/walled/json')->status, 402, 'no page, walled');
is($t->get('/walled/json', headers => $script[0])->status, 402, 'fetched');

my $walled = $t->get('/walled/article', headers => $script[0])->body;
like($walled, qr/one.*\[wall\]/, 'an article that is fetched is cut');
unlike($walled, qr/two/, 'of what is behind the wall it has nothing');

# Nothing has come of it when it breaks off.

is($t->get('/cut')->status, 502, 'a page that ends before it begins');

my $log = $t->slurp('error.log');
unlike($log, qr/found no place/, 'and nothing is missed');

$t->finish;
