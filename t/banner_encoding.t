# A template in pages of any encoding: references where the page is not said to be
# UTF-8, nothing of the white space around it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $text = "Gr\xc3\xbc\xc3\x9fe \xe2\x80\x93 \xe6\x97\xa5";
my $ascii = 'Gr&#252;&#223;e &#8211; &#26085;';

$t->file('hello.html', "\n  <p title=\"$text\">$text</p>\n\n");
$t->file('name.html', "<i title=\"\${arg_n}\"><a href=\"/x?\${arg_n}\">y</a></i>\n");

$t->origin('8081', sub {
    my ($r) = @_;

    my ($type) = $r->{args} =~ /type=([^&]*)/;

    $type =~ s/%(..)/chr hex $1/ge;

    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: $type\r\n"
        . "ETag: \"a\"\r\n\r\n<html><body>\xe4</body></html>";
});

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner hello append body file=%%DIR%%/hello.html;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /name {
        patron on;
        patron_banner name append body file=%%DIR%%/name.html;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

sub page {
    my ($html) = @_;
    return "<html><body>\xe4$html</body></html>";
}

for ('text/html', 'text/html%3bcharset=windows-1252',
    'text/html%3bcharset=shift_jis', 'text/html%3bcharset=utf-88')
{
    is($t->get("/?type=$_")->body, page("<p title=\"$ascii\">$ascii</p>"),
        $_);
}

for ('text/html%3bcharset=utf-8', 'text/html%3b%20charset=%22UTF-8%22',
    'Text/HTML%3bCharset=UTF8')
{
    is($t->get("/?type=$_")->body, page("<p title=\"$text\">$text</p>"), $_);
}

isnt($t->get('/?type=text/html')->header('ETag'),
    $t->get('/?type=text/html%3bcharset=utf-8')->header('ETag'),
    'two pages');

like($t->get("/name?type=text/html%3bcharset=utf-8&n=\xc3\x9f\xff")->body,
    qr/title="\xc3\x9f\xff"><a href="\/x\?%C3%9F%FF"/, 'a value as it is');
like($t->get("/name?type=text/html&n=\xc3\x9f\xff<")->body,
    qr/title="&#223;&#65533;&lt;"><a href="\/x\?%C3%9F%FF%3C"/,
    'as references');

for (['<style>i{content:"' . "\xc3\xa9" . '"}</style>', 'script or a style'],
    ["<!-- \xc3\xa9 -->", 'a comment'], ["<p>\xe9</p>", 'not UTF-8'])
{
    my ($html, $reason) = @$_;

    $t->file('bad.html', $html);
    $t->refused("refused: $reason", qr/$reason/, server => <<'EOR');
    patron_banner bad append body file=%%DIR%%/bad.html;
EOR
}

$t->finish;
