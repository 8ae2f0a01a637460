# Whatever the order in which a provider's events come, and however often, they
# leave the same record behind.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP qw(encode_json);
use List::Util qw(shuffle);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Storm qw(seed);

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $secret = 'whsec';
$t->file('hook.key', $secret);

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => <<'EOC');
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/hook.key;
        }
        location = /generic {
            patron_webhook_handler generic key=%%DIR%%/hook.key
                gift=kind=gift;
        }
EOC

my $now = time();
my $day = 86400;
my ($client, $requests) = (undef, 0);

sub send_event {
    my ($path, $event) = @_;

    my $body = encode_json($event);
    my $at = time();

    $client = $t->client if $requests++ % 1000 == 0;

    return $client->request('POST', $path, body => $body, headers => [
        $path eq '/stripe'
        ? ('Stripe-Signature', "t=$at,v1="
            . hmac_sha256_hex("$at.$body", $secret))
        : ('X-Patron-Signature', 'sha256='
            . hmac_sha256_hex($body, $secret)) ])->status;
}

my $n = 0;

sub stripe {
    my ($at, $type, %object) = @_;

    return [ '/stripe', { id => 'evt_' . ++$n, created => $now - $at,
        type => $type, data => { object => { customer => 'cus_1',
            metadata => { patron => 'ada' }, %object } } } ];
}

sub subscription {
    my ($at, $type, $id, $status, $days, $tier, $cents) = @_;

    return stripe($at, "customer.subscription.$type",
        object => 'subscription', id => $id, status => $status,
        items => { data => [ { current_period_end => $now + $days * $day,
            price => { lookup_key => $tier, unit_amount => $cents } } ] });
}

sub gift {
    my ($at, $payment) = @_;

    return stripe($at, 'checkout.session.completed',
        object => 'checkout.session', mode => 'payment',
        payment_status => 'paid', payment_intent => $payment,
        client_reference_id => 'ada');
}

sub refund {
    my ($at, $payment) = @_;

    return stripe($at, 'charge.refunded', object => 'charge', id => 'ch_1',
        refunded => JSON::PP::true, payment_intent => $payment);
}

sub generic {
    my ($at, %body) = @_;

    return [ '/generic', { id => 'g' . ++$n, created => $now - $at,
        sub => 'ada', %body } ];
}

my %stories = (
    'one subscription' => [
        subscription(900, 'created', 'sub_1', 'active', 5, 'gold', 900),
        subscription(800, 'updated', 'sub_1', 'past_due', 5, 'gold', 900),
        subscription(700, 'updated', 'sub_1', 'active', 35, 'gold', 900),
        subscription(700, 'updated', 'sub_1', 'paused', 35, 'gold', 900),
        subscription(700, 'deleted', 'sub_1', 'canceled', 35, undef, 900),
    ],
    'two subscriptions' => [
        subscription(900, 'created', 'sub_1', 'active', 5, 'gold', 900),
        subscription(850, 'created', 'sub_2', 'active', 40, 'mug', 300),
        subscription(800, 'updated', 'sub_1', 'active', 35, 'gold', 900),
        subscription(700, 'deleted', 'sub_2', 'canceled', 40, 'mug', 300),
        subscription(600, 'updated', 'sub_1', 'unpaid', 35, undef, 900),
    ],
    'a tier that goes' => [
        subscription(900, 'created', 'sub_1', 'active', 5, 'gold', 900),
        subscription(800, 'updated', 'sub_1', 'unpaid', 5, 'gold', 900),
        subscription(850, 'created', 'sub_2', 'active', 40, undef, 300),
        subscription(840, 'updated', 'sub_2', 'active', 40, undef, 300),
    ],
    'gifts' => [
        gift(900, 'pi_1'), refund(800, 'pi_1'), gift(700, 'pi_2'),
        subscription(600, 'created', 'sub_1', 'active', 5, 'gold', 900),
        subscription(500, 'deleted', 'sub_1', 'canceled', -1, 'gold', 900),
    ],
    'a gift taken back' => [
        gift(900, 'pi_1'), gift(900, 'pi_1'), refund(800, 'pi_1'),
        gift(700, 'pi_3'), refund(600, 'pi_3'),
    ],
    'a site of its own' => [
        generic(900, tier => 'gold', until => $now + 5 * $day),
        generic(800, status => 'revoked'),
        generic(700, tier => 'silver', until => ($now + 9 * $day) * 1000),
        generic(600, subscription => 's2', amount => 3, tier => 'tin'),
        generic(500, kind => 'gift', payment => 'p1'),
    ],
);

sub permutations {
    my @rest = @_;

    return [] unless @rest;

    return map {
        my $i = $_;
        my @others = @rest[grep { $_ != $i } 0 .. $#rest];
        map { [ $rest[$i], @$_ ] } permutations(@others);
    } 0 .. $#rest;
}

sub record {
    my %record = @{$redis->cmd('HGETALL', 'patron:member:ada')};

    return join "\n", map { "$_=$record{$_}" } sort keys %record;
}

srand(seed());

for my $story (sort keys %stories) {
    my ($first, $other);
    my $failed = 0;

    for my $order (permutations(@{$stories{$story}})) {

        # what comes again comes at any time after it came first

        my @events = @$order;
        splice @events, $_ + 1 + int rand(@events - $_), 0, $order->[$_]
            for shuffle(0 .. $#$order);

        $redis->cmd('DEL', 'patron:member:ada');

        for (@events) {
            $failed++ if send_event(@$_) != 200;
        }

        $first //= record();

        if (record() ne $first) {
            $other //= record() . "\n by "
                . join ' ', map { $_->[1]{id} } @events;
        }
    }

    is($failed, 0, "$story: taken");
    like($first, qr{^until=\d}m, "$story: written") if $story !~ /back/;
    ok(!defined $other, "$story: in every order the same")
        || diag("$first\n and\n$other");
}

$t->finish;
