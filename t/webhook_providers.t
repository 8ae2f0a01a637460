# Events of each provider that is known by name, made after its documents: what
# it signs is taken, anything else is not, and becomes a membership or a gift.

use strict;
use warnings;

use Digest::MD5 qw(md5);
use Digest::SHA qw(hmac_sha256_hex hmac_sha512_base64 sha1 sha1_hex);
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $json = JSON::PP->new->canonical;

my $key = 'k3y';
$t->file('hook.key', $key);

my @providers = qw(liqpay wayforpay fondy kofi memberful buymeacoffee donorbox
    paddle lemonsqueezy github);

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => join('', map { "location = /$_ {
        patron_webhook_handler $_ key=%%DIR%%/hook.key; }\n" } @providers)
    . <<'EOC');
        location = /orders {
            patron_webhook_handler wayforpay key=%%DIR%%/hook.key gift=none
                lasts=10d cut=-;
        }
        location = /sorted {
            patron_webhook_handler generic key=%%DIR%%/hook.key
                content=form signature=form:sign digest=sha512
                encoding=base64 'signed=${sorted:;}'
                'answer=OK ${form:order}' sub=user status=state
                map=ok:active,*:ignored lasts=31d;
        }
        location = /weak {
            patron_webhook_handler generic key=%%DIR%%/hook.key mac=plain
                digest=md5 signature=header:X-Sum
                'signed=${key}${header:X-Time}${body}';
        }
EOC

sub hmac_md5_hex {
    my ($text, $key) = @_;

    $key .= "\0" x (64 - length $key);

    return unpack 'H*', md5(($key ^ "\x5c" x 64) . md5(($key ^ "\x36" x 64)
        . $text));
}

sub encoded {
    my ($text) = @_;

    $text =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ge;

    return $text;
}

sub form {
    my (%fields) = @_;

    return join '&', map { "$_=" . encoded($fields{$_}) } sort keys %fields;
}

sub post {
    my ($path, $body, @headers) = @_;

    return $t->request('POST', $path, body => $body, headers => [@headers]);
}

sub said { my ($r) = @_; return $r->status . ' ' . $r->body }

sub member {
    my ($sub) = @_;

    my %m = @{$redis->cmd('HGETALL', "patron:member:$sub")};

    return \%m;
}

my $now = time();
my $day = 86400;

sub iso { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($_[0])) }

