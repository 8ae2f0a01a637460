# What verifies: the key, its pinned algorithm, kid, form and size.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', 'x');

$t->run(server => <<'EOC');
    patron on;
    large_client_header_buffers 4 32k;
    add_header X-State $patron_state;

    location / {
        patron_key k1 %%DIR%%/k1.key;
        patron_key k2 %%DIR%%/k2.key;
    }
    location = /384 {
        try_files /page.html =404;
        patron_key k1 %%DIR%%/k1.key alg=HS384;
    }
    location = /512 {
        try_files /page.html =404;
        patron_key k1 %%DIR%%/k1.key alg=HS512;
        patron_key k2 %%DIR%%/k2.key;
    }
    location = /none {
        try_files /page.html =404;
    }
EOC

my $uri = '/page.html';

sub state_of {
    my ($token) = @_;
    return $t->get($uri, token => $token)->header('X-State');
}

my $good = token(sub => 'a');

is(state_of($good), 'patron', 'HS256 by the first key');
is(state_of($good), 'patron', 'and again');
is(state_of(token(sub => 'a', KID => 'k1')), 'patron', 'by kid');
is(state_of(token(sub => 'a', KID => 'k2', KEY => 'k2')), 'patron',
    'by the kid of the second');
is(state_of(token(sub => 'a', KID => 'k1', KEY => 'k2')), 'invalid',
    'the kid picks the key');
is(state_of(token(sub => 'a', KID => 'k3')), 'invalid', 'no such kid');

is(state_of(token(sub => 'a', ALG => 'none')), 'invalid', 'none');
is(state_of(token(sub => 'a', ALG => 'none', MAC => '')), 'invalid',
    'none, unsigned');
is(state_of(token(sub => 'a', ALG => 'None', MAC => '')), 'invalid',
    'none, in other letters');
is(state_of(token(sub => 'a', ALG => 'HS512')), 'invalid',
    'another algorithm of the same key');
is(state_of(token(sub => 'a', ALG => 'RS256')), 'invalid', 'RS256');
is(state_of(token(sub => 'a', HEADER => '{"typ":"JWT"}')), 'invalid',
    'no algorithm');
is(state_of(token(sub => 'a', HEADER => '{"alg":"HS256","crit":["x"],"x":1}')),
    'invalid', 'a critical extension');
is(state_of(token(sub => 'a', HEADER => '{"alg":"HS256"}')), 'patron',
    'typ may be left out');

# One bit of the MAC, the payload, the header.

my ($h, $p, $s) = split /\./, $good;

for (['MAC', 0, 0, 1], ['payload', 0, 1, 0], ['header', 1, 0, 0]) {
    my ($what, @at) = @$_;
    my @part = ($h, $p, $s);
    for (0 .. 2) {
        substr($part[$_], 5, 1) =~ tr/A-Za-z/B-ZAb-za/ if $at[$_];
        substr($part[$_], 5, 1) = 'A' if $at[$_] && "@part" eq "$h $p $s";
    }
    is(state_of(join '.', @part), 'invalid', "a changed $what");
}

is(state_of("$h.$p"), 'invalid', 'two parts');
is(state_of("$h.$p."), 'invalid', 'an empty MAC');
is(state_of("$h.$p.$s."), 'invalid', 'a dot too many');
is(state_of("$h.$p.$s.$s"), 'invalid', 'four parts');
is(state_of("$h.$p." . substr($s, 0, -2)), 'invalid', 'a MAC cut short');
is(state_of("$h.$p.$s" . 'A'), 'invalid', 'a MAC too long');
is(state_of("$good="), 'invalid', 'padding');
is(state_of('.' x 4000), 'invalid', 'dots');
is(state_of('x'), 'invalid', 'a letter');
is(state_of('..'), 'invalid', 'three empty parts');

# Size.

my $long = token(sub => 'a', x => 'y' x 2500);
cmp_ok(length $long, '<', 4096, 'a long token');
is(state_of($long), 'patron', 'verifies');
is(state_of(token(sub => 'a', x => 'y' x 4000)), 'invalid', 'too long a one');
is(state_of(token(sub => 'a', x => 'y' x 16000)), 'invalid', 'far too long');

# A payload that is signed and yet no set of claims.

is(state_of(token(PAYLOAD => $_)), 'invalid', "payload $_") for
    '', '[]', '"x"', '{', '{}', 'null', '{"sub":1,"exp":9999999999}',
    '{"exp":9999999999}', '{"sub":"","exp":9999999999}',
    '{"sub":"a","exp":"9999999999"}', '{"sub":"a"}',
    '{"sub":"a\u0000b","exp":9999999999}',
    '{"sub":"a\nb","exp":9999999999}', '{"sub":"\u00e9","exp":9999999999}',
    '{"sub":"' . 'a' x 129 . '","exp":9999999999}',
    '{"sub":"a","exp":9999999999}x';

is(state_of(token(PAYLOAD => '{"sub":"' . 'a' x 128 . '","exp":9999999999}')),
    'patron', 'a sub of 128 bytes');
is(state_of(token(PAYLOAD => '{"sub":"a b~!","exp":9999999999.5}')),
    'patron', 'printable ASCII, exp with a fraction');

$uri = '/384';
is(state_of(token(sub => 'a', ALG => 'HS384')), 'patron', 'HS384');
is(state_of($good), 'invalid', 'HS256 with a key of HS384');

$uri = '/512';
is(state_of(token(sub => 'a', ALG => 'HS512')), 'patron', 'HS512');
is(state_of(token(sub => 'a', ALG => 'HS256', KEY => 'k2', KID => 'k2')),
    'patron', 'HS256 with another key beside it');
is(state_of(token(sub => 'a', ALG => 'HS512', KEY => 'k2', KID => 'k2')),
    'invalid', 'each key has its own algorithm');

$uri = '/none';
is(state_of($good), 'invalid', 'without a key nothing verifies');

$t->finish;
