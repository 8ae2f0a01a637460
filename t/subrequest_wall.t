# Where there are walls: what a page includes comes as it is where its reader may
# see it, and not at all where not, whoever puts the page together.

use strict;
use warnings;

use Test::More;

use Compress::Zlib ();

use lib 't/lib';
use Patron::Handlers;
use Patron::Harness;

my $t = Patron::Harness->new->has(qw(http_addition http_gunzip));

my $lua = grep { $_ eq 'lua' } handlers_scripts($t);

my $locked = '<meta property="article:content_tier" content="locked">';

my %part = (
    script => '<script>1</script>',
    link => '<link rel=stylesheet href=x>',
    comment => '<!-- x -->',
    style => '<style>a {}</style>',
    space => " \n",
    text => 'hello',
    free => '<meta property="article:content_tier" content="free"><p>x</p>',
    empty => '',
    locked => "$locked<script>SECRET</script>",
    article => "$locked<article><p>SECRET</p></article>",
);

my %ways = (files => 'alias %%DIR%%/html/parts/;',
    proxied => 'proxy_pass http://127.0.0.1:%%PORT_8081%%/;',
    unbuffered => 'proxy_buffering off;'
        . ' proxy_pass http://127.0.0.1:%%PORT_8081%%/;',
    packed => 'proxy_pass http://127.0.0.1:%%PORT_8081%%/gzip/;');

$t->origin('8081', sub {
    my ($r) = @_;
    my ($name) = $r->{path} =~ /(\w+)$/;
    my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n";

    return $r->{path} =~ /gzip/
        ? "${head}Content-Encoding: gzip\r\n\r\n"
            . Compress::Zlib::memGzip($part{$name})
        : "$head\r\n$part{$name}";
});

for my $name (keys %part) {
    $t->file("html/parts/$name", $part{$name});
    $t->file("html/$_-$name.html", '<html><body><p>[</p><!--#include virtual="/'
        . "$_/$name\" --><p>]</p></body></html>") for keys %ways;
}

$t->file('html/page.html', '<html><body><p>x</p></body></html>');

my $capture = $lua ? <<'EOC' : '';
    location = /capture {
        patron_access_meta off;
        content_by_lua_block {
            local r = ngx.location.capture(ngx.var.arg_uri)
            ngx.print(r.status, '[', r.body, ']')
        }
    }
EOC

$t->run(server => <<'EOC' . $capture . join '', map { <<"EOW" } sort keys %ways);
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 html=WALL;
    patron_access_meta on;
    gunzip on;
    default_type text/html;

    location / {
        ssi on;
    }
    location = /addition {
        rewrite ^ /page.html break;
        add_before_body /files/script;
        add_after_body /files/link;
    }
    location /members/ {
        alias %%DIR%%/html/parts/;
        patron_access members;
    }
    location /free/ {
        alias %%DIR%%/html/parts/;
        patron_access_meta off;
    }
EOC
    location /$_/ {
        $ways{$_}
    }
EOW

for my $way (sort keys %ways) {
    for my $name (sort keys %part) {
        my ($in) = $t->get("/$way-$name.html")->body
            =~ m{<p>\[</p>(.*)<p>\]</p>}s;

        is($in, $part{$name} =~ /SECRET/ ? '' : $part{$name}, "$way, $name");
    }
}

is($t->get('/addition')->body, "$part{script}<html><body><p>x</p></body></html>"
    . $part{link}, 'addition');

# A script that asks for a part itself gets it ahead of our filters.

SKIP: {
    skip 'no Lua here', 1 unless $lua;

    my $member = token(sub => 'ann');

    for my $way (qw(files proxied unbuffered members free)) {
        for my $name (sort keys %part) {
            my $uri = "/capture?uri=/$way/$name";
            my $closed = $way ne 'free'
                && ($way eq 'members' || $part{$name} =~ /SECRET/);

            is($t->get($uri)->body, '200[' . ($closed ? '' : $part{$name})
                . ']', "captured: $way, $name");
            is($t->get($uri, token => $member)->body, "200[$part{$name}]",
                'by a member');
        }
    }

    is($t->get('/capture?uri=/packed/text')->body, '200[]',
        'what cannot be read');
}

$t->finish;
