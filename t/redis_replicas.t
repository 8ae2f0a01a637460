# A replica nearby is read from, the primary far away is written to; when the
# replica is gone another server is read from, and when it is back it is again.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Cluster;
use Patron::Harness;

my $t = Patron::Harness->new;
my $servers = Patron::Cluster->new($t);

my $primary = $servers->redis('primary');
my $replica = $servers->redis('replica',
    '--replicaof', '127.0.0.1', $primary->{port});

ok(wait_for(sub { $replica->cmd('ROLE')->[3] eq 'connected' }, 30),
    'a replica');

$primary->cmd('HSET', "patron:member:m$_", tier => "t$_") for 1 .. 20;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://127.0.0.1:$replica->{port}
        redis://127.0.0.1:$primary->{port} timeout=300ms;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";
EOC

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

sub asked {
    my ($server) = @_;
    return $server->cmd('INFO', 'commandstats') =~ /cmdstat_pttl:calls=(\d+)/
        ? $1 : 0;
}

ok(wait_for(sub { $replica->cmd('EXISTS', 'patron:member:m20') }),
    'it has all');
ok(wait_for(sub { state_of('m1') =~ /^patron,t1,(redis|zone)/ }), 'read');

my $before = asked($primary);
like(state_of("m$_"), qr/^patron,t$_,redis/, "m$_") for 2 .. 5;
is(asked($primary), $before, 'not from the primary');

ok(wait_for(sub { state_of('m2') eq 'patron,t2,zone' }, 3), 'known');
$primary->cmd('HSET', 'patron:member:m2', tier => 'new');
ok(wait_for(sub { state_of('m2') =~ /^patron,new/ }, 2),
    'a change on the primary is heard of from the replica');

$replica->down;
ok(wait_for(sub { state_of('m6') =~ /^patron,t6,(redis|zone)/ }, 3),
    'without the replica');
cmp_ok(asked($primary), '>', $before, 'the primary is read from');

$primary->cmd('HSET', 'patron:member:m2', tier => 'newer');
ok(wait_for(sub { state_of('m2') =~ /^patron,newer/ }, 3),
    'and listened to');

$t->finish;
