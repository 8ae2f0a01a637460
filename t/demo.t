# scripts/demo: its own newspaper, somebody's directory, somebody's site.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Demo;
use Patron::Harness;

my $t = Patron::Harness->new;
my $story = '/harbour/the-ferry-that-learned-to-wait/';

my $demo = Patron::Demo->start($t);
$t->{ports}{demo} = $demo->port;

sub page {
    my ($path, %o) = @_;

    return $t->get($path, port => 'demo', %o);
}

sub banners {
    my ($r) = @_;

    return join ' ', sort $r->text =~ /class="patron-(support|appeal|thanks)"/g;
}

# A guest and a patron.

my $r = page($story);
is($r->status, 200, 'an article');
is(banners($r), 'appeal support', 'asks a guest');

$r = page('/patron-demo/patron', headers => [Referer => "http://x$story"]);
is($r->status, 303, 'the link that makes a patron');
is($r->header('Location'), $story, 'leads back to the page');
my ($token) = $r->header('Set-Cookie') =~ /^patron=([\w.-]+); Path/;
my ($gold) = page('/patron-demo/gold')->header('Set-Cookie')
    =~ /^patron=([\w.-]+); Path/;
ok($token && $gold, 'and sets a token');

for my $referer ('http://x//evil.test/', 'http://x/\\evil.test/', 'x:y') {
    is(page('/patron-demo/guest', headers => [Referer => $referer])
        ->header('Location'), '/', "a referrer that leads nowhere: $referer");
}

$r = page($story, token => $token);
is(banners($r), 'thanks', 'an article thanks a patron');
like($r->text, qr{<b>Ada</b>}, 'by name');
is(banners(page('/join/')), '', 'no appeal where the appeal leads');

# The walls: what is behind them does not leave.

for (
    ['/patrons/the-last-page-of-the-logbook/', 'Good-bye', undef, 0],
    ['/patrons/the-last-page-of-the-logbook/', 'Good-bye', $token, 1],
    ['/gold/the-soup-that-nobody-sells/', 'transferable', undef, 0],
    ['/gold/the-soup-that-nobody-sells/', 'transferable', $token, 0],
    ['/gold/the-soup-that-nobody-sells/', 'transferable', $gold, 1],
) {
    my ($path, $end, $who, $open) = @$_;
    my $text = page($path, token => $who)->text;
    my $name = !$who ? 'a guest' : $who eq $gold ? 'gold' : 'a patron';
    is($text =~ /\Q$end/ ? 1 : 0, $open, "$path for $name");
    is($text =~ /class="patron-wall"/ ? 0 : 1, $open, 'and the wall');
}

# The feeds: cut, and at addresses of a patron's own.

like($demo->said, qr{/patron-demo/$_$}m, "it names Ada's own $_")
    for qw(feed podcast);
my ($feed, $podcast) = map { page("/patron-demo/$_")->header('Location') }
    qw(feed podcast);

$r = page('/feed.xml');
like($r->body, qr/Wren has moved on/, 'a free story in the feed');
unlike($r->body, qr/Good-bye|in a drawer|transferable/, 'and no other');
like($r->body, qr{A\ lighthouse\ logbook\ .*for\ patrons\ of\ the\ Gazette.*
    <a\ href="http://127[^"]+/the-last-page-of-the-logbook/">}sx,
    'but its beginning');
my @host = (host => "127.0.0.1:" . $demo->port);
$r = page($feed, @host);
like($r->body, qr/Good-bye/, 'for a patron');
unlike($r->body, qr/transferable/, 'not the gold one');
is(() = page('/podcast.xml')->body =~ /<enclosure/g, 1, 'a podcast');
my ($sound) = page($podcast, @host)->body
    =~ m{url="http://[^/]+(/audio/patrons/[^"]+)"};
is(page($sound, @host, headers => [ Range => 'bytes=0-1' ])->body, "\xff\xfb",
    'and its sound');
is(page('/audio/patrons/fog.mp3')->status, 402, 'which others do not hear');

is(page('/')->status, 200, 'the front page');

$r = page('/uk/porom-yakyi-navchyvsia-chekaty/');
like($r->text, qr{class="patron-support"[^>]*lang="uk".*class="patron-line"[^>]*lang="uk"}s,
    'a page in Ukrainian asks in Ukrainian, at its top and its end');

# An experiment: each reader sees one of two appeals, or none.

my %shown;

ok(Patron::Harness::wait_for(sub {
    $r = page('/town/eleven-minutes-late-since-1953/', headers =>
        ['User-Agent' => 'Browser/' . int(rand(1000))]);
    $shown{$r->text =~ /class="patron-(appeal|line)"/ ? $1 : 'none'} = $r;
    return keys %shown == 3;
}, 20), 'an experiment with a holdback');
like($shown{appeal}->text, qr{name="name" value="end"}, 'which can be closed');
is(page('/patron-demo/click?c=end:line')->header('Location'), '/support/',
    'and its links are counted');
