# scripts/recipes/wordpress.conf, in front of a FastCGI responder that answers
# as WordPress under PHP-FPM does.

use strict;
use warnings;

use Compress::Zlib;
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');
$t->file("www/wordpress/$_.php", '<?php') for qw(index wp-login);
$t->file('www/wordpress/wp-content/uploads/x.php', '<?php');
$t->file('www/wordpress/style.css', 'p{}');

my $json = '<script type="application/ld+json">{"articleBody":"SECRET"}'
    . '</script>';

my $php = $t->origin('php', sub {
    my ($r) = @_;

    my %p = %{$r->{params}};
    my $uri = $p{REQUEST_URI};
    my $head = "X-Powered-By: PHP/8.2\r\nLink: <https://news.example/wp-json/>;"
        . " rel=\"https://api.w.org/\"\r\n";

    if ($p{SCRIPT_NAME} eq '/wp-login.php') {
        return "Status: 302 Found\r\n${head}Location: /\r\nContent-Type: "
            . "text/html\r\nSet-Cookie: wordpress_logged_in_1=ada; path=/\r\n"
            . "X-Patron-Grant: sub=42; ttl=30d\r\n\r\n";
    }

    # The plugin leaves the beginning of a members' article there.

    if ($uri =~ /feed|wp-json/) {
        my $type = $uri =~ /feed/ ? 'rss+xml' : 'json';
        my $editor = ($p{HTTP_COOKIE} // '') =~ /wordpress_logged_in_1=ed/;
        return "${head}Content-Type: application/$type\r\n\r\n"
            . ($editor ? 'SECRET' : 'Open 1');
    }

    # A block theme has no article; what kind of page it is the body says.

    my $page = story('entry-content', $json);
    $page =~ s/<body>/<body class="single single-post postid-7">/;
    $page =~ s{<(/?)article\b}{<${1}main}g;
    $page =~ s{(?=<p>Open 3)}{<p><span id="more-7"></span></p>}
        if $uri =~ /more/;
    $page =~ s{</footer>}{ hello ada$&}
        if ($p{HTTP_COOKIE} // '') =~ /wordpress_logged_in/;

    $head .= "X-Access: members\r\n" if $uri =~ /members|more/;
    $head .= "Content-Type: text/html; charset=UTF-8\r\n";
    $head .= "Expires: Wed, 11 Jan 1984 05:00:00 GMT\r\nCache-Control: no-cache,"
        . " must-revalidate, max-age=0\r\n"
        if ($p{HTTP_COOKIE} // '') =~ /wordpress_logged_in/;

    if ($uri =~ /gzip/) {
        $head .= "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
        $page = Compress::Zlib::memGzip($page);
    }

    # PHP drops the page of a HEAD.

    return "$head\r\n" if $p{REQUEST_METHOD} eq 'HEAD';

    return [ "$head\r\n", $page =~ /.{1,97}/gs ];
}, speaks => 'fastcgi');

recipe($t, 'wordpress', 'unix:/run/php/php-fpm.sock' => 'php');

my $ada = token(sub => '42');

is($t->head('/free/')->status, 200, 'HEAD');
is(looks($t->get('/free/')), 'appeal', 'a guest');
is(looks($t->get('/free/', token => $ada)), 'thanks', 'a patron');
is(looks($t->get('/gzip/', gzip => 1)), 'appeal', 'PHP compresses');
is(looks($t->get('/gzip/', gzip => 1, token => $ada)), 'thanks',
    'and for a patron');

my $r = $t->get('/members/one/');
is(looks($r), 'wall cut', 'a wall');
is($r->header('X-Access'), '', 'the header stays inside');
unlike($r->text, qr/articleBody/, 'the second copy of the text is gone');
like($r->text, qr/Open 3/, 'three paragraphs stay');
is(looks($t->get('/members/one/', token => $ada)), 'thanks', 'for a patron');

$r = $t->get('/more/');
is(looks($r), 'wall cut', 'up to the editors\' mark');
unlike($r->text, qr/Open 3/, 'where that comes first');

is($t->get($_)->body, 'Open 1', "as WordPress has it: $_")
    for '/feed/', '/wp-json/a', '/wp-json/?x';
is($t->get('/wp-json/a', headers => [Cookie => 'wordpress_logged_in_1=ed'])
    ->body, 'SECRET', 'for an editor');
is($t->get('/wp-json/a')->body, 'Open 1', 'which nobody else gets');
is($t->request('POST', '/wp-json/forms', body => 'x=1')->status, 200,
    'a form is sent');

# One copy for all but those whom WordPress knows.

my %asked;
$asked{/^REQUEST_URI: (\S+)\r$/m ? $1 : ''}++
    for grep { !/^REQUEST_METHOD: HEAD/m } $php->requests;
delete @asked{grep { /feed|json/ } keys %asked};
is_deeply(\%asked, { map { $_ => 1 } qw(/free/ /gzip/ /members/one/ /more/) },
    'PHP was asked once for each page');

$r = $t->get('/free/', headers => [Cookie => 'wordpress_logged_in_1=ada']);
like($r->text, qr/hello ada/, 'who has signed in gets a page of his own');
unlike($t->get('/free/')->text, qr/hello/, 'which is not kept');

is($t->get('/free/')->header('Vary'), 'Cookie', 'a guest\'s page');
is($t->get('/free/', token => $ada)->header('Cache-Control'),
    'private, no-store', 'a patron\'s');

# Signing in.

my $reader = Patron::Reader->new($t);
$r = $reader->request('POST', '/wp-login.php', body => 'log=ada');
is($r->status, 302, 'the sign-in');
is($r->header('X-Patron-Grant'), '', 'the grant stays inside');
is(looks($reader->get('/members/one/')), 'thanks', 'makes a patron');

is($t->get('/wp-content/uploads/x.php')->status, 403, 'no PHP of uploads');
is($t->get('/style.css')->body, 'p{}', 'a file');

$t->finish;
