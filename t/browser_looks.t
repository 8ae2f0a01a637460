# How a browser draws the ready-made looks of scripts/banners: on light and dark
# pages, under a strict Content-Security-Policy, in every language, from right to
# left, in themes of other minds, in a shadow root; and that they can be sent
# away.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Harness;

browser_or_skip('.');

my $t = Patron::Harness->new;
my $root = $t->{root};

# Where each look stands; in this order where several share a place.

my @places = (
    support => q(prepend body),
    renewal => q(prepend body),
    left    => q(prepend body),
    nav     => q(append nav),
    box     => q(before '#second'),
    ticker  => q(after '#second'),
    wall    => q(after '#last'),
    line    => q(append article),
    amounts => q(append article),
    appeal  => q(append article),
    thanks  => q(append article),
);
my %place = @places;
my @looks = grep { $place{$_} } @places;

# A look as the module puts it in; the reader, the meter and the ticker are the
# test's own here.

sub look {
    my ($name, $reader) = @_;

    my $dir = $name =~ /\.(\w+)$/ ? "$1/" : '';
    open(my $fh, '<:raw', "$root/scripts/banners/$dir$name.html")
        or die "$name: $!\n";
    my $html = do { local $/; <$fh> };

    $reader //= 'Ada';
    $html =~ s/\$\{patron_name\}/$reader/;
    $html =~ s/\$\{patron_left\}/2/;
    $html =~ s/\$\{ticker:patrons\}/412/g;

    return $html;
}

sub banners {
    my ($dir, $suffix, @names) = @_;

    return join "\n", map {
        "patron_banner $_$suffix $place{$_} file=%%DIR%%/$dir$_$suffix.html;"
    } @names;
}

for my $suffix ('', map { ".$_" } qw(de es fr pl uk)) {
    $t->file("$_$suffix.html", look("$_$suffix")) for @looks;
}

# The pages: an article, in a theme.

sub page {
    my ($html, $theme) = @_;

    return <<"EOP";
<!DOCTYPE html>
<html $html>
<head>
<meta charset="utf-8">
<title>Bridge reopens</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
$theme</head>
<body>
<header><nav aria-label="Sections"><a href="/">News</a></nav></header>
<main>
<article>
<h1>Bridge reopens</h1>
<p>The bridge is open again, and <a href="/">trains run</a> every ten minutes
from the old station to the new one, as they did before the flood.</p>
<p id="second">The second paragraph says who paid for it, what it cost, and why
nobody had thought of a handrail until the engineer came down on a bicycle.</p>
<p>The third is about the bicycle. It is red, has seen better days, and stands
in the hall of the town's museum, which opens on Sundays after church.</p>
<ul><li>One list, for the look of it</li></ul>
<p id="last">The last paragraph is the one that nobody reads to its end.</p>
</article>
</main>
</body>
</html>
EOP
}

