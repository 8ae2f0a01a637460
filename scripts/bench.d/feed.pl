#!/usr/bin/perl
#
# Writes a feed of 50 items and some 300 KB, always the same for the same form:
# feed.pl cdata|escaped|atom|xhtml|json
#
# cdata is RSS as WordPress writes it, escaped is RSS with its text in the
# description, atom and xhtml are Atom.
#

use strict;
use warnings;

use JSON::PP ();

my ($form) = @ARGV;

die "usage: feed.pl cdata|escaped|atom|xhtml|json\n" unless defined $form;

my $seed = 20231;
my @words = qw(council harbour bridge winter river budget school teacher ferry
    market vote station window evening minister report village storm garden
    the a of and to in on for with after before while against under near);


sub random {
    my ($n) = @_;

    $seed = ($seed * 1103515245 + 12345) % 2147483648;
    return int($seed / 65536) % $n;
}


sub words {
    my ($n) = @_;

    return join ' ', map { $words[random(scalar @words)] } 1 .. $n;
}


sub text {
    my $html = '';

    while (length $html < 5500) {
        $html .= '<p>' . words(20 + random(20)) . ' <a href="https://g.example/'
            . random(999) . '">' . words(2) . '</a> ' . words(20) . ' <em>'
            . words(1) . '</em> ' . words(5 + random(20)) . ".</p>\n";
        $html .= '<figure><img src="https://g.example/' . random(999)
            . '.jpg" alt="' . words(3) . '" width="640"/><figcaption>' . words(9)
            . "</figcaption></figure>\n" if random(6) == 0;
    }

    return $html;
}


sub escaped { my ($html) = @_; return $html =~ s/</&lt;/gr =~ s/>/&gt;/gr }


sub rss {
    my ($n, $text) = @_;

    my $body = $form eq 'escaped'
        ? '<description>' . escaped($text) . '</description>'
        : '<description><![CDATA[' . words(30) . "]]></description>\n"
            . "\t\t<content:encoded><![CDATA[$text]]></content:encoded>";

    return <<"END";
\t<item>
\t\t<title>Title $n</title>
\t\t<link>https://g.example/$n</link>
\t\t<dc:creator><![CDATA[Ann]]></dc:creator>
\t\t<pubDate>Mon, 23 Nov 2026 06:00:00 +0000</pubDate>
\t\t<category><![CDATA[News]]></category>
\t\t<guid isPermaLink="false">https://g.example/?p=$n</guid>
\t\t$body
\t</item>
END
}


sub atom {
    my ($n, $text) = @_;

    my ($type, $content) = $form eq 'atom' ? ('html', escaped($text))
        : ('xhtml', qq{<div xmlns="http://www.w3.org/1999/xhtml">$text</div>});

    return "<entry><title>Title $n</title><id>https://g.example/?p=$n</id>"
        . "<link rel=\"alternate\" href=\"https://g.example/$n\"/>"
        . '<updated>2026-11-23T06:00:00Z</updated><author><name>Ann</name>'
        . "</author><content type=\"$type\">$content</content></entry>\n";
}


if ($form eq 'json') {
    print JSON::PP->new->canonical->encode({
        version => 'https://jsonfeed.org/version/1.1', title => 'Gazette',
        items => [ map { { id => "$_", url => "https://g.example/$_",
            title => "Title $_", date_published => '2026-11-23T06:00:00Z',
            content_html => text() } } 1 .. 50 ] });

} elsif ($form eq 'atom' || $form eq 'xhtml') {
    print '<?xml version="1.0" encoding="UTF-8"?>', "\n",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>',
        '<id>https://g.example/</id><updated>2026-11-23T06:00:00Z</updated>',
        map({ atom($_, text()) } 1 .. 50), "</feed>\n";

} else {
    print '<?xml version="1.0" encoding="UTF-8"?>', "\n",
        '<rss version="2.0" ',
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" ',
        'xmlns:dc="http://purl.org/dc/elements/1.1/">', "\n<channel>\n",
        "<title>Gazette</title><link>https://g.example/</link>\n",
        map({ rss($_, text()) } 1 .. 50), "</channel>\n</rss>\n";
}
