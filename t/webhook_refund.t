# What is refunded is taken off the campaigns' revenue once, in whatever order
# it is told of: of a part the part, and a refund that fails is put back.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex sha1_hex);
use JSON::PP qw(encode_json);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $key = 'whsec';
$t->file('hook.key', $key);
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC' . join '', map {
    patron_redis %%REDIS%% timeout=2s;
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
EOC
        patron on;
        location / { patron_banner top before '#story' campaign=top; }
        location = /click { patron_click_handler; }
EOC
    "location = /$_ {
        patron off;
        patron_webhook_handler $_ key=%%DIR%%/hook.key;
    }\n" } qw(stripe paddle fondy donorbox));

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<b>give</b>', url =>
    'https://pay.example/?client_reference_id=${patron_reference}');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');

my $now = time() - 100;

sub post {
    my ($path, $body, @headers) = @_;

    return $t->request('POST', $path, body => $body, headers => \@headers)
        ->body;
}

# What the campaign led to

sub revenue {
    my ($name, $currency, $sum) = @_;
    my $counted;

    ok(wait_for(sub {
        $counted = $redis->cmd('HGET', strftime('patron:stats:%Y-%m-%d',
            gmtime), "revenue.$currency.top:a") // 0;
        return $counted == $sum;
    }), $name) or diag("$counted, not $sum");
}

# Somebody's reference, who has followed the campaign

sub reference {
    my $reader = Patron::Reader->new($t);

    $reader->get('/page.html');
    my ($reference) = $reader->get('/click?c=top:a')->header('Location')
        =~ /id=([\w-]+)/;
    return $reference;
}

# Until when the one who gave is thanked

sub thanks {
    my ($record) = @{$redis->cmd('KEYS', 'patron:gave:*')};

    return $redis->cmd('HGET', $record, 'gave_until');
}

# The next one is another's

sub over {
    $redis->cmd('DEL', @{$redis->cmd('KEYS', 'patron:gave:*')});
    return reference();
}

ok(wait_for(sub { $t->get('/page.html')->body =~ /give/ }), 'there');

# Stripe: what was refunded in all; a refund that fails is told of by itself

my $n = 0;

sub stripe {
    my ($who, $at, $type, %object) = @_;

    my $time = time();
    my $body = encode_json({ id => 'evt_' . ++$n, created => $now + $at,
        type => $type, data => { object => { currency => 'eur',
            metadata => { patron => $who }, %object } } });

    return post('/stripe', $body, 'Stripe-Signature', "t=$time,v1="
        . hmac_sha256_hex("$time.$body", $key));
}

sub gift {
    my ($who, $at, $payment, $amount) = @_;

    return stripe($who, $at, 'checkout.session.completed', object =>
        'checkout.session', id => 'cs_1', mode => 'payment',
        payment_status => 'paid', amount_total => $amount,
        payment_intent => $payment);
}

sub refund {
    my ($who, $at, $payment, $in_all, $whole) = @_;

    return stripe($who, $at, 'charge.refunded', object => 'charge',
        id => 'ch_1', payment_intent => $payment, amount_refunded => $in_all,
        refunded => $whole ? JSON::PP::true : JSON::PP::false);
}

sub failed {
    my ($who, $at, $payment, $id, $amount, $type) = @_;

    return stripe($who, $at, $type // 'refund.failed', object => 'refund',
        id => $id, payment_intent => $payment, amount => $amount,
        status => 'failed', charge => 'ch_1');
}

sub dispute {
    my ($who, $at, $type, $payment, $id, $status, $amount) = @_;

    return stripe($who, $at, "charge.dispute.$type", object => 'dispute',
        id => $id, payment_intent => $payment, amount => $amount,
        status => $status, charge => 'ch_1');
}

my $who = reference();

is(gift($who, 1, 'pi_1', 900), "written\n", 'a gift');
revenue('counts', 'eur', 900);
refund($who, 2, 'pi_1', 200);
revenue('a part is refunded', 'eur', 700);
is(stripe($who, 3, 'refund.updated', object => 'refund', id => 're_1',
    payment_intent => 'pi_1', amount => 200, status => 'succeeded'),
    "ignored\n", 'which succeeds');
