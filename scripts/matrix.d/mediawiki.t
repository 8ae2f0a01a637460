# What readers get of the MediaWiki that scripts/matrix.d/mediawiki has set up.

use strict;
use warnings;

use HTTP::Tiny;
use Test::More;

my $site = 'http://news.example';
my $key = '/etc/nginx/patron/2026.key';
my $patron = qx(scripts/patron token mint --key $key --kid 2026 --sub 1 --ttl 1h);
chomp $patron;

is(system('scripts/patron member add 1 --tier gold > /dev/null'), 0, 'a member');

my $http = HTTP::Tiny->new(max_redirect => 0, agent => 'Mozilla/5.0');

sub ask {
    my ($path, %o) = @_;

    my %headers = $o{token} ? (Cookie => "patron=$patron") : ();

    return $o{form} ? $http->post_form("$site$path", $o{form},
            {headers => \%headers})
        : $http->get("$site$path", {headers => \%headers});
}


# The numbers of the paragraphs of that article that stand in a text.

sub numbers {
    my ($r, $name) = @_;

    my %seen = map { $_ => 1 } $r->{content} =~ /Text $name (\d+)/g;
    return join ' ', sort { $a <=> $b } keys %seen;
}


sub looks {
    my ($r) = @_;

    return join ' ', $r->{status},
        $r->{content} =~ /<\w+ class="patron-(support|thanks|wall)"/g;
}


my @skins = qw(vector vector-2022 monobook timeless minerva);

for my $skin (@skins) {
    my $r = ask("/index.php?title=Free&useskin=$skin");
    is(looks($r), '200 support', "$skin: a free article");
    is(numbers($r, 'free'), '1 2 3 4 5 6 7 9', 'is whole');

    $r = ask("/index.php?title=Secret&useskin=$skin");
    is(looks($r), '200 support wall', 'one for members');
    is(numbers($r, 'secret'), '1 2', 'is cut');

    $r = ask("/index.php?title=Secret&useskin=$skin", token => 1);
    is(looks($r), '200 thanks', 'not for a patron');
    is(numbers($r, 'secret'), '1 2 3 4 5 6 7 8', 'who has all of it');
    is($r->{headers}{'cache-control'}, 'private, no-store', 'and alone');
}


# The text of it, by every address that MediaWiki has for it.

my $id = $1 if ask('/index.php?title=Secret', token => 1)->{content}
    =~ /"wgCurRevisionId":(\d+)/;
my $page = $1 if ask('/index.php?title=Secret', token => 1)->{content}
    =~ /"wgArticleId":(\d+)/;
my $free = $1 if ask('/index.php?title=Free')->{content}
    =~ /"wgCurRevisionId":(\d+)/;

ok($id && $page && $free, 'the numbers of a page and its versions');

my @addresses = (
    "/index.php/Secret", "/index.php?curid=$page", "/index.php?oldid=$id",
    "/index.php?oldid=@{[ $id - 1 ]}", "/index.php?title=Free&oldid=$id",
    "/index.php?title=Free&diff=$id&oldid=$free",
    "/index.php?title=Free&oldid=$free&diff=$id",
    "/index.php?diff=$id", "/index.php?title=Secret&diff=prev&oldid=$id",
    "/index.php?title=Free&diff=$free&oldid=$id", "/index.php?title=Both",
    map({ "/index.php?title=Secret&$_" } qw(action=raw action=render action=edit
        action=history action=info action=credits printable=yes redirect=no
        action=view&section=0 action=edit&section=1 action=raw&ctype=text/css
        action=raw&templates=expand veaction=edit uselang=de debug=1 feed=atom
        action=history&feed=rss variant=en mobileaction=toggle_view_mobile)),
    "/index.php?title=Both&action=raw&templates=expand",
    map({ "/index.php?title=Special:$_" } qw(Export/Secret
        Export&pages=Secret&curonly=1 Search&search=Text+secret&fulltext=1
        Search&search=secret&profile=all&fulltext=1
        RecentChanges RecentChanges&feed=atom NewPages&feed=rss NewPages
        Contributions/Admin Contributions/Admin&feed=atom ComparePages
        ComparePages&page1=Secret&page2=Free&rev1=1&rev2=2
        Diff/1 PagesWithProp LongPages Allpages ListFiles Random RandomRedirect
        ExpandTemplates&wpInput={{:Secret}} PermanentLink/2 ApiSandbox
        ChangeContentModel Undelete/Secret RecentChangesLinked/Secret
        RecentChangesLinked/Secret&feed=atom Log WhatLinksHere/Secret
        Categories WantedPages PageHistory/Secret MergeHistory Redirect/page/2)),
    "/index.php?title=Special:Diff/$id", "/index.php?title=Special:Diff/$free/$id",
    "/index.php?title=Special:ComparePages&rev1=$id&rev2=$free&action=submit",
    "/index.php?title=Special:ComparePages&rev1=$free&rev2=$id",
    "/api.php?action=parse&page=Secret&format=json",
    "/api.php?action=query&prop=revisions&rvprop=content&titles=Secret&format=json",
    "/api.php?action=expandtemplates&text={{:Secret}}&prop=wikitext&format=json",
    "/api.php?action=query&list=search&srsearch=secret&format=json",
    "/api.php?action=feedrecentchanges", "/api.php?action=compare&fromrev=$id&torev=$free&format=json",
    "/api.php/x?action=parse&page=Secret&format=json",
    "/rest.php/v1/page/Secret", "/rest.php/v1/page/Secret/html",
    "/rest.php/v1/page/Secret/with_html", "/rest.php/v1/revision/$id",
    "/rest.php/v1/revision/$free/compare/$id",
    "/rest.php/v1/search/page?q=secret", "/rest.php/v1/search/title?q=Sec",
    "/rest.php/v1/search/title/../../page/Secret",
    "/load.php?modules=startup&only=scripts", "/Secret", "/opensearch_desc.php",
);

