# What a provider tells becomes a member's record, once, in order, and not at
# all if it is not the provider's.

use strict;
use warnings;

use Digest::MD5 qw(md5);
use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP qw(encode_json);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $secret = 'a-secret-of-many-bytes';
$t->file('hook.key', "$secret\n");
$t->file('empty.key', "\n");
$t->file('html/page.html', article());

my $http = 'patron_redis %%REDIS%% timeout=200ms; patron_zone z:1m;';

sub refused {
    my ($name, $why, $args) = @_;
    $t->refused($name, qr/"patron_webhook_handler" directive: .*$why/,
        http => $http,
        server => "location /h { patron_webhook_handler $args; }");
}

refused('a provider', qr/unknown provider "paypal"/,
    'paypal key=%%DIR%%/hook.key');
refused('no key', qr/no "key="/, 'stripe tolerance=5m');
refused('an empty key', qr/the key in ".*" is empty/,
    'stripe key=%%DIR%%/empty.key');
refused('no key in what is signed', qr/has to hold "\$\{key}"/,
    'generic key=%%DIR%%/hook.key mac=plain');
refused($_, qr/invalid parameter "\Q$_\E"/, "stripe key=%%DIR%%/hook.key $_")
    for qw(tolerance=0 tolerance=x sub= sub=a..b tier=. x key=again thanks=0
        mac=hmac map=a:b only=x event=);
$t->refused('no Redis', qr/it needs "patron_redis"/,
    server => 'location /h {
        patron_webhook_handler stripe key=%%DIR%%/hook.key;
    }');

$t->run(http => $http, server => <<'EOC');
        patron_key k1 %%DIR%%/k1.key;
        client_body_buffer_size 1k;

        location / {
            patron on;
            add_header X-State "$patron_state $patron_tier";
        }
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/hook.key;
        }
        location = /patreon {
            patron_webhook_handler patreon key=%%DIR%%/hook.key;
        }
        location = /generic {
            patron_webhook_handler generic key=%%DIR%%/hook.key;
        }
        location = /mapped {
            patron_webhook_handler generic key=%%DIR%%/hook.key
                sub=who.ids.1|who.id tier=plan status=state until=ends;
        }
EOC

sub hmac_md5_hex {
    my ($text, $key) = @_;

    $key .= "\0" x (64 - length $key);

    return unpack 'H*', md5(($key ^ "\x5c" x 64) . md5(($key ^ "\x36" x 64)
        . $text));
}

sub post {
    my ($path, $body, @headers) = @_;

    return $t->request('POST', $path, body => $body, headers => [
        'Content-Type' => 'application/json', @headers ]);
}