sub is_member {
    my ($sub, $tier, $until, $name) = @_;

    my $m = member($sub);

    is($m->{status}, 'active', "$name: active");
    is($m->{tier} // '', $tier, "$name: tier");
    cmp_ok(abs($m->{until} - $until), '<', 60, "$name: until");
}

sub is_over {
    my ($sub, $name) = @_;

    my $until = member($sub)->{until};

    ok($until && $until <= time(), "$name: over");
}

sub is_gift {
    my ($sub, $at, $name) = @_;

    my $m = member($sub);

    is($m->{status}, 'supporter', "$name: a supporter");
    cmp_ok(abs($m->{gave_until} - $at - 90 * $day), '<', 60, "$name: thanked");
}

sub is_taken_back {
    my ($sub, $name) = @_;

    is(member($sub)->{gave_until}, 0, "$name: taken back");
}

# LiqPay: base64(sha1(key + data + key)); dates in milliseconds

sub liqpay {
    my ($secret, %event) = @_;

    my $data = encode_base64($json->encode({ public_key => 'i1', version => 3,
        currency => 'UAH', amount => 100.5, payment_id => 1, type => 'buy',
        create_date => $now * 1000, %event }), '');

    return post('/liqpay', form(data => $data, signature =>
        encode_base64(sha1("$secret$data$secret"), '')));
}

is(liqpay('other', action => 'pay', status => 'success', order_id => 'o1')
    ->status, 400, 'LiqPay: forged');
is(said(liqpay($key, action => 'pay', status => 'success', order_id => 'o1',
    customer => 'liq')), "200 written\n", 'LiqPay: a payment');
is_gift('liq', $now, 'LiqPay');
is(said(liqpay($key, action => 'pay', status => 'success', order_id => 'o1',
    customer => 'liq')), "200 known\n", 'LiqPay: twice');
liqpay($key, action => 'pay', status => 'reversed', order_id => 'o1',
    customer => 'liq', end_date => ($now + 1) * 1000);
is_taken_back('liq', 'LiqPay');
is(said(liqpay($key, action => 'pay', status => '3ds_verify',
    order_id => 'o2')), "200 ignored\n", 'LiqPay: not yet paid');
is(said(liqpay($key, action => 'pay', status => 'sandbox',
    order_id => 'o2')), "200 ignored\n", 'LiqPay: not money');
is(said(liqpay($key, action => 'auth', status => 'success', order_id => 'o3',
    customer => 'liq3')), "200 ignored\n", 'LiqPay: a card that is tried');
liqpay($key, action => 'paysplit', status => 'success', order_id => 'o4',
    customer => 'liq4');
is_gift('liq4', $now, 'LiqPay, split');
liqpay($key, action => 'subscribe', status => 'subscribed', order_id => 's1',
    customer => 'liq2');
is_member('liq2', '', $now + 32 * $day, 'LiqPay');
liqpay($key, action => 'regular', status => 'success', order_id => 's1',
    customer => 'liq2', create_date => ($now - $day) * 1000,
    end_date => ($now + 9) * 1000);
liqpay($key, action => 'subscribe', status => 'unsubscribed',
    order_id => 's1', customer => 'liq2', end_date => ($now + 10) * 1000);
is_over('liq2', 'LiqPay');

# WayForPay: eight values; what is answered is signed

sub wayforpay {
    my ($path, %event) = @_;

    %event = (merchantAccount => 'shop', amount => 1547.36,
        currency => 'UAH', authCode => '541963', cardPan => '41****8217',
        reasonCode => 1100, email => 'x@example.org', %event);

    my $signature = hmac_md5_hex(join(';', @event{qw(merchantAccount
        orderReference amount currency authCode cardPan transactionStatus
        reasonCode)}), $key);

    return post($path, $json->encode({ merchantSignature => $signature,
        %event }), 'Content-Type' => 'application/x-www-form-urlencoded');
}

my $r = wayforpay('/wayforpay', orderReference => 'way',
    transactionStatus => 'Approved');
is($r->header('Content-Type'), 'application/json', 'WayForPay: an answer');
my $answer = $json->decode($r->body);
is($answer->{status}, 'accept', 'WayForPay: accepts');
is($answer->{signature}, hmac_md5_hex("way;accept;$answer->{time}", $key),
    'WayForPay: and is signed');
is_gift('way', $now, 'WayForPay');
$r = wayforpay('/wayforpay', orderReference => 'way', amount => 5,
    transactionStatus => 'Declined');
is($json->decode($r->body)->{orderReference}, 'way',
    'WayForPay: what is ignored is answered, too');
wayforpay('/wayforpay', orderReference => 'way',
    transactionStatus => 'Refunded');
is_taken_back('way', 'WayForPay');
is(post('/wayforpay', $json->encode({ merchantSignature => '0' x 32 }))
    ->status, 400, 'WayForPay: forged');
is(post('/wayforpay', '{')->status, 400, 'WayForPay: no JSON');
wayforpay('/orders', orderReference => 'way2-17',
    transactionStatus => 'Approved');
is_member('way2', '', $now + 10 * $day, 'WayForPay');
wayforpay('/orders', orderReference => 'way2-17',
    transactionStatus => 'Refunded');
is_over('way2', 'WayForPay');

# Fondy: all values by name; a form, or JSON

sub fondy {
    my ($as, %event) = @_;

    %event = (merchant_id => 1, amount => 1020, currency => 'EUR',
        payment_id => 17, fee => '', rrn => '',
        response_signature_string => 'x|y', %event);

    my $values = join '|', $key, map { $event{$_} } grep {
        $event{$_} ne '' && $_ ne 'response_signature_string' }
        sort keys %event;

    $event{signature} = sha1_hex($values);

    return post('/fondy', $as eq 'form' ? form(%event)
        : $json->encode(\%event));
}

fondy('form', order_id => 'f1', order_status => 'approved',
    merchant_data => 'fon');
is_gift('fon', $now, 'Fondy');
fondy('json', order_id => 'f1', order_status => 'reversed',
    merchant_data => 'fon');
is_taken_back('fon', 'Fondy');
is(said(fondy('form', order_id => 'f2', order_status => 'declined')),
    "200 ignored\n", 'Fondy: declined');
is(post('/fondy', form(order_id => 'f3', order_status => 'approved',
    signature => '0' x 40))->status, 400, 'Fondy: forged');

# Ko-fi: a token, no signature

sub kofi {
    my (%event) = @_;

    return post('/kofi', form(data => $json->encode({
        verification_token => $key, message_id => 'm1', amount => '3.00',
        timestamp => iso($now), currency => 'USD', email => 'ko@fi.org',
        kofi_transaction_id => 't1', %event })));
}

is(kofi(verification_token => 'other')->status, 400, 'Ko-fi: forged');
kofi(type => 'Donation', is_subscription_payment => JSON::PP::false);
is_gift('ko%40fi.org', $now, 'Ko-fi');
kofi(type => 'Subscription', is_subscription_payment => JSON::PP::true,
    message_id => 'm2', email => 'ko2', tier_name => 'Silver');
is_member('ko2', 'Silver', $now + 32 * $day, 'Ko-fi');
is(said(kofi(type => 'Shop Order', email => 'ko3')), "200 ignored\n",
    'Ko-fi: a purchase');

# Memberful

sub signed {
    my ($path, $name, $event, @more) = @_;

    my $body = $json->encode($event);

    return post($path, $body, $name, hmac_sha256_hex($body, $key), @more);
}

sub memberful {
    my ($event, $id, %subscription) = @_;

    return signed('/memberful', 'X-Memberful-Webhook-Signature', {
        event => $event, subscription => { id => $id, autorenew => \1,
            active => JSON::PP::true, expires_at => iso($now + 20 * $day),
            member => { id => 4711 }, subscription_plan => {
                slug => 'gold-plan', price_cents => 900 },
            %subscription } });
}

is(post('/memberful', '{}', 'X-Memberful-Webhook-Signature' => '0' x 64)
    ->status, 400, 'Memberful: forged');
memberful('subscription.created', 1);
is_member('4711', 'gold-plan', $now + 20 * $day, 'Memberful');
memberful('subscription.deactivated', 1, active => JSON::PP::false);
is_over('4711', 'Memberful');
is(said(signed('/memberful', 'X-Memberful-Webhook-Signature',
    { event => 'member_signup' })), "200 ignored\n", 'Memberful: a signup');

# Buy Me a Coffee

sub coffee {
    my ($type, $at, %data) = @_;

    return signed('/buymeacoffee', 'x-signature-sha256', { type => $type,
        created => $at, event_id => $at, live_mode => \1, attempt => 1,
        data => { supporter_email => 'bmc', amount => 5, %data } });
}

coffee('donation.created', $now - 9, transaction_id => 'pi_3',
    status => 'succeeded');
is_gift('bmc', $now, 'Buy Me a Coffee');
coffee('donation.refunded', $now - 8, transaction_id => 'pi_3',
    status => 'refunded');
is_taken_back('bmc', 'Buy Me a Coffee');
coffee('membership.started', $now - 7, psp_id => 'sub_1', status => 'active',
    membership_level_name => 'Espresso',
    current_period_end => $now + 30 * $day);
is_member('bmc', 'Espresso', $now + 30 * $day, 'Buy Me a Coffee');
coffee('membership.cancelled', $now - 6, psp_id => 'sub_1',
    status => 'canceled', membership_level_name => 'Espresso',
    current_period_end => $now - 60);
is_over('bmc', 'Buy Me a Coffee');

# Donorbox: time and signature in one header, by their places

sub donorbox {
    my ($at, %donation) = @_;

    my $body = $json->encode([ { id => 1, amount => '10.00',
        status => 'paid', donation_date => iso($now),
        donor => { email => 'don' }, %donation } ]);

    return post('/donorbox', $body, 'Donorbox-Signature',
        "$at," . hmac_sha256_hex("$at.$body", $key));
}

is(donorbox($now - 400)->status, 400, 'Donorbox: too old');
donorbox($now, recurring => JSON::PP::false);
is_gift('don', $now, 'Donorbox');
donorbox($now, id => 2, recurring => JSON::PP::true,
    donor => { email => 'don2' });
is_member('don2', '', $now + 32 * $day, 'Donorbox');

# Paddle

sub paddle {
    my ($type, $at, %data) = @_;

    my $body = $json->encode({ event_id => "evt_$at", event_type => $type,
        occurred_at => iso($at), data => { customer_id => 'ctm_1',
            custom_data => { patron => 'pad' }, %data } });

    return post('/paddle', $body, 'Paddle-Signature',
        "ts=$now;h1=" . hmac_sha256_hex("$now:$body", $key));
}

paddle('subscription.created', $now - 9, id => 'sub_1', status => 'active',
    items => [ { price => { name => 'pro', unit_price => {
        amount => '500' } } } ],
    current_billing_period => { ends_at => iso($now + 30 * $day) });
is_member('pad', 'pro', $now + 30 * $day, 'Paddle');
paddle('subscription.canceled', $now - 8, id => 'sub_1',
    status => 'canceled', current_billing_period => undef);
is_over('pad', 'Paddle');
is(said(paddle('transaction.completed', $now - 7, id => 'txn_1',
    status => 'completed', subscription_id => 'sub_1')), "200 ignored\n",
    'Paddle: a payment of a subscription');
paddle('transaction.completed', $now - 6, id => 'txn_2',
    status => 'completed', subscription_id => undef,
    custom_data => { patron => 'pad2' });
is_gift('pad2', $now, 'Paddle');
paddle('adjustment.updated', $now - 5, id => 'adj_1', action => 'refund',
    status => 'approved', transaction_id => 'txn_2',
    custom_data => { patron => 'pad2' });
is_taken_back('pad2', 'Paddle');

# Lemon Squeezy

sub lemon {
    my ($event, $at, %attributes) = @_;

    return signed('/lemonsqueezy', 'X-Signature', { meta => {
            event_name => $event, custom_data => { patron => 'lem' } },
        data => { type => 'subscriptions', id => '1', attributes => {
            customer_id => 5, variant_name => 'Monthly',
            updated_at => iso($at), renews_at => iso($now + 30 * $day),
            ends_at => undef, %attributes } } });
}

lemon('subscription_created', $now - 9, status => 'on_trial');
is_member('lem', 'Monthly', $now + 30 * $day, 'Lemon Squeezy');
lemon('subscription_cancelled', $now - 8, status => 'cancelled',
    ends_at => iso($now + 3 * $day));
is_member('lem', 'Monthly', $now + 3 * $day, 'Lemon Squeezy');
lemon('subscription_expired', $now - 7, status => 'expired',
    ends_at => iso($now - 7));
is_over('lem', 'Lemon Squeezy');

# GitHub Sponsors

sub github {
    my ($action, $login, $once, @more) = @_;

    my $body = $json->encode({ action => $action, sponsorship => {
        node_id => "S_$login", sponsor => { login => $login },
        tier => { name => '$5 a month', monthly_price_in_cents => 500,
            is_one_time => $once ? \1 : \0 } }, @more });

    return post('/github', $body, 'X-GitHub-Event' => 'sponsorship',
        'X-Hub-Signature-256' => 'sha256=' . hmac_sha256_hex($body, $key));
}

github('created', 'octo', 0);
is(member('octo')->{until}, 0, 'GitHub: without end');
github('pending_cancellation', 'octo', 0,
    effective_date => iso($now + 9 * $day));
is_member('octo', '$5 a month', $now + 9 * $day, 'GitHub');
github('cancelled', 'octo', 0);
is_over('octo', 'GitHub');
github('created', 'once', 1);
is_gift('once', $now, 'GitHub');
is(said(github('edited', 'octo', 0)), "200 ignored\n", 'GitHub: edited');

# What generic makes of a scheme of its own

my %order = (user => 'gen', state => 'ok', order => 'o 1', empty => '');
my $sign = hmac_sha512_base64('o 1;ok;gen', $key);
$sign .= '=' while length($sign) % 4;

is(said(post('/sorted', form(%order, sign => $sign))), '200 OK o 1',
    'sorted values, and an answer');
is_member('gen', '', $now + 31 * $day, 'generic');
is(post('/sorted', form(%order, user => 'eve', sign => $sign))->status, 400,
    'other values');

my $sum = unpack 'H*', md5("${key}123{\"sub\":\"weak\"}");
is(post('/weak', '{"sub":"weak"}', 'X-Sum' => $sum, 'X-Time' => 123)->status,
    200, 'a plain digest');
is(post('/weak', '{"sub":"weak"}', 'X-Sum' => $sum, 'X-Time' => 124)->status,
    400, 'another header');

my ($status, $out) = $t->test_conf(
    http => 'patron_redis %%REDIS%%; patron_zone z:1m;',
    server => 'location /h { patron_webhook_handler generic
        key=%%DIR%%/hook.key digest=md5; }');
like($out, qr/\[warn\].*"digest=md5" is weak/, 'which is warned of');

$t->finish;
