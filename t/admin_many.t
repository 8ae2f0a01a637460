# scripts/patron beside many members: an editor's list is not their number of
# ways to Redis and back, the members' own is right, and a broken connection is
# an error.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $MEMBERS = 20000;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $env = { env => { PATRON_REDIS => $redis->url } };

$redis->cmd('EVAL', <<'EOL', 0, $MEMBERS);
for i = 1, ARGV[1] do
    redis.call('HSET', 'patron:member:m' .. i, 'tier', 'gold',
               'status', i % 4 == 0 and 'Paused' or 'active',
               'until', 4000000000 + (i * 7919) % ARGV[1])
end
EOL

# What nobody can have made here, and what a pattern must not take for its own.

$redis->cmd('HSET', $_, html => 'x') for "patron:campaign:top:a\nb",
    'patron:campaign:top:a"b', 'patron:campaign:to\p:c', 'patron:campaigns:x:y';
$redis->cmd('HSET', 'patron:campaign:top:by-hand', html => '<p>Hello</p>');
$redis->cmd('SADD', 'patron:campaigns', 'top:published');

sub listed {
    my (@command) = @_;

    $redis->cmd('CONFIG', 'RESETSTAT');
    my ($status, $out, $err) = patron($t, $env, @command);
    is($status, 0, "patron @command");
    is($err, '', 'without an error');
    cmp_ok($redis->calls('scan'), '<', $MEMBERS / 100, 'by few commands');

    return $out;
}

my $out = listed(qw(campaign list --json));

is(join(' ', sort map { $_->{campaign} } @{JSON::PP::decode_json($out)}),
    'top:by-hand top:published', 'the draft that was typed, and no other');

listed(qw(institution list));
listed(qw(gift list));

# Members

my $count = JSON::PP::decode_json(listed(qw(member count --json)));

is_deeply($count, { active => 15000, paused => 5000, all => 20000,
    map { $_ => 0 } qw(grace revoked lapsed supporter) }, 'all of them');

my @all = @{JSON::PP::decode_json(listed(qw(member list --json)))};

is(@all, $MEMBERS, 'each is listed');
is(join(' ', map { $_->{sub} } @all),
    join(' ', sort map { "m$_" } 1 .. $MEMBERS), 'once');

my @ends = map { $_->{until} }
    @{JSON::PP::decode_json(listed(qw(member list --json --sort until)))};

is(join(' ', @ends), join(' ', sort { $a <=> $b } @ends), 'by their ends');

# A part of them is not all.

my ($cli) = grep { -x } map { "$_/redis-cli" } split /:/, $ENV{PATH};
my $breaks = $t->dir . '/breaks';

mkdir $breaks or die "$breaks: $!\n";
$t->file('breaks/redis-cli', <<"EOS", 0755);
#!/bin/sh
case "\$*" in
*--no-raw) head -n 1 > /dev/null; printf '1) "7"\n2) 1) "patron:member:m1"\n' ;;
*) exec $cli "\$@" ;;
esac
EOS

my ($status, undef, $err) = patron($t, { env => { %{$env->{env}},
    PATH => "$breaks:$ENV{PATH}" } }, qw(member count));
is($status, 1, 'a connection that breaks is an error');
like($err, qr/^patron: Redis: the connection was lost$/m, 'and is told');

$t->finish;