$t->file('html/page.css', <<'EOS');
body { margin: 0; font: 18px/1.5 serif; background: #fff; color: #111 }
article > p > a, nav a { color: #113a8f }
article { max-width: 40rem; margin: auto; padding: 1rem }
EOS

# A theme in which a root's size is ten pixels, every child of an article as
# wide as that, and buttons, links and headings have been thought about.

my $theme = <<'EOS';
<style>
html { font-size: 62.5% }
article { width: 100%; max-width: 640px; padding: 0; text-align: center }
article > * { width: 100%; max-width: 640px; margin-left: auto; margin-right: auto }
article h2 { padding-top: 40px; border-bottom: 9px solid; font-size: 5rem }
article > ul { width: auto }
article p { font-size: 1.1rem; text-indent: 5em }
article p a:not(.button):not(.more):hover, article a:not(.button):not(.more) { display: inline; color: #c0ffee; background: none }
button:not(.a):not(.b):not(.c) { width: 100%; min-width: 300px; padding: 30px; background: #00f; text-transform: uppercase }
form { padding: 20px; background: #00f }
</style>
EOS

my $dark = <<'EOS';
<style>
:root { color-scheme: dark }
body { background: #111; color: #eee }
article > p > a, nav a { color: #9ec1ff }
</style>
EOS

my $either = <<'EOS';
<style>
:root { color-scheme: light dark }
body { background: light-dark(#fff, #111); color: light-dark(#111, #eee) }
article > p > a, nav a { color: light-dark(#113a8f, #9ec1ff) }
</style>
EOS

my %page = (
    light    => page('lang="en"', ''),
    dark     => page('lang="en"', $dark),
    theme    => page('lang="en"', $theme),
    rtl      => page('lang="ar" dir="rtl"', ''),
    all      => page('lang="en"', $either =~ s/<style>/$& /r),
    nameless => page('lang="en"', ''),
    hashed   => page('lang="en"', ''),
    none     => page('lang="en"', ''),
    close    => page('lang="en"', ''),
    shadow   => page('lang="en"', ''),
    map { $_ => page(qq(lang="$_"), '') } qw(de en es fr pl uk),
);

# A policy lets in no style of the page's own.

$page{$_} =~ s/<style>.*<\/style>//s for qw(all);
$page{all} =~ s{(?=</head>)}{<link rel="stylesheet" href="/either.css">\n};
$page{none} = $page{all};
$t->file('html/either.css', $either =~ s/<[^>]*>//gr);

$t->file("html/$_.html", $page{$_}) for keys %page;

# How a policy lets them in is what scripts/README.md says: by its own commands.

open(my $fh, '<', "$root/scripts/README.md") or die "scripts/README.md: $!\n";
my $readme = do { local $/; <$fh> };
my ($by_nonce) = $readme =~ /^(sed -i 's.*)$/m;
my ($by_hash) = $readme =~ /^(sed -n .*?base64)$/ms;

for my $look (@looks) {
    $t->file("nonce/$look.html", look($look));
    (my $command = $by_nonce) =~ s/support\.html/$look.html/;
    system("cd '" . $t->dir . "/nonce' && $command");
}

chomp(my $hash = qx(cd '$root/scripts/banners' && $by_hash));
my $policy = "default-src 'none'; img-src data:; style-src 'self'";

$t->file('nameless/thanks.html', look('thanks', ''));

my $server = <<"EOC";
        patron on;
        location / { @{[ banners('', '', @looks) ]} }
        location = /none.html { patron off; }
        location = /shadow.html { @{[ map {
            "patron_banner $_ append article shadow file=%%DIR%%/$_.html;"
            } @looks ]} }
        location = /nameless.html { @{[ banners('nameless/', '', 'thanks') ]} }
        location = /close.html { @{[ banners('', '', 'support') ]} }
        location = /patron/dismiss { patron_dismiss_handler; }
        location = /all.html {
            @{[ banners('nonce/', '', @looks) ]}
            add_header Content-Security-Policy "$policy 'nonce-\$request_id'";
        }
        location = /hashed.html {
            @{[ banners('', '', 'support') ]}
            add_header Content-Security-Policy "$policy 'sha256-$hash'";
        }
EOC

for my $language (qw(de es fr pl uk)) {
    $server .= "location = /$language.html { "
        . banners('', ".$language", @looks) . " }\n";
}

$t->run(server => $server, http => 'patron_key k1 %%DIR%%/k1.key;');

my $r = $t->get('/all.html');
my ($nonce) = $r->header('Content-Security-Policy') =~ /'nonce-(\w{32})'/;
is(() = $r->body =~ /<style nonce="$nonce">/g, @looks,
    'the nonce of this very answer');
like($r->header('Cache-Control'), qr/no-store/, 'is for nobody else');
unlike($t->get('/hashed.html')->header('Cache-Control'), qr/no-store/,
    'a page with a hash may be kept');

browser($root, 'looks.mjs', 'http://127.0.0.1:' . $t->port);

$t->finish;