sub stripe {
    my ($body, %o) = @_;

    my $at = $o{at} // time();
    $body = encode_json($body) if ref $body;

    return post('/stripe', $body, 'Stripe-Signature',
        "t=$at,v1=" . hmac_sha256_hex("$at.$body", $o{key} // $secret));
}

sub generic {
    my ($body, $path) = @_;

    $body = encode_json($body) if ref $body;

    return post($path // '/generic', $body, 'X-Patron-Signature',
        'sha256=' . hmac_sha256_hex($body, $secret));
}

sub patreon {
    my ($body) = @_;

    $body = encode_json($body) if ref $body;

    return post('/patreon', $body, 'X-Patreon-Signature',
        hmac_md5_hex($body, $secret));
}

sub member {
    my ($sub) = @_;

    my %m = @{$redis->cmd('HGETALL', "patron:member:$sub")};

    return join ' ', map { $_ // '-' } @m{qw(tier status until)};
}

sub said { my ($r) = @_; return $r->status . ' ' . $r->body }

my $end = time() + 30 * 86400;
my $event = 0;

sub subscription {
    my ($created, %o) = @_;

    return {
        id => 'evt_' . ++$event, created => $created,
        type => 'customer.subscription.' . (delete $o{type} // 'updated'),
        data => { object => { object => 'subscription', id => 'sub_1',
            customer => 'cus_9', status => 'active',
            metadata => { patron => 'ada', tier => 'gold' },
            items => { data => [ { current_period_end => $end } ] }, %o } },
    };
}

# Stripe

my $now = time();
my $first = subscription($now - 100);

is(said(stripe($first)), "200 written\n", 'a subscription');
is(member('ada'), "gold active $end", 'is a membership');
is($t->get('/page.html', token => token(sub => 'ada'))->header('X-State'),
    'patron gold', 'that lets in');
is(said(stripe($first)), "200 known\n", 'it comes twice');

is(said(stripe(subscription($now - 50, status => 'past_due'))),
    "200 written\n", 'a later one');
is(member('ada'), "gold grace $end", 'is written');
is(said(stripe($first)), "200 known\n", 'the first once more');
is(said(stripe(subscription($now - 90))), "200 known\n", 'one that is late');
is(member('ada'), "gold grace $end", 'change nothing');

my @second = map { subscription($now - 40, status => $_) }
    qw(paused active);
is(said(stripe($_)), "200 written\n", 'in one second') for @second;
is(said(stripe($_)), "200 known\n", 'and once more') for @second;
is(member('ada'), "gold active $end", 'the last is true');
is(said(stripe(subscription($now - 40, status => 'incomplete',
    type => 'created'))), "200 known\n", 'what made it was before them');

is(said(stripe(subscription($now - 30, id => 'sub_0', status => 'canceled',
    items => { data => [ { current_period_end => $now - 30 } ] }))),
    "200 written\n", 'the end of another subscription');
is(member('ada'), "gold active $end", 'ends nothing');
is(said(stripe(subscription($now - 20, status => 'unpaid'))),
    "200 written\n", 'unpaid');
ok(wait_for(sub {
    $t->get('/page.html', token => token(sub => 'ada'))->header('X-State')
        eq 'lapsed gold' }), 'is over');

$redis->cmd('HSET', 'patron:member:ada', status => 'revoked');
stripe(subscription($now - 10));
is(member('ada'), "gold revoked $end", 'no payment lifts "revoked"');

is(said(stripe(subscription($now, metadata => {}))), "200 written\n",
    'without metadata');
is(member('cus_9'), " active $end", 'the customer');
is(said(stripe({ id => 'e', created => $now, type => 'invoice.paid',
    data => { object => { object => 'invoice' } } })), "200 ignored\n",
    'an invoice');

# What is forged.  Counters of what came before are written when their second is
# over.

sub keys_but_counters {
    return join ' ', sort grep { !/^patron:stats:/ }
        @{$redis->cmd('KEYS', '*')};
}

my $keys = keys_but_counters();

is(stripe(subscription($now), key => 'another-secret-of-bytes')->status, 400,
    'another key');
is(stripe(subscription($now), at => $now - 400)->status, 400, 'too old');
is(stripe(subscription($now), at => $now + 400)->status, 400, 'of the future');
is(post('/stripe', '{}')->status, 400, 'no signature');
is(post('/stripe', '{}', 'Stripe-Signature' => $_)->status, 400, "\"$_\"")
    for '', 't=1', 'v1=00', ',,,', 't=,v1=', "t=$now,v1=" . '0' x 64;
is(post('/patreon', '{}', 'X-Patreon-Signature' => '0' x 32)->status, 400,
    'Patreon');
is(post('/generic', '{}', 'X-Patron-Signature' => 'sha256=' . '0' x 64)
    ->status, 400, 'generic');
is($t->get('/stripe')->status, 405, 'GET');
is(post('/stripe', 'x' x 300_000)->status, 413, 'too long');
is(keys_but_counters(), $keys, 'nothing is written');

# What is not understood

is(stripe(subscription($now, status => 'strange'))->status, 500,
    'an unknown status is sent again');
like($t->slurp('error.log'), qr/webhook not understood: the status is not/,
    'and the log says why');
is(generic('{')->status, 500, 'no JSON');
is(generic('[' x 100_000)->status, 500, 'deep');

# Patreon

sub supporter {
    my ($status, @tiers) = @_;

    return {
        data => { type => 'member', id => 'm-1',
            attributes => { patron_status => $status },
            relationships => { currently_entitled_tiers => { data => [
                map { { type => 'tier', id => $_ } } @tiers ] } } },
        included => [ map { { type => 'tier', id => $_,
            attributes => { title => "Tier $_" } } } @tiers ],
    };
}

my $canonical = JSON::PP->new->canonical;
my $joined = $canonical->encode(supporter('active_patron', '7'));
is(said(patreon($joined)), "200 written\n", 'Patreon');
is(member('m-1'), 'Tier 7 active 0', 'a member');
is(said(patreon($joined)), "200 known\n", 'twice');
is(said(patreon(supporter('former_patron'))), "200 written\n", 'gone');
like(member('m-1'), qr/^ active \d{10}$/, 'is over');
is(said(patreon($joined)), "200 written\n", 'back again');
is(member('m-1'), 'Tier 7 active 0', 'a member again');
is(said(patreon({ data => { type => 'post' } })), "200 ignored\n", 'a post');

# Generic, and paths of one's own

is(said(generic({ sub => 'a:b/c', tier => "x\ny", until => $end, id => 1,
    created => 5 })), "200 written\n", 'generic');
is(member('a%3Ab%2Fc'), "x y active $end", 'escaped and clean')
    || diag(join ' ', @{$redis->cmd('KEYS', '*')});
is(said(generic({ sub => 'a:b/c', status => 'canceled', id => 2,
    created => 4 })), "200 known\n", 'late');

is(said(generic({ who => { ids => [ 0, 'bob' ] }, plan => 'silver',
    state => 'grace', ends => '2040-01-01' , pad => 'x' x 5000 }, '/mapped')),
    "200 written\n", 'mapped, and long');
like(member('bob'), qr/^silver grace 2209/, 'to a member');
is(said(generic({ who => { id => 'eve' } }, '/mapped')), "200 written\n",
    'the second path');

# Redis

$redis->cmd('SET', 'patron:member:odd', 'a string');
is(generic({ sub => 'odd' })->status, 503, 'what cannot be written');

$redis->down;
my $payment = subscription($now + 1, metadata => { patron => 'zoe' });
ok(wait_for(sub { stripe($payment)->status == 503 }), 'Redis is away');
$redis->up;
ok(wait_for(sub { stripe($payment)->status == 200 }), 'and back');
is(member('zoe'), " active $end", 'no payment is lost');

$t->finish;
