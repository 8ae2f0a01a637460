# The five positions, relative to a selector's first match: the page is the
# origin's bytes but for the banner.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = "<!DOCTYPE html>\n<html><body><div id=\"story\"><p>one</p></div>"
    . "<div id=\"story\">two</div></body></html>\n";

$t->file('html/page.html', $page);

my %locations = map {
    $_ => "location = /$_ { patron on; try_files /page.html =404; "
        . "patron_banner ask $_ '#story' 'html=<i>ask</i>'; }\n"
} qw(before prepend append after replace);

$t->run(server => <<EOC);
    @{[ join '', map { $locations{$_} } sort keys %locations ]}
    location = /all {
        patron on;
        try_files /page.html =404;
        patron_banner ask append '#story' all 'html=<i>ask</i>';
    }
    location = /none {
        patron on;
        try_files /page.html =404;
        patron_banner ask append '.absent' 'html=<i>ask</i>';
    }
EOC

my $story = '<div id="story"><p>one</p></div>';

sub with {
    my ($new) = @_;
    return $page =~ s/\Q$story/$new/r;
}

is($t->get('/before')->body, with("<i>ask</i>$story"), 'before');
is($t->get('/prepend')->body,
    with('<div id="story"><i>ask</i><p>one</p></div>'), 'prepend');
is($t->get('/append')->body,
    with('<div id="story"><p>one</p><i>ask</i></div>'), 'append');
is($t->get('/after')->body, with("$story<i>ask</i>"), 'after');
is($t->get('/replace')->body, with('<i>ask</i>'), 'replace');

is($t->get('/all')->body, with('<div id="story"><p>one</p><i>ask</i></div>')
    =~ s/two/two<i>ask<\/i>/r, 'all matches');
is($t->get('/none')->body, $page, 'no match, no change');

$t->finish;
