# Which of several items names the tier, what a refund of a part takes away, how
# long who has left Patreon stays, and times and names as programs write them.

use strict;
use warnings;

use Digest::MD5 qw(md5);
use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $json = JSON::PP->new->canonical;
my $key = 'k3y-of-many-bytes';
my $now = time();
my $day = 86400;

$t->file('hook.key', $key);

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => join('', map { "location = /$_ {
        patron_webhook_handler $_ key=%%DIR%%/hook.key; }\n" }
        qw(stripe paddle patreon generic kofi memberful github lemonsqueezy)) . <<'EOC');
        location = /either {
            patron_webhook_handler generic key=%%DIR%%/hook.key
                'sub=account|customer';
        }
EOC

sub hmac_md5_hex {
    my ($text, $key) = @_;

    $key .= "\0" x (64 - length $key);

    return unpack 'H*', md5(($key ^ "\x5c" x 64) . md5(($key ^ "\x36" x 64)
        . $text));
}

sub iso { return strftime('%Y-%m-%dT%H:%M:%S.000+00:00', gmtime($_[0])) }

sub post {
    my ($path, $body, @headers) = @_;

    my $r = $t->request('POST', $path, body => $body, headers => [
        'Content-Type' => 'application/json', @headers ]);

    return $r->status;
}

sub member {
    my ($sub) = @_;

    return { @{$redis->cmd('HGETALL', "patron:member:$sub")} };
}

sub generic {
    my ($body, $path) = @_;

    return post($path // '/generic', $body, 'X-Patron-Signature',
        'sha256=' . hmac_sha256_hex($body, $key));
}

my $at = $now - 100;

sub paddle {
    my ($type, %data) = @_;

    my $body = $json->encode({ event_id => 'evt_' . rand, event_type => $type,
        occurred_at => iso($at++), data => { customer_id => 'ctm_1', %data } });

    return post('/paddle', $body, 'Paddle-Signature',
        "ts=$now;h1=" . hmac_sha256_hex("$now:$body", $key));
}

sub stripe {
    my ($sub, @items) = @_;

    my $body = $json->encode({ id => "evt_$sub", created => $now,
        type => 'customer.subscription.created', data => { object => {
            object => 'subscription', id => "sub_$sub", status => 'active',
            metadata => { patron => $sub }, items => { data => \@items } } } });

    return post('/stripe', $body, 'Stripe-Signature',
        "t=$now,v1=" . hmac_sha256_hex("$now.$body", $key));
}

sub patreon {
    my ($event, $id, $status, $tiers, %attributes) = @_;

    my $body = $json->encode({
        data => { type => 'member', id => $id,
            attributes => { patron_status => $status, %attributes },
            relationships => { currently_entitled_tiers => { data => [
                map { { type => 'tier', id => $_ } } @$tiers ] } } },
        included => [ { type => 'tier', id => 12, attributes => {
            title => 'Gold', amount_cents => 1200 } } ] });

    $body =~ s/"id":12,/"id":"12",/;

    return post('/patreon', $body, 'X-Patreon-Event' => $event,
        'X-Patreon-Signature' => hmac_md5_hex($body, $key));
}

# Items

sub paddle_item {
    my ($tier, $amount, %price) = @_;

    return { quantity => 1, price => { name => $tier,
        unit_price => { amount => "$amount" }, %price } };
}

my @items = (paddle_item('silver', 300), paddle_item('gold', 1500));

for (['p1', @items], ['p2', reverse @items]) {
    my ($sub, @list) = @$_;
    paddle('subscription.created', id => "sub_$sub", status => 'active',
        custom_data => { patron => $sub }, items => \@list,
        current_billing_period => { ends_at => iso($now + 30 * $day) });
    is(member($sub)->{tier}, 'gold', "Paddle: the dearest item, $sub");
}

paddle('subscription.created', id => 'sub_p3', status => 'active',
    custom_data => { patron => 'p3' }, items => [
        paddle_item('Mug', 300, custom_data => { tier => 'mug' }),
        paddle_item('Paper', 1500, custom_data => { tier => 'paper' }) ]);
is(member('p3')->{tier}, 'paper', 'Paddle: by what its price says');

sub stripe_item {
    my ($tier, %more) = @_;

    my $quantity = delete $more{quantity};

    return { current_period_end => $now + $day,
        (defined $quantity ? (quantity => $quantity) : ()),
        price => { lookup_key => $tier, %more } };
}

