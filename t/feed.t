# Feeds behind a wall: cut by item for a guest, whole for who may read, refused
# where they cannot be read.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;
use Patron::Slow;

my $t = Patron::Harness->new->has('http_v2');
my $redis = $t->redis;

my $text = '<p>First words.</p><p>SECRET words.</p>';
my $escaped = $text =~ s/</&lt;/gr =~ s/>/&gt;/gr;
my $audio = join '', map { chr(33 + $_ % 90) } 0 .. 9999;

sub rss {
    my (@items) = @_;
    return qq{<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" }
        . qq{xmlns:content="http://purl.org/rss/1.0/modules/content/" }
        . qq{xmlns:p="https://example.org/ns">\n<channel>\n<title>Gazette}
        . "</title>\n" . join('', @items) . "</channel>\n</rss>\n";
}

sub item {
    my ($n, $level, $more) = @_;
    return "<item>\n <title>Title $n</title>\n"
        . " <link>https://localhost/$n</link>\n"
        . ($level ? " <p:level>$level</p:level>\n" : '')
        . " <description>SECRET excerpt</description>\n"
        . " <content:encoded><![CDATA[$text]]></content:encoded>\n"
        . qq{ <enclosure url="/$n.mp3" length="1" type="audio/mpeg"/>\n}
        . ($more // '') . "</item>\n";
}

my $free = item(1, 'free');
my $atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><entry>'
    . '<title>Title 1</title><link href="https://localhost/1"/>'
    . "<content type=\"html\">$escaped</content></entry></feed>";
my $json = JSON::PP->new->canonical->encode({
    version => 'https://jsonfeed.org/version/1.1', title => 'G',
    items => [ { id => '1', url => 'https://localhost/1', title => 'Title 1',
        content_html => $text, content_text => 'SECRET' } ] });

my %feeds = (
    'feed.rss' => rss(item(1), item(2)),
    'feed.atom' => $atom,
    'paged.rss' => rss('<atom:link rel="self" href="https://localhost/proxy/paged.rss"/>'
        . '<atom:link rel="next" href="https://localhost/proxy/feed.atom?page=2"/>',
        item(1)) =~ s{<rss }{<rss xmlns:atom="http://www.w3.org/2005/Atom" }r,
    'paged.json' => $json =~ s/^./{"next_url":"https:\/\/localhost\/proxy\/feed.json?page=2",/r,
    'feed.json' => $json,
    'levels.rss' => rss($free, item(2, 'members'), item(3, 'gold')),
    'broken.rss' => rss(item(1)) =~ s{</channel>}{}r,
    'later.rss' => rss(item(1), '<x>&what;</x>', item(2)),
    'sitemap.rss' => '<urlset><url>SECRET</url></urlset>',
    'data.json' => '{"SECRET":1}',
    'text.json' => $json =~ s/"content_html":"[^"]*",//r,
    'text.atom' => $atom =~ s{ type="html">.*?<}{>One.\nSECRET two.<}r,
    'others.rss' => rss(map { item(1) =~ s{/1\.mp3}{$_}r } '//evil.example/',
        '/\\evil.example/', 'https://evil.example/', 'http://localhost.evil/'),
    'long.rss' => rss(map { item($_, '', "<!--" . 'x' x 700 . "-->\n") }
        1 .. 300),
);

$t->file("html/$_", $feeds{$_}) for keys %feeds;
$t->file('wall.html', '<p class="wall">Join &amp; read</p>');

my $origin = $t->origin('origin', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ m{([^/?]+)(?:\?|$)};
    my $type = $name =~ /json$/ ? 'application/feed+json'
        : $name =~ /atom$/ ? 'application/atom+xml' : 'application/rss+xml';
    my $body = $feeds{$name};
    my $size = $r->{path} =~ m{/bytes/} ? 7 : 4000;

    return ["HTTP/1.1 200 OK\r\nContent-Type: $type\r\nContent-Length: "
        . length($body) . "\r\nETag: \"v1\"\r\n"
        . "Cache-Control: max-age=60\r\n"
        . ($r->{path} =~ m{/stated/} ? "X-Access: members\r\n" : '')
        . "\r\n", unpack "(a$size)*", $body];
});

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

my $locations = <<'EOC';
        access_log %%DIR%%/access.log combined;
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_feed;
        types {
            application/rss+xml rss; application/atom+xml atom;
            application/json json; text/xml xml; audio/mpeg mp3;
        }

        location / { patron_access members; }
        location = /status { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
        location /levels.rss { patron_feed level=p:level; }
        location /open/ {
            alias %%DIR%%/html/;
            patron_feed level=p:level;
        }
        location /metered/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_feed keep=0;
        }
        location /uk/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_language uk;
        }
        location /off/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_feed off;
        }
        location /charset/ {
            alias %%DIR%%/html/;
            patron_access members;
            types { }
            default_type 'application/rss+xml; charset=utf-16';
        }
        location /proxy/ {
            patron_access members;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
        }
        location /bytes/ {
            patron_access members;
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/bytes/;
        }
        location /stated/ {
            patron_access_header X-Access;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/stated/;
        }
        location = /address {
            patron_feed_handler networks=2;
            if ($http_x_if) { }
        }
        location /page/ {
            alias %%DIR%%/html/;
            patron_access members;
            types { }
            default_type text/html;
        }