$r = page('/patron-demo/status');
is($r->status, 200, 'what is going on');
like($r->text, qr{<b>good</b>}, 'and nothing is wrong with it');

# Each line that it prints does what it says, on the next page.

my @lines = $demo->said =~ /^ +(redis-cli .*)$/mg;
my @want = ('appeal support', 'thanks', 'appeal support', 'thanks',
    'appeal support', 'thanks');
is(scalar @lines, scalar @want, 'redis-cli lines to paste');

for my $i (0 .. $#lines) {
    like(qx($lines[$i]), qr/^\d+$/, $lines[$i]);
    ok(Patron::Harness::wait_for(sub {
        banners(page($story, token => $token)) eq $want[$i];
    }, 5), "the page then: $want[$i]");
}

my @commands = $demo->said =~ m{^ +(\S*/scripts/patron .*)$}mg;
is(scalar @commands, 2, 'and two of the tool');
for my $command (@commands) {
    my $said = qx($command 2>&1);
    is($?, 0, $command) || diag($said);
}

# Every page of the site is there, and so is all that they link to.

my %seen;
my @queue = '/';

while (defined(my $path = shift @queue)) {
    next if $seen{$path}++;
    $r = page($path);
    is($r->status, 200, "there is $path");
    next if $r->header('Content-Type') !~ m{^text/html};
    push @queue, grep { !m{^/patron-demo/} }
        $r->text =~ m{(?:href|src)="(/[^"\#]*)}g;
}

cmp_ok(scalar keys %seen, '>=', 14, 'pages, pictures and a stylesheet');

my $dir = $demo->dir;
ok(-d $dir, 'it works in a directory of its own');
is((stat $dir)[2] & 07777, 0700, 'that nobody else can read');
ok($demo->stop('INT'), 'Ctrl-C stops it and leaves nothing behind');

# Over a directory.

$t->file('own/index.html', article());
$demo = Patron::Demo->start($t, $t->dir . '/own');
$t->{ports}{demo} = $demo->port;

$r = page('/');
is(banners($r), 'appeal support', 'over pages of one\'s own');
like($r->text, qr{<body class="news"><section class="patron-support"},
    'at the top');
like($r->text, qr{</section></article>}, 'and at the end of the article');
unlike($demo->said, qr/no place|answers/, 'with nothing to remark');
ok($demo->stop('TERM'), 'stopped');

$demo = Patron::Demo->start($t, '--article', '#nowhere', $t->dir . '/own');
$t->{ports}{demo} = $demo->port;
is(banners(page('/')), 'support', 'where a place does not exist');
like($demo->said, qr/The appeal has no place/, 'it says so');
ok($demo->stop('TERM'), 'stopped');

# Over a site, which compresses if it may and links to itself.

my $origin = $t->origin('site', sub {
    my ($q) = @_;

    return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:"
        . $t->port('site') . "/there\r\nContent-Length: 0\r\n\r\n"
        if $q->{path} eq '/moved';

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Content-Security-Policy: style-src 'none'\r\n"
        . "X-Asked: " . ($q->{header}->('Accept-Encoding') || 'plain')
        . "\r\n\r\n" . article();
});

$demo = Patron::Demo->start($t, '--article', '#story',
    'http://127.0.0.1:' . $t->port('site') . '/news/');
$t->{ports}{demo} = $demo->port;

like($demo->said, qr{http://127\.0\.0\.1:\d+/news/$}m, 'the page that was asked for');
$r = page('/news/', gzip => 1);
is(banners($r), 'appeal support', 'over a site');
is($r->header('X-Asked'), 'plain', 'which is asked for plain pages');
ok(!$r->has('Content-Security-Policy'), 'and whose policy is put aside');
unlike($demo->said, qr/no place|answers/, 'with nothing to remark');
is(page('/moved')->header('Location'), '/there', 'redirects stay here');
ok($demo->stop('HUP'), 'stopped');

# Mistakes.

for (['--port', 'x'], ['--nothing'], ['/no/such/directory'],
     ['http://a b/'], ['http://a;b/'], ['--article', "a'b"], ['a', 'b'])
{
    my $pid = open(my $out, '-|') // die "fork: $!\n";

    if ($pid == 0) {
        open(STDERR, '>&', \*STDOUT);
        $ENV{TMPDIR} = $t->dir;
        exec("$t->{root}/scripts/demo", '--no-build', @$_);
        exit 127;
    }

    my $said = do { local $/; <$out> };
    close($out);
    ok($? && $said =~ /demo/, "refused: @$_") || diag($said);
}

is_deeply([glob $t->dir . '/patron-demo.*'], [], 'nothing is left');

$t->finish;
