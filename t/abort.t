# A reader who goes away while the member is looked up leaves nothing behind,
# nor does a stop or a reload with lookups under way.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => <<'EOC', server => <<'EOC');
    log_format patron '$status $patron_state';
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=2s;
    patron_banner ask append body 'html=[ask]';
    access_log %%DIR%%/patron.log patron;
EOC

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

$_->reset for splice @gone, 0, 8;
$_->close for @gone;

ok(wait_for(sub { () = $t->slurp('patron.log') =~ /^499/mg; }), 'they are gone');

$redis->thaw;

is($_->response->status, 200, 'one who stayed') for @stay;
is($t->get('/page.html', token => $ann)->body, '<html><body></body></html>',
    'all goes on');

ok(wait_for(sub { 15 == (() = $t->slurp('patron.log') =~ /^499/mg) }),
    'the log has all that went');

# A lookup under way while nginx quits: it is answered first.

$redis->freeze;
my $c = $t->client;
$c->send_request('GET', '/page.html', token => $ann, close => 1);
$c->close;
my $d = $t->client;
$d->send_request('GET', '/page.html', token => $ann, close => 1);
wait_for(sub { 17 == (() = $t->slurp('patron.log') =~ /^\d/mg) }, 0.2);
kill('QUIT', $t->{pid});
$redis->thaw;
is($d->response->status, 200, 'answered while nginx quits');

$t->finish;
