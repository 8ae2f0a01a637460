# scripts/recipes/mediawiki.conf, in front of a FastCGI responder that answers as
# MediaWiki does with the lines of LocalSettings.php that stand in it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');

my $php = $t->origin('php', sub {
    my ($r) = @_;

    my %p = %{$r->{params}};
    my $query = $p{QUERY_STRING} // '';

    return "Status: 500 Error\r\n\r\n$p{SCRIPT_FILENAME}"
        if $p{SCRIPT_FILENAME} !~ m{/mediawiki/(index|api|rest|load)\.php$};

    my $head = "Vary: Accept-Encoding, Cookie\r\n"
        . "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

    return $head . "Content-Type: application/json\r\n\r\n{\"path\":\"$p{PATH_INFO}\"}"
        if $1 ne 'index';

    $head .= "Content-Type: text/html; charset=UTF-8\r\nCache-Control: "
        . ($query =~ /Special/ || ($p{HTTP_COOKIE} // '') =~ /_session/
            ? 'private, must-revalidate, max-age=0'
            : 's-maxage=60, must-revalidate, max-age=0') . "\r\n";
    $head .= "X-Access: members\r\n" if $query =~ /Secret|Special:Export/;

    return "$head\r\n" if $p{REQUEST_METHOD} eq 'HEAD';
    return "$head\r\n<pre>SECRET" if $query =~ /raw/;

    my $class = $query =~ /Special/ ? 'ns--1' : 'ns-0 action-view';
    my $page = story('mw-parser-output');
    my $diff = $query =~ /diff=/ ? '<table class="diff"><td>all of it</table>' : '';

    $class .= ' mw-article-diff' if $diff;

    $page =~ s/<body/<body class="$class"/;
    $page =~ s/<article/<div id="mw-content-text">$diff<article/;
    $page =~ s{</article>}{</article></div>};

    return "$head\r\n$page";
}, speaks => 'fastcgi');

recipe($t, 'mediawiki', 'unix:/run/php/php-fpm.sock' => 'php');

my $patron = token(sub => '42');

is(looks($t->get('/index.php?title=Free')), 'support', 'a guest');
is(looks($t->get('/index.php?title=Secret')), 'support wall cut', 'a wall');
is(looks($t->get('/index.php?title=Secret', token => $patron)), 'thanks', 'not for a patron');
is(looks($t->get('/index.php?title=Special:Search')), '', 'special pages ask for nothing');
is($t->get('/index.php?title=Secret&action=raw')->status, 402, 'the source is refused');
is(looks($t->get('/index.php?title=Special:Export/Secret')), 'wall cut',
    'what prints the text of others');

my $r = $t->get('/index.php?title=Secret&diff=1');
is(looks($r), 'wall cut', 'a comparison, without what differs');

for my $api ('/api.php?action=parse', '/rest.php/v1/page/Secret/html',
    '/rest.php/v1/search/title/../../page/Secret')
{
    is($t->get($api)->status, 402, "$api is closed");
    is($t->get($api, token => $patron)->status, 200, 'but for members');
}

is($t->get('/rest.php/v1/search/title?q=a')->body, '{"path":"/v1/search/title"}',
    'titles are open');
is($t->get('/load.php?a=b')->status, 200, 'and scripts');
is($t->get($_)->status, 403, "$_ is shut") for '/includes/a.php', '/install.php';

# Whatever their cookies, guests and patrons have the same copy.

$php->forget;
$t->get('/index.php?title=Copy', token => $_, headers => [Cookie => "a=$_"])
    for '', $patron;
is(scalar($php->requests), 1, 'one copy for all');
$t->get('/index.php?title=Copy', headers => ['Cookie', 'news_session=1']);
is(scalar($php->requests), 2, 'but for who edits');

$t->finish;
