# file= and html= go in as they are; a file may be relative to nginx.conf.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $big = '<p>' . join(' ', map { "word$_" } 1 .. 15000) . "</p>\r\n\n";

$t->file('html/page.html', '<html><body></body></html>');
$t->file('ask.html', "\n<p>a \x00b</p>\n");
$t->file('big.html', $big);
$t->file('mark.html', "\xef\xbb\xbf\n<p>a</p>\n");

$t->run(server => <<'EOC');
    location = /file {
        patron on;
        try_files /page.html =404;
        patron_banner ask append body file=ask.html;
    }
    location = /big {
        patron on;
        try_files /page.html =404;
        patron_banner ask append body file=%%DIR%%/big.html;
    }
    location = /mark {
        patron on;
        try_files /page.html =404;
        patron_banner ask append body file=mark.html;
    }
    location = /html {
        patron on;
        try_files /page.html =404;
        patron_banner ask append body 'html=<b>Thank you, $5</b>';
    }
EOC

is($t->get('/file')->body, "<html><body><p>a \x00b</p></body></html>",
    'a file beside nginx.conf');
is($t->get('/big')->body,
    '<html><body>' . $big =~ s/^\s+|\s+$//gr . '</body></html>',
    'a large file');
is($t->get('/mark')->body, '<html><body><p>a</p></body></html>',
    'a byte order mark is none of the file');
is($t->get('/html')->body, '<html><body><b>Thank you, $5</b></body></html>',
    'html=');

$t->finish;
