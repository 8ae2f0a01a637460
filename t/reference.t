# $patron_reference goes to a provider of payments and comes back with the
# money: it says whose it is, and who gave without an account is thanked too.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP qw(encode_json);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $secret = 'whsec';
$t->file('hook.key', $secret);
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%% timeout=2s;
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
    patron_key k2 %%DIR%%/k2.key;
EOC
        patron on;
        patron_consent $consent;
        set $consent yes;

        location / {
            add_header X-State "$patron_state,$patron_source";
            patron_banner thanks prepend body for=supporter 'html=<i>thanks</i>';
        }
        location /ask/ {
            alias %%DIR%%/html/;
            patron_banner ask prepend body all
                'html=<a href="https://pay.example/?ref=${patron_reference}">';
        }
        location /shy/ {
            alias %%DIR%%/html/;
            set $consent 0;
            patron_banner ask prepend body all
                'html=<a href="https://pay.example/?ref=${patron_reference}">';
        }
        location /slot/ {
            alias %%DIR%%/html/;
            patron_banner top prepend body campaign=top;
        }
        location = /click { patron_click_handler; }
        location = /stripe {
            patron off;
            patron_webhook_handler stripe key=%%DIR%%/hook.key thanks=10d;
        }
EOC

my $n = 0;

sub hook {
    my ($type, %object) = @_;

    my $at = time();
    my $body = encode_json({ id => 'evt_' . ++$n, created => $at,
        type => $type, data => { object => \%object } });

    return $t->request('POST', '/stripe', body => $body, headers => [
        'Stripe-Signature', "t=$at,v1="
            . hmac_sha256_hex("$at.$body", $secret) ]);
}

sub gift {
    my ($reference) = @_;
    return hook('checkout.session.completed', object => 'checkout.session',
        mode => 'payment',
        payment_status => 'paid', amount_total => 500, currency => 'eur',
        payment_intent => "pi_$n", id => "cs_$n",
        client_reference_id => $reference)->body;
}

sub reference {
    my ($reader, $path) = @_;
    my $r = $reader->get($path // '/ask/page.html');
    my ($reference) = $r->body =~ /\?ref=([^"]*)"/;
    return wantarray ? ($reference, $r) : $reference;
}

# A guest

my $guest = Patron::Reader->new($t);
is($guest->get('/page.html')->header('X-State'), 'guest,none', 'a guest');
ok(!%{$guest->{jar}}, 'to whom nothing is given');

my ($reference, $r) = reference($guest);
like($reference, qr/^[A-Za-z0-9_-]{40,200}$/, 'a reference');
is($r->header('Cache-Control'), 'private, no-store', 'in their own copy');
like($r->header('Set-Cookie'), qr/^patron_id=/, 'and an id');
my ($again, $second) = reference($guest);
is($again, $reference, 'the same again');
ok(!$second->has('Set-Cookie'), 'with no other id');
isnt(scalar(reference(Patron::Reader->new($t))), $reference,
    'another guest has another');
is(scalar(reference(Patron::Reader->new($t), '/shy/page.html')), '',
    'none without consent');

is(gift($reference), "written\n", 'a gift');
my ($key) = @{$redis->cmd('KEYS', 'patron:gave:*')};
like($key, qr/^patron:gave:[0-9a-f]{32}$/, 'of one without an account');
cmp_ok($redis->cmd('TTL', $key), '>', 86400, 'which expires');
ok(wait_for(sub { $guest->get('/page.html')->header('X-State')
    =~ /^supporter,/ }), 'is a supporter');
$r = $guest->get('/page.html');
like($r->body, qr/thanks/, 'and thanked');
is($r->header('Cache-Control'), 'private, no-store', 'in private');
is($r->header('X-State'), 'supporter,zone', 'from the zone');
is($t->get('/page.html')->header('X-State'), 'guest,none', 'others are not');

like($guest->get('/page.html', headers => [ Cookie =>
    "patron_id=$guest->{jar}{patron_id}; patron=" . token(sub => 'nobody') ])
    ->header('X-State'), qr/^lapsed,/, 'a token says more than the id');

$redis->cmd('DEL', $key);
ok(wait_for(sub { $guest->get('/page.html')->header('X-State')
    =~ /^guest,/ }), 'forgotten');

# It begins no membership.

is(hook('customer.subscription.created', object => 'subscription', id => 'sub_1', status => 'active',
    customer => 'cus_1', metadata => { patron => $reference },
    items => { data => [ { current_period_end => time() + 86400 } ] })->body,
    "ignored\n", 'a membership of nobody is none');
$t->allow(qr/a membership of a reader who has no account/);

# A member

my $member = Patron::Reader->new($t, token => token(sub => 'm' x 128));
my $long = reference($member);
like($long, qr/^[A-Za-z0-9_-]{100,200}$/, 'a member\'s');
is(gift($long), "written\n", 'a gift');
is($redis->cmd('HGET', 'patron:member:' . 'm' x 128, 'status'), 'supporter',
    'is in the record');
is(gift('42'), "written\n", 'a plain sub');
ok($redis->cmd('EXISTS', 'patron:member:42'), 'is a sub');

# What was changed is none of ours, and a sub of that name.

my $forged = $long =~ s/^(.{30})(.)/$1 . ($2 eq 'A' ? 'B' : 'A')/er;
isnt(gift($forged), "written\n", 'too long for one');

# The campaign's target

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<b>a</b>', url =>
    'https://pay.example/?client_reference_id=${patron_reference}&x=1');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');

my $clicker = Patron::Reader->new($t);
my $to;
ok(wait_for(sub {
    $to = $clicker->get('/click?c=top:a')->header('Location') }),
    'a click leads on');
like($to, qr{^https://pay\.example/\?client_reference_id=[\w-]{40,200}&x=1$},
    'with the reference');
ok($clicker->{jar}{patron_id}, 'and an id');
is(gift($to =~ /id=([\w-]+)/), "written\n", 'which is known');

$redis->cmd('HSET', 'patron:campaign:top:a', url =>
    '/give/?id=${patron_reference}');
ok(wait_for(sub {
    $to = $clicker->get('/click?c=top:a')->header('Location');
    $to =~ m{^/give/} }), 'a page of this site, too');
like($to, qr{^/give/\?id=[\w-]{40,200}$}, 'with the reference');

$t->finish;