EOC

$t->run(http => <<"EOC", server => $locations);
    patron_redis %%REDIS%% timeout=2s;
    patron_zone p:1m;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    server {
        $h2
        server_name localhost;
$locations
    }
    server {
        listen 127.0.0.1:%%PORT_small%% sndbuf=4k;
        server_name localhost;
$locations
    }
EOC

$redis->member('ann');
$redis->member('goldie', tier => 'gold');
my $ann = token(sub => 'ann');

my $words = qr{<p\ class="wall">Join\ &amp;\ read</p><p><a
    \ href="https://localhost/1">The\ rest\ is\ for\ members</a></p>}x;

# Each format, whole and cut

for my $dir ('', '/proxy', '/bytes') {
    my $r = $t->get("$dir/feed.rss");
    is($r->status, 200, "$dir: RSS");
    unlike($r->body, qr/SECRET|enclosure/, 'nothing of what is closed');
    like($r->body, qr{<title>Title\ 1</title>.*<content:encoded><!\[CDATA\[
        <p>First\ words\.</p>$words\]\]></content:encoded>.*Title\ 2.*
        </rss>\n$}sx, 'what is shown');
    is($t->get("$dir/feed.rss", token => $ann)->body, $feeds{'feed.rss'},
        'a member reads all of it');

    $r = $t->get("$dir/feed.atom");
    unlike($r->body, qr/SECRET/, 'Atom');
    like($r->body, qr{First words\.&lt;/p&gt;&lt;p class=&quot;wall&quot;},
        'what is shown');

    $r = $t->get("$dir/feed.json");
    unlike($r->body, qr/SECRET/, 'JSON');
    like(JSON::PP::decode_json($r->body)->{items}[0]{content_html},
        qr{^<p>First words\.</p>$words$}, 'what is shown');
    is($t->get("$dir/feed.json", token => $ann)->body, $json, 'all of it');
}

my $r = $t->get('/stated/feed.rss');
ok($r->status == 200 && $r->body !~ /SECRET/ && !$r->header('X-Access'),
    'the level by a header');

# In the language of the site, in any encoding

my $uk = "\x{414}\x{430}\x{43b}\x{456} \x{2014} \x{434}\x{43b}\x{44f} "
    . "\x{43f}\x{435}\x{440}\x{435}\x{434}\x{43f}\x{43b}\x{430}\x{442}\x{43d}"
    . "\x{438}\x{43a}\x{456}\x{432}";
my $refs = $uk =~ s/([^\0-\x7f])/'&#' . ord($1) . ';'/ger;