is(failed($who, 4, 'pi_1', 're_1', 200), "written\n", 'which fails');
revenue('is put back', 'eur', 900);
is(failed($who, 4, 'pi_1', 're_1', 200, 'charge.refund.updated'), "known\n",
    'once');
is(refund($who, 2, 'pi_1', 200), "known\n", 'the refund is told of late');
refund($who, 5, 'pi_1', 300);
revenue('another, without what failed', 'eur', 600);
refund($who, 6, 'pi_1', 900, 1);
revenue('the rest', 'eur', 0);
is(thanks(), 0, 'takes the thanks');
failed($who, 7, 'pi_1', 're_3', 600);
revenue('and fails', 'eur', 600);
cmp_ok(thanks(), '>', time(), 'the thanks are back');
is(refund($who, 6, 'pi_1', 900, 1), "known\n", 'late again');
cmp_ok(thanks(), '>', time(), 'changes nothing');
is(failed($who, 7, 'pi_1', 're_3', 600), "known\n", 'nor does this');
revenue('the same', 'eur', 600);

failed($who, 12, 'pi_2', 're_4', 100);
refund($who, 11, 'pi_2', 100);
gift($who, 10, 'pi_2', 500);
revenue('all of it the other way round', 'eur', 1100);

refund($who, 13, 'pi_2', 500, 1);
revenue('a refund', 'eur', 600);
dispute($who, 14, 'created', 'pi_2', 'dp_0', 'needs_response', 500);
failed($who, 15, 'pi_2', 're_5', 500);
revenue('fails after a dispute', 'eur', 600);

# A dispute takes all there is left, and gives that back where it is won

$who = over();

is(gift($who, 20, 'pi_3', 500), "written\n", 'another gift');
revenue('counts', 'eur', 1100);
dispute($who, 21, 'created', 'pi_3', 'dp_1', 'needs_response', 500);
revenue('a dispute', 'eur', 600);
is(thanks(), 0, 'takes the thanks, too');
is(dispute($who, 22, 'updated', 'pi_3', 'dp_1', 'under_review', 500), "known\n",
    'once');
is(dispute($who, 23, 'closed', 'pi_3', 'dp_1', 'won', 500), "written\n", 'won');
revenue('gives it back', 'eur', 1100);
cmp_ok(thanks(), '>', time(), 'the thanks, too');
is(dispute($who, 24, 'funds_reinstated', 'pi_3', 'dp_1', 'won', 500), "known\n",
    'once');
is(dispute($who, 21, 'created', 'pi_3', 'dp_1', 'needs_response', 500), "known\n",
    'late');
cmp_ok(thanks(), '>', time(), 'changes nothing');
revenue('of the money, either', 'eur', 1100);

refund($who, 25, 'pi_3', 200);
revenue('a part is refunded', 'eur', 900);
dispute($who, 26, 'created', 'pi_3', 'dp_2', 'needs_response', 500);
revenue('the rest is disputed', 'eur', 600);
dispute($who, 27, 'closed', 'pi_3', 'dp_2', 'won', 500);
revenue('and won, without what was refunded', 'eur', 900);
dispute($who, 28, 'created', 'pi_3', 'dp_3', 'needs_response', 500);
dispute($who, 29, 'closed', 'pi_3', 'dp_3', 'lost', 500);
revenue('lost', 'eur', 600);
is(thanks(), 0, 'for good');

$who = over();

gift($who, 30, 'pi_4', 500);
revenue('one more', 'eur', 1100);
refund($who, 31, 'pi_4', 500, 1);
dispute($who, 32, 'created', 'pi_4', 'dp_4', 'needs_response', 500);
is(dispute($who, 33, 'closed', 'pi_4', 'dp_4', 'won', 500), "written\n",
    'what was refunded before');
revenue('comes back by no dispute', 'eur', 600);
is(thanks(), 0, 'nor do thanks');

$who = over();

