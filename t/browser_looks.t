# How a browser draws the ready-made looks of scripts/banners under a strict
# Content-Security-Policy.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Harness;

browser_or_skip('.');

my $t = Patron::Harness->new;
my $root = $t->{root};

my %look;

for my $file (glob "$root/scripts/banners/*.html") {
    open(my $fh, '<:raw', $file) or die "$file: $!\n";
    local $/;
    $look{$1} = <$fh> if $file =~ m{([^/]+)\.html$};
}

# The looks as the module puts them in.  How they are let in by a policy is what
# scripts/README.md says: by its own two commands.

open(my $fh, '<', "$root/scripts/README.md") or die "scripts/README.md: $!\n";
my $readme = do { local $/; <$fh> };
my ($by_nonce) = $readme =~ /^(sed -i 's.*)$/m;
my ($by_hash) = $readme =~ /^(sed -n .*?base64)$/ms;

my $article = <<'EOP';
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bridge reopens</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main>
<h1>Bridge reopens</h1>
<p>The bridge is open again, and <a href="/">trains run</a> every ten minutes
from the old station to the new one, as they did before the flood.</p>
<p id="last">The second paragraph says who paid for it, what it cost, and why
nobody had thought of a handrail until the engineer came down on a bicycle.</p>
<ul><li>One list, for the look of it</li></ul>
</main>
</body>
</html>
EOP

my %at = (
    support => ['prepend', 'body'],
    left    => ['prepend', 'body'],
    box     => ['before', '#last'],
    appeal  => ['append', 'main'],
    thanks  => ['append', 'main'],
    wall    => ['after', '#last'],
);

my $server = '';

$t->file('html/page.css', <<'EOS');
:root { color-scheme: light dark }
body { margin: 0; font: 18px/1.5 serif; background: #fff; color: #111 }
main > p > a { color: #113a8f }
@media (prefers-color-scheme: dark) {
body { background: #111; color: #eee }
main > p > a { color: #9ec1ff }
}
main { max-width: 40rem; margin: auto; padding: 1rem }
EOS

for my $name (sort(keys %at), 'nameless') {
    my $look = $name eq 'nameless' ? 'thanks' : $name;
    my ($position, $selector) = @{$at{$look}};
    my $reader = $name eq 'nameless' ? '' : 'Ada';

    # The reader and the meter are the test's own here.

    my $html = $look{$look};
    $html =~ s/\$\{patron_name\}/$reader/;
    $html =~ s/\$\{patron_left\}/2/;

    $t->file("$name.html", $html);
    (my $command = $by_nonce) =~ s/support\.html/$name.html/;
    system("cd '" . $t->dir . "' && $command");
    $t->file("html/$name.html", $article);
    $server .= <<"EOC";
        location = /$name.html {
            patron on;
            patron_banner $look $position '$selector' file=%%DIR%%/$name.html;
            add_header Content-Security-Policy
                "default-src 'none'; img-src data:; style-src 'nonce-\$request_id' 'self'";
        }
EOC
}

$t->file('html/none.html', $article);

chomp(my $hash = qx(cd '$root/scripts/banners' && $by_hash));
$t->file('html/hashed.html', $article);
$server .= <<"EOC";
        location = /hashed.html {
            patron on;
            patron_banner support prepend body
                          file=$root/scripts/banners/support.html;
            add_header Content-Security-Policy
                "default-src 'none'; img-src data:; style-src 'sha256-$hash' 'self'";
        }
EOC

$t->run(server => $server, http => 'patron_key k1 %%DIR%%/k1.key;');

my $r = $t->get('/support.html');
my ($nonce) = $r->header('Content-Security-Policy') =~ /'nonce-(\w{32})'/;
like($r->body, qr/<style nonce="$nonce">/, 'the nonce of this very answer');
like($r->header('Cache-Control'), qr/no-store/, 'is for nobody else');
unlike($t->get('/hashed.html')->header('Cache-Control'), qr/no-store/,
    'a page with a hash may be kept');

browser($root, 'looks.mjs', 'http://127.0.0.1:' . $t->port);

$t->finish;
