# Experiments: the unit is the reader, by a cookie that has come back; a holdback
# is shown as nothing and counted as the others; money is credited to all that
# the reader was assigned to, and taken off again.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP qw(decode_json encode_json);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $secret = 'whsec';
$t->file('hook.key', $secret);
$t->file('html/page.html', article());
$t->file('html/grant.html', 'welcome');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%% timeout=2s;
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
EOC
        patron on;
        patron_consent $consent;
        set $consent yes;
        if ($http_x_shy) { set $consent 0; }

        location / { patron_banner top before '#story' campaign=top; }
        location /replace/ {
            alias %%DIR%%/html/;
            patron_banner top replace '#story' campaign=top;
        }
        location = /grant.html {
            patron_grant_header X-Patron-Grant;
            add_header X-Patron-Grant "sub=77; ttl=1d";
        }
        location = /status { patron off; patron_status_handler; }
        location = /status.json { patron off; patron_status_handler format=json; }
        location = /click { patron_click_handler; }
        location = /dismiss { patron_dismiss_handler; }
        location = /stripe {
            patron off;
            patron_webhook_handler stripe key=%%DIR%%/hook.key;
        }
EOC

$redis->cmd('HSET', "patron:campaign:top:$_", html => "<b>v-$_</b>", url =>
    'https://pay.example/?client_reference_id=${patron_reference}')
    for 'a', 'b';
$redis->cmd('HSET', 'patron:campaign:top:b', variant_of => 'a');
$redis->cmd('HSET', 'patron:campaign:top:none', holdback => 1);
$redis->cmd('HSET', 'patron:campaign:top:both', html => '<b>', holdback => 1);
$redis->cmd('SADD', 'patron:campaigns', map { "top:$_" } qw(a b none both));
$t->allow(qr/campaign "top:both" .* holdback is 1, and there is html/);

my $plain = $t->file('html/plain.html', article());
my $agent = 0;

# A new reader, with a browser of its own, who has seen one page.

