# Walls where pages are read in other ways than they look: selects without an
# end, deep nesting, long tags, encodings unlike ASCII.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $part = '<section class="part"><p>free</p><p>SECRET</p></section>';

sub page { "<!DOCTYPE html><html><head><title>x</title>$_[1]</head>"
    . "<body>$_[0]<footer>foot</footer></body></html>" }

my %selects = (
    open => "$part<select name=a><option>b$part",
    form => "<form><select><optgroup><option>b</form>$part",
    within => "$part<select><option>a<div>$part</div></option></select>$part",
);
$t->file("html/$_.html", page($selects{$_}, '')) for keys %selects;

for my $tag (qw(blockquote i ul span)) {
    my $deep = "<$tag>" x 1500 . 'x' . "</$tag>" x 1500;
    $t->file("html/deep-$tag.html", page($part . $deep, ''));
    $t->file("html/deep-in-$tag.html",
        page("<section class=part><p>free</p>SECRET$deep</section>", ''));
}

$t->file('html/deep-before.html',
    page('<i>' x 700 . 'x' . '</i>' x 700 . $part, ''));

my $picture = '<img src="data:image/png;base64,' . 'A' x 900_000 . '">';
$t->file('html/picture.html', page($part . $picture, ''));

$t->file('html/' . lc($_) . '.html', page($part, "<meta charset='$_'>"))
    for qw(ISO-2022-JP HZ-GB-2312 UTF-16 Shift_JIS);
$t->file('wall.html', '<b>wall</b>');

$t->run(server => <<'EOC');
        patron on;

        location / {
            patron_access members;
            patron_wall .part keep=1 file=%%DIR%%/wall.html;
        }
        location /banner/ {
            alias %%DIR%%/html/;
            patron_banner a append .part html=<i>ask</i>;
        }
EOC

for my $name (sort keys %selects) {
    my $r = $t->get("/$name.html");
    unlike($r->body, qr/SECRET/, "a select: $name");
    like($r->body, qr/wall/, "$name: with the wall");
    unlike($t->get("/banner/$name.html")->body, qr{<select>.*<i>ask}s,
        "$name: no banner in it");
}

for my $name (map { ("deep-$_", "deep-in-$_") } qw(blockquote i ul span)) {
    my $r = $t->get("/$name.html");
    is($r->status, 200, $name);
    unlike($r->body, qr/SECRET/, "$name: cut");
    like($r->body, qr{wall.*<footer>foot</footer></body></html>\z}s,
        "$name: the rest of the page");
}

my $r = $t->get('/deep-before.html');
is($r->status, 402, 'deep before the article: refused');
unlike($r->body, qr/SECRET/, 'and nothing sent');

$r = $t->get('/picture.html');
is($r->status, 200, 'a long tag behind the article');
like($r->body, qr{wall.*\Q$picture\E.*foot</footer></body></html>\z}s,
    'a wall, and the rest');
like($t->get('/banner/picture.html')->body, qr{<i>ask</i></section>},
    'a banner before it');

for my $name (qw(iso-2022-jp hz-gb-2312)) {
    is($t->get("/$name.html")->status, 402, "$name is refused");
    is($t->get("/banner/$name.html")->body, $t->slurp("html/$name.html"),
        "$name: no banner");
}
like($t->get("/$_.html")->body, qr/wall/, "$_ is read") for qw(utf-16 shift_jis);

$t->finish;
