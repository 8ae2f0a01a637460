# Loaded and not asked for: nothing changes.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', '<html><body></body></html>');

$t->run(server => <<'EOC');
    patron_banner ask append body 'html=[ask]';
    patron_key k1 %%DIR%%/k1.key;

    location / {
    }
    location = /on {
        try_files /page.html =404;
        patron on;
        patron_banner thanks append body for=patron 'html=[thanks]';
    }
EOC

my $r = $t->get('/page.html');
is($r->body, '<html><body></body></html>', 'patron is off unless said');
ok($r->has('Last-Modified'), 'the date stays');
unlike($r->header('ETag'), qr/^W/, 'the tag stays');
ok(!$r->has('Vary'), 'no Vary');
is($r->header('Content-Length'), 26, 'the length stays');
is($t->get('/page.html', headers => ['If-Modified-Since'
    => $r->header('Last-Modified')])->status, 304, '304 by date');

$r = $t->get('/on');
is($r->body, '<html><body></body></html>', 'nobody to be shown anything');
is($r->header('Content-Length'), 26, 'a page left alone keeps its length');

$t->finish;
