# Where a level stands the CMS is not asked for Markdown, which nobody could cut:
# it is asked for whatever else the reader takes.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('wall.html', '<p class=wall>Join</p>');

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my ($type, $text) = $r->{head} =~ /^Accept:.*markdown/mi
        ? ('text/markdown', "# The bridge\n\nThe third paragraph.\n")
        : ('text/html', article());

    return "HTTP/1.1 200 OK\r\nContent-Type: $type; charset=utf-8\r\n"
        . 'Content-Length: ' . length($text) . "\r\nConnection: close\r\n\r\n$text";
});

$t->run(server => <<'EOC');
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_wall '#story' keep=1 file=%%DIR%%/wall.html;

        location /free/ { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /members/ {
            patron_access members;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /header/ {
            patron_access_header X-Level;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /meta/ {
            patron_access_meta on;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /var/ {
            patron_access $arg_level;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /dry/ {
            patron_dry_run on;
            patron_access members;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /upstream/ {
            patron_access members;
            patron_wall upstream;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
EOC


# What the CMS hears of it, lines joined.

sub heard {
    my ($path, $accept, %o) = @_;

    $origin->forget;
    $o{response} = $t->get($path, %o,
        headers => [map { (Accept => $_) } ref $accept ? @$accept : $accept]);

    my ($seen) = $origin->requests;

    return join '|', $seen =~ /^Accept: (.*)\r$/mg;
}


for my $case (
    ['text/markdown', '*/*'],
    ['text/markdown, text/html;q=0.9', 'text/html;q=0.9'],
    ['text/html,TEXT/Markdown;q=0.5 , */*;q=0.1', 'text/html,*/*;q=0.1'],
    ['text/x-markdown ;variant=GFM;q=1', '*/*'],
    [['text/markdown', 'text/html'], '*/*|text/html'],
    ['text/html, */*', 'text/html, */*'],
    ['text/markdowns, x/text/markdown', 'text/markdowns, x/text/markdown'],
) {
    my ($accept, $heard) = @$case;
    my $name = ref $accept ? join '|', @$accept : $accept;

    is(heard('/members/a', $accept), $heard, $name);
}

my $asked = 'text/markdown, text/html;q=0.9';

is(heard("/$_", $asked), 'text/html;q=0.9', $_)
    for 'header/a', 'meta/a', 'var/a?level=metered';
is(heard('/members/a', $asked, token => token(sub => 'ada')), 'text/html;q=0.9',
    'whoever asks: a cache may keep it for all');
is(heard("/$_", $asked), $asked, "$_ is as it came")
    for 'free/a', 'var/a?level=free', 'dry/a', 'upstream/a';

my $r = $t->get('/members/a', headers => [Accept => $asked]);
is($r->status, 200, 'so there is a page');
like($r->body, qr/Join/, 'with its wall');
unlike($r->body, qr/third/, 'instead of the rest');

$t->finish;
