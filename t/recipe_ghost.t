# scripts/recipes/ghost.conf, in front of a server that answers as Ghost does.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');

my $ghost = $t->origin('ghost', sub {
    my ($r) = @_;

    my $head = "HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\n"
        . "Connection: close\r\n";

    return "${head}Content-Type: application/rss+xml; charset=utf-8\r\n\r\n"
        . 'SECRET' if $r->{path} =~ /rss/i;
    return "${head}Content-Type: text/markdown; charset=utf-8\r\n\r\nSECRET"
        if $r->{path} =~ /\.md$|-full\.txt$/
            || $r->{header}->('Accept') =~ /markdown/;
    return "${head}Content-Type: application/json\r\n\r\nSECRET"
        if $r->{path} =~ m{^/ghost/api/}i;
    return "${head}Content-Type: text/html; charset=utf-8\r\n\r\n"
        . story($r->{path} =~ /amp/ ? 'amp' : 'gh-content')
        if $r->{path} =~ m{^/ghost/|/amp/};

    if ($r->{header}->('Cookie') =~ /ghost-members-ssr=/) {
        $head .= "Cache-Control: no-cache, private, no-store, must-revalidate, "
            . "max-stale=0, post-check=0, pre-check=0\r\n";
    } else {
        $head .= "Cache-Control: public, max-age=0\r\n";
    }

    return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nNot found."
        if $r->{path} =~ /unsubscribe/;

    my $page = story('gh-content', '<meta property="og:description" '
        . 'content="SECRET"><meta name="twitter:description" content="SECRET">'
        . '<meta name="description" content="By hand."><script type="application/ld+json">'
        . '{"articleBody":"SECRET"}</script>'
        . ($r->{path} =~ /locked/ ? '<meta property="article:content_tier" '
            . 'content="locked">' : ''));
    $page =~ s/<body>/<body class="post-template tag-news">/;

    # A list: each card is an article.

    $page = '<!DOCTYPE html><html><head><title>x</title></head>'
        . '<body class="home-template"><main>'
        . '<article class="gh-card post"><p>Open 1.</p></article>' x 2
        . '</main></body></html>' if $r->{path} eq '/';

    return [ "${head}Content-Type: text/html; charset=utf-8\r\n"
        . "ETag: W/\"1a2b-abc\"\r\nVary: Accept-Encoding\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n",
        map({ sprintf("%x\r\n%s\r\n", length, $_) } $page =~ /.{1,61}/gs),
        "0\r\n\r\n" ];
});

recipe($t, 'ghost', '127.0.0.1:2368' => 'ghost');

my $ada = token(sub => '42');

my $r = $t->get('/story/');
is(looks($r), 'appeal', 'a guest');
is($r->header('Cache-Control'), 'public, max-age=0', 'as Ghost allows');
like($r->header('ETag'), qr{^W/"}, 'a weak tag stays weak');
is($t->get('/story/', headers => ['If-None-Match' => $r->header('ETag')])
    ->status, 304, 'and is good for the same reader');
is($t->get('/story/', token => $ada,
    headers => ['If-None-Match' => $r->header('ETag')])->status, 200,
    'and for no other');
is(looks($t->get('/story/', token => $ada)), 'thanks', 'a patron');

$r = $t->get('/story/', headers => [Cookie => 'ghost-members-ssr=ada']);
is(looks($r), 'appeal', 'who has signed in at Ghost is a guest here');
like($r->header('Cache-Control'), qr/no-store/, 'whose page nobody keeps');

is(looks($t->get('/')) . looks($t->get('/', token => $ada)), 'cutcut',
    'the cards of a list are left alone');

$r = $t->get('/locked/');
is(looks($r), 'wall cut', 'a wall by the page\'s own word');
like($r->text, qr/"isAccessibleForFree":\s*false/, 'which it says to crawlers');
unlike($r->text, qr/articleBody/, 'without the text');
like($r->text, qr/By hand/, 'with what was written for them');
is(looks($t->get('/locked/', token => $ada)), 'thanks', 'not for a patron');

is($t->get('/rss/')->status, 402, 'a feed');
is($t->get('/tag/x/rss/', token => $ada)->body, 'SECRET', 'for a patron');

for my $door (qw(/ghost/api/content/posts/?key=x /ghost/api/v4/content/pages/1/
    /ghost/api/canary/content/posts/slug/x/ /Ghost/API/Content/Posts/
    /ghost/api/content/search-index/posts/?key=x
    /story/amp/ /tag/x/RSS/ /locked.md /locked/index.md /llms-full.txt))
{
    is($t->get($door)->status, 402, "another door: $door");
    like($t->get($door, token => $ada)->body, qr/SECRET/, 'for a patron');
}

is(looks($t->get('/locked/', headers => [Accept => $_])), 'wall cut',
    "who asks for Markdown gets the page: $_")
    for 'text/markdown', 'text/markdown, */*', 'text/x-markdown;q=1, text/html';

is($t->get('/ghost/api/admin/site/')->body, 'SECRET', 'editors\' interface');
is($t->get('/unsubscribe/')->status, 400, 'an answer of Ghost\'s own');
is(looks($t->get('/ghost/')), '', 'the editors are asked for nothing');

$t->finish;
