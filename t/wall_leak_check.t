# What a wall cuts and the page has elsewhere is found, told and counted, once a
# URL; "refuse" closes such a page until it is clean.

use strict;
use warnings;

use Test::More;

use JSON::PP;

use lib 't/lib';
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
    my $page = $page{$name};

    $page .= ' ' x 1_100_000 if $r->{args} =~ /long/;

    return ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n",
        $r->{args} =~ /split/ ? $page =~ /.{1,50}/gs : $page];
});

$t->file("html/file.html", $page{script});

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
        location = /file.html {
            root %%DIR%%/html;
        }
        location = /status {
            patron off;
            patron_status_handler format=json;
        }
EOC

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

$t->finish;
