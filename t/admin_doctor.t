# scripts/patron setup and doctor: what is made, kept, and told of what is wrong.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my $dir = $t->dir . '/made';
my $url = 'redis://127.0.0.1:' . $t->port('redis');

sub run { return patron($t, { env => { PATRON_REDIS => $url } }, @_) }

# Setup: a key, a user, their files; and again, where nothing is to be made.

my ($status, $out, $err) = run('setup', '--dir', $dir);
is("$status$err", '0', 'setup');
my ($key) = glob("$dir/*.key");
ok($key && -s $key, 'a key');
is((stat $key)[2] & 0777, 0600, 'for root alone');
is((stat "$dir/redis.password")[2] & 0777, 0600, 'a password, too');
like($out, qr{patron_key \d{4} \Q$key\E;}, 'the lines for nginx.conf');
like($out, qr{patron_redis redis://patron\@127\.0\.0\.1:\d+ password_file=\S+;},
    'of Redis, too');
like($out, qr/todo .*restarts .*aclfile/, 'a Redis without a file forgets');

my ($password) = $t->slurp('made/redis.password') =~ /(\S+)/;
unlike(seen($t), qr/\Q$password\E/, 'the password is on no command line');

open(my $readme, '<', "$t->{root}/README.md") or die;
my ($acl) = map { /^redis-cli ACL SETUSER patron on \S+ (.*)/ } <$readme>;
open(my $example, '<', "$t->{root}/scripts/patron.d/users.acl") or die;
is(<$example> =~ s/^user patron on >\S+ (.*)\n$/$1/r,
    $acl =~ tr/'//dr, 'the rights that the README gives');

($status, $out) = run('setup', '--dir', $dir, '--json');
is(join(' ', map { $_->{state} } @{decode_json($out)}), 'there there there',
    'setup again changes nothing');

# Doctor.

$t->file('html/page.html', article());
$redis->member('alice');

$t->run(http => <<"EOH", server => <<'EOC');
    patron_redis redis://patron\@127.0.0.1:%%PORT_redis%%
                 password_file=$dir/redis.password;
    patron_zone z:1m;
    patron_key 2026 $key;
EOH
        patron on;
        location / {
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
        }
        location = / { patron_status_handler; }
        location = /watch/status { patron_status_handler; }
EOC

sub doctor {
    my (%o) = @_;
    my ($status, $out, $err) = run('doctor', '--json', '--conf',
        $o{conf} // $t->dir . '/nginx.conf', '--nginx', $t->{nginx},
        @{$o{args} // []});
    my %found;
    push @{$found{$_->{check}}}, $_ for @{decode_json($out)};
    return ($status, \%found, $err);
}

my $page = 'http://127.0.0.1:' . $t->port . '/page.html';
($status, my $found, $err) = doctor(args => ['--url', $page]);
is($err, '', 'the doctor has no trouble of his own');

for my $check (qw(module key redis prefix tracking page)) {
    is(join(' ', map { $_->{state} } @{$found->{$check}}),
        join(' ', ('ok') x @{$found->{$check}}), "$check is fine")
        || diag(explain($found->{$check}));
}

is($status, 0, 'and so is the whole');
is(scalar(grep { $_->{seen} =~ /^good: / } @{$found->{status}}), 2,
    'the status page is found where it is') || diag(explain($found->{status}));

# A Redis that asks for no password, as Debian's.

(undef, $found) = doctor(conf => $t->file('open.conf', $t->slurp('nginx.conf')
    =~ s/patron\@(127\S+)\s+password_file=\S+?;/$1;/r));
is($found->{redis}[0]{state}, 'ok', 'a Redis without a password')
    || diag(explain($found->{redis}));

# Which Redis, and as who, the configuration says.

(undef, $out, $err) = patron($t, { env => { PATRON_REDIS => '' } }, 'doctor',
    '--json', '--conf', $t->dir . '/nginx.conf', '--nginx', $t->{nginx});
is($err, '', 'nor where nothing else says which Redis');
like($out, qr/there are members under patron:member:/, 'as who may look');

# What may be wrong, and what to do.

sub is_told {
    my ($change, @told) = @_;
    my $file = $t->file('other.conf', $change->($t->slurp('nginx.conf')));
    my (undef, $found) = doctor(conf => $file);

    while (@told) {
        my ($check, $seen) = splice(@told, 0, 2);
        my ($told) = grep { $_->{state} ne 'ok' && $_->{seen} =~ $seen }
            @{$found->{$check} // []};
        ok($told && $told->{todo}, "$check: $seen") || diag(explain($found));
    }
}

chmod 0644, $key;
is_told(sub { $_[0] =~ s/(password_file=\S+?);/$1 prefix=elsewhere:;/r },
    prefix => qr/nobody is under elsewhere:member:, but .*:member:alice/,
    key => qr/everybody can read/);
chmod 0600, $key;
is_told(sub { $_[0] =~ s/patron_key .*//r =~ s/patron on;//r
        =~ s/patron\@/stranger\@/r },
    key => qr/no patron_key/, module => qr/nowhere/,
    redis => qr/WRONGPASS|AUTH/);
is_told(sub { $_[0] =~ s/load_module .*?;//r }, module => qr/unknown directive/)
    if $t->conf =~ /load_module/;

my $closed = $t->port('closed');
is_told(sub { $_[0] =~ s/(patron\@127\.0\.0\.1:)\d+/$1$closed/r },
    redis => qr/Could not connect/);

$redis->cmd('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy',
    'allkeys-lru');
$redis->cmd('ACL', 'SETUSER', 'patron', '-hmget', '-client|tracking');
is_told(sub { $_[0] }, redis => qr/allkeys-lru evicts/,
    redis => qr/may not: hmget/, tracking => qr/NOPERM/);
$redis->cmd('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
$redis->cmd('ACL', 'SETUSER', 'patron', '-hincrby', '-evalsha', '-expireat');
is_told(sub { $_[0] }, redis => qr/volatile-ttl evicts used links/,
    redis => qr/may not: evalsha expireat hincrby hmget/);
ok(wait_for(sub { !@{$redis->cmd('KEYS', '*doctor*')} }), 'it leaves nothing behind');
$redis->cmd('ACL', 'SETUSER', 'patron', map { "+$_" } qw(hincrby evalsha expireat
    hmget client|tracking));

# A server that is no sentinel

is_told(sub { $_[0] =~ s/(password_file=\S+?);/$1 sentinel=news;/r },
    sentinel => qr/ERR unknown command|NOAUTH|NOPERM/,
    sentinel => qr/no sentinel names the primary news/);

# What Redis refuses, and what there is too much of

$redis->cmd('SADD', "patron:$_->[0]", map { "n:$_" } 0 .. $_->[1])
    for ['campaigns', 256], ['institutions', 4096], ['bots', 4096];
is_told(sub { $_[0] }, map { ($_->[0] => qr/has $_->[1] names, at most/) }
    ['campaigns', 257], ['institutions', 4097], ['bots', 4097]);
$redis->cmd('DEL', "patron:$_") for qw(campaigns institutions bots);

for (['OOM', [qw(CONFIG SET maxmemory 1)], [qw(CONFIG SET maxmemory 0)]],
    ['READONLY', [qw(REPLICAOF 127.0.0.1 1)], [qw(REPLICAOF NO ONE)]],
    ['NOREPLICAS', [qw(CONFIG SET min-replicas-to-write 1)],
        [qw(CONFIG SET min-replicas-to-write 0)]])
{
    my ($why, $begin, $end) = @$_;

    $redis->cmd(@$begin);
    is_told(sub { $_[0] }, redis => qr/takes no writes: $why/);
    $redis->cmd(@$end);
}

$t->finish;
