# An origin that sends anything at all: nginx stays up, everybody is answered,
# and nobody who may not read it sees what is behind the wall.
#
# TEST_SEED=N replays a run, TEST_STORM=SECONDS makes it longer.

use strict;
use warnings;

use Compress::Zlib ();
use Test::More;
use Time::HiRes qw(sleep);

use lib 't/lib';
use Patron::Harness;
use Patron::Storm;

my $t = Patron::Harness->new->has(qw(http_gunzip));
my $redis = $t->redis;

seed();

# All that is behind the wall carries the word.

my $lead = '<article id="story"><h1>Bridge</h1><p>Open lead.</p>';
my $rest = "<p>SECRET one.</p>\n<div class='SECRET'><p>SECRET <b>two</b></p>"
    . "<!-- SECRET --></div>" . '<p>SECRET and more</p>' x 300;
my $head = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>B</title>'
    . '</head><body>';
my $tail = '</article><footer>colophon</footer></body></html>';
my $page = "$head$lead$rest$tail";

# What may stand before the article, or in it: nothing that ends it for a
# browser before its paragraphs, as an open <svg> does, or a second <select>.

my @before = ('<p>', '</p>', '<div>', '</div>', '<b>', '</b>', '<i>', '<a x>',
    '<li>', '<!--x-->', '<!--', '-->', '<script>', '</script>', '<style>',
    '</style>', '<svg/>', '</svg>', '</math>', '<![CDATA[', ']]>', '<title>',
    '</title>', '<textarea>', '</textarea>', '<noscript>', '</noscript>',
    '</template>', '<x y="', "'", '"', '>', '<', '&amp;', '</',
    '<?x>', "\0", "\r\n", '<br/>', '<body>', '</body>', '<frameset>',
    '<plaintext>', '<button>', '<object>', '<select>', "\xff");
my @inside = grep { !m{^</|button|select} } @before;


sub html {
    my $before = chance(0.5) ? words(6, @before) : '';
    my $more = $rest;

    for (1 .. rand 4) {
        substr($more, rand length $more, 0, words(3, @inside));
    }

    return $head . $before . $lead . (chance(0.5) ? $rest : $more) . $tail;
}


sub framed {
    my ($body, @fields) = @_;

    my $how = int rand 7;
    my $length = length $body;
    my $line = one_of('HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.0 200 OK',
        'HTTP/1.1 201 Made', 'HTTP/1.1 206 Part', 'HTTP/1.1 200');

    push @fields, 'Connection: close';

    if ($how == 0) {
        push @fields, "Content-Length: $length";

    } elsif ($how == 1) {
        push @fields, 'Content-Length: '
            . one_of(0, 1, $length - 1, $length + 1, 2 * $length, -1, 'x',
                '99999999999999999999', "$length, $length");

    } elsif ($how < 5) {
        my $chunked = '';
        for my $piece (pieces($body, 300)) {
            my $size = sprintf '%x', length $piece;
            my $bad = $how == 4 && chance(0.05);

            # the framing alone: what is in the chunks stays the page, so
            # that a size which is too large must not make later ones text

            $size = one_of(damage($size), 'fffffffff', '-1', '', '0', 'x')
                if $bad;
            $chunked .= $size . (chance(0.05) ? ';x=y' : '')
                . "\r\n$piece\r\n";
            last if $bad;
        }
        $chunked .= "0\r\n" . (chance(0.1) ? "X: trailer\r\n" : '') . "\r\n";
        push @fields, 'Transfer-Encoding: chunked';
        push @fields, "Content-Length: $length" if chance(0.05);
        $body = $chunked;
    }

    @fields = sort { rand() <=> 0.5 } @fields if chance(0.3);

    return "$line\r\n" . join('', map { "$_\r\n" } @fields) . "\r\n", $body;
}


# Everything that can be wrong with a response but what it says.

