# patron_access_header NAME missing=LEVEL: the level of a response in which the
# header does not stand, as a page cache on disk keeps it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('wall.html', '[wall]');
$t->file('html/page.html', '<article><p>lead</p><p>SECRET</p></article>');

my $origin = $t->origin('8081', sub {
    my ($r) = @_;
    my ($level) = $r->{path} =~ /(free|members)/;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . (defined $level ? "X-Level: $level\r\n" : '')
        . "Connection: close\r\n\r\n"
        . '<article><p>lead</p><p>SECRET</p></article>';
});

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 file=%%DIR%%/wall.html;
    patron_access_header X-Level missing=members;
    add_header X-Reason "$patron_decision: $patron_reason" always;

    location / {
    }
    location /cms/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /open/ {
        alias %%DIR%%/html/;
        patron_access_header X-Level;
    }
EOC

my $ann = token(sub => 'ann');

unlike($t->get('/page.html')->body, qr/SECRET/, 'a file without the header');
like($t->get('/page.html', token => $ann)->body, qr/SECRET/, 'but for members');
like($t->get('/cms/free')->body, qr/SECRET/, 'a page that states its level');
unlike($t->get('/cms/members')->body, qr/SECRET/, 'closed');
unlike($t->get('/cms/none')->body, qr/SECRET/, 'a page that does not');
like($t->get('/open/page.html')->body, qr/SECRET/,
    'without missing= it is free');

my $r = $t->get('/nowhere');
is($r->status, 404, 'an error page passes');
like($r->body, qr/not found/i, 'whole');

$t->refused('another parameter', qr/patron_access_header.*"absent=free"/,
    server => '    patron_access_header X absent=free;');
$t->refused('no level', qr/patron_access_header.*"missing="/,
    server => '    patron_access_header X missing=;');
$t->refused('a variable', qr/patron_access_header.*missing=\$host/,
    server => '    patron_access_header X missing=$host;');

$t->finish;
