# A member that is known costs no lookup, in any worker, until it changes; and a
# change is seen by all workers at once.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->{workers} = 3;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold', name => 'Ann');
$t->file('html/page.html', '<html><body></body></html>');

my $conf = <<'EOC';
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=1s;
    add_header X-State "$patron_state,$patron_tier,$patron_name,$pid";
EOC

# ttl=0: without being told of changes nothing would be known.

$t->run(server => $conf, http => '    patron_zone z:1m ttl=0 negative=0;');

sub state_of {
    my ($sub) = @_;
    my $state = $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
    $state =~ s/,(\d+)$//;
    return wantarray ? ($state, $1) : $state;
}

# All workers listen as soon as each has heard that it is subscribed.

sub listening {
    my ($n) = @_;
    return wait_for(sub {
        return $redis->cmd('PUBSUB', 'NUMSUB', '__redis__:invalidate')->[1]
            >= $n;
    });
}

ok(listening(3), 'every worker listens');
ok(wait_for(sub {
    my $before = $redis->calls('hmget');
    state_of('ann') for 1 .. 10;
    return $redis->calls('hmget') == $before;
}), 'ann becomes known');

$redis->watch;

my %pid;
for (1 .. 60) {
    my ($state, $pid) = state_of('ann');
    $pid{$pid}++;
    is($state, 'patron,gold,Ann', 'known') if $_ == 60;
}

is($redis->lookups, 0, 'no lookup for 60 pages');
cmp_ok(scalar(keys %pid), '>', 1, 'in more than one worker');

# A change: after it was heard of, no worker gives the old answer.

sub change {
    my ($name, $like, @command) = @_;

    $redis->cmd(@command);
    my $start = time();
    my $seen = wait_for(sub { state_of('ann') =~ $like });
    my $took = time() - $start;

    ok($seen && $took < 0.5, sprintf '%s: seen (%.0f ms)', $name,
        1000 * $took);

    select(undef, undef, undef, 0.1);
    is(scalar(grep { state_of('ann') !~ $like } 1 .. 30), 0,
        "$name: by every worker");
}

change('another tier', qr/^patron,silver,/,
    qw(HSET patron:member:ann tier silver));
change('revoked', qr/^revoked,/, qw(HSET patron:member:ann status revoked));
change('deleted', qr/^lapsed,,/, qw(DEL patron:member:ann));
change('joined', qr/^patron,gold,/, qw(HSET patron:member:ann tier gold));
change('renamed', qr/^lapsed,,/,
    qw(RENAME patron:member:ann patron:member:ben));
change('back', qr/^patron,gold,/,
    qw(RENAME patron:member:ben patron:member:ann));
change('given an end', qr/^patron,gold,/,
    qw(PEXPIRE patron:member:ann 100000));
change('ended', qr/^lapsed,,/, qw(PEXPIRE patron:member:ann 1));

# The end of a key is known from its PTTL too.

$redis->member('cleo', tier => 'gold');
$redis->cmd(qw(PEXPIRE patron:member:cleo 1200));
like(state_of('cleo'), qr/^patron,gold/, 'a key that ends soon');
ok(wait_for(sub { state_of('cleo') =~ /^lapsed/ }, 3), 'ends');

change('flushed', qr/^lapsed,,/, 'FLUSHALL');

# Over a reload the zone is kept.

$redis->member("m$_", tier => 'gold') for 1 .. 50;
state_of("m$_") for 1 .. 50;
state_of("m$_") for 1 .. 50;
$t->reload;
ok(listening(3), 'every new worker listens');
my $before = $redis->lookups;
is(scalar(grep { state_of("m$_") !~ /^patron,gold/ } 1 .. 50), 0,
    'after a reload');
cmp_ok($redis->lookups - $before, '<', 5, 'members are still known');

# A worker that dies takes nothing with it.

my ($victim) = $t->workers;
kill('KILL', $victim);
$t->allow(qr/exited on signal 9/);
ok(wait_for(sub { !grep { $_ == $victim } $t->workers }), 'a worker dies');
ok(listening(3), 'another takes its place');
change('and changes are seen', qr/^patron,gold,/,
    qw(HSET patron:member:ann tier gold));

$t->finish;