stripe('s1', stripe_item('gold', unit_amount => 1500, quantity => 0),
    stripe_item('silver', unit_amount => 500, quantity => 1));
is(member('s1')->{tier}, 'silver', 'Stripe: of an item none was bought');
stripe('s2', stripe_item('gold', unit_amount => undef,
    unit_amount_decimal => '1500.5'), stripe_item('mug', unit_amount => 100));
is(member('s2')->{tier}, 'gold', 'Stripe: a price with fractions of a cent');

# A refund of a part

sub gift {
    my ($sub) = @_;

    paddle('transaction.completed', id => "txn_$sub", status => 'completed',
        subscription_id => undef, custom_data => { patron => $sub });
}

sub refund {
    my ($sub, %data) = @_;

    paddle('adjustment.updated', id => "adj_$sub", action => 'refund',
        status => 'approved', transaction_id => "txn_$sub",
        custom_data => { patron => $sub }, %data);
}

gift($_) for qw(g1 g2 g3 g4);
refund('g1', type => 'partial', items => [ { type => 'full' } ]);
refund('g2', items => [ { type => 'partial' } ]);
refund('g3', type => 'full', items => [ { type => 'full' } ]);
refund('g4', items => [ { type => 'full' } ]);
cmp_ok(member($_)->{gave_until}, '>', $now, "Paddle: a part, $_") for qw(g1 g2);
is(member($_)->{gave_until}, 0, "Paddle: all of it, $_") for qw(g3 g4);

# What was paid for a subscription, and is given back, ends it

for (['refund', 'full', 1], ['chargeback', 'full', 1], ['refund', 'partial', 0],
    ['chargeback_warning', 'full', 0], ['credit', 'full', 0])
{
    my ($action, $type, $over) = @$_;
    my $sub = "$action$type";
    paddle('subscription.created', id => "sub_$sub", status => 'active',
        custom_data => { patron => $sub }, items => [ paddle_item('gold', 900) ],
        current_billing_period => { ends_at => iso($now + 30 * $day) });
    paddle('adjustment.created', id => "adj_$sub", action => $action,
        type => $type, status => 'approved', transaction_id => "txn_$sub",
        subscription_id => "sub_$sub", custom_data => { patron => $sub });
    is(member($sub)->{until} <= time() ? 1 : 0, $over,
        "Paddle: $action, $type, of a subscription");
    ok(!exists member($sub)->{gave_until}, 'which is no gift');
}

# A pause in which what was paid for goes on

sub lemon {
    my ($status, $mode, %attributes) = @_;

    my $body = $json->encode({ meta => { custom_data => { patron => 'lemon' } },
        data => { type => 'subscriptions', id => 1, attributes => {
            status => $status, variant_name => 'gold', ends_at => undef,
            pause => $mode ? { mode => $mode } : undef,
            renews_at => iso($now + 30 * $day), updated_at => iso($at++),
            %attributes } } });

    post('/lemonsqueezy', $body, 'X-Signature',
        hmac_sha256_hex($body, $key));

    return member('lemon')->{status};
}

is(lemon('active'), 'active', 'Lemon Squeezy');
is(lemon('paused', 'void'), 'paused', 'a pause');
is(lemon('paused', 'free'), 'active', 'one for which nothing is to be paid');
is(lemon('paused'), 'paused', 'one that says nothing of it');
lemon('expired', 'free', ends_at => iso($now - 5));
cmp_ok(member('lemon')->{until}, '<=', time() + 1, 'over all the same');

# Patreon

my $next = $now + 20 * $day;

patreon('members:update', 'd1', 'declined_patron', [ 12 ]);
is(member('d1')->{status}, 'grace', 'Patreon: declined, and entitled');
patreon('members:update', 'd2', 'active_patron', [ 12 ]);
patreon('members:update', 'd2', 'declined_patron', []);
cmp_ok(member('d2')->{until}, '<=', time() + 1, 'and to nothing');
cmp_ok(member('d2')->{until}, '>', 0, 'is over');

patreon('members:pledge:create', 'l1', 'active_patron', [ 12 ]);
patreon('members:pledge:delete', 'l1', 'active_patron', [ 12 ],
    next_charge_date => iso($next));
is(member('l1')->{until}, $next, 'Patreon: a pledge taken back lasts as paid');

