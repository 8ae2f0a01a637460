# nginx's clock is hours ahead of Redis': what is kept for a time is kept that long, by
# either.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use Test::More;

use lib 't/lib';
use Patron::Clock;
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $clock = Patron::Clock->new($t);
my $ahead = 20_000;
my $secret = 'a-secret-of-many-bytes';

$t->file('hook.key', $secret);
$t->file('html/page.html', article());

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => <<'EOC');
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron on;
            add_header X-Reference $patron_reference;
        }
        location = /activate {
            patron_activate_handler;
        }
        location = /hook {
            patron_webhook_handler generic key=%%DIR%%/hook.key
                gift=kind=gift thanks=10d;
        }
EOC

$clock->forward($ahead);

my $now = time() + $ahead;

# A link is used once: for as long as it could be, Redis remembers it.

my $link = token(sub => 'ada', aud => 'patron:activate', jti => 'once',
    iat => $now, exp => $now + 600);

sub press {
    return $t->request('POST', '/activate', body => "token=$link",
        headers => [ 'Content-Type' => 'application/x-www-form-urlencoded',
            'Sec-Fetch-Site' => 'same-origin' ])->status;
}

is(press(), 303, 'a link');
my $ttl = $redis->cmd('TTL', 'patron:jti:once');
ok($ttl > 600 && $ttl < 8000, 'is remembered for as long as it is good')
    || diag($ttl);
is(press(), 410, 'and used up');

# A giver's record goes with the thanks.

my $r = $t->get('/page.html');
my $reference = $r->header('X-Reference');
isnt($reference, '', 'a reference');

my $body = qq({"sub":"$reference","kind":"gift","id":"1","created":$now});
is($t->request('POST', '/hook', body => $body, headers => [
    'X-Patron-Signature' => 'sha256=' . hmac_sha256_hex($body, $secret) ])
    ->status, 200, 'a gift');

my ($key) = @{$redis->cmd('KEYS', 'patron:gave:*')};
ok($key, 'of a giver without an account');
$ttl = $redis->cmd('TTL', $key);
ok($ttl > 10 * 86400 - 60 && $ttl < 10 * 86400 + 60,
    'is remembered as long as it is thanked for') || diag($ttl);

$t->finish;
