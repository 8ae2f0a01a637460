# A token is held to the claims, keys and words of the location that answers,
# however the request came there.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('wall.html', '[wall]');
$t->file('html/best/page.html', '<article><p>lead</p><p>SECRET</p></article>');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 file=%%DIR%%/wall.html;
    add_header X-State $patron_state always;

    location / {
        try_files $uri /best$uri;
    }
    location /nowhere {
        error_page 404 = /best/page.html;
    }
    location /index {
        rewrite ^ /best/page.html last;
    }
    location /best/ {
        patron_access members;
        patron_claims aud=best iss=shop;
    }
    location = /named {
        error_page 404 = @named;
        return 404;
    }
    location @named {
        patron_access members;
        patron_cookie name=other;
        root %%DIR%%/html/best;
        try_files /page.html =404;
    }
EOC

my $other = token(sub => 'a', aud => 'news', iss => 'shop');
my $best = token(sub => 'a', aud => 'best', iss => 'shop');

for my $uri (qw(/best/page.html /page.html /nowhere /index)) {
    my $r = $t->get($uri, token => $other);

    unlike($r->body, qr/SECRET/, "$uri is closed to another audience");
    is($r->header('X-State'), 'invalid', 'whose token is none there');
    like($t->get($uri, token => $best)->body, qr/SECRET/, 'and open to its own');
}

my $r = $t->get('/named', token => $best);
unlike($r->body, qr/SECRET/, 'a named location with a cookie of another name');
is($r->header('X-State'), 'guest', 'sees no token');
like($t->get('/named', headers => [Cookie => "other=$best"])->body, qr/SECRET/,
    'but in that');

$t->finish;
