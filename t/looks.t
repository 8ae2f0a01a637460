# The ready-made looks of scripts/banners: their size, what they may hold, and
# that the languages have the same; and that the picture of one is of today's.

use strict;
use warnings;

use Encode qw(decode FB_CROAK);
use Test::More;

use lib 't/lib';
use Patron::Picture;

my @looks = qw(amounts appeal box left line nav renewal support thanks ticker
    wall);
my @languages = qw(en de es fr pl uk);

# Those that stand in the reader's way.

my %closes = map { $_ => 1 } qw(amounts appeal box renewal support ticker);

my %text;

for my $file (glob('scripts/banners/*.html scripts/banners/*/*.html')) {
    my ($look, $language) = $file =~ m{([^/.]+)(?:\.(\w+))?\.html$};

    if (defined $language) {
        is($file, "scripts/banners/$language/$look.$language.html",
            "$file: in the folder of its language");
    }

    open(my $fh, '<:raw', $file) or die "$file: $!\n";
    local $/;
    $text{$language // 'en'}{$look} = <$fh>;
}

is_deeply([ sort keys %text ], [ sort @languages ], 'the languages');

for my $language (@languages) {
    is_deeply([ sort keys %{$text{$language}} ], \@looks,
        "the looks in $language");

    for my $look (@looks) {
        check($look, $language, $text{$language}{$look});
    }
}

is(picture_stamp('.'), picture_made_of('.'), 'the picture in README.md is not '
    . 'older than what it shows: PICTURE=1 prove -It/lib t/browser_demo.t');

done_testing();


sub check {
    my ($look, $language, $html) = @_;

    my $name = $language eq 'en' ? $look : "$look.$language";

    cmp_ok(length $html, '<', 3072, "$name: under 3 KB");
    ok(eval { decode('UTF-8', my $copy = $html, FB_CROAK); 1 },
        "$name: UTF-8");
    unlike($html, qr/<script|\son\w+=|style=|javascript:/i,
        "$name: no script, no inline style");
    unlike($html, qr{(?:src|href|url\()\s*["'=(]*\s*(?:https?:)?//}i,
        "$name: asks no other host");

    # One element, of a kind on which search engines heed the attribute, and
    # nothing around it, not so much as a newline.

    my ($element) = $html =~ /\A<(section|span|div) class="patron-$look"/;
    ok($element && $html =~ m{</$element>\z}, "$name: an element, no more");
    like($html, qr/\A<\w+ [^>]*\blang="$language"[^>]* data-nosnippet=""/,
        "$name: says its language, and is no search engine's summary");

    unlike($html, qr{href="/signin/(?!\?to=\$\{patron_here\}")},
        "$name: who signs in comes back");

    styles($look, $name, $html =~ m{^<style>\n(.*?)^</style>\n}ms);

    is(() = $html =~ m{<form method="post" action="/patron/dismiss">}g,
        $closes{$look} ? 1 : 0, "$name: a way to send it away, or none");
    like($html, qr{<button name="name" value="\Q$name\E" aria-label="[^"]+">},
        "$name: by its own name") if $closes{$look};

    # The same in every language, but for the words.

    my $english = $text{en}{$look};
    my $style = qr{<style>.*</style>}s;
    is(($html =~ /($style)/)[0], ($english =~ /($style)/)[0],
        "$name: drawn as in English");
    is(skeleton($html), skeleton($english), "$name: built as in English");
    isnt($html =~ s/$style//r =~ s/<[^>]*>//gr,
        $english =~ s/$style//r =~ s/<[^>]*>//gr, "$name: in its own words")
        if $language ne 'en';
}


sub styles {
    my ($look, $name, $css) = @_;

    like($css, qr/\A[\x20-\x7e\n]+\z/, "$name: a style in ASCII");
    unlike($css, qr/prefers-color-scheme/,
        "$name: its colours go by the page, not by the reader's system");
    like($css, qr/light-dark\(/, "$name: light and dark");
    like($css, qr/var\(--patron-accent\)/, "$name: in the site's own colour");
    like($css, qr/^\@media print\s*\{[^{}]*\{\s*display:\s*none/m,
        "$name: not printed");
    unlike($css =~ s/patron-left//gr, qr/\b(?:left|right)\b(?!;float:inline)/,
        "$name: knows no left and right");
    is_deeply([ grep { !/max\([\d.]+(?:rem|em),\d\dpx\)|:[\d.]+em$/ }
        $css =~ /font-size:[^;}]+/g ], [], "$name: readable where 1rem is 10px");

    $css =~ s/\@(?:media|supports)[^{]*\{//g;
    $css =~ s/:is\((a,button)\)//g;
    my @selectors = map { split /,(?!#_\))/ } $css =~ /([^{}]+)\{/g;
    is_deeply([ grep { !/\.patron-$look\b/ } @selectors ], [],
        "$name: styles of its own alone");
}


# Tags, links and variables, without words and sums.

sub skeleton {
    my ($html) = @_;

    $html =~ s/ (?:lang|aria-label)="[^"]*"//g;
    $html =~ s/value="$_(?:\.\w+)?"/value="$_"/ for @looks;
    $html =~ s/monthly=\d+/monthly=/g;

    return join '', $html =~ /<[^>]*>|\$\{[^}]*\}/g;
}