my $leaks = 0;

for my $address (@addresses) {
    my $r = ask($address);
    my $seen = numbers($r, 'secret');

    $leaks++ unless ok($seen =~ /^(?:1 2)?$/, "$address: $r->{status}");
    diag("paragraphs $seen") if $seen !~ /^(?:1 2)?$/;
}

is($leaks, 0, 'nothing of it by any of ' . @addresses . ' addresses');

my $r = ask('/index.php?title=Sandbox&action=submit', form => {
    wpTextbox1 => '{{:Secret}}', wpPreview => 1, wpSave => '', wpEditToken => '+\\',
    wpUltimateParam => 1, model => 'wikitext', format => 'text/x-wiki'});
like(numbers($r, 'secret'), qr/^(?:1 2)?$/, "a preview that includes it: $r->{status}");
$r = ask('/index.php?title=Special:ExpandTemplates', form => {
    wpInput => '{{:Secret}}', wpEditToken => '+\\'});
like(numbers($r, 'secret'), qr/^(?:1 2)?$/, "templates, expanded: $r->{status}");


# What is open stays so.

for my $open ('Free&action=history', 'Free&action=raw', 'Free&action=edit',
    "Free&diff=$free", 'Special:Search&search=free&fulltext=1', 'Special:UserLogin',
    'Special:RecentChanges', 'Special:Random', 'Main_Page')
{
    $r = ask("/index.php?title=$open");
    like($r->{status}, qr/^(?:200|302)$/, "$open is open");
    unlike($r->{content}, qr/class="patron-/, 'and asks for nothing')
        if $open !~ /Main/;
}

is(ask('/api.php?action=parse&page=Secret&format=json', token => 1)->{status}, 200,
    'the interface, for a member');
is(ask('/rest.php/v1/search/title?q=Fre')->{status}, 200, 'titles for the search box');
is(ask('/load.php?modules=startup&only=scripts')->{status}, 200, 'scripts');
is(ask('/')->{status} =~ /^(?:200|30[12])$/, 1, 'the first page');
is(ask("/$_")->{status}, 403, "$_ is shut") for 'maintenance/run.php', 'includes/';

# One copy for guests and patrons.

my $copies = qx(find /var/cache/nginx/mediawiki -type f | wc -l);
ask('/index.php?title=Free&useskin=vector', token => 1) for 1 .. 3;
ask('/index.php?title=Free&useskin=vector');
is(qx(find /var/cache/nginx/mediawiki -type f | wc -l), $copies, 'one copy in the cache');
cmp_ok($copies, '>', 5, 'which there is');

open(my $log, '<', '/var/log/nginx/error.log') or die "$!\n";
my @bad = grep { /\[(?:alert|emerg|crit)\]|PHP (?:Fatal|Warning|message)/ } <$log>;
is("@bad", '', 'nothing bad in the log');

done_testing();
