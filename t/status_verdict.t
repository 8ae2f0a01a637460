# The status page leads with one verdict, its reason and since when, in each of
# its forms; and tells the last hour apart from all that was counted.

use strict;
use warnings;

use JSON::PP ();
use Sys::Hostname;
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());
$t->file('html/bare.html', '<html><body><p>nothing</p></body></html>');

my $conf = do {
    local (@ARGV, $/) = ("$t->{root}/scripts/conf/status.conf");
    <>;
};
$t->file('status.conf', $conf =~ s{127\.0\.0\.1:8125}{'127.0.0.1:'
    . $t->port('status')}er =~ s{redis://[^;]*}{$redis->url}er);

$t->run(http => <<'EOH', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    include %%DIR%%/status.conf;
EOH
        patron on;
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
        }
        location /walled/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_wall '#story' keep=1 html=wall;
        }
        location /metered/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_meter limit=9 period=month;
            patron_wall '#story' keep=1 html=wall;
        }
        location = /status { patron_status_handler; }
        location = /json { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

sub status {
    return JSON::PP->new->utf8->decode($t->get('/json')->body);
}

sub is_verdict {
    my ($state, $reason, $name) = @_;
    my $verdict;

    ok(wait_for(sub {
        $verdict = status()->{verdict};
        return $verdict->{state} eq $state && $verdict->{reason} =~ $reason;
    }), "$name: $state") || diag(explain($verdict));

    my $html = $t->get('/status')->body;
    like($html, qr{<h1><b>$state</b> [^<]*$reason}, 'the page says so');
    like($html, qr{<title>$state: }, 'and its title');

    my %level = (good => 0, degraded => 1, bad => 2);
    my $metrics = $t->get('/metrics')->body;
    like($metrics, qr/^patron_verdict $level{$state}$/m, 'for Prometheus');
    like($metrics, qr/^patron_verdict_info\{state="$state",reason=".*$reason/m,
        'in words, too');

    return $verdict;
}

# A guest who never gave is no member who is missing.

my $guest = Patron::Reader->new($t);
$guest->get('/metered/page.html') for 1 .. 3;
is_verdict('good', qr/Redis answers/, 'guests alone');
unlike($t->slurp('error.log'), qr/nor any other/, 'nothing is told of them');

$redis->member('alice');
$t->get('/page.html', token => token(sub => 'alice'));

my $verdict = is_verdict('good', qr/Redis answers/, 'as it should be');
cmp_ok(abs($verdict->{since} - time), '<', 60, 'since when');
is(status()->{host}, hostname(), 'the host');
cmp_ok(abs(status()->{since} - time), '<', 60, 'since when it counts');

my $html = $t->get('/status')->body;
like($html, qr/http-equiv="refresh"/, 'it looks again by itself');
like($html, qr{guests</th><td[^>]*>\d+</td><td[^>]*>\d+</td>},
    'the last hour stands beside the total');

$t->get('/page.html') for 1 .. 4;
my $json = status();
is($json->{counters}{patron_pages_edited_total}, 4, 'in all');
is($json->{last_hour}{patron_pages_edited_total}, 4, 'in the last hour');
like($t->get('/metrics')->body, qr/^patron_redis_latency_seconds /m,
    'how long Redis takes');

# How late a change may be: as the answers that come by the way it comes.

sub delay { status()->{redis}{change_delay_ms} }

ok(wait_for(sub { delay() > 0 && status()->{redis}{listening} }),
    'how long changes take');
like($t->get('/metrics')->body, qr/^patron_redis_change_delay_seconds [\d.e-]+$/m,
    'for Prometheus');
my $delay = delay();
$redis->freeze;
ok(wait_for(sub { delay() > $delay + 200 }), 'it grows while Redis is silent');
$delay = delay();
$redis->thaw;
$redis->cmd('PING');
cmp_ok(delay(), '>=', $delay - 1, 'and is remembered for a minute');

# A prefix that nobody writes under: nobody is a member.

$redis->cmd('DEL', 'patron:member:alice');
$redis->cmd('FLUSHDB');
$t->get('/page.html', token => token(sub => 'bob'));
is_verdict('bad', qr/nobody is a member: .*patron:member:/, 'strangers alone');
like($t->slurp('error.log'), qr/\[error\].* "patron:member:bob", nor any other/, 'told at "error"');
$redis->member('carol');
$t->get('/page.html', token => token(sub => 'carol'));
is_verdict('good', qr/Redis answers/, 'one who is known is enough');

# What is missing from a page; the worse of two is told.

$t->get('/bare.html');
is_verdict('degraded', qr/banner .*ask.* finds no place.*#story.*bare\.html/,
    'a banner without a place');
$t->get('/walled/bare.html');
$verdict = is_verdict('bad', qr/no element matches .*patron_wall #story/,
    'a wall that matches nothing');

# Redis is away: nothing is said of how fast it answers.

$redis->down;
is_verdict('degraded', qr/Redis is away \(.*known members stay/, 'Redis away');
is(status()->{redis}{latency_ms}, undef, 'no latency');
unlike($t->get('/status')->body, qr/answers take/, 'for people');
unlike($t->get('/metrics')->body, qr/latency_seconds/, 'for Prometheus');

$t->finish;
