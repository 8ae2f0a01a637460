# Selectors as they are written in nginx.conf, on a page with implied tags and
# with false trails.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = <<'EOP';
<!doctype html>
<!-- <p id=story> -->
<script>var x = '<p id="story">';</script>
<template><p id="story">t</p></template>
<noscript><p id="story">n</p></noscript>
<p title='<p id="story">' class="Lead wide">one
<p id="story" data-kind="Opinion Piece" lang=en-GB>two
<ul><li>a<li class=x>b</ul>
<p class="wide">three</p>
EOP

$t->file('html/page.html', $page);

# selector => what stands before the banner that is prepended

my @cases = (
    ["'#story'", 'lang=en-GB>'],
    ['p', 'class="Lead wide">'],
    ['.Lead', 'class="Lead wide">'],
    ["p.wide:not(.Lead)", '<p class="wide">'],
    ["'p:nth-of-type(3)'", '<p class="wide">'],
    ["'[data-kind^=Opinion]'", 'lang=en-GB>'],
    ["'[data-kind~=Piece]'", 'lang=en-GB>'],
    ["'[data-kind=\"opinion piece\" i]'", 'lang=en-GB>'],
    ["'[data-kind\$=Piece]'", 'lang=en-GB>'],
    ["'[data-kind*=\"on P\"]'", 'lang=en-GB>'],
    ["'[lang|=en]'", 'lang=en-GB>'],
    ["'ul > li:nth-child(2)'", '<li class=x>'],
    ["'body > ul li'", '<ul><li>'],
    ["'li:not(:first-child)'", '<li class=x>'],
    ["'table, li.x, .none'", '<li class=x>'],
    ["'P.wide'", 'class="Lead wide">'],
    ["body", ''],
);

my $locations = '';
for my $i (0 .. $#cases) {
    $locations .= "location = /$i { patron on; try_files /page.html =404; "
        . "patron_banner ask prepend $cases[$i][0] 'html=[ask]'; }\n";
}

$locations .= "location = /lead { patron on; try_files /page.html =404; "
    . "patron_banner ask prepend .lead 'html=[ask]'; }\n";

$t->run(server => $locations);

for my $i (0 .. $#cases) {
    my ($selector, $before) = @{$cases[$i]};
    my $body = $t->get("/$i")->body;

    if ($before eq '') {
        # The page's own body begins at its first p.

        is($body, $page =~ s/<p title/[ask]<p title/r, $selector);
        next;
    }

    is($body, $page =~ s/\Q$before/$before\[ask]/r, $selector);
}

is($t->get('/lead')->body, $page, 'classes are case-sensitive');

$t->finish;
