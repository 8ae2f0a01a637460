#!/usr/bin/perl
#
# Writes one synthetic news page of an exact size, always the same for the
# same arguments: page.pl BYTES [FRACTION]
#
# The page has about 17.8 '<' per KB, as news pages do.  Its article begins at
# 12% with the only h1 and p.lede, has the only figure (.lead-photo) at 30%, and
# ends at FRACTION (0.47), where aside.support-slot follows at once.  None of
# these names occurs before, in text, scripts or other attributes.  To standard
# error go places, a name and the bytes up to there each: past the start tags of
# the article and of the aside (slot), past the end tags of h1, article and
# aside, and past the page.
#

use strict;
use warnings;

my ($size, $fraction) = @ARGV;

die "usage: page.pl BYTES [FRACTION]\n"
    unless defined $size && $size =~ /^\d+$/ && $size >= 4096;

$fraction //= 0.47;

my $density = 17.8 / 1024;
my $seed = 20231;

my @words = qw(council harbour bridge winter river budget school teacher ferry
    market vote station window evening minister report village storm garden
    court letter engine island patient doctor museum bakery railway morning
    the a of and to in on for with after before while against under near
    quiet narrow public second early local former open heavy bright empty
    says plans builds closes opens repairs moves finds counts keeps waits
    measures explains returns carries);

my @topics = qw(world politics business science culture sport travel opinion);


sub random {
    my ($n) = @_;

    $seed = ($seed * 1103515245 + 12345) % 2147483648;

    return int($seed / 65536) % $n;
}


sub phrase {
    my ($n) = @_;

    return join ' ', map { $words[random(scalar @words)] } 1 .. $n;
}


sub sentence {
    my $s = ucfirst phrase(8 + random(9));

    return random(9) == 0 ? "$s &amp; more." : "$s.";
}


sub path {
    my $topic = $topics[random(scalar @topics)];

    return "/$topic/" . join('-', split / /, phrase(3)) . '-'
           . (1000 + random(9000));
}


# Sparse blocks are text with little markup, dense ones lists and cards.

sub sparse {
    my $kind = random(8);

    if ($kind == 0) {
        return "<script>window.pages = window.pages || [];"
               . "window.pages.push({\"topic\": \"" . phrase(2)
               . "\", \"weight\": " . random(100)
               . ", \"wide\": 3 > 2});</script>\n";
    }

    if ($kind == 1) {
        return "<blockquote class=\"quote\">" . sentence() . ' ' . sentence()
               . "</blockquote>\n";
    }

    my $text = join ' ', map { sentence() } 1 .. 3 + random(3);

    return "<p class=\"body-text\">$text</p>\n" if $kind < 5;

    return "<p>$text <a href=\"" . path() . "\">" . phrase(3) . "</a> "
           . sentence() . "</p>\n";
}


sub dense {
    my $kind = random(4);

    if ($kind == 0) {
        return "<ul class=\"more-links\">\n" . join('', map {
                   "<li class=\"item\"><a href=\"" . path() . "\">"
                   . phrase(2) . "</a></li>\n"
               } 1 .. 4) . "</ul>\n";
    }

    if ($kind == 1) {
        return "<div class=\"card\"><a href=\"" . path() . "\">"
               . "<img src=\"/img/" . random(9999) . ".jpg\" alt=\""
               . phrase(2) . "\" width=\"320\" height=\"180\">"
               . "<h3>" . ucfirst(phrase(3)) . "</h3></a>"
               . "<span class=\"time\">" . random(24) . ":00</span></div>\n";
    }

    if ($kind == 2) {
        return "<!-- teaser " . random(500) . " -->\n<section class=\"teaser\">"
               . "<h2><a href=\"" . path() . "\">" . ucfirst(phrase(4))
               . "</a></h2><p>" . phrase(6) . " <em>" . phrase(2)
               . "</em></p></section>\n";
    }

    return "<table class=\"figures\"><tr>" . join('', map {
               "<td>" . phrase(1) . "</td><td><b>" . random(900)
               . "</b></td>"
           } 1 .. 2) . "</tr></table>\n";
}


my $page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
    . "<meta charset=\"utf-8\">\n"
    . "<title>A quiet evening at the harbour</title>\n"
    . "<meta name=\"viewport\" content=\"width=device-width\">\n"
    . "<link rel=\"stylesheet\" href=\"/css/site.css?v=1\">\n"
    . "<style>body > main { margin: 0 auto; } p { line-height: 1.5; }"
    . "</style>\n"
    . "<script>document.documentElement.className = 'js';"
    . "if (1 < 2 && '</p>') { window.ready = true; }</script>\n"
    . "</head>\n<body class=\"article-page\">\n<header class=\"top\">\n"
    . "<a href=\"/\">The Harbour News</a>\n<nav><ul>\n"
    . join('', map { "<li><a href=\"/$_\">\u$_</a></li>\n" } @topics)
    . "</ul></nav>\n</header>\n<main id=\"content\">\n";

my $tail = "</main>\n<footer class=\"bottom\"><p>The Harbour News</p>"
    . "</footer>\n</body>\n</html>\n";

my $lt = ($page =~ tr/<//);


sub add {
    my ($text) = @_;

    $page .= $text;
    $lt += ($text =~ tr/<//);
}


# Blocks up to "to", the last one cut down to a paragraph that fits exactly.

sub fill {
    my ($to) = @_;

    while (1) {
        my $block = $lt < $density * length $page ? dense() : sparse();

        last if length($page) + length($block) + 64 > $to;

        add($block);
    }

    my $left = $to - length($page) - length("<p></p>\n");
    my $text = '';

    return if $left < 0;

    $text .= sentence() . ' ' while length $text < $left;
    $text =~ s/&amp; more\.//g;
    $text .= 'a' x ($left - length $text) if length $text < $left;

    add('<p>' . substr($text, 0, $left) . "</p>\n");
}


sub place {
    my ($name) = @_;

    print STDERR "$name ", length $page, "\n";
}


fill(int $size * 0.12);
add("<article>");
place('article');
add("<h1>A quiet evening at the harbour</h1>");
place('h1-end');
add("<p class=\"lede\">" . sentence() . "</p>\n");

fill(int $size * 0.30);
add("<figure class=\"lead-photo\"><img src=\"/img/lead.jpg\" alt=\"\">"
    . "<figcaption>" . sentence() . "</figcaption></figure>\n");

fill(int $size * $fraction);
add("</article>");
place('article-end');
add("<aside class=\"support-slot\" data-slot=\"support\">");
place('slot');
add("<p>" . sentence() . "</p></aside>");
place('slot-end');
add("\n");

fill($size - length $tail);
add($tail);
place('page');

die "page.pl: wrote " . length($page) . " bytes, not $size\n"
    unless length $page == $size;

print $page;
