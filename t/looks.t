# The ready-made looks of scripts/banners: their size, and what they may hold.

use strict;
use warnings;

use Test::More;

my %look;

for my $file (glob 'scripts/banners/*.html') {
    my ($name) = $file =~ m{([^/]+)\.html$};

    open(my $fh, '<:raw', $file) or die "$file: $!\n";
    local $/;
    $look{$name} = <$fh>;

    cmp_ok(length $look{$name}, '<', 3072, "$name: under 3 KB");
    unlike($look{$name}, qr/<script|\son\w+=|style=|javascript:/i,
        "$name: no script, no inline style");
    unlike($look{$name}, qr{(?:src|href|url\()\s*["'=(]*\s*(?:https?:)?//}i,
        "$name: asks no other host");

    # Every rule belongs to the look.

    my ($css) = $look{$name} =~ m{<style>(.*)</style>}s;
    $css =~ s/\@media[^{]*\{//g;
    my @selectors = map { split /,/ } $css =~ /([^{}]+)\{/g;
    is_deeply([ grep { !/\.patron-$name\b/ } @selectors ], [],
        "$name: styles of its own alone");

    like($look{$name}, qr/\@media\s*\(prefers-color-scheme:\s*dark\)/,
        "$name: dark where that is wanted");
    like($look{$name}, qr/\@media print\s*\{[^{}]*\{\s*display:\s*none/,
        "$name: not printed");
    is(() = $look{$name} =~ /^<style>$/mg, 1, "$name: a style, on a line alone");
}

is_deeply([ sort keys %look ], [qw(appeal box left support thanks wall)],
    'the looks that are there');

done_testing();
