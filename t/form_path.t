# Where a form leads: a path with letters of any alphabet, and one that still has
# arguments of the module's own.  And a token in quotes.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;

$t->file("html/\xd1\x81.html", article());
$t->file('html/story.html', article());
$t->file('wall.html', '<i>WALL</i>');
$t->redis->cmd('HSET', 'patron:member:ada', tier => 'gold');

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => <<'EOC');
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_gift limit=9;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        add_header X-State $patron_state;

        location / {
            patron_access members;
        }
        location = /signout {
            patron_signout_handler;
        }
        location = /gift {
            patron_gift_handler;
        }
        location = /activate {
            patron_activate_handler;
        }
        location = /bearer {
            patron_token $http_authorization;
            return 200 ok;
        }
EOC

my $token = token(sub => 'ada');

sub form {
    my ($path, $body, %o) = @_;

    return $t->request('POST', $path, body => $body, headers => [
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Sec-Fetch-Site' => 'same-origin',
        'Accept' => 'application/json' ], %o);
}

sub to {
    my ($to) = @_;

    my $r = form('/signout', "to=$to");

    return $r->status . ' ' . ($r->header('Location') // '');
}

is(to('/%D1%81%D1%82%D0%B0%D1%82%D1%82%D1%8F/?q=%D1%94#%D1%97'),
    '303 /%D1%81%D1%82%D0%B0%D1%82%D1%82%D1%8F/?q=%D1%94#%D1%97',
    'letters of another alphabet');
is(to("/\xd1\x81"), '303 /%D1%81', 'as they stand');
is(to('/%25D1%2581'), '303 /%D1%81', 'and encoded already');
is(to($_), '400 ', "not $_ =~ s/[^!-~]/?/gr")
    for '/%FF', '/%D1', '/%C0%AF/evil.example', '/%C2%85', '/%ED%A0%80',
    '%D1%81', '//%D1%81', '/' . '%D1%81' x 700;
is(to(''), '400 ', 'nothing');
is($t->request('POST', '/signout', body => '', headers => [
    'Sec-Fetch-Site' => 'same-origin' ])->header('Location'), '/', 'no field');

my $now = time();
my $link = token(sub => 'ada', aud => 'patron:activate', jti => 'j1',
    exp => $now + 600);
is(form('/activate', "token=$link&to=/%D1%81.html")->header('Location'),
    '/%D1%81.html', 'an activation');

# Gifts

sub given {
    my ($path) = @_;

    my $r = form('/gift', "path=$path", token => $token);
    my ($url) = $r->body =~ m{"url":"http://[^/]*([^"]*)};

    return $url // $r->status;
}

my $gift = given('/%D1%81.html');
like($gift, qr{^/%D1%81\.html\?gift=[^&]+$}, 'a gift of such a page');
is($t->get($gift)->body, article(), 'opens it');

$gift = given('/story.html%3Fgift%3Dold%26id%3D7%26patron_preview%3Dx');
like($gift, qr{^/story\.html\?id=7&gift=[^&]+$}, 'no argument of ours is kept');
is($t->get($gift)->body, article(), 'and it opens');
like(given('/story.html%3Fgift%3Dold'), qr{^/story\.html\?gift=[^&]+$},
    'nor a "?" for it');

# Quotes are no part of a value (RFC 6265, section 4.1.1)

sub state_of {
    return $t->request('GET', '/story.html', headers => [ @_ ])
        ->header('X-State');
}

is(state_of('Cookie', "a=b; patron=\"$token\""), 'patron', 'a quoted cookie');
is(state_of('Cookie', 'patron=""'), 'guest', 'an empty one');
is(state_of('Cookie', "patron=\"$_"), 'invalid', 'half a quote')
    for $token, '';
is(state_of('Cookie', "patron=\"\"; patron=$token"), 'patron',
    'an empty one before a good one');

$t->finish;
