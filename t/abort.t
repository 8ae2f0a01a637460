# A reader who goes away while the member is looked up leaves nothing behind,
# nor does a stop or a reload with lookups under way.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_stub_status');
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => <<'EOC', server => <<'EOC');
    log_format patron '$status $patron_state';
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_banner ask append body 'html=[ask]';
    access_log %%DIR%%/patron.log patron;

    location = /status {
        patron off;
        access_log off;
        stub_status;
    }
EOC

# Waits until so many requests are at work, besides the one that asks.

sub at_work {
    my ($n) = @_;

    return wait_for(sub {
        return $t->get('/status')->body =~ /Writing: (\d+)/ && $1 == $n + 1;
    });
}

my $ann = token(sub => 'ann');

is($t->get('/page.html', token => $ann)->status, 200, 'Redis is asked');

# Many who go away, some who stay, the same member and others.

$redis->freeze;

my (@gone, @stay);
for my $i (1 .. 20) {
    my $token = $i % 2 ? $ann : token(sub => "m$i");

    my $c = $t->client;
    $c->send_request('GET', '/page.html', token => $token, close => 1);
    push @{$i % 4 ? \@gone : \@stay}, $c;
}

ok(at_work(20), 'they wait');

$_->reset for splice @gone, 0, 8;
$_->close for @gone;

ok(wait_for(sub { 15 == (() = $t->slurp('patron.log') =~ /^499/mg) }),
    'those who went away are let go at once');

$redis->thaw;

is($_->response->status, 200, 'one who stayed') for @stay;
is($t->get('/page.html', token => $ann)->body, '<html><body></body></html>',
    'all goes on');

# A lookup under way while nginx quits: it is answered first.

$redis->freeze;
my $c = $t->client;
$c->send_request('GET', '/page.html', token => $ann, close => 1);
ok(at_work(1), 'a lookup is under way');
kill('QUIT', $t->{pid});
$redis->thaw;
is($c->response->status, 200, 'answered while nginx quits');

$t->finish;
