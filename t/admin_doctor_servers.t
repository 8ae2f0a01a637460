# patron doctor asks every server that patron_redis names: the primary that
# sentinels name, replicas, the nodes of a cluster.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Cluster;
use Patron::Harness;

my $t = Patron::Harness->new;
my $servers = Patron::Cluster->new($t);

my $primary = $servers->redis('one');
my $replica = $servers->redis('two', '--replicaof', '127.0.0.1', $primary->{port});
my $sentinel = $servers->sentinel('s1', $primary);

ok(wait_for(sub { $replica->cmd('ROLE')->[3] eq 'connected' }, 30), 'a replica');
$primary->cmd('HSET', 'patron:member:ada', tier => 'gold');

# On a busy machine the sentinel may take it for gone, and the replica's is kept.

is($primary->cmd('WAIT', 1, 10000), 1, 'has what was written, too');

my ($one, $two, $s) = map { "redis://127.0.0.1:$_->{port}" } $primary, $replica,
    $sentinel;

sub doctor {
    my ($redis) = @_;

    my $conf = $t->file('doctor.conf', $t->conf(http => <<"EOH", server => <<'EOC'));
    patron_redis $redis;
    patron_zone z:1m;
    patron_key k1 @{[$t->dir]}/k1.key;
EOH
        patron on;
        patron_banner ask append body html=ask;
EOC
    my (undef, $out, $err) = patron($t, { env => { PATRON_REDIS => '' } }, 'doctor',
        '--json', '--conf', $conf, '--nginx', $t->{nginx});
    is($err, '', "$redis: no trouble of its own");

    return grep { $_->{check} =~ /^(?:redis|sentinel|prefix|tracking)$/ }
        @{decode_json($out)};
}

sub failed { return join "\n", map { "$_->{check}: $_->{seen}" }
    grep { $_->{state} ne 'ok' } @_ }

my @found = doctor("$s sentinel=mine");
is(failed(@found), '', 'sentinels');
ok((grep { $_->{check} eq 'sentinel' && $_->{seen} =~ /mine is 127\.0\.0\.1:$primary->{port}/ }
    @found), 'name the primary');
ok((grep { $_->{check} eq 'redis' && $_->{seen} =~ /^\Q$one\E answers/ } @found),
    'which is asked');

like(failed(doctor("$s sentinel=yours")), qr/it knows no yours.*no sentinel names/s,
    'a primary that none knows');

is(failed(doctor("$two $one")), '', 'a replica and its primary');
like(failed(doctor($two)), qr/takes no writes: READONLY/, 'a replica alone');
like(failed(doctor("$two redis://127.0.0.1:@{[$t->port('none')]}")),
    qr/Could not connect.*none of the servers that answer takes writes/s,
    'without its primary');

# A cluster: what is asked lies on one node or the other.

my @nodes = $servers->nodes(3);
my ($node) = map { "redis://127.0.0.1:$_->{port}" } $nodes[0];
@found = grep { $_->{check} ne 'prefix' } doctor("$node cluster");
is(failed(@found), '', 'a cluster');
cmp_ok(scalar(@found), '>', 2, 'which is asked');

$t->finish;
