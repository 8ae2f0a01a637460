# Only pages are edited: patron_types, whole 200 answers, ASCII-compatible
# encodings, nothing left encoded.

use strict;
use warnings;

use Encode qw(encode);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = "<html><body><p>caf\xc3\xa9</p></body></html>";
my $wide = encode('UTF-16', "<html><body><p>x</p></body></html>");

$t->origin('8081', sub {
    my ($r) = @_;

    my ($status) = $r->{args} =~ /status=(\d+)/;
    my ($type) = $r->{args} =~ /type=([^&]*)/;
    my ($encoding) = $r->{args} =~ /encoding=([^&]*)/;
    my $body = $r->{args} =~ /wide/ ? $wide : $page;

    $type //= 'text/html';
    $type =~ s/%(..)/chr hex $1/ge;

    return "HTTP/1.1 " . ($status // 200) . " X\r\nConnection: close\r\n"
        . ($type ne '' ? "Content-Type: $type\r\n" : '')
        . (defined $encoding ? "Content-Encoding: $encoding\r\n" : '')
        . "\r\n" . (($status // 200) =~ /^(?:204|304)$/ ? '' : $body);
});

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner ask append body 'html=[ask]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /plain {
        patron on;
        patron_types text/plain;
        patron_banner ask append body 'html=[ask]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /every {
        patron on;
        patron_types *;
        patron_banner ask append body 'html=[ask]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

sub edited {
    my ($uri) = @_;
    my $r = $t->get($uri);
    return $r->body =~ /\[ask\]/ ? 1 : 0;
}

is(edited('/'), 1, 'text/html');
is(edited('/?type=text/html%3b charset=utf-8' =~ s/ /%20/r), 1,
    'with a charset');
is(edited('/?type=TEXT/HTML'), 1, 'in capitals');
is(edited('/?type=text/html%20%3b%20charset=utf-8'), 1,
    'with white space before what follows');
is(edited('/?type=application/xhtml%2bxml'), 0, 'application/xhtml+xml');
is(edited('/?type=text/plain'), 0, 'text/plain');
is(edited('/?type=application/json'), 0, 'application/json');
is(edited('/?type=text/html%3bcharset=iso-8859-1'), 1, 'Latin 1');
is(edited('/?type=text/html%3bcharset=Shift_JIS'), 1, 'Shift_JIS');
is(edited('/?type=text/html%3bcharset=gb18030'), 1, 'GB 18030');

is(edited('/?type=text/html%3bcharset=utf-16'), 0, 'UTF-16 by its charset');
is(edited('/?type=text/html%3bcharset=%22UTF-16LE%22'), 0,
    'the same, quoted');
is(edited('/?type=text/html%3bcharset=iso-2022-jp'), 0, 'ISO-2022-JP');
is($t->get('/?wide')->body, $wide, 'UTF-16 by its byte order mark');

is(edited('/?encoding=br'), 0, 'an encoding that nobody decodes');
is(edited('/?encoding=Identity'), 1, 'one that is none');
is($t->get('/?encoding=br')->header('Content-Encoding'), 'br',
    'which is passed on');
is($t->get('/?encoding=br')->body, $page, 'byte for byte');

is(edited("/?status=$_"), 0, "status $_") for 201, 206, 404, 410, 500;
is($t->get('/?status=204')->status, 204, 'status 204');
is($t->get('/?status=304')->status, 304, 'status 304');

is(edited('/plain?type=text/plain'), 1, 'patron_types adds');
is(edited('/every?type=application/json'), 1, 'patron_types *');

$t->finish;
