# A cluster of six nodes: members of all slots are found, also while slots move;
# a primary is killed under load, its replica takes over, no page fails, and
# members are known again.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Cluster;
use Patron::Harness;

my $t = Patron::Harness->new;
my @nodes = Patron::Cluster->new($t)->nodes(6);
my @seeds = map { "redis://127.0.0.1:$_->{port}" } @nodes[0, 4];

# A command to whichever node holds the slot.

sub cluster {
    my (@command) = @_;

    for my $node (@nodes) {
        next if !$node->alive;
        my $r = eval { $node->cmd(@command) };
        return $r if !$@;
        delete $node->{client} if $@ !~ /^MOVED/;
    }

    die "no node takes @command: $@";
}

cluster('HSET', "patron:member:m$_", tier => "t$_") for 1 .. 100;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis @seeds cluster timeout=300ms;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";
EOC

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

sub wrong {
    my ($source) = @_;
    return join ' ', grep { state_of("m$_") !~ /^patron,t$_,$source$/ }
        1 .. 100;
}

ok(wait_for(sub { state_of('m1') =~ /^patron,t1,/ }), 'up');
is(wrong('(redis|zone)'), '', 'members of all slots');

ok(wait_for(sub { state_of("m$_") for 1 .. 100; wrong('zone') eq '' }),
    'are known');

# Known for good: every primary is listened to.

my @late;
for (1 .. 30) {
    cluster('HSET', "patron:member:m$_", tier => 'new');
    push @late, $_
        if !wait_for(sub { state_of("m$_") =~ /^patron,new,/ }, 2);
    cluster('HSET', "patron:member:m$_", tier => "t$_");
}
is("@late", '', 'changes on all of them are heard of');

# A slot moves: its keys are asked for here and there.

my $sub = 'm50';
my $slot = cluster('CLUSTER', 'KEYSLOT', "patron:member:$sub");
my %id = map { $_ => $nodes[$_]->cmd('CLUSTER', 'MYID') } 0 .. 5;

my ($from) = grep {
    my $got = eval { $nodes[$_]->cmd('TTL', "patron:member:$sub") };
    defined $got;
} 0 .. 2;
my $to = ($from + 1) % 3;

$nodes[$to]->cmd('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $id{$from});
$nodes[$from]->cmd('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $id{$to});

is(state_of($sub) =~ s/,\w+$//r, 'patron,t50', 'before it moves');
$nodes[$from]->cmd('MIGRATE', '127.0.0.1', $nodes[$to]{port},
    "patron:member:$sub", 0, 5000);
ok(wait_for(sub { state_of($sub) =~ /^patron,t50,(redis|zone)$/ }, 5),
    'while it moves (ASK)');

for my $i ($to, $from, 3 - $to - $from) {
    $nodes[$i]->cmd('CLUSTER', 'SETSLOT', $slot, 'NODE', $id{$to});
}

cluster('HSET', "patron:member:$sub", tier => 'moved');
ok(wait_for(sub { state_of($sub) =~ /^patron,moved,(redis|zone)$/ }, 5),
    'after it has moved (MOVED)');
cluster('HSET', "patron:member:$sub", tier => 't50');
ok(wait_for(sub { state_of($sub) =~ /^patron,t50,/ }, 5), 'and again');

# A primary is killed, once all nodes know who has the slot: what its replica
# has not heard of it does not take over.

sub owner {
    my ($node) = @_;
    my ($range) = grep { $_->[0] <= $slot && $slot <= $_->[1] }
        @{$node->cmd('CLUSTER', 'SLOTS')};
    return $range ? $range->[2][2] : '';
}

ok(wait_for(sub { !grep { owner($_) ne $id{$to} } @nodes }),
    'every node knows of it');

my ($dead) = grep {
    eval { defined $nodes[$_]->cmd('TTL', 'patron:member:m7') }
} 0 .. 2;
is($nodes[$dead]->cmd('WAIT', 1, 20000), 1, 'and its replica has it all');

my $other = $nodes[($dead + 1) % 3];
my $known = $other->cmd('CLUSTER', 'SLOTS');

$nodes[$dead]->down;

my ($start, $pages, $bad, $took) = (time(), 0, 0, 0);
my $agreed;

ok(wait_for(sub {
    my $began = time();
    my $state = state_of('m' . (1 + $pages++ % 100));
    $took = time() - $began if time() - $began > $took;
    $bad++ if $state !~ /^patron,/;

    $agreed //= time() if $pages % 10 == 0 && $other->cmd('CLUSTER', 'NODES')
        !~ /^$id{$dead} .* \d+-\d+/m;

    return if !$agreed;
    return (grep { state_of("m$_") =~ /^patron,t$_,zone$/ } 1 .. 100) == 100;
}, 60), sprintf 'members are known again (%.1f s)', time() - $start);

my $late = time() - ($agreed // time());
cmp_ok($late, '<', 3, sprintf 'soon after the failover (%.1f s)', $late);
is($bad, 0, "no page of $pages failed");
cmp_ok($took, '<', 1.5, sprintf 'each was on time (%.3f s)', $took);

cluster('HSET', 'patron:member:m7', tier => 'new');
ok(wait_for(sub { state_of('m7') =~ /^patron,new,/ }, 5),
    'changes are heard of from the new primary');

$t->finish;
