# exp, nbf, iat with leeway; iss and aud.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $now = time();

$t->file('html/page.html', 'x');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    add_header X-State $patron_state;

    location / {
    }
    location = /strict {
        try_files /page.html =404;
        patron_claims leeway=0s;
    }
    location = /loose {
        try_files /page.html =404;
        patron_claims leeway=10m;
    }
    location = /who {
        try_files /page.html =404;
        patron_claims iss=https://$host/ aud=news;
    }
EOC

my $uri = '/page.html';

sub state_of {
    my (%claim) = @_;
    return $t->get($uri, token => token(sub => 'a', %claim))
        ->header('X-State');
}

is(state_of(exp => $now - 30), 'patron', 'exp within the leeway of 60 s');
is(state_of(exp => $now - 120), 'expired', 'exp past it');
is(state_of(nbf => $now + 30), 'patron', 'nbf within it');
is(state_of(nbf => $now + 120), 'invalid', 'nbf past it');
is(state_of(iat => $now + 30), 'patron', 'iat within it');
is(state_of(iat => $now + 120), 'invalid', 'iat in the future');
is(state_of(exp => undef), 'invalid', 'exp is required');
is(state_of(exp => 0), 'expired', 'exp 0');
isnt(state_of(exp => -5), 'patron', 'exp before the epoch');
is(state_of(nbf => 'soon'), 'invalid', 'nbf that is no number');

is(state_of(aud => 'anything'), 'patron', 'an aud that nobody asks for');
is(state_of(aud => 'patron:activate'), 'invalid', 'an aud of our own');
is(state_of(aud => ['news', 'patron:gift']), 'invalid', 'in a list too');

$uri = '/strict';
is(state_of(exp => $now - 10), 'expired', 'no leeway');

$uri = '/loose';
is(state_of(exp => $now - 300), 'patron', 'ten minutes of leeway');

$uri = '/who';
is(state_of(), 'invalid', 'neither iss nor aud');
is(state_of(iss => 'https://localhost/', aud => 'news'), 'patron', 'both');
is(state_of(iss => 'https://localhost/', aud => ['x', 'news']), 'patron',
    'aud as a list');
is(state_of(iss => 'https://localhost', aud => 'news'), 'invalid',
    'another iss');
is(state_of(iss => 'https://localhost/', aud => 'NEWS'), 'invalid',
    'another aud');
is(state_of(iss => 'https://localhost/', aud => []), 'invalid',
    'an empty list');
is(state_of(iss => ['https://localhost/'], aud => 'news'), 'invalid',
    'iss must be a string');

is($t->get('/who', host => 'example.org', token => token(sub => 'a',
    iss => 'https://example.org/', aud => 'news'))->header('X-State'),
    'patron', 'iss with a variable');

# The same token under another policy: nothing is remembered across them.

my $same = token(sub => 'a', iss => 'x');
is($t->get('/page.html', token => $same)->header('X-State'), 'patron',
    'taken where nobody asks');
is($t->get('/who', token => $same)->header('X-State'), 'invalid',
    'not where one does');

$t->finish;
