# What search engines are told of a walled page: classes alone, and nothing
# where the page says it of its article.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my %wall = (
    element => [ 'article' ],
    class => [ '.prose', 'prose' ],
    list => [ 'main .prose , .prose.long,div > p.lead', 'prose', 'lead' ],
    parent => [ '.prose > p' ],
    second => [ 'div.prose:first-child.x', 'prose' ],
    quoted => [ q{div[data-x=".a,.b"]:not(.c)} ],
    escaped => [ '.a\\\\:b' ],
);

sub page {
    my ($ld) = @_;
    return '<!DOCTYPE html><html><head><title>x</title>'
        . ($ld ? qq{<script type="application/ld+json">$ld</script>} : '')
        . '</head><body><main><div class="prose x" data-x=".a,.b"><p class=lead>'
        . 'x</p></div><article></article><i class="a:b"></i></main></body></html>';
}

$t->file('html/plain.html', page());
$t->file('html/own.html',
    page('{"@type":"Report","isAccessibleForFree":"False"}'));
$t->file('html/museum.html',
    page('{"@type":"Museum","isAccessibleForFree":true}'));
$t->file('html/quoted.html',
    page('{"@type":"Article","headline":"What isAccessibleForFree means"}'));

my $locations = join '', map { <<"EOL" } sort keys %wall;
        location /$_/ {
            alias %%DIR%%/html/;
            patron_wall '$wall{$_}[0]' keep=1 html=wall;
        }
EOL

$t->run(server => <<"EOC");
        patron on;
        patron_access members;
        patron_paywall_markup on;
$locations
EOC

sub statements {
    my ($path) = @_;
    return $t->get($path)->body
        =~ m{<script type="application/ld\+json">(.*?)</script>}g;
}

for my $name (sort keys %wall) {
    my (undef, @classes) = @{$wall{$name}};
    my @parts = map { qq({"\@type":"WebPageElement",)
        . qq("isAccessibleForFree":false,"cssSelector":".$_"}) } @classes;

    is_deeply([ statements("/$name/plain.html") ],
        [ '{"@context":"https://schema.org","@type":"NewsArticle",'
            . '"isAccessibleForFree":false'
            . (@parts > 1 ? ',"hasPart":[' . join(',', @parts) . ']'
                : @parts ? qq(,"hasPart":$parts[0]) : '') . '}' ],
        "$name: $wall{$name}[0]");
}

is(scalar(() = statements('/class/own.html')), 1, 'the page says it itself');
is(scalar(() = statements('/class/museum.html')), 2, 'of a museum');
is(scalar(() = statements('/class/quoted.html')), 2, 'a word in a text');

$t->finish;