gift($who, 34, 'pi_5', 500);
is(dispute($who, 36, 'closed', 'pi_5', 'dp_5', 'won', 500), "written\n",
    'won, before it is told of');
is(dispute($who, 35, 'created', 'pi_5', 'dp_5', 'needs_response', 500), "known\n",
    'takes nothing');
revenue('of it', 'eur', 1100);
cmp_ok(thanks(), '>', time(), 'all the same');

# Paddle: each by itself, with a number

sub paddle {
    my ($who, $at, $type, %data) = @_;

    my $time = time();
    my $body = encode_json({ event_id => 'evt_' . ++$n, event_type => $type,
        occurred_at => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($now + $at)),
        data => { customer_id => $who, currency_code => 'USD', %data } });

    return post('/paddle', $body, 'Paddle-Signature',
        "ts=$time;h1=" . hmac_sha256_hex("$time:$body", $key));
}

sub adjustment {
    my ($who, $at, $id, $total, $type) = @_;

    return paddle($who, $at, 'adjustment.updated', id => $id,
        action => 'refund', status => 'approved', type => $type,
        transaction_id => 'txn_1', totals => { total => $total },
        items => [ { type => $type, amount => $total } ]);
}

$who = over();

is(adjustment($who, 2, 'adj_1', '200', 'partial'), "written\n",
    'Paddle: a part, before its payment');
paddle($who, 1, 'transaction.completed', id => 'txn_1', status => 'completed',
    subscription_id => undef,
    items => [ { price => { unit_price => { amount => '1000' } } } ]);
revenue('counts what is left', 'usd', 800);
is(adjustment($who, 2, 'adj_1', '200', 'partial'), "known\n", 'once');
adjustment($who, 3, 'adj_2', '200', 'partial');
revenue('another of the same sum', 'usd', 600);
cmp_ok(thanks(), '>', time(), 'the thanks stay');
adjustment($who, 4, 'adj_3', '650', 'full');
revenue('all', 'usd', 0);
is(thanks(), 0, 'takes the thanks');

# Fondy: in all, whatever the word

sub fondy {
    my (%event) = @_;

    %event = (merchant_id => 1, amount => 1000, currency => 'UAH',
        payment_id => 17, order_id => 'o1', merchant_data => $who, %event);
    $event{signature} = sha1_hex(join '|', $key, map { $event{$_} }
        sort keys %event);

    return post('/fondy', encode_json(\%event));
}

$who = over();

fondy(order_status => 'approved', reversal_amount => '0');
revenue('Fondy', 'uah', 1000);
is(fondy(order_status => 'approved', reversal_amount => '300'), "written\n",
    'a part, of an order that stands');
revenue('is taken off', 'uah', 700);
is(fondy(order_status => 'reversed', reversal_amount => '300'), "known\n",
    'once');
fondy(order_status => 'reversed', reversal_amount => '500');
revenue('and more', 'uah', 500);
cmp_ok(thanks(), '>', time(), 'the thanks stay');
fondy(order_status => 'reversed', reversal_amount => '1000');
revenue('all', 'uah', 0);
is(thanks(), 0, 'takes the thanks');

# Donorbox: the donation again, with what was refunded of it

sub donorbox {
    my (%donation) = @_;

    my $time = time();
    my $body = encode_json([ { id => 1, amount => '10.00', currency => 'GBP',
        status => 'paid', recurring => JSON::PP::false,
        donation_date => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($now)),
        amount_refunded => '0.0', donor => { email => $who }, %donation } ]);

    return post('/donorbox', $body, 'Donorbox-Signature',
        "$time," . hmac_sha256_hex("$time.$body", $key));
}

$who = over();

donorbox();
revenue('Donorbox', 'gbp', 1000);
donorbox(amount_refunded => '2.50');
revenue('a part', 'gbp', 750);
cmp_ok(thanks(), '>', time(), 'the thanks stay');
donorbox(amount_refunded => '10.0');
revenue('all', 'gbp', 0);
is(thanks(), 0, 'takes the thanks');

$t->finish;
