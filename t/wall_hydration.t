# Applications write again what was cut, from data in scripts and attributes:
# "patron_strip hydration" takes that away, and where it is not, a page that has
# such data is told of.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $keep = '<script>window.dataLayer = [];</script>'
    . '<script src="/ads.js"></script>'
    . '<script type="application/ld+json">{"@type":"WebSite"}</script>';

my %data = (
    next_app => '<script src="/_next/static/chunks/main-app.js" async=""></script>'
        . '<script>(self.__next_f=self.__next_f||[]).push([0])</script>'
        . '<script>self.__next_f.push([1,"5:[\"$\",\"p\",null,\"SECRET\"]"])</script>',
    next_pages => '<script src="/_next/static/chunks/main.js" defer=""></script>'
        . '<script id="__NEXT_DATA__" type="application/json">{"text":"SECRET"}'
        . '</script>',
    nuxt => '<script type="module" src="/_nuxt/entry.js" crossorigin></script>'
        . '<script type="application/json" data-nuxt-data="nuxt-app" '
        . 'id="__NUXT_DATA__">["SECRET"]</script>'
        . '<script>window.__NUXT__={};window.__NUXT__.config={}</script>',
    sveltekit => "<script>\n\t{\n\t\t__sveltekit_1ab = { base: '' };\n\n"
        . "\t\tconst data = [null, 'SECRET'];\n\t}\n</script>"
        . '<script type="application/json" data-sveltekit-fetched data-url="/x">'
        . '{"body":"SECRET"}</script>',
    react_router => '<script>window.__reactRouterContext = {"basename":"/"};</script>'
        . '<script>window.__reactRouterContext.streamController.enqueue('
        . '"[\"SECRET\"]");</script><script type="module" async="">import "/a.js";'
        . "\nwindow.__reactRouterRouteModules = {};</script>",
    astro => '<astro-island uid="1" component-url="/_astro/a.js" '
        . 'props="{&quot;text&quot;:[0,&quot;SECRET&quot;]}" ssr client="load">'
        . '<b>one</b></astro-island>',
    angular => '<app-root ng-version="19.2.25" ng-server-context="ssr"></app-root>'
        . '<script src="polyfills.js" type="module"></script>'
        . '<script id="ng-state" type="application/json">{"1":"SECRET"}</script>',
);

my %left = map { $_ => '' } keys %data;
$left{angular} = $data{angular} =~ s/<script.*//r;
$left{astro} = '<astro-island uid="1" component-url="/_astro/a.js" ssr>'
    . '<b>one</b></astro-island>';

sub page {
    return "<html><head>$keep</head><body><article><p>one</p>"
        . "<p>SECRET</p></article>$_[0]$keep</body></html>";
}

$t->origin('8081', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ /(\w+)$/;
    my $page = page($data{$name} // '');

    return ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n",
        $r->{args} =~ /split/ ? split(//, $page) : $page];
});

$t->run(http => 'patron_zone main:1m; patron_key k1 %%DIR%%/k1.key;',
    server => <<'EOC');
        patron on;
        patron_access members;
        patron_wall article keep=1 html=[wall];

        location / {
            patron_strip hydration;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /told/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
EOC

my $cut = page('') =~ s/<p>SECRET<\/p>/[wall]/r;

for my $name (sort keys %data) {
    my $expected = $cut =~ s/(?=\Q$keep\E<\/body>)/$left{$name}/r;

    is($t->get("/$name")->body, $expected, $name);
    is($t->get("/$name?split")->body, $expected, "$name, in pieces");
}

is($t->get('/plain')->body, $cut, 'other scripts stay');
is($t->get('/nuxt', token => token(sub => 'ann'))->body, page($data{nuxt}),
    'all of it for who may read');

sub told {
    return scalar(() = $t->slurp('error.log') =~ /\[error\].*writes what was/g);
}

$t->get('/told/plain');
is(told(), 0, 'a page without such data');
like($t->get('/told/next_app')->body, qr/__next_f.*SECRET/, 'not taken away');
is(told(), 1, 'is told');
$t->get("/told/$_") for sort keys %data;
is(told(), 1, 'once a minute');
like($t->slurp('error.log'), qr{"/told/next_app" is walled}, 'with its path');

$t->finish;
