# What a wall cuts and the page has elsewhere is found, told and counted, once a
# URL; "refuse" closes such a page until it is clean.

use strict;
use warnings;

use IO::Socket::INET;
use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Clock;
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;

my @text = (
    'The engineer came down on a bicycle and asked for a handrail that nobody '
    . 'had thought of before the flood.',
    'Its owner keeps the red machine in the hall of a small museum which opens '
    . 'on Sundays after church.',
    'Who paid for all of it will be known next year when the books of the town '
    . 'are read aloud.');

sub page {
    my ($before, $after) = @_;

    return "<html><head><title>x</title>$before</head><body><article><p>one</p>"
        . join('', map { "<p>$_</p>" } @text) . "</article>$after<p>end</p>"
        . '</body></html>';
}

my $state = encode_json({ article => { body => join "\n", @text } });

my %page = (
    clean => page('<meta name="description" content="one">',
        '<script>x = 1</script><p>' . $text[0] . '</p>'),
    script => page('', "<script id=\"state\">$state</script>"),
    before => page("<script type=\"application/ld+json\">{\"articleBody\":\"@text\"}"
        . '</script>', ''),
    island => page('', '<astro-island props="{&quot;text&quot;:[0,&quot;'
        . "@text" . '&quot;]}"></astro-island>'),
    comment => page('', "<!-- @text -->"),
    refuse => page('', "<template>@text</template>"),
);

$t->origin('8081', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ /(\w+)$/;
    my $page = $page{$name eq 'refuse' ? $t->slurp('refuse') : $name} // '';

    $page .= ' ' x 1_100_000 if $r->{args} =~ /long/;

    return ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n",
        $r->{args} =~ /split/ ? $page =~ /.{1,50}/gs : $page];
});

$t->file('refuse', 'refuse');
$t->file("html/file.html", $page{script});
$t->file("html/many.html", $page{clean});

my $clock = Patron::Clock->new($t);

$t->run(http => 'patron_zone main:1m; patron_key k1 %%DIR%%/k1.key;',
    server => <<'EOC');
        patron on;
        patron_access members;
        patron_wall article keep=1 html=[wall];

        location / {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /off/ {
            patron_leak_check off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /refuse {
            patron_leak_check refuse;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /strip/ {
            patron_strip '#state';
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /many.html {
            root %%DIR%%/html;
        }
        location = /file.html {
            root %%DIR%%/html;
        }
        location = /status {
            patron off;
            patron_status_handler format=json;
        }
EOC

# Other URLs, so many that each has to make room for the next.

sub many {
    my ($n) = @_;

    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1:' . $t->port)
        or die "connect: $!\n";

    print $s map("GET /many.html?$_ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        2 .. $n), "GET /many.html?1 HTTP/1.0\r\nHost: localhost\r\n\r\n";

    local $/;
    is(scalar(() = <$s> =~ /\[wall\]/g), $n, "$n others");
}

sub told { $t->slurp('error.log') }

my $cut = qr{<p>one</p>\[wall\]</article>};

like($t->get('/clean')->body, $cut, 'a page without a leak');
like($t->get('/off/script')->body, $cut, 'no check');
like($t->get('/strip/script')->body, $cut, 'what leaks is stripped');

like($t->get('/before', token => token(sub => 'ann'))->body, qr/flood/,
    'a member reads all of it');

unlike(told(), qr/leaks:/, 'nothing is told');

for (1 .. 2) {
    is(length $t->get('/script?split')->body,
        length($page{script}) - length(join '', map { "<p>$_</p>" } @text) + 6,
        'the page is as it was');
}

# It is told when the page has been sent.

ok($t->wait_log(qr{"/script" \ leaks:\ .*,\ as
    \ "script";\ add\ "patron_strip\ 'script\[id="state"\]';"}x), 'told');

$t->get('/before');
ok($t->wait_log(qr{"/before" leaks.*"json-ld"}), 'before the cut');
$t->get('/island');
ok($t->wait_log(qr{"/island" leaks.*"attribute"; add "patron_strip hydration;"}),
    'an island');
$t->get('/comment');
ok($t->wait_log(qr{"/comment" leaks.*"hidden"; nothing strips}), 'a comment');

$t->get('/file.html') for 1 .. 2;
ok($t->wait_log(qr{"/file.html" leaks}), 'a file');

$t->get('/script?long');
$t->get('/clean?again');

is(scalar(() = told() =~ m{"/script" leaks}g), 1, 'once, and not where it is long');

my $status = decode_json($t->get('/status')->body);

is($status->{counters}{patron_leak_total}, 5, 'counted');
my ($row) = grep { $_->{uri} eq '/before' } @{$status->{unplaced}};
is($row->{selector}, q{json-ld: patron_strip 'script[type="application/ld+json"]'},
    'on the status page');

# A URL that leaks is refused from the next request on.

like($t->get('/refuse')->body, $cut, 'the first time it passes');
ok($t->wait_log(qr{"/refuse" leaks}), 'and is told of');
is($t->get('/refuse')->status, 402, 'then it is refused');
is($t->get('/refuse?another')->status, 200, 'another URL');
is($t->get('/refuse', token => token(sub => 'ann'))->status, 200, 'and a member');

# Ten minutes on it is looked through again, before anything is sent.

$t->file('refuse', 'clean');
$clock->forward(590);
is($t->get('/refuse')->status, 402, 'within ten minutes it is not read');

$t->file('refuse', 'refuse');
$clock->forward(20);
is($t->get('/refuse')->status, 402, 'it leaks still');

$t->file('refuse', 'clean');
is($t->get('/refuse')->status, 402, 'for ten minutes more');

$clock->forward(610);
is($t->request('HEAD', '/refuse')->status, 402, 'HEAD tells of no page');
$t->file('refuse', 'refuse');
many(600);
is($t->get('/refuse')->status, 402, 'it is not forgotten for others');

$clock->forward(610);
$t->file('refuse', 'clean');
like($t->get('/refuse')->body, $cut, 'at last it is clean');
is($t->get('/refuse')->status, 200, 'and stays open');

$t->finish;
