# Sentinels that name the primary: a failover is followed by itself, no page
# fails in the meantime, and changes are heard of from the new primary.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Cluster;
use Patron::Harness;

my $t = Patron::Harness->new;
my $servers = Patron::Cluster->new($t);

my $primary = $servers->redis('one');
my @replicas = map { $servers->redis($_,
    '--replicaof', '127.0.0.1', $primary->{port}) } qw(two three);

my @sentinels = map { $servers->sentinel($_, $primary) } qw(s1 s2 s3);
my $urls = join ' ', map { "redis://127.0.0.1:$_->{port}" } @sentinels;

ok(wait_for(sub {
    return 2 == grep { $_->cmd('ROLE')->[3] eq 'connected' } @replicas;
}, 30), 'two replicas');
ok(wait_for(sub {
    my $n = 0;
    for (@sentinels) {
        my %m = @{$_->cmd('SENTINEL', 'MASTER', 'mine')};
        $n++ if $m{'num-other-sentinels'} == 2 && $m{'num-slaves'} == 2;
    }
    return $n == 3;
}, 30), 'three sentinels agree');

$primary->cmd('HSET', "patron:member:m$_", tier => 'gold') for 1 .. 50;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis $urls sentinel=mine timeout=200ms;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";
EOC

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

ok(wait_for(sub { state_of('m1') =~ /^patron,gold,(redis|zone)/ }), 'found');
like($t->slurp('error.log'),
    qr/the primary of "mine" is 127.0.0.1:$primary->{port}/, 'said');

$primary->cmd('HSET', 'patron:member:m1', tier => 'silver');
ok(wait_for(sub { state_of('m1') =~ /^patron,silver/ }, 2),
    'changes are heard of');

# One sentinel more or less is no matter.

$sentinels[0]->down;

# Sentinels close the connections of servers whose role changes.

sub is_primary {
    my ($server) = @_;
    my $role = eval { $server->cmd('ROLE')->[0] };
    delete $server->{client} if !defined $role;
    return defined $role && $role eq 'master';
}

# The primary goes.

$primary->down;

my ($pages, $bad, $asked) = (0, 0);
my $start = time();
my $promoted;

ok(wait_for(sub {
    my $state = state_of('n' . $pages++);
    $bad++ if $state !~ /^(patron|lapsed),/;
    $promoted //= time() if grep { is_primary($_) } @replicas;
    return $state eq 'lapsed,,redis';
}, 60), sprintf 'the new primary is asked (%.1f s)', time() - $start);

my $late = time() - ($promoted // time());
cmp_ok($late, '<', 3, sprintf 'soon after it became one (%.1f s)', $late);
is($bad, 0, "no page of $pages failed");

my ($new) = grep { is_primary($_) } @replicas;

ok(wait_for(sub { state_of('m2') eq 'patron,gold,zone' }, 5),
    'members are known again');
$new->cmd('HSET', 'patron:member:m2', tier => 'bronze');
ok(wait_for(sub { state_of('m2') =~ /^patron,bronze/ }, 2),
    'changes are heard of from the new one');

# All sentinels go: what is connected stays connected.

$_->down for @sentinels[1, 2];
like(state_of('m3'), qr/^patron,gold/, 'without sentinels');

$t->finish;
