# What readers get of the Ghost that scripts/matrix.d/ghost has set up, in both of the
# themes that it comes with.

use strict;
use warnings;

use HTTP::Tiny;
use JSON::PP ();
use Test::More;

my $site = 'http://news.example';
my $key = $ENV{GHOST_KEY} // '/etc/nginx/patron/2026.key';
my $patron = qx(scripts/patron token mint --key $key --kid 2026 --sub 1 --ttl 1h);
chomp $patron;

is(system('scripts/patron member add 1 --tier gold > /dev/null'), 0, 'a member');

my $http = HTTP::Tiny->new(max_redirect => 0, agent => 'Mozilla/5.0');

sub ask {
    my ($path, %o) = @_;

    my %headers = (%{$o{headers} // {}},
        $o{token} ? (Cookie => "patron=$patron") : ());

    return $o{post} ? $http->post("$site$path", {headers => {%headers,
            'Content-Type' => 'application/json', Origin => $site},
            content => JSON::PP::encode_json($o{post})})
        : $http->get("$site$path", {headers => \%headers});
}


# The numbers of the paragraphs of that post that stand in a text.

sub numbers {
    my ($r, $name) = @_;

    my %seen = map { $_ => 1 }
        ($r->{content} // '') =~ /(?:Text $name |word\d+-$name-)(\d+)/g;
    return join ' ', sort { $a <=> $b } keys %seen;
}


sub looks {
    my ($r) = @_;

    return join ' ', $r->{status},
        ($r->{content} // '') =~ /<\w+ class="patron-(appeal|thanks|wall)"/g;
}


my $all = '1 2 3 4 5 6 7 8';

my $r = ask('/free/');
is(looks($r), '200 appeal', 'a free post');
is(numbers($r, 'free'), $all, 'is whole');
like($r->{content}, qr/<meta property="og:description"/,
    'and says so to social networks');
like($r->{content}, qr{application/ld\+json}, 'and to search engines');
is(looks(ask('/free/', token => 1)), '200 thanks', 'for a patron');

for my $name (qw(secret short told)) {
    $r = ask("/$name/");
    is(looks($r), '200 wall', "$name: one for members");
    is(numbers($r, $name), '1 2', 'is cut');
    like($r->{content}, qr/"isAccessibleForFree":\s*false/,
        'which it says to search engines');

    $r = ask("/$name/", token => 1);
    is(looks($r), '200 thanks', 'not for a patron');
    is(numbers($r, $name), $all, 'who has all of it');
    is($r->{headers}{'cache-control'}, 'private, no-store', 'and alone');
}

is(looks(ask('/about/')), '200', 'a page asks for nothing');


# Cards say what editors have written, and nothing else.

for my $list (qw(/ /tag/news/ /author/ed/ /free/)) {
    $r = ask($list);
    is($r->{status}, 200, "$list is there");
    is(numbers($r, $_), '', "nothing of $_ in it") for qw(secret short);
}

like(ask('/')->{content}, qr/Said by hand/, 'but what was written for it');


# The text, by every address that Ghost has for it.

my ($search) = ask('/')->{content} =~ /data-key="([0-9a-f]+)"/;
ok($search, 'the key that anyone may know');

my $posts = JSON::PP::decode_json(ask("/ghost/api/content/posts/?key=$search",
    token => 1)->{content})->{posts};
my %post = map { $_->{slug} => $_ } @$posts;
is(numbers({ content => $post{secret}{html} }, 'secret'), $all,
    'the interface for themes, for a member');

my @api = ('posts/', 'posts/slug/secret/', 'pages/', 'search-index/posts/',
    "posts/$post{secret}{id}/", 'posts/?formats=plaintext,mobiledoc,html',
    'posts/?filter=slug:secret', 'tags/?include=count.posts', 'authors/',
    'settings/', 'search-index/tags/', 'tiers/', 'recommendations/');

my @addresses = (
    qw(/secret /Secret/ /SECRET/ /secret/amp/ /secret/?amp=1 /secret/edit/
    /secret/?ref=x /secret/?preview=1 /secret.md /secret/index.md /llms.txt
    /llms-full.txt /secret/rss/ /rss/ /rss /feed/ /RSS/ /tag/news/rss/
    /author/ed/rss/ /rss/2/ /page/1/ /page/2/ /tag/hash-locked/
    /tag/hash-locked/rss/ /sitemap.xml /sitemap-posts.xml /robots.txt
    /?s=secret /oembed?url=x /.well-known/webfinger /.ghost/analytics /ghost/
    /members/api/member/ /members/api/session/ /unsubscribe/ /webmentions/
    /secret//), "/p/$post{secret}{uuid}/", "/email/$post{secret}{uuid}/",
    "/p/$post{secret}{uuid}/?member_status=free", "/$post{secret}{id}/",
    (map { ("/ghost/api/content/$_" . (/\?/ ? '&' : '?') . "key=$search",
        "/ghost/api/v5/content/$_" . (/\?/ ? '&' : '?') . "key=$search") } @api),
    "/Ghost/API/Content/Posts/?key=$search",
    "/ghost/api/content/posts?key=$search",
    "/ghost/api/content//posts/?key=$search",
    "/ghost/api/content/%70osts/?key=$search",
    "/ghost/api/content/search-index/./posts/?key=$search",
    '/ghost/api/admin/posts/', '/ghost/api/admin/search-index/posts/',
);

for my $address (@addresses) {
    for my $accept ('*/*', 'text/markdown') {
        $r = ask($address, headers => { Accept => $accept });
        like(numbers($r, $_), qr/^(?:1 2|1)?$/, "$address: $r->{status}, $_")
            for qw(secret short);
    }
}

for my $feed (qw(/rss/ /tag/news/rss/ /author/ed/rss/)) {
    $r = ask($feed);
    is("$r->{status} " . numbers($r, 'secret'), '200 1 2', "$feed is cut");
    is(numbers(ask($feed, token => 1), 'secret'), $all, 'not for a member');
}


# What is open stays so.

is(ask($_)->{status}, 200, "$_ is open") for qw(/ghost/ /sitemap.xml
    /sitemap-posts.xml /robots.txt /public/cards.min.css /members/api/site/
    /ghost/api/admin/site/), "/ghost/api/content/settings/?key=$search";
is(ask('/unsubscribe/')->{status}, 400, 'unsubscribing is Ghost\'s own');
is(ask('/nowhere/')->{status}, 404, 'what is not there');

$r = ask('/ghost/api/admin/session/', post => { username => 'ed@news.example',
    password => 'a-long-enough-word-9' });
is($r->{status}, 201, 'editors come in');
my ($editor) = $r->{headers}{'set-cookie'} =~ /^([^;]+)/;

# The other theme.

is($http->put("$site/ghost/api/admin/themes/casper/activate/", { headers => {
    Cookie => $editor, Origin => $site } })->{status}, 200, 'and change the theme');
like(ask('/')->{content}, qr/post-card/, 'which readers see');
is(looks(ask('/free/')), '200 appeal', 'a free post');
is(looks(ask('/free/', token => 1)), '200 thanks', 'for a patron');

for my $name (qw(secret short)) {
    $r = ask("/$name/");
    is(looks($r) . numbers($r, $name), '200 wall1 2', "$name is cut");
    is(numbers(ask("/$name/", token => 1), $name), $all, 'not for a patron');
    is(numbers(ask($_), $name), '', "$_ has nothing of it")
        for qw(/ /tag/news/ /author/ed/ /free/);
}

if (open(my $log, '<', $ENV{GHOST_LOG} // '/var/log/nginx/error.log')) {
    my @bad = grep { /\[(?:alert|emerg|crit|error)\]/ } <$log>;
    is("@bad", '', 'nothing bad in the log');
}

done_testing();
