# A Redis that fails in every way it can: no page fails, each is on time, what
# it was worth is counted, and when Redis is well again members are known again.

use strict;
use warnings;

use JSON::PP ();
use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;
use Patron::Proxy;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $proxy = Patron::Proxy->start($t, 'proxy', $redis);
my $url = $proxy->url;

$redis->member("m$_", tier => 'gold') for 1 .. 200;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m ttl=60s;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis $url timeout=100ms connect_timeout=500ms;
    patron_banner ask append body 'html=[ask]';
    add_header X-State "\$patron_state,\$patron_source";

    location = /status {
        patron off;
        patron_status_handler format=json;
    }
EOC

sub counters {
    return JSON::PP::decode_json($t->get('/status')->body)->{counters};
}

my $next = 1;

# How pages of members not yet known fare: n of them, one after the other.

sub pages {
    my ($n) = @_;

    my (%seen, $worst);

    for (1 .. $n) {
        my $start = time();
        my $r = $t->get('/page.html', token => token(sub => 'm' . $next++));
        my $took = time() - $start;

        $seen{$r->status . ' ' . $r->header('X-State')}++;
        $worst = $took if !defined $worst || $took > $worst;
    }

    return (join('; ', sort keys %seen), $worst, \%seen);
}

# Redis is asked again: for somebody else each time.

my $stranger = 0;

sub asked_again {
    return wait_for(sub {
        return $t->get('/page.html', token => token(sub => 's' . $stranger++))
            ->header('X-State') eq 'lapsed,redis';
    });
}

my ($seen) = pages(2);
is($seen, '200 patron,redis', 'all is well');

my @faults = (
    [ hole => 'a silent one' ],
    [ garbage => 'one that talks nonsense' ],
    [ half => 'connections reset in mid-reply' ],
    [ big => 'a reply of 100 MB' ],
    [ wide => 'an array of 2^31 elements' ],
    [ deep => 'arrays without end' ],
    [ extra => 'more replies than questions' ],
    [ closed => 'one that closes every connection' ],
    [ 'say -LOADING Redis is loading the dataset in memory' => 'loading' ],
    [ 'say -NOAUTH Authentication required.' => 'a password asked for' ],
    [ 'say -MASTERDOWN Link with MASTER is down' => 'an orphaned replica' ],
    [ 'say -ERR max number of clients reached' => 'too many clients' ],
    [ 'say -BUSY Redis is busy running a script.' => 'a busy one' ],
    [ 'say -OOM command not allowed' => 'out of memory' ],
    [ 'say -READONLY You can\'t write' => 'read-only' ],
    [ 'say +OK' => 'the wrong type' ],
    [ 'say $-1' => 'nil' ],
);

for (@faults) {
    my ($mode, $name) = @$_;

    my $before = counters();

    $proxy->mode($mode);

    my ($seen, $worst, $pages) = pages(5);
    my $after = counters();

    like($seen, qr/^200 patron,(fallback|redis)(; 200 patron,\w+)*$/,
        "$name: no page fails");
    cmp_ok($worst, '<', 0.1 + 0.2 * $Patron::Harness::TIMEOUT / 20,
        sprintf '%s: on time (%.3f s)', $name, $worst);

    my %rose = map { $_ => $after->{$_} - $before->{$_} } keys %$after;
    is($rose{patron_verdicts_total_fallback},
        $pages->{'200 patron,fallback'} // 0, "$name: counted");
    cmp_ok($rose{patron_redis_lookup_timeouts_total}
        + $rose{patron_redis_lookup_errors_total}
        + $rose{patron_redis_disconnects_total}, '>', 0,
        "$name: and why");

    if ($mode eq 'hole') {
        ok($t->wait_log(qr/\[error\].*is away: it does not answer/),
            "$name: said in the log");
    }

    $proxy->mode('pass');
    ok(asked_again(), "$name: over");
}

# Slower than the timeout: the pages do not wait, but what comes late is kept.

$proxy->mode('slow 300');

my $first = $next;
($seen) = pages(3);
is($seen, '200 patron,fallback', 'slow: no page waits for it');

ok(wait_for(sub {
    $next = $first;
    return (pages(3))[0] eq '200 patron,zone';
}), 'slow: members become known all the same');

$proxy->mode('pass');

is(scalar(() = $t->slurp('error.log') =~ /is away: it does not answer/g), 1,
    'one line says that it went away');
like($t->slurp('error.log'), qr/\[notice\].*patron: redis \S+ is back/,
    'and one that it is back');

$t->finish;
