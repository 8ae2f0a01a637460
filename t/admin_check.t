# scripts/patron: what a wall cuts and the page holds a second time is found,
# however it is written there, and nothing else.

use strict;
use warnings;
use utf8;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

binmode(Test::More->builder->$_, ':encoding(UTF-8)')
    for qw(output failure_output);

my $t = Patron::Harness->new;

sub page {
    my ($name, $head, $rest) = @_;

    my $page = <<"EOP";
<!DOCTYPE html><html><head><title>The lamp room</title>$head</head><body>
<nav><a href="/">A line that every page of this paper has in its head.</a></nav>
<article><p>The lead of the story, which everybody is to read.</p>
<p>Nobody had <em>ever</em> seen the caf&eacute; with its lights out. "They know,"
she said, and it&#8217;s a long way down the stairs again.</p>
<p>In the morning the keeper&nbsp;was gone, and so was the lamp.</p></article>
$rest<footer>Another line that stands under each and every page.</footer>
</body></html>
EOP
    utf8::encode($page);
    $t->file("html/$name.html", $page);
}

page('clean', '', '');
page('json', '<script type="application/ld+json">{"articleBody": "The lead of'
    . ' the story, which everybody is to read.\nNobody had ever seen the'
    . ' caf\u00e9 with its lights out. \u201cThey know,\u201d"}</script>', '');
page('html', '', '<script>state = {body: "\u003cp>In the morning the'
    . ' keeper&nbsp;was \u003ca href=\"/x\">gone<\/a>, and so was the'
    . ' lamp.\u003c\/p>"}</script>');
page('attribute', '', '<amp-data src="{&quot;b&quot;:&quot;In the morning the'
    . " keeper was gone, and so was the lamp.&quot;}\"></amp-data>");
page('comment', '', '<!-- <p>In the morning the keeper was gone,'
    . ' and so was the lamp.</p> -->');
page('hidden', '', '<div hidden><p>Nobody had ever seen the café with its'
    . ' lights out.</div>');
page('lead', '<meta name="description" content="The lead of the story, which'
    . ' everybody is to read.">', '');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 html=<hr>;
    patron_strip script;

    location / {
        patron_access members;
    }
    location /left/ {
        alias %%DIR%%/html/;
        patron_access members;
        patron_strip b;
    }
    location /open/ {
        alias %%DIR%%/html/;
    }
    location /thanked/ {
        alias %%DIR%%/html/;
        patron_banner thanks append article for=patron
            'html=<p>Thank you for all that you pay for the light.</p>';
        patron_banner ask replace p
            'html=<p>Nobody pays for the light but those who do.</p>';
        location /thanked/left/ {
            alias %%DIR%%/html/;
            patron_access members;
        }
    }
EOC

my $url = 'http://127.0.0.1:' . $t->port;
my $token = token(sub => '42');

# check($page, ...): the status, and what was said.

sub check {
    my ($page, @args) = @_;

    my ($status, $out, $err) = patron($t, { stdin => "$token\n" }, 'page',
        'check', "$url$page", @args);
    utf8::decode($out);

    return ($status, $out, $err);
}

my $clean = "sentences that are cut out of the guest's page: %d; found in it"
    . " all the same: %d\nfrom:\n  Nobody had ever seen the café with its"
    . " lights out.\nto:\n  In the morning the keeper was gone, and so was the"
    . " lamp.\n";

for my $name (qw(clean lead)) {
    my ($status, $out, $err) = check("/left/$name.html");
    is($out, sprintf($clean, 3, 0), "$name: nothing is left");
    is("$status$err", '0', 'and the status says so');
}

for (['json', "script application/ld+json:\n  Nobody had ever seen the café"
        . " with its lights out.\n"],
    ['html', "script:\n  In the morning the keeper was gone, and so was the"
        . " lamp.\n"],
    ['attribute', "<amp-data src>:\n  In the morning the keeper was gone, and"
        . " so was the lamp.\n"],
    ['comment', "a comment:\n  In the morning the keeper was gone, and so was"
        . " the lamp.\n"],
    ['hidden', "text:\n  Nobody had ever seen the café with its lights out.\n"])
{
    my ($name, $said) = @$_;
    my ($status, $out, $err) = check("/left/$name.html");

    is($out, sprintf($clean, 3, 1) . $said, "$name: found");
    is("$status$err", '1', 'and the status says so');
}

is((check("/$_.html"))[1], sprintf($clean, 3, 0), "patron_strip: $_")
    for qw(json html);

my ($status, $out, $err) = check('/open/clean.html');
is($status, 1, 'where no wall stands');
like($out, qr/^nothing is taken out/, 'it is said');

# What a banner says, or stands for, no wall has cut.

($status, $out) = check('/thanked/clean.html');
is($status, 1, 'where no wall stands, and banners differ');
like($out, qr/^nothing is taken out/, 'it is said');
($status, $out) = check('/thanked/left/clean.html');
is($status, 0, 'where a wall stands, and banners differ');
is($out, sprintf($clean, 3, 0), 'nothing else is told');

is($t->get('/thanked/clean.html', headers => ['Patron-Check' => 1])
    ->header('Cache-Control'), 'private, no-store',
    'a page without banners is for who asked alone');

# The token from a file, in another cookie.

my $file = $t->file('token', $token);
($status, $out) = patron($t, qw(page check --token), $file, "$url/clean.html");
is($status, 0, '--token');
($status, $out) = check('/clean.html', '--cookie', 'other');
like($out, qr/^nothing is taken out/, 'in a cookie that nobody reads');

unlike(seen($t), qr/\Q$token\E/, 'the token is on no command line');

# Mistakes.

for (['no page', 1, qr/status 404 for the patron/, "$url/none.html"],
    ['nobody there', 1, qr/cannot be fetched/,
        'http://127.0.0.1:' . $t->port('closed') . '/'],
    ['no URL', 2, qr/not a URL/, 'file:///etc/passwd'],
    ['an option', 2, qr/not a URL/, '--', '-o/tmp/x'],
    ['a name', 2, qr/not a cookie's name/, "$url/", '--cookie', 'a"b'])
{
    my ($name, $want, $said, @args) = @$_;
    my ($status, undef, $err) = patron($t, { stdin => $token }, 'page',
        'check', @args);

    is($status, $want, $name);
    like($err, $said, 'it is said why');
}

for (['nothing', ''], ['no token', "a \"b\nurl = http://elsewhere/\n"]) {
    my ($name, $stdin) = @$_;
    my ($status, undef, $err) = patron($t, { stdin => $stdin }, 'page',
        'check', "$url/clean.html");

    is($status, 2, "$name on standard input");
    like($err, qr/no token/, 'it is said');
}

is((patron($t, { stdin => $token }, qw(page check --token), "$file.none",
    $url))[0], 1, 'a file that is not there');

$t->finish;
