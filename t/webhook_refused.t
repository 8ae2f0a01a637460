# A provider's events that do not verify are told: the log at "error", once a minute,
# the status page and a metric, until a good one comes.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->redis;
$t->file("$_.key", "whsec_$_") for 'right', 'other';

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:1m;',
    server => <<'EOC');
        location = /stripe { patron_webhook_handler stripe key=%%DIR%%/right.key; }
        location = /github { patron_webhook_handler github key=%%DIR%%/other.key; }
        location = /status { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

sub stripe {
    my ($secret, %event) = @_;

    my $at = time();
    my $body = encode_json({ id => 'evt_1', created => $at, type => 'ping',
        data => { object => {} }, %event });

    return $t->request('POST', '/stripe', body => $body, headers => [
        'Stripe-Signature', "t=$at,v1=" . hmac_sha256_hex("$at.$body", $secret) ]);
}

sub verdict {
    my $got = decode_json($t->get('/status')->body)->{verdict};
    return "$got->{state}: $got->{reason}";
}

sub refused {
    my ($provider) = @_;
    return $t->get('/metrics')->body
        =~ /^patron_webhook_refused\{provider="$provider"\} (\d+)$/m ? $1 : undef;
}

ok(wait_for(sub { verdict() =~ /^good/ }), 'all is well');
is(stripe('whsec_old')->status, 400, "event $_ by another secret") for 1 .. 2;
like(verdict(), qr/^good/, 'two may be anybody\'s');
is(stripe('whsec_old')->status, 400, 'a third');
like(verdict(), qr/^degraded: events of "stripe" are refused, 3 since the last good one: is key=/,
    'is told');
is(refused('stripe') . refused('github'), '30', 'by the metrics, too');

my @lines = $t->slurp('error.log') =~ /\[error\].*webhook of "stripe" refused: (.*)/g;
is(scalar(@lines), 1, 'one line');
like($lines[0], qr/is "key=" the secret that signs it/, 'that says what to look at');
unlike($t->slurp('error.log'), qr/whsec/, 'and no secret');

is(stripe('whsec_right')->status, 200, 'a good one');
like(verdict(), qr/^good/, 'and all is well');
is(refused('stripe'), 0, 'for the metrics, too');

$t->finish;