sub reader {
    my ($campaign, %more) = @_;

    for (1 .. 200) {
        my $reader = Patron::Reader->new($t, %more);
        $reader->{agent} = [ 'User-Agent' => 'Browser/' . ++$agent ];
        my ($seen) = page($reader) =~ /v-(\w)/;
        return $reader if ($seen // 'none') eq $campaign;
    }

    die "no reader of $campaign";
}

sub page {
    my ($reader, %o) = @_;
    return $reader->get($o{path} // '/page.html', headers =>
        [ @{$reader->{agent}}, @{$o{headers} // []} ])->body;
}

sub counted {
    my ($field) = @_;
    return $redis->cmd('HGET', strftime('patron:stats:%Y-%m-%d', gmtime),
        $field) // 0;
}

# They are looked at together, by settled().

my @counts;

sub counts {
    push @counts, [ @_ ];
}

sub settled {
    wait_for(sub { !grep { counted($_->[1]) != $_->[2] } @counts });
    is(counted($_->[1]), $_->[2], $_->[0]) for @counts;
    @counts = ();
}

ok(wait_for(sub { $t->get('/page.html')->has('Set-Cookie') }), 'there');

# Assigned

my $a = reader('a');
ok($a->{jar}{patron_seen}, 'the first page gives a cookie');
like(page($a), qr/v-a/, 'the second shows the same');
counts('and counts the reader', 'assigned.top:a', 1);
page($a) for 1 .. 3;
page($a, headers => [ 'User-Agent' => 'Other/1.0' ]);
$a->{agent} = [ 'User-Agent' => 'Mobile/1.0' ];
like(page($a), qr/v-a/, 'the cookie holds the choice')
    for 1 .. 5;

my $none = reader('none');
is(page($none), article(), 'a holdback is shown as nothing');
unlike(page($none, path => '/replace/page.html'), qr/v-/,
    'and in the place of something');
like(page($none, path => '/replace/page.html'), qr/id="story"|id=story/,
    'leaves that');
counts('and is counted', 'assigned.top:none', 1);

my $shy = Patron::Reader->new($t);
$shy->get('/page.html', headers => [ 'X-Shy' => 1 ]) for 1 .. 2;
ok(!%{$shy->{jar}}, 'none without consent');
$shy->get('/page.html', headers => [ 'User-Agent' => 'Somebot/1.0' ])
    for 1 .. 2;
ok(!$shy->{jar}{patron_seen}, 'no bot');
settled();
ok(wait_for(sub { counted('shown.top:none') >= 4 }),
    'and the pages of a holdback');

# Clicked and dismissed

my $to = $a->get('/click?c=top:a')->header('Location');
$a->get('/click?c=top:a') for 1 .. 2;
$a->get('/click?c=top:b');
$t->get('/click?c=top:a');
counts('a click once a reader, of who was assigned', 'clicked.top:a', 1);

my $early = reader('b');
$early->get('/click?c=top:b');
counts('a click on the first page', 'clicked.top:b', 1);
counts('brings the cookie back', 'assigned.top:b', 1);
$early->request('POST', '/dismiss', body => 'name=top:b', headers => [
    'Content-Type' => 'application/x-www-form-urlencoded',
    Origin => 'http://localhost' ]) for 1 .. 2;
counts('dismissed once', 'dismissed.top:b', 1);
settled();

# Money

my $n = 0;

sub hook {
    my ($type, %object) = @_;
    my $at = time();
    my $body = encode_json({ id => 'evt_' . ++$n, created => $at,
        type => $type, data => { object => \%object } });
    return $t->request('POST', '/stripe', body => $body, headers => [
        'Stripe-Signature', "t=$at,v1="
            . hmac_sha256_hex("$at.$body", $secret) ])->body;
}

sub gift {
    my ($reference, $payment, $amount) = @_;
    return hook('checkout.session.completed', object => 'checkout.session',
        mode => 'payment', payment_status => 'paid',
        amount_total => $amount, currency => 'EUR',
        payment_intent => $payment, id => "cs_$n",
        client_reference_id => $reference);
}

my ($reference) = $to =~ /id=([\w-]+)/;
is(gift($reference, 'pi_1', 500), "written\n", 'a gift');
counts('granted', 'granted.top:a', 1);
gift($reference, 'pi_1', 500);
is(gift($reference, 'pi_2', 250), "written\n", 'another gift');
counts('revenue in minor units, once a payment', 'revenue.eur.top:a', 750);
counts('and grants once a reader', 'granted.top:a', 1);
counts('whatever was clicked', 'granted.top:b', 0);

# Of a member, so that a refund finds the record: a holdback that gives by
# another way, and a click on what is not shown.

my $held = reader('none', token => token(sub => 'held'));
page($held);
($reference) = $held->get('/click?c=top:a')->header('Location')
    =~ /id=([\w-]+)/;
is(gift($reference, 'pi_3', 900), "written\n", 'who was held back gives');
counts('which is the holdback\'s', 'revenue.eur.top:none', 900);
counts('granted', 'granted.top:none', 1);
counts('and by click of what was clicked', 'revenue_by_click.eur.top:a', 1650);
counts('not more', 'revenue.eur.top:a', 750);
settled();

sub part {
    my ($payment, $in_all) = @_;
    return hook('charge.refunded', object => 'charge', id => 'ch_3',
        refunded => JSON::PP::false, amount => 900,
        amount_refunded => $in_all, currency => 'eur',
        payment_intent => $payment, metadata => { patron => 'held' });
}

is(part('pi_3', 200), "written\n", 'a part is refunded');
counts('and taken off', 'revenue.eur.top:none', 700);
settled();
is(part('pi_3', 200), "known\n", 'which comes twice');
is(part('pi_3', 500), "written\n", 'and more');
is(part('pi_3', 400), "known\n", 'or late');
counts('each once', 'revenue.eur.top:none', 400);
counts('but the reader gave', 'granted.top:none', 1);
settled();
is(part('pi_4', 300), "written\n", 'before its payment is told of');
is(gift($reference, 'pi_4', 1000), "written\n", 'which then comes');
counts('is what is left', 'revenue.eur.top:none', 1100);
settled();
is(hook('charge.refunded', object => 'charge', id => 'ch_4', refunded =>
    JSON::PP::true, payment_intent => 'pi_4', metadata => { patron => 'held' }),
    "written\n", 'the rest of it');

is(hook('charge.refunded', object => 'charge', id => 'ch_3', refunded =>
    JSON::PP::true, payment_intent => 'pi_3', metadata => { patron => 'held' }),
    "written\n", 'a refund');
counts('is taken off', 'revenue.eur.top:none', 0);
counts('for the click as well', 'revenue_by_click.eur.top:a', 750);

# The beginning of a membership of one who has no account yet

my $new = reader('b');
page($new);
($reference) = $new->get('/click?c=top:b')->header('Location')
    =~ /id=([\w-]+)/;
hook('checkout.session.completed', object => 'checkout.session', mode =>
    'subscription', payment_status => 'paid', amount_total => 1000,
    currency => 'usd', subscription => 'sub_1', id => 'cs_s',
    client_reference_id => $reference);
counts('a subscription', 'revenue.usd.top:b', 1000);
counts('is granted', 'granted.top:b', 1);
$new->get('/grant.html', headers => $new->{agent});

# A grant, by a reader who left without a reference

my $joins = reader('a');
page($joins);
$joins->get('/grant.html');
$joins->get('/grant.html');
counts('a grant, once', 'granted.top:a', 2);
counts('what the webhook told is not told again', 'granted.top:b', 1);

settled();

# The status page says what the command line does, of all days.

my $yesterday = strftime('patron:stats:%Y-%m-%d', gmtime(time() - 86400));
$redis->cmd('HSET', $yesterday, 'assigned.top:a', 6000, 'granted.top:a', 200,
    'assigned.top:b', 6000, 'granted.top:b', 330, 'assigned.top:none', 6000,
    'granted.top:none', 190, 'shown.top:b', 20000, 'revenue.eur.top:b', 100000,
    'assigned.top:gone', 5000, 'granted.top:gone', 10, 'assigned.low:a', 7);

my ($experiment) = @{decode_json($t->get('/status.json')->body)->{experiments}};
my $result = decode_json((patron($t, qw(campaign result top --json)))[1]);

is($experiment->{$_}, $result->{$_}, $_) for qw(slot days by control won);

my %told = map { $_->{name} => $_ } @{$experiment->{campaigns}};

for my $c (grep { $_->{assigned} } @{$result->{campaigns}}) {
    my $told = delete $told{$c->{name}};
    is_deeply([ @$told{qw(assigned shown granted revenue verdict more)} ],
        [ @$c{qw(assigned shown granted revenue verdict more)} ],
        "$c->{name}: the same");
    cmp_ok(abs(($told->{$_} // 0) - ($c->{$_} // 0)), '<', 1e-5, $_)
        for qw(rate low high p lift);
}

is_deeply(\%told, {}, 'and no others');
is($experiment->{control}, 'none', 'the holdback is the control');
is($experiment->{won}, 'b', 'one has won');

my $page = $t->get('/status')->body;
like($page, qr/Experiment in top, 28 days/, 'as a person reads it');
like($page, qr{>b</strong>: 33\d of \d+ assigned, [\d.]+% \(95%: [\d.]+ to [\d.]+%\), [\w ]+ a thousand views \(minor units\); <span class="up">better than <strong>none</strong></span>, lift \+\d+%},
    'who is better');
like($page, qr/>a<.*?not enough yet: about \d+ more readers/, 'or not yet');
like($page, qr{Won: <strong>b</strong>}, 'who has won');
my %today = map { $_->{name} => $_ }
    @{decode_json($t->get('/status.json')->body)->{today}};
is($today{'top:a'}{assigned}, counted('assigned.top:a'), 'and today alone');

$redis->stop;
ok(wait_for(sub { $t->get('/status')->body =~ /today and on this machine alone/ }),
    'while Redis is away, what this machine knows');
$t->allow(qr/redis .*/);

$t->finish;
