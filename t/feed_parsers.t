# Feeds as WordPress, Ghost, Drupal and Hugo write them, and others, cut and
# whole, read by feed parsers of another make.  Needs node, and
# TEST_FEED_PARSERS=DIR, where "npm install rss-parser feedsmith" was run.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $dir = $ENV{TEST_FEED_PARSERS};

plan(skip_all => 'no TEST_FEED_PARSERS')
    if !defined $dir || !-d "$dir/node_modules/feedsmith";

my $t = Patron::Harness->new;

sub html {
    my ($n) = @_;
    return "<p>First of $n: caf\x{e9} &amp; <a href=\"/x\">more</a>.</p>\n"
        . "<figure><img src=\"/i/$n.jpg\" alt=\"\"><figcaption>SECRET caption"
        . "</figcaption></figure>\n<p>SECRET of $n.</p>\n";
}

sub escaped { html(@_) =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr }

sub each_of { my ($make) = @_; return join '', map { $make->($_) } 1 .. 3 }

my $date = 'Mon, 23 Nov 2026 06:00:00 +0000';
my $iso = '2026-11-23T06:00:00Z';
my $xml = qq{<?xml version="1.0" encoding="UTF-8"?>\n};

my %feeds = (
    'wordpress.rss' => $xml . '<rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
	>

<channel>
	<title>Gazette</title>
	<atom:link href="https://g.example/feed/" rel="self" type="application/rss+xml" />
	<link>https://g.example</link>
	<description></description>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
' . each_of(sub { "	<item>
		<title>Title $_[0]</title>
		<link>https://g.example/$_[0]</link>
					<comments>https://g.example/$_[0]#respond</comments>

		<dc:creator><![CDATA[Ann]]></dc:creator>
		<pubDate>$date</pubDate>
				<category><![CDATA[News]]></category>
		<guid isPermaLink=\"false\">https://g.example/?p=$_[0]</guid>

					<description><![CDATA[SECRET excerpt [&#8230;]]]></description>
										<content:encoded><![CDATA[" . html(@_) . ']]></content:encoded>

					<wfw:commentRss>https://g.example/' . "$_[0]/feed/</wfw:commentRss>
			<slash:comments>0</slash:comments>


			<enclosure url=\"https://g.example/$_[0].mp3\" length=\"9\" type=\"audio/mpeg\" />
			</item>
" }) . "	</channel>\n</rss>\n",

    'ghost.rss' => $xml =~ s/\n//r . '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
        . 'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        . 'xmlns:atom="http://www.w3.org/2005/Atom" version="2.0" '
        . 'xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        . '<title><![CDATA[Gazette]]></title><description><![CDATA[d]]>'
        . '</description><link>https://g.example/</link><ttl>60</ttl>'
        . each_of(sub { "<item><title><![CDATA[Title $_[0]]]></title>"
        . '<description><![CDATA[SECRET excerpt]]></description>'
        . "<link>https://g.example/$_[0]</link><guid isPermaLink=\"false\">65$_[0]"
        . "</guid><category><![CDATA[News]]></category><dc:creator><![CDATA[Ann]]>"
        . "</dc:creator><pubDate>$date</pubDate><media:content "
        . "url=\"https://g.example/SECRET.jpg\" medium=\"image\"/>"
        . '<content:encoded><![CDATA[' . html(@_) . ']]></content:encoded></item>' })
        . '</channel></rss>',

    'drupal.rss' => $xml . '<rss version="2.0" xml:base="https://g.example/" '
        . 'xmlns:dc="http://purl.org/dc/elements/1.1/">' . "\n  <channel>\n"
        . "    <title>Gazette</title>\n    <link>https://g.example/</link>\n"
        . "    <description/>\n    <language>en</language>\n" . each_of(sub {
        "    <item>\n  <title>Title $_[0]</title>\n  <link>https://g.example/$_[0]"
        . "</link>\n  <description>" . escaped(@_) . "</description>\n  <pubDate>"
        . "$date</pubDate>\n    <dc:creator>ann</dc:creator>\n    <guid "
        . "isPermaLink=\"false\">$_[0] at https://g.example</guid>\n    </item>\n" })
        . "  </channel>\n</rss>\n",

    'hugo.rss' => '<?xml version="1.0" encoding="utf-8" standalone="yes"?>' . "\n"
        . '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">' . "\n  "
        . "<channel>\n    <title>Gazette</title>\n    <link>https://g.example/"
        . "</link>\n    <generator>Hugo</generator>\n    <atom:link "
        . 'href="https://g.example/index.xml" rel="self" type="application/rss+xml" />'
        . "\n" . each_of(sub { "    <item>\n      <title>Title $_[0]</title>\n      "
        . "<link>https://g.example/$_[0]</link>\n      <pubDate>$date</pubDate>\n      "
        . "<guid>https://g.example/$_[0]</guid>\n      <description>" . escaped(@_)
        . "</description>\n    </item>\n" }) . "  </channel>\n</rss>\n",

    'old.rss' => $xml . '<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        . 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        . 'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        . '<channel rdf:about="https://g.example/"><title>Gazette</title>'
        . '<link>https://g.example/</link><description>d</description></channel>'
        . each_of(sub { "<item rdf:about=\"https://g.example/$_[0]\"><title>Title "
        . "$_[0]</title><link>https://g.example/$_[0]</link><description>SECRET"
        . '</description><content:encoded>' . escaped(@_)
        . '</content:encoded></item>' }) . '</rdf:RDF>',

    map({ my $type = $_; "$type.atom" => $xml
        . '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>'
        . "<id>https://g.example/</id><updated>$iso</updated>" . each_of(sub {
        "<entry><title>Title $_[0]</title><id>https://g.example/?p=$_[0]</id>"
        . "<link rel=\"alternate\" href=\"https://g.example/$_[0]\"/>"
        . "<link rel=\"enclosure\" href=\"/SECRET.mp3\" type=\"audio/mpeg\"/>"
        . "<updated>$iso</updated><author><name>Ann</name></author><summary>SECRET"
        . "</summary><content type=\"$type\">" . ($type eq 'html' ? escaped(@_)
            : '<div xmlns="http://www.w3.org/1999/xhtml">'
            . (html(@_) =~ s/(<img[^>]*)>/$1\/>/r) . '</div>')
        . '</content></entry>' }) . '</feed>' } qw(html xhtml)),

    'feed.json' => JSON::PP->new->utf8(0)->encode({
        version => 'https://jsonfeed.org/version/1.1', title => 'Gazette',
        items => [ map { { id => "$_", url => "https://g.example/$_",
            title => "Title $_", content_html => html($_),
            date_published => $iso, attachments => [ {
            url => '/SECRET.mp3', mime_type => 'audio/mpeg' } ] } } 1 .. 3 ] }),
);

$t->file("html/$_", do { utf8::encode(my $x = $feeds{$_}); $x }) for keys %feeds;
$t->file('parse.mjs', <<'EOF');
import fs from 'fs';
import { createRequire } from 'module';
const require = createRequire(process.argv[2] + '/');
const Parser = require('rss-parser');
const { parseFeed } = await import(require.resolve('feedsmith'));
const out = {};
for (const name of process.argv.slice(3)) {
  const text = fs.readFileSync(name, 'utf8');
  const r = {};
  const { format, feed } = parseFeed(text);
  r.feedsmith = (feed.items || feed.entries).map(i => [
    typeof i.title === 'object' ? i.title.value : i.title,
    i.link || i.url || (i.links || [])[0]?.href,
    i.content?.encoded || i.content?.value || (typeof i.content === 'string'
      ? i.content : undefined) || i.content_html || i.description || '' ]);
  r.format = format;
  if (format !== 'json') {
    r['rss-parser'] = (await new Parser().parseString(text)).items.map(i =>
      [ i.title, i.link, i['content:encoded'] || i.content || '' ]);
  }
  out[name.replace(/.*\//, '')] = r;
}
console.log(JSON.stringify(out));
EOF

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 'html=<p class="wall">Join us</p>';
    patron_feed;
    patron_access members;
    types {
        application/rss+xml rss; application/atom+xml atom;
        application/feed+json json;
    }
EOC

my $member = token(sub => 'ann');
my %body;

for my $name (sort keys %feeds) {
    for my $who ('cut', 'whole') {
        my $r = $t->get("/$name", $who eq 'whole' ? (token => $member) : ());
        is($r->status, 200, "$name, $who");
        $t->file("$who-$name", $r->body);
        unlike($r->body, qr/SECRET|\.mp3/, 'nothing of what is closed')
            if $who eq 'cut';
    }
}

my @files = map { my $n = $_; map { $t->dir . "/$_-$n" } 'cut', 'whole' }
    sort keys %feeds;
my $out = qx(node @{[$t->dir]}/parse.mjs $dir @files 2>&1);
my $read = eval { JSON::PP::decode_json($out) } // diag($out);

for my $name (sort keys %feeds) {
    for my $parser (grep { $_ ne 'format' } sort keys %{$read->{"cut-$name"}}) {
        my ($cut, $whole) = map { $read->{"$_-$name"}{$parser} } 'cut', 'whole';

        is_deeply([ map { [ @$_[0, 1] ] } @$cut ],
            [ map { [ "Title $_", "https://g.example/$_" ] } 1 .. 3 ],
            "$name by $parser: titles and links");
        is_deeply([ map { [ @$_[0, 1] ] } @$whole ],
            [ map { [ @$_[0, 1] ] } @$cut ], 'the same as of the whole');
        like($_->[2], qr{First\ of\ \d:\ caf\x{e9}.*Join\ us.*
            <a[^>]+href="https://g.example/\d">The\ rest}sx, 'what is shown')
            for @$cut;
        like($_->[2], qr/SECRET of \d/, 'and all of it for a member')
            for @$whole;
    }
}

$t->finish;