like($t->get('/uk/feed.rss')->body, qr/>\Q$refs\E</, 'the link to the rest');
like($t->get('/uk/text.atom')->body, qr{One\.\n\n\Q$refs\E: https://},
    'as text');
is(JSON::PP::decode_json($t->get('/uk/text.json')->body)
    ->{items}[0]{content_text}, "SECRET\n\n$uk: https://localhost/1", 'in JSON');

# By the level of each item

$r = $t->get('/levels.rss');
unlike($r->body =~ s/\Q$free\E//r, qr/SECRET/, 'items state their level');
like($r->body, qr/\Q$free\E/, 'a free one is as it came');
unlike($t->get('/levels.rss', token => $ann)->body
    =~ s/\Q@{[item(2, 'members')]}\E//r =~ s/\Q$free\E//r, qr/SECRET/,
    'a member has no gold');
is($t->get('/levels.rss', token => token(sub => 'goldie'))->body,
    $feeds{'levels.rss'}, 'gold has all');
unlike($t->get('/levels.rss', headers => [ Range => 'bytes=500-' ])->body
    =~ s/\Q$free\E//r, qr/SECRET/, 'no part of it');
is($t->get('/open/sitemap.rss')->body, $feeds{'sitemap.rss'},
    'what is no feed passes where no level is stated');
unlike($t->get('/metered/feed.rss')->body, qr/SECRET|First/,
    'no meter, nothing kept');

# What cannot be read

for my $path (qw(/sitemap.rss /data.json /off/feed.rss /charset/feed.rss
    /metered/sitemap.rss))
{
    $r = $t->get($path);
    is($r->status, 402, "$path is refused");
    unlike($r->body, qr/SECRET/, 'and nothing of it is sent');
}

for my $path (qw(/broken.rss /later.rss /proxy/broken.rss /bytes/later.rss)) {
    $r = eval { $t->get($path) };
    ok(!$r || $r->truncated || $r->status == 402, "$path does not look whole");
    unlike($r->body, qr/SECRET|what/, 'and nothing of it is sent') if $r;
    is($t->get($path, token => $ann)->body, $feeds{$path =~ s{.*/}{}r},
        'to a member it is');
}

# Caches, conditions, HEAD

my $guest = $t->get('/proxy/feed.rss');
my $member = $t->get('/proxy/feed.rss', token => $ann);
is($guest->header('Cache-Control'), 'max-age=60', 'a guest\'s is the CMS\'s');
like($guest->header('ETag'), qr/^W\/"v1-\w+"$/, 'with its own ETag');
like($member->header('Cache-Control'), qr/private, no-store/, 'a member\'s');
is($t->get('/proxy/feed.rss',
    headers => [ 'If-None-Match' => $guest->header('ETag') ])->status, 304,
    'not modified');
is($t->get('/proxy/feed.rss', token => $ann,
    headers => [ 'If-None-Match' => $guest->header('ETag') ])->status, 200,
    'but for another reader');
$r = $t->request('HEAD', '/proxy/feed.rss');
is($r->status . $r->header('ETag'), '200' . $guest->header('ETag'), 'HEAD');

# Readers who do not read

$Patron::Slow::PAUSE = 0.02;

for my $path (qw(/long.rss /proxy/long.rss)) {
    for my $slow (sub { slow_h2(@_) }, sub { slow_h1(@_, port => 'small') }) {
        $r = $slow->($t, $path);
        ok($r && !$r->truncated && $r->body =~ m{</rss>\n$}, "$path, slowly");
        unlike($r->body, qr/SECRET/, 'nothing of what is closed');
        is($slow->($t, $path, token => $ann)->body, $feeds{'long.rss'},
            'a member has all');
    }
}

# Personal addresses

$t->file('html/1.mp3', $audio);

sub mint {
    my ($path, %o) = @_;
    return $t->request('POST', '/address', body => "path=$path",
        token => $o{token} // $ann, headers => [
            'Content-Type' => 'application/x-www-form-urlencoded',
            Origin => $o{origin} // 'http://localhost',
            $o{if} ? ('X-If' => 1) : () ]);
}

sub by {
    my ($address, $method, @headers) = @_;
    return $t->request($method // 'GET', $address =~ s{^https?://localhost}{}r,
        headers => \@headers);
}

$r = mint('/proxy/feed.rss');
is($r->status, 201, 'an address is made');
my $address = JSON::PP::decode_json($r->body)->{url};
like($address, qr{^http://localhost/proxy/feed\.rss\?patron_feed=[\w.-]+$},
    'of that feed');

is(mint('/feed.rss', token => token(sub => 'x'))->status, 403, 'not a guest\'s');
is(mint('/feed.rss', origin => 'http://evil.example')->status, 403,
    'nor from elsewhere');
is(mint('//evil.example')->status, 400, 'nor of elsewhere');

$origin->forget;
$r = by($address);
my ($token) = $address =~ /patron_feed=(.*)/;
like($r->body, qr/SECRET words.*SECRET words/s, 'the feed is whole');
like($r->header('Cache-Control'), qr/private, no-store/, 'for its reader');
is($r->header('X-Robots-Tag'), 'noindex', 'not indexed');
is($r->header('Referrer-Policy'), 'no-referrer', 'nor told');
ok(!$r->header('Set-Cookie'), 'no cookie');
unlike(join('', $origin->requests), qr/patron_feed/, 'the CMS hears nothing');

my ($sound) = $r->body =~ m{<enclosure url="(/1\.mp3\?patron_feed=[\w.-]+)"};
ok($sound, 'its enclosures have addresses, too');
is(by($sound)->body, $audio, 'the sound');
$r = by($sound, 'GET', Range => 'bytes=100-199');
is($r->status . $r->body, '206' . substr($audio, 100, 100), 'a part of it');
is(by($sound, 'HEAD')->header('Content-Length'), 10000, 'HEAD');
is(by($sound, 'GET', 'If-Modified-Since' =>
    by($sound)->header('Last-Modified'))->status, 304, 'if it is newer');
is(by('/1.mp3')->status, 402, 'without an address: the wall');
is(by("/1.mp3?patron_feed=$token")->status, 402, 'by that of the feed, too');
unlike(by("/proxy/feed.atom?patron_feed=$token")->body, qr/SECRET/,
    'nor is it another feed\'s');
unlike(by($address =~ s/.$/-/r)->body, qr/SECRET/, 'nor one that is bad');

# A feed of several pages: each leads on by an address of the reader's own.

$r = by(JSON::PP::decode_json(mint('/proxy/paged.rss')->body)->{url});
my ($next) = $r->body =~ m{<atom:link rel="next" href="([^"]*)"};
like($next, qr{^https://localhost/proxy/feed\.atom\?page=2&amp;patron_feed=[\w.-]+$},
    'the next page is the reader\'s own');
like(by($next =~ s/&amp;/&/r)->body, qr/SECRET words/, 'and is whole');
like($r->body, qr{rel="self" href="https://localhost/proxy/paged\.rss"},
    'its own name stays');
like($t->get('/proxy/paged.rss', token => $ann)->body,
    qr{rel="next" href="https://localhost/proxy/feed\.atom\?page=2"},
    'and so does all of it for who has a cookie');

$r = by(JSON::PP::decode_json(mint('/proxy/paged.json')->body)->{url});
$next = JSON::PP::decode_json($r->body)->{next_url};
like($next, qr{^https://localhost/proxy/feed\.json\?page=2&patron_feed=}, 'in JSON');
like(by($next)->body, qr/SECRET words/, 'too');

# As programs for podcasts ask: a feed and its sound, from the beginning, on
# from where they were, by the end, and if it has changed.

my @programs = (
    [ 'Apple', 'Podcasts/1680.2 CFNetwork/1496.0.7 Darwin/23.5.0',
        Accept => '*/*', 'Accept-Encoding' => 'gzip, deflate, br' ],
    [ 'iTunes', 'AppleCoreMedia/1.0.0.21F90 (iPhone; U; CPU OS 17_5_1)',
        Accept => '*/*', 'Accept-Encoding' => 'identity',
        'X-Playback-Session-Id' => 'A1B2' ],
    [ 'AntennaPod', 'AntennaPod/3.5.0', 'Accept-Encoding' => 'identity' ],
    [ 'Overcast', 'Overcast/3.0 (+http://overcast.fm/; iOS podcast app)',
        Accept => 'application/rss+xml, text/xml;q=0.9, */*;q=0.1' ],
    [ 'Pocket Casts', 'Pocket Casts/1.0 (https://pocketcasts.com)',
        Accept => 'audio/*;q=0.9,*/*;q=0.8' ],
);

my ($tag, $date) = map { by($sound)->header($_) } 'ETag', 'Last-Modified';

for (@programs) {
    my ($name, $agent, @headers) = @$_;
    my $ask = sub {
        my ($what, $method, @more) = @_;
        return by($what, $method, 'User-Agent' => $agent, @headers, @more);
    };

    my @is = map { $_->status . ' ' . ($_->header('Content-Range') || '-')
        . ' ' . length $_->body } (
        $ask->($sound, 'HEAD'), $ask->($sound, 'GET'),
        $ask->($sound, 'GET', Range => 'bytes=0-1'),
        $ask->($sound, 'GET', Range => 'bytes=0-'),
        $ask->($sound, 'GET', Range => 'bytes=9000-'),
        $ask->($sound, 'GET', Range => 'bytes=-100'),
        $ask->($sound, 'GET', Range => 'bytes=500-599', 'If-Range' => $tag),
        $ask->($sound, 'GET', Range => 'bytes=500-599', 'If-Range' => $date),
        $ask->($sound, 'GET', Range => 'bytes=500-599',
            'If-Range' => '"other"'),
        $ask->($sound, 'GET', 'If-None-Match' => $tag),
        $ask->($sound, 'GET', 'If-None-Match' => '"other"'),
        $ask->($sound, 'GET', 'If-Modified-Since' => $date));
    is(join('; ', @is),
        '200 - 0; 200 - 10000; 206 bytes 0-1/10000 2; '
        . '206 bytes 0-9999/10000 10000; 206 bytes 9000-9999/10000 1000; '
        . '206 bytes 9900-9999/10000 100; 206 bytes 500-599/10000 100; '
        . '206 bytes 500-599/10000 100; 200 - 10000; 304 - 0; 200 - 10000; '
        . '304 - 0', "$name: the sound");
    is($ask->($sound, 'GET', Range => 'bytes=-100')->body,
        substr($audio, -100), "$name: its end");
    $r = $ask->($sound, 'GET', Range => 'bytes=10000-');
    is($r->status . $r->header('Content-Range'), '416bytes */10000',
        "$name: nothing behind it");

    $r = $ask->($address, 'GET');
    like($r->body, qr/SECRET words/, "$name: the feed");
    ok(!$r->header('Content-Encoding'), "$name: as it is");
    is($ask->($address, 'HEAD')->status, 200, "$name: HEAD");
    is($ask->($address, 'GET', 'If-None-Match' => $r->header('ETag'))->status,
        304, "$name: if it is newer");
    like($ask->($address, 'GET', Range => 'bytes=0-99')->body, qr/^<\?xml/,
        "$name: no part from elsewhere");
}

is(by(JSON::PP::decode_json(mint('/gone.rss')->body)->{url})->status, 404,
    'what is not there');

my $page = JSON::PP::decode_json(mint('/page/feed.rss')->body)->{url};
$r = by($page);
is($r->status, 402, 'no address opens a page');

$r = by($address, 'GET', 'If-None-Match' => by($address)->header('ETag'));
is($r->status, 304, 'not modified');
is(() = by(JSON::PP::decode_json(mint('/levels.rss')->body)->{url})->body
    =~ /SECRET words/g, 2, 'what the member may see');
like(by(JSON::PP::decode_json(mint('/proxy/feed.atom', if => 1)->body)->{url})
    ->body, qr/SECRET/, 'made in an "if": as good as any');

is(() = by(JSON::PP::decode_json(mint('/others.rss')->body)->{url})->body
    =~ /patron_feed=/g, 0, 'what is of other sites gets no address');

# Networks

sub from { by($address, 'GET', 'X-Real-IP' => shift)->body =~ /SECRET/ }

ok(from('192.0.2.1'), 'a second network');
ok(from('192.0.2.200'), 'is a /24');
ok(!from('2001:db8::1'), 'a third has no right');
ok(from('127.0.0.9'), 'the first has');

# Taken back

my (undef, $list) = patron($t, 'feed', 'list', 'ann');
my ($id) = $list =~ m{^(\S+)  /proxy/feed\.rss  2 }m;
ok($id, 'listed');
is((patron($t, 'feed', 'revoke', 'ann', $id))[0], 0, 'taken back');
ok(!from('127.0.0.1'), 'it opens nothing');
is(by($sound)->status, 402, 'nor do its enclosures');
is((patron($t, 'feed', 'revoke', 'ann', $id))[0], 1, 'once');
is(join('|', map { (patron($t, 'feed', 'list', 'nobody', @$_))[0, 1] } [],
    ['--json']), "0||0|[\n]\n", 'who has none has none listed');

(undef, my $made) = patron($t, qw(feed link ann /proxy/feed.rss --key),
    $t->dir . '/k1.key');
chomp $made;
$address = "/proxy/feed.rss?$made";
ok(from('127.0.0.1'), 'one by the command');
$redis->cmd('HSET', 'patron:member:ann', 'not_before', time() + 10);
ok(wait_for(sub { !from('127.0.0.1') }), 'not_before ends it');
$redis->cmd('HDEL', 'patron:member:ann', 'not_before');
ok(wait_for(sub { from('127.0.0.1') }), 'and no more');
$redis->cmd('HSET', 'patron:member:ann', 'status', 'revoked');
ok(wait_for(sub { !from('127.0.0.1') }), 'a membership that was revoked');
is((patron($t, 'member', 'erase', 'ann'))[0], 0, 'a member is forgotten');
is($redis->cmd('EXISTS', 'patron:feed:ann'), 0, 'with the addresses');

unlike($t->slurp('access.log') . $t->slurp('error.log'),
    qr/patron_feed=|\Q$token\E/, 'no log has one');

# Remembered

ok(wait_for(sub { $t->get('/feed.rss')->header('Content-Length') }),
    'a feed is remembered once its file is no longer new');
is($t->get('/feed.rss')->body, $t->get('/proxy/feed.rss')->body,
    'it is as it was cut');
is($t->request('HEAD', '/feed.rss')->header('Content-Length'),
    length $t->get('/feed.rss')->body, 'as long as HEAD says');
is($t->get('/feed.rss', token => token(sub => 'goldie'))->body,
    $feeds{'feed.rss'}, 'for a member it is whole');
ok($t->get('/off/feed.rss')->status == 402
    && $t->get('/metered/feed.rss')->body !~ /First/, 'elsewhere it is other');

for my $slow (sub { slow_h2(@_) }, sub { slow_h1(@_, port => 'small') }) {
    $r = $slow->($t, '/long.rss');
    ok($r && $r->body =~ m{</rss>\n$} && $r->body !~ /SECRET/, 'slowly, too');
}

$t->file('html/feed.rss', rss(item(7)));
like($t->get('/feed.rss')->body, qr/Title 7/, 'until it changes');

# Counted

my @now = gmtime;
my $key = sprintf 'patron:stats:%d-%02d-%02d', $now[5] + 1900, $now[4] + 1,
    $now[3];
ok(wait_for(sub { $redis->cmd('HGET', $key, 'feed.cut.json')
    && $redis->cmd('HGET', $key, 'feed.whole') }), 'feeds are counted');

sub counters {
    my $counters = JSON::PP::decode_json($t->get('/status')->body)->{counters};
    return map { "$_ $counters->{$_}" } grep { /^patron_feeds_/ }
        sort keys %$counters;
}

my %was = map { split } counters();
$t->get($_) for qw(/feed.rss /feed.atom /feed.json /levels.rss);
$t->get('/proxy/feed.json', token => token(sub => 'goldie')) for 1 .. 2;
is(join(' ', map { my ($name, $n) = split; $n -= $was{$name};
        $name =~ s/.*total_//r . " $n" } counters()),
    'atom_cut 1 atom_whole 0 json_cut 1 json_whole 2 rss_cut 2 rss_whole 0',
    'by format, on the status page');
like($t->get('/metrics')->body,
    qr/^patron_feeds_total\{format="json",items="whole"\} [1-9]/m,
    'for Prometheus');

# nginx -t

$t->refused("networks=$_", qr/"patron_feed_handler".*networks=N/,
    server => "location /a { patron_feed_handler networks=$_; }")
    for 0, 101, 'x';
$t->refused('a handler without Redis', qr/needs "patron_redis"/,
    server => 'patron on; patron_key k1 %%DIR%%/k1.key;
        location /a { patron_feed_handler; }');
$t->refused("patron_feed $_", qr/"patron_feed".*invalid parameter "\Q$_\E"/,
    http => "patron_feed $_;")
    for qw(keep=x keep=101 level= level=<a> nonsense);

$t->finish;