for (['Refunded', 0], ['Refunded by Patreon', 0], ['Fraud', 0],
    ['Partially Refunded', 1], ['Paid', 1])
{
    my ($charge, $stays) = @$_;
    my $id = 'c' . ($charge =~ tr/A-Za-z//dcr);
    patreon('members:create', $id, 'active_patron', [ 12 ]);
    patreon('members:update', $id, 'former_patron', [ 12 ],
        last_charge_status => $charge, next_charge_date => iso($next));
    is(member($id)->{until} == $next ? 1 : 0, $stays,
        "Patreon: who left, with $charge");
}

patreon('members:update', 'y1', 'former_patron', [ 12 ], pledge_cadence => 12,
    last_charge_status => 'Paid', last_charge_date => iso($now - 60 * $day),
    next_charge_date => undef);
cmp_ok(member('y1')->{until} // 0, '>', $now + 250 * $day,
    'Patreon: who paid for a year and left');

# Gifts of nobody, of nothing, and what ends without being given back

sub kofi {
    my (%o) = @_;

    my $data = $json->encode({ verification_token => $key, type => 'Donation',
        message_id => 'm' . rand, timestamp => iso($now), amount => '3.00',
        currency => 'USD', is_subscription_payment => JSON::PP::false,
        kofi_transaction_id => 'k' . rand, %o });

    $data =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ge;

    return $t->request('POST', '/kofi', body => "data=$data", headers => [
        'Content-Type' => 'application/x-www-form-urlencoded' ])->status;
}

is(kofi(email => $_), 200, 'a gift of nobody is ignored')
    for '', undef, "ad\xc3\xa4\@example.org", 'a' x 200;
is(kofi(email => undef, type => 'Subscription',
    is_subscription_payment => JSON::PP::true), 500, 'a membership is not');
is(kofi(email => 'zero', amount => '0'), 200, 'nor is a gift of nothing');
is_deeply(member('zero'), {}, 'thanked for');
is(kofi(email => 'some', amount => '0.5'), 200, 'half a dollar');
is(member('some')->{status}, 'supporter', 'is');
is(generic('{"sub":"plain","amount":0}'), 200, 'a membership for nothing');
is(member('plain')->{status}, 'active', 'is one');

sub github {
    my ($action, $login, $once) = @_;

    my $body = $json->encode({ action => $action, sponsorship => {
        node_id => "S_$login", sponsor => { login => $login },
        tier => { name => '$5', monthly_price_in_cents => 500,
            is_one_time => $once ? \1 : \0 } } });

    return post('/github', $body, 'X-GitHub-Event' => 'sponsorship',
        'X-Hub-Signature-256' => 'sha256=' . hmac_sha256_hex($body, $key));
}

github('created', 'once', 1);
is(github('cancelled', 'once', 1), 200, 'GitHub: a sponsorship of once ends');
cmp_ok(member('once')->{gave_until}, '>', $now, 'and is thanked for');

sub memberful {
    my ($event, $id, $active) = @_;

    my $body = $json->encode({ event => "subscription.$event",
        subscription => { id => $id, active => $active ? \1 : \0,
            member => { id => "mf$id" }, expires_at => $now + 30 * $day } });

    return post('/memberful', $body, 'X-Memberful-Webhook-Signature',
        hmac_sha256_hex($body, $key));
}

memberful('created', 1, 1);
is(member('mf1')->{until}, $now + 30 * $day, 'Memberful: active');
memberful('updated', 1, 0);
cmp_ok(member('mf1')->{until}, '<=', time() + 1, 'and no more, before its end');

# Times and names

is(generic(qq({"sub":"f1","until":$next.75,"created":$now.25})), 200,
    'a fraction of a second');
is(member('f1')->{until}, $next, 'is cut');
is(generic(qq({"sub":"f2","until":${next}000.5})), 200, 'of milliseconds');
is(member('f2')->{until}, $next, 'too');
is(generic(qq({"sub":"f3","until":$_})), 500, "no time: $_")
    for '-0.5', '1e300', 'true', '[]';

is(generic($_), 500, "no member: $_")
    for '{"sub":"a\tb"}', '{"sub":"a\u007fb"}';
is(scalar @{$redis->cmd('KEYS', 'patron:member:a*')}, 0, 'and of no other');
is(generic('{"sub":"st1","status":[]}'), 500, 'a status that is no word');
is(generic('{"sub":"st2","status":null}'), 200, 'none');
is(member('st2')->{status}, 'active', 'is active');

is(generic('{"account":"","customer":"e1"}', '/either'), 200,
    'an empty name is none');
is(member('e1')->{status}, 'active', 'so that the next counts');

$t->finish;
