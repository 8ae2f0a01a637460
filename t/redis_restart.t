# Redis stopped, killed and started again: what is known stays known, nothing
# waits for what cannot come, and it goes on by itself.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->{workers} = 2;
my $redis = $t->redis;

$redis->member("m$_", tier => 'gold') for 1 .. 100;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m ttl=60s;', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=100ms;
    add_header X-State "$patron_state,$patron_source";
EOC

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

sub settled {
    my ($sub) = @_;
    return wait_for(sub {
        return !grep { state_of($sub) !~ /^patron,(zone|redis)$/ } 1 .. 8;
    });
}

ok(wait_for(sub {
    return $redis->cmd('PUBSUB', 'NUMSUB', '__redis__:invalidate')->[1] >= 2;
}), 'both workers listen');

state_of("m$_") for 1 .. 10;
is(state_of("m$_"), 'patron,zone', "m$_ is known") for 1 .. 10;

$redis->freeze;

my $start = time();
my %seen;
$seen{state_of('m' . ($_ % 10 + 1))}++ for 1 .. 20;
is(join(' ', sort keys %seen), 'patron,zone', 'frozen: known');
is(state_of('m20'), 'patron,fallback', 'frozen: not known');

ok(wait_for(sub {
    my $start = time();
    state_of('m' . (20 + $_)) for 1 .. 8;
    return time() - $start < 0.05;
}), 'soon nobody waits');

$seen{state_of('m' . ($_ % 10 + 1))}++ for 1 .. 20;
is(join(' ', grep { !/^patron,(zone|stale)/ } sort keys %seen), '',
    'what is known is used');

$redis->thaw;
ok(settled('m30'), 'it is back');

$redis->down;
is(state_of('m3') =~ s/stale/zone/r, 'patron,zone', 'killed: known');
is(state_of('m99'), 'patron,fallback', 'killed: not known');

$redis->up;
ok(wait_for(sub { state_of('m3') eq 'lapsed,redis' }),
    'started again, empty: nothing old is believed');

$redis->member('m3', tier => 'gold');
ok(settled('m3'), 'a member again');

$t->finish;
