# scripts/recipes/drupal.conf, in front of a FastCGI responder that answers as
# Drupal's page cache does.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');
$t->redis->member('43', tier => 'silver');
$t->file('www/drupal/web/index.php', '<?php');
$t->file('www/drupal/web/update.php', '<?php');

my $php = $t->origin('php', sub {
    my ($r) = @_;

    my %p = %{$r->{params}};
    my $cookie = $p{HTTP_COOKIE} // '';
    my $head = "X-Generator: Drupal 10 (https://www.drupal.org)\r\n"
        . "Content-Type: text/html; charset=UTF-8\r\nContent-language: en\r\n";

    return "Status: 500 Error\r\n\r\n$p{SCRIPT_FILENAME}"
        if $p{SCRIPT_FILENAME} !~ m{/web/index\.php$};

    if ($cookie =~ /SESS/ || $p{REQUEST_URI} =~ m{^/(?:user|admin)}) {
        $head .= "Cache-Control: must-revalidate, no-cache, private\r\n"
            . "X-Drupal-Dynamic-Cache: MISS\r\n";
    } else {
        $head .= "X-Drupal-Cache: HIT\r\nCache-Control: max-age=900, public\r\n"
            . "ETag: \"1700000000\"\r\nVary: Cookie\r\n"
            . "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
            . "Expires: Sun, 19 Nov 1978 05:00:00 GMT\r\n";
    }

    $head .= "X-Access: gold\r\n" if $p{REQUEST_URI} =~ /gold/;

    # PHP drops the page of a HEAD.

    return "$head\r\n" if $p{REQUEST_METHOD} eq 'HEAD';

    return "$head\r\n" . story('node__content')
        =~ s/<article/<article class="node node--view-mode-full"/r;
}, speaks => 'fastcgi');

recipe($t, 'drupal', 'unix:/run/php/php-fpm.sock' => 'php');

my $gold = token(sub => '42');
my $silver = token(sub => '43');

is($t->head('/node/1')->status, 200, 'HEAD');
$php->forget;

my $r = $t->get('/node/1');
is(looks($r), 'support', 'a guest');
is($r->header('Cache-Control'), 'max-age=900, public', 'as Drupal allows');
is($r->header('Vary'), 'Cookie', 'and varies, said once');

my $etag = $r->header('ETag');
isnt($etag, '"1700000000"', 'the variant has a tag of its own');
is($t->get('/node/1', headers => ['If-None-Match' => $etag])->status, 304,
    'the same reader has it already');

$r = $t->get('/node/1', token => $gold, headers => ['If-None-Match' => $etag]);
is(looks($r), 'thanks', 'a new patron is not told so');
is($r->header('Cache-Control'), 'private, no-store', 'nor is it kept');

is(looks($t->get('/node/1?gold')), 'support wall cut', 'a wall');
is(looks($t->get('/node/1?gold', token => $silver)), 'wall cut',
    'for another tier');
is(looks($t->get('/node/1?gold', token => $gold)), 'thanks',
    'not for its own');

# Whatever their cookies, guests and patrons have the same copy.

$t->get('/node/1', headers => [Cookie => "theme=$_"]) for 1 .. 3;
is(scalar($php->requests), 2, 'Drupal was asked once for each page');

$r = $t->get('/node/1', headers => [Cookie => 'SSESS0123abcd=x']);
like($r->header('X-Drupal-Dynamic-Cache'), qr/MISS/, 'a session goes through');
is(looks($r), 'support', 'and is a guest to us');

is(looks($t->get('/user/login')), '', 'no banner where readers sign in');
is(looks($t->get('/admin')), '', 'nor where editors work');
is($t->get('/update.php')->status, 403, 'one door alone');

$t->finish;