sub answer {
    my $body = html();
    my @fields = 'Content-Type: ' . (chance(0.8) ? 'text/html'
        : one_of('TEXT/HTML;charset=utf-8', 'text/plain', 'text/html;',
            'text/html; charset="utf-16"', 'application/pdf', '', 'text',
            'image/png, text/html', 'application/xhtml+xml', junk(20) =~
                tr/\r\n\0//dr));

    if (chance(0.25)) {
        my $how = int rand 4;

        # what is damaged may decode to another page

        my $gz = Compress::Zlib::memGzip($how == 1
            ? $body =~ s/SECRET/damaged/gr : $body);
        push @fields, 'Content-Encoding: ' . one_of(('gzip') x 5, 'GZIP',
            'x-gzip', 'br', 'gzip, gzip', '', 'identity');
        $body = $how == 0 ? $gz
            : $how == 1 ? damage($gz)
            : $how == 2 ? substr($gz, 0, rand length $gz)
            : $gz . junk(300);
    }

    push @fields, 'X-Level: ' . one_of('free', 'gold', 'members', '', ',',
        ',,', 'free, gold', "\t free", 'free' x 500, junk(60) =~ tr/\r\n\0//dr)
        for 1 .. rand 3;
    push @fields, 'X-Patron-Grant: ' . one_of('sub=42; tier=gold; ttl=30d',
        'sub=', 'sub=4;sub=5', 'sub=42;ttl=-1', 'sub=' . 'x' x 3000,
        "sub=42; name=\"\x01", junk(100) =~ tr/\r\n\0//dr)
        for 1 .. rand 2;
    push @fields, 'Set-Cookie: a=' . 'b' x rand 6000 if chance(0.1);
    push @fields, 'ETag: ' . one_of('"x"', 'W/"x"', 'x', '"', '""', 'W/')
        if chance(0.2);
    push @fields, 'Last-Modified: ' . one_of('Sun, 22 Nov 2026 10:00:00 GMT',
        'x', '') if chance(0.2);
    push @fields, 'Content-Range: bytes 0-10/20' if chance(0.05);
    push @fields, 'Accept-Ranges: bytes' if chance(0.1);
    push @fields, 'Vary: ' . one_of('*', 'Accept-Encoding', junk(9) =~
        tr/\r\n\0//dr) if chance(0.1);
    push @fields, 'X-Accel-Redirect: ' . one_of('/o/again', '/none', '@x', '')
        if chance(0.02);
    push @fields, 'X-Accel-Buffering: no' if chance(0.1);
    push @fields, 'Cache-Control: max-age=1' if chance(0.2);

    my ($lines, $rest) = framed($body, @fields);

    $lines = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n$lines"
        if chance(0.03);
    $lines =~ s/\r\n\r\n$/"\r\n" . 'X: y' x 20000/e if chance(0.02);

    # chunks that are not known as such make another page

    $lines = damage($lines, "\r\n", ': ', "\0", ' ')
        if chance(0.1) && $lines !~ /^Transfer/m;
    $lines = junk(300) if chance(0.02);

    my @pieces = ($lines, pieces($rest, 40));

    splice @pieces, int rand(1 + @pieces) if chance(0.15);

    # drips

    if (chance(0.1)) {
        my $pause = one_of(0.001, 0.003, 0.01);
        @pieces = map { my $piece = $_; ($piece, sub { sleep $pause; return })
            } @pieces;
    }

    push @pieces, sub { sleep 3; return } if chance(0.005);

    return \@pieces;
}


# The beginning of what the origin answers to a number.

sub answered {
    my ($number) = @_;

    srand(seed() + $number);

    return join '', grep { !ref } @{answer()};
}


$t->origin('8081', sub {
    my ($request) = @_;
    my ($number) = $request->{path} =~ m{/(\d+)$};

    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n$page"
        if !defined $number;

    srand(seed() + $number);

    return answer();
});

$t->file('html/page.html', article());
$t->file('wall.html', '<aside class="wall">wall</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone patron:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        gunzip on;
        gzip on;
        patron on;
        patron_access_header X-Level;
        patron_grant_header X-Patron-Grant;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_strip '.gone';
        patron_meter limit=1 period=day;
        patron_banner ask before '#story' 'html=<i>ask</i>';
        patron_banner end append body 'html=<i>end</i>';
        proxy_http_version 1.1;
        proxy_read_timeout 2s;
        proxy_set_header Accept-Encoding "";

        location / { }

        # Walled by the location, whatever the origin states.

        location /o/ {
            patron_access members;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /small/ {
            patron_access members;
            patron_access_meta on;
            patron_wall_buffer 1k;
            patron_paywall_markup on;
            proxy_buffer_size 1k;
            proxy_buffers 4 1k;
            proxy_busy_buffers_size 2k;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /stream/ {
            patron_access gold;
            proxy_buffering off;
            proxy_http_version 1.0;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /cached/ {
            patron_access members;
            proxy_cache pages;
            proxy_cache_key $request_uri;
            proxy_cache_valid any 1s;
            proxy_cache_use_stale error timeout invalid_header updating;
            proxy_cache_background_update on;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /plain/ {
            patron off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        # No wall: the page's own words decide.

        location /open/ {
            patron_access_meta on;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
EOC

$redis->member('paula', tier => 'gold');

my @workers = serving($t);


sub turn {
    my ($number) = @_;

    my $dir = one_of(qw(o o o small small stream cached cached open));
    my $patron = chance(0.2);
    my @headers;

    push @headers, Range => one_of('bytes=0-', 'bytes=-500', 'bytes=5-9,20-',
        'x') if chance(0.1);
    push @headers, 'If-None-Match' => one_of('*', '"x"', 'W/"x"', 'x')
        if chance(0.1);
    push @headers, 'If-Modified-Since' => 'Sun, 22 Nov 2026 10:00:00 GMT'
        if chance(0.1);

    my $method = chance(0.1) ? 'HEAD' : 'GET';
    my $what = "$method /$dir/$number";

    my $c = $t->client;
    my $r = eval { $c->request($method, "/$dir/$number", close => 1,
        headers => \@headers, gzip => chance(0.4),
        version => one_of('1.0', '1.1'),
        ($patron ? (token => token(sub => 'paula')) : ())) };

    # An origin without a status line is one of HTTP/0.9, and answered so.

    if ($@ =~ /not a response/ || $r && $r->header('Server') !~ m{nginx}) {
        1 while !$r && $c->fill;
        my $raw = $r ? $r->head . $r->body : "$@$c->{buffer}";
        die "$what: leaked: $raw\n" if !$patron && $dir ne 'open'
            && $raw =~ /SECRET/;
        return;
    }

    die "$what: $@" if $@;

    # Nothing is said where nginx alone would have said nothing, and where what
    # the origin sent could not be decoded while a walled page was held.

    if (!$r) {
        my $plain = eval { $t->get("/plain/$number") };
        die "$what: no answer to " . substr(answered($number), 0, 300) . "\n"
            if $plain && $plain->header('Server') =~ /nginx/
                && !$plain->truncated && $dir ne 'stream';
        return;
    }

    my $text = $r->body;

    if (lc $r->header('Content-Encoding') eq 'gzip') {
        my ($z) = Compress::Zlib::inflateInit(
            -WindowBits => Compress::Zlib::WANT_GZIP());
        my ($out) = $z->inflate($text);
        $text = $r->body . ($out // '');
    }

    die "$what: leaked: " . $r->head . substr($text, 0, 2000) . "\n"
        if !$patron && $dir ne 'open' && "$text" =~ /SECRET/;
    die "$what: a grant or a level was told: " . $r->head . "\n"
        if $r->has('X-Patron-Grant') || $r->has('X-Level');

    # Everybody else is served as ever.

    if ($number % 5 == 0) {
        my $page = $t->get('/page.html');
        die "a page beside it: " . $page->head
            if $page->status != 200 || $page->body !~ /third paragraph/;
    }
}


storm($t, 4, \&turn);

is_deeply([serving($t)], \@workers, 'the same workers');

# After the storm

like($t->get('/o/fine')->body, qr/class="wall"/, 'a guest: the wall');
unlike($t->get('/o/fine')->body, qr/SECRET/, 'and nothing behind it');
like($t->get('/o/fine', token => token(sub => 'paula'))->body,
    qr/SECRET and more/, 'a patron: all of it');

$t->finish;
