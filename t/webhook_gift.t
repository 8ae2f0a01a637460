# Who gave once is a supporter for a while, and no member; money that is taken
# back takes the thanks with it; a membership is another thing.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP qw(encode_json);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $secret = 'whsec';
$t->file('hook.key', $secret);
$t->file('html/page.html', article());

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => <<'EOC');
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron on;
            add_header X-State $patron_state;
        }
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/hook.key thanks=10d
                only=data.object.items.data.*.price.product=prod_1,prod_2,data.object.object=checkout.session,charge,dispute
                status=data.object.pause_collection.behavior|data.object.status
                map=void:paused;
        }
EOC

my $now = time();
my $day = 86400;
my $n = 0;

sub stripe {
    my ($type, %object) = @_;

    my $at = time();
    my $body = encode_json({ id => 'evt_' . ++$n, created => $now - 100 + $n,
        type => $type, data => { object => \%object } });

    my $r = $t->request('POST', '/stripe', body => $body, headers => [
        'Stripe-Signature', "t=$at,v1="
        . hmac_sha256_hex("$at.$body", $secret) ]);

    return $r->status . ' ' . $r->body;
}

sub gift {
    my ($who, $payment, %more) = @_;

    return stripe('checkout.session.completed', object => 'checkout.session',
        id => "cs_$n", mode => 'payment', payment_status => 'paid',
        payment_intent => $payment, client_reference_id => $who, %more);
}

sub subscription {
    my ($who, $id, $product, %more) = @_;

    return stripe('customer.subscription.updated', object => 'subscription',
        id => $id, status => 'active', customer => 'cus_1',
        metadata => { patron => $who }, items => { data => [
            { current_period_end => $now + $day,
                price => { product => 'prod_0' } },
            { current_period_end => $now + 30 * $day,
                price => { product => $product } } ] }, %more);
}

sub field {
    my ($who, $name) = @_;

    return $redis->cmd('HGET', "patron:member:$who", $name) // '-';
}

sub state_is {
    my ($who, $state, $name) = @_;

    ok(wait_for(sub { $t->get('/page.html', token => token(sub => $who))
        ->header('X-State') eq $state }), $name);
}

is(gift('ada', 'pi_1'), "200 written\n", 'a gift');
is(field('ada', 'status'), 'supporter', 'makes a supporter');
like(field('ada', 'gave_until'), qr/^\d{10}$/, 'for a while');
cmp_ok(abs(field('ada', 'gave_until') - $now - 10 * $day), '<', 200,
    'by thanks=');
isnt($t->get('/page.html', token => token(sub => 'ada'))->header('X-State'),
    'patron', 'and no patron');

is(gift(undef, 'pi_2'), "200 ignored\n", 'nobody');
is(gift('bob', 'pi_3', payment_status => 'unpaid'), "200 ignored\n",
    'not paid');
is(gift('bob', 'pi_3', mode => 'subscription'), "200 ignored\n",
    'a subscription is told otherwise');

$redis->cmd('HSET', 'patron:member:bob', tier => 'gold');
is(gift('bob', 'pi_3'), "200 written\n", 'a gift of a member');
is(field('bob', 'status'), '-', 'who stays one');
state_is('bob', 'patron', 'a patron');

is(stripe('charge.dispute.created', object => 'dispute',
    status => 'warning_needs_response', payment_intent => 'pi_3',
    metadata => { patron => 'bob' }), "200 ignored\n", 'an inquiry');
is(stripe('charge.dispute.created', object => 'dispute',
    status => 'needs_response', payment_intent => 'pi_3',
    metadata => { patron => 'bob' }), "200 written\n", 'a dispute');
is(field('bob', 'gave_until'), 0, 'takes the thanks back');
is(gift('bob', 'pi_3'), "200 known\n", 'the gift once more');
is(field('bob', 'gave_until'), 0, 'changes nothing');

$redis->cmd('HSET', 'patron:member:ada', gave_until => $now + 90 * $day);
is(stripe('charge.refunded', object => 'charge', id => 'ch_1',
    refunded => JSON::PP::true, payment_intent => 'pi_1',
    metadata => { patron => 'ada' }), "200 written\n", 'a refund');
is(field('ada', 'gave_until'), $now + 90 * $day,
    'leaves what a person has promised');

# What only= leaves out, and a pause that is mapped

is(subscription('eve', 'sub_1', 'prod_3'), "200 ignored\n",
    'another product of the account');
is($redis->cmd('EXISTS', 'patron:member:eve'), 0, 'makes no member');
is(subscription('ada', 'sub_1', 'prod_2'), "200 written\n",
    'a product that counts, wherever it stands');
state_is('ada', 'patron', 'makes a supporter a patron');
is(subscription('ada', 'sub_1', 'prod_2',
    pause_collection => { behavior => 'void' }), "200 written\n", 'a pause');
state_is('ada', 'supporter', 'is one, of a patron who gave');

# What an earlier version left in a record

$redis->cmd('HSET', 'patron:member:old', tier => 'gold', status => 'active',
    until => $now + 90 * $day, webhook_at => $now - 50 . '.1',
    webhook_id => 'evt_old', webhook_of => 'sub_old');
is(subscription('old', 'sub_new', 'prod_1'), "200 written\n",
    'a second subscription');
is(field('old', 'until'), $now + 90 * $day, 'leaves the first');
is(subscription('old', 'sub_new', 'prod_1', status => 'unpaid'),
    "200 written\n", 'its end');
state_is('old', 'patron', 'too');
is(field('old', 'tier'), 'gold', 'and its tier');

$t->finish;
