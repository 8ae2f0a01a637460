# A zone that is too small for all members: others give way, no request fails,
# and a change is still a change.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $members = 4000;

$t->file('html/page.html', '<html><body></body></html>');

for (1 .. $members) {
    $redis->cmd('HSET', "patron:member:m$_", tier => 't' . $_ % 7,
        name => 'n' x ($_ % 200));
}

$t->run(http => '    patron_zone z:128k;', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=2s;
    add_header X-State "$patron_state,$patron_tier,$patron_name";
    keepalive_requests 100000;

    location = /json { patron_status_handler format=json; }
EOC

my $client = $t->client;

sub state_of {
    my ($i) = @_;
    return $client->request('GET', '/page.html',
        token => token(sub => "m$i"))->header('X-State');
}

sub wrong {
    return scalar grep {
        state_of($_) ne "patron,t" . $_ % 7 . ',' . 'n' x ($_ % 200)
    } @_;
}

is(wrong(1 .. $members), 0, "$members members, one after the other");
is(wrong(reverse 1 .. $members), 0, 'and backwards');
is(wrong(map { 1 + int rand $members } 1 .. $members), 0, 'and at random');

like($t->get('/json')->body, qr/"reason": ?"patron_zone is too small/,
    'the status page says so');

$redis->watch;
state_of($members) for 1 .. 5;
cmp_ok($redis->lookups, '<', 2, 'who is asked for often stays known');

$redis->cmd('HSET', "patron:member:m$members", tier => 'new');
ok(wait_for(sub { state_of($members) =~ /^patron,new/ }, 1),
    'a change is seen');

$t->finish;
