# patron_token: where the token comes from, in the order it says; the default
# is the cookie of patron_cookie.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', 'x');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    add_header X-Id "$patron_state,$patron_id";

    location / {
    }
    location = /named {
        try_files /page.html =404;
        patron_cookie name=member_id;
    }
    location = /order {
        try_files /page.html =404;
        patron_token $http_authorization $cookie_patron $arg_token;
    }
    location = /host {
        try_files /page.html =404;
        patron_cookie name=__Host-patron pass=off;
    }
    location = /claims {
        try_files /page.html =404;
        patron_claims aud=here;
    }
EOC

my ($a, $b, $c) = map { token(sub => $_) } qw(a b c);

sub id {
    return $t->get(@_)->header('X-Id');
}

is(id('/page.html', token => $a), 'patron,a', 'the cookie');
is(id('/page.html', bearer => $a), 'guest,', 'Authorization is not asked');
is(id('/page.html', headers => [Cookie => "x=1; patron=$a; y=2"]),
    'patron,a', 'among cookies');
is(id('/page.html', headers => [Cookie => "xpatron=$a"]), 'guest,',
    'not a cookie that ends so');

is(id('/named', headers => [Cookie => "member_id=$a"]), 'patron,a',
    'the cookie by its name');
is(id('/named', token => $a), 'guest,', 'and not by another');

is(id('/order', bearer => $a, token => $b), 'patron,a',
    'the first that is not empty');
is(id('/order', token => $b), 'patron,b', 'then the next');
is(id("/order?token=$c"), 'patron,c', 'then the last');
is(id('/order'), 'guest,', 'none');
is(id('/order', headers => [Authorization => "bearer $a"]), 'patron,a',
    'a scheme is no matter of case');
is(id('/order', headers => [Authorization => $a]), 'patron,a',
    'without a scheme');
is(id('/order', headers => [Authorization => 'Basic eDp5'], token => $b),
    'patron,b', 'another scheme\'s credentials are no token');
is(id('/order', headers => [Authorization => 'Digest username="x", nonce=y']),
    'guest,', 'nor a bad one');
is(id('/order', headers => [Authorization => 'x.y.z'], token => $b),
    'invalid,', 'the first token is the one');
is(id('/order', headers => [Authorization => 'Bearer '], token => $b),
    'patron,b', 'a scheme alone is empty');

# Of several cookies of the name the first that is good counts; where none is,
# the first that is signed.

my ($old, $bad) = (token(sub => 'old', exp => time() - 7200), "${a}x");

for (
    ['a good one', [$a], 'patron,a'],
    ['the first of two', [$a, $b], 'patron,a'],
    ['behind an expired one', [$old, $b], 'patron,b'],
    ['behind three', [$bad, $old, 'x', $c], 'patron,c'],
    ['behind four', [$bad, $old, 'x', $bad, $c], 'expired,old'],
    ['none is good', [$bad, $old], 'expired,old'],
    ['nor signed', [$bad, 'x'], 'invalid,'],
    ['empty ones', ['', '', '', '', $c], 'patron,c'],
) {
    my ($what, $values, $who) = @$_;
    my @pairs = map { "patron=$_" } @$values;

    for my $path ('/page.html', '/order') {
        is(id($path, headers => [Cookie => join('; ', 'y=1', @pairs)]), $who,
            "cookies: $what");
        is(id($path, headers => [map { (Cookie => $_) } @pairs]), $who,
            "lines of cookies: $what");
    }
}

is(id('/claims', headers => [Cookie => "patron=$a; patron=$old"]), 'invalid,',
    'signed, for somewhere else, comes before expired');

is(id('/host', headers => [Cookie => "__Host-patron=$a"]), 'patron,a',
    'a name with a prefix');
is(id('/host', headers => [Cookie => "__host-patron=$a"]), 'guest,',
    'and not one that browsers let others set');

$t->finish;
