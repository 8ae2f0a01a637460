# scripts/recipes/static.conf, over files, some of them compressed beforehand.

use strict;
use warnings;

use Compress::Zlib;
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has(qw(http_gunzip http_gzip_static));

$t->redis->member('42', tier => 'gold');

my $page = story('text');

for my $name (qw(index news archive/index archive/1989)) {
    $t->file("www/news/$name.html", $page);
    $t->file("www/news/$name.html.gz", Compress::Zlib::memGzip($page));
}

$t->file('www/news/style.css', 'p{}');
$t->file('www/news/style.css.gz', Compress::Zlib::memGzip('p{}'));
$t->file("www/news/archive/1989.$_", 'SECRET') for qw(pdf jpg JPG json js css);
$t->file('www/news/join/index.html', '<html><body>join us</body></html>');

recipe($t, 'static');

my $ada = token(sub => '42');

for my $path ('/', '/news', '/news.html') {
    for my $gzip (0, 1) {
        is(looks($t->get($path, gzip => $gzip)), 'appeal', "$path: a guest");
        is(looks($t->get($path, gzip => $gzip, token => $ada)), 'thanks',
            "$path: a patron");
    }
}

my $r = $t->get('/style.css', gzip => 1);
is($r->header('Content-Encoding'), 'gzip', 'other files as they lie there');
is($r->text, 'p{}', 'whole');

$r = $t->get('/news');
is($r->header('Cache-Control'), 'max-age=600', 'a guest may keep a page');
is($r->header('Vary'), 'Cookie', 'as long as the cookies are the same');
is($t->get('/news', headers => ['If-None-Match' => $r->header('ETag')])->status,
    304, 'and has it already');
$r = $t->get('/news', token => $ada,
    headers => ['If-None-Match' => $r->header('ETag')]);
is(looks($r), 'thanks', 'a patron has not');
is($r->header('Cache-Control'), 'private, no-store', 'and nobody keeps it');

is(looks($t->get('/archive/1989')), 'wall cut', 'a wall');
is(looks($t->get('/archive/')), 'wall cut', 'on an index too');
is(looks($t->get('/archive/1989', token => $ada)), 'thanks', 'for a patron');

$r = $t->get('/archive/1989.pdf');
is($r->status, 402, 'what cannot be cut');
like($r->body, qr/join us/, 'says where to go');
is($t->get('/archive/1989.pdf', token => $ada)->body, 'SECRET',
    'for a patron');

is($t->get("/archive/1989.$_")->status, 402, "and what ends in .$_")
    for qw(jpg JPG json js css);
is(looks($t->get('/join/')), '', 'nobody is asked where the banners lead');

# A new version of the file is a new page.

$t->file('www/news/news.html', $page =~ s/<h1>x/<h1>yy/r);
like($t->get('/news')->body, qr/<h1>yy.*patron-appeal/s, 'a file that changed');

$t->finish;
