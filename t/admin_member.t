# scripts/patron: members and switches in a real Redis.

use strict;
use warnings;

use JSON::PP ();
use Test::More;
use Time::Local qw(timegm);

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my ($status, $out, $err);

sub record {
    my ($key) = @_;

    return { @{$redis->cmd('HGETALL', $key)} };
}

# From the first day of a membership to the last.

my $now = time();
($status) = patron($t, qw(member add 42 --tier gold --ttl 30d --name),
    "Ada L\xc3\xb6velace");
is($status, 0, 'a member is added');

my $r = record('patron:member:42');
ok(abs((delete $r->{until}) - $now - 30 * 86400) < 60, 'for thirty days');
is_deeply($r, { tier => 'gold', name => "Ada L\xc3\xb6velace" },
    'tier and name');

($status, $out) = patron($t, qw(member show 42));
is($status, 0, 'show');
like($out, qr/^name +Ada L\xc3\xb6velace$/m, 'the name');
like($out, qr/^\(state\) +active$/m, 'and the state');

my $until = record('patron:member:42')->{until};
($status, $out) = patron($t, qw(member extend 42 --ttl 1y));
my @end = gmtime($until);
is(record('patron:member:42')->{until}, timegm(@end[0 .. 4], $end[5] + 1),
    'extended from the end, not from now, to the same day of the next year');
like($out, qr/^until \d{4}-\d\d-\d\d/, 'and says until when');

patron($t, qw(member pause 42));
is(record('patron:member:42')->{status}, 'paused', 'paused');
patron($t, qw(member resume 42));
is(record('patron:member:42')->{status}, 'active', 'resumed');
patron($t, qw(member revoke 42));
is(record('patron:member:42')->{status}, 'revoked', 'revoked');

($status, undef, $err) = patron($t, qw(member resume 42));
ok($status == 1 && $err =~ /42 was revoked/, 'no revocation is lifted by the way');
patron($t, qw(member add 42));
is(record('patron:member:42')->{status}, 'revoked', 'neither by adding nothing');
patron($t, qw(member resume 42 --revoked));
is(record('patron:member:42')->{status}, 'active', 'but where that is said');

patron($t, qw(member add 42 --no-tier --no-name));
is_deeply([ sort keys %{record('patron:member:42')} ], [qw(status until)],
    'a tier and a name are taken off');
is((patron($t, qw(member add 42 --no-tier --tier gold)))[0], 2, 'not both');
patron($t, qw(member revoke 42));
patron($t, qw(member signout 42));
ok(abs(record('patron:member:42')->{not_before} - time()) < 60,
    'signed out everywhere');

($status) = patron($t, qw(member remove 42));
ok($status == 0 && !$redis->cmd('EXISTS', 'patron:member:42'), 'removed');

# What is not there is not made.

for (qw(pause resume revoke signout remove show)) {
    ($status, undef, $err) = patron($t, 'member', $_, 'nobody');
    ok($status == 1 && $err =~ /no such member/, "$_ of nobody");
}

($status) = patron($t, qw(member extend nobody --ttl 1d));
is($status, 1, 'extend of nobody');
is($redis->cmd('EXISTS', 'patron:member:nobody'), 0, 'makes no member');

patron($t, qw(member add plain));
is_deeply(record('patron:member:plain'), { status => 'active' },
    'a member with nothing said is active');

# A record that expires by itself lives as long as the membership.

$redis->cmd('HSET', 'patron:member:exp', 'tier', 'gold');
$redis->cmd('EXPIRE', 'patron:member:exp', 1000);
patron($t, qw(member extend exp --ttl 1d));
ok(abs($redis->cmd('TTL', 'patron:member:exp') - 87400) < 60,
    'the expiry of the key is the end it has, and moves too');

$redis->cmd('EXPIRE', 'patron:member:exp', 9000000);
patron($t, qw(member extend exp --ttl 1d));
cmp_ok($redis->cmd('TTL', 'patron:member:exp'), '>', 8000000,
    'a record that lives longer still does');

($status, undef, $err) = patron($t, qw(member extend plain --ttl 1d));
ok($status == 1 && $err =~ /without an end/, 'for good is longer than a day');

patron($t, qw(member add plain --until), '2038-01-19 03:14:07');
is(record('patron:member:plain')->{until}, 2147483647, 'until a time');
is($redis->cmd('TTL', 'patron:member:plain'), -1, 'no expiry is invented');

($status, undef, $err) = patron($t, qw(member extend plain --until 2030-01-01));
ok($status == 1 && $err =~ /2038-01-19/, 'no extension ends earlier');

for (['2031-12-31' => '2032-01-01 00:00'], ['2032-02-28' => '2032-02-29 00:00']) {
    patron($t, qw(member add day --until), $_->[0]);
    like((patron($t, qw(member show day)))[1], qr/\($_->[1] UTC\)/,
        "$_->[0] is included");
}

for (['2028-02-29' => '2029-02-28'], ['2027-03-01' => '2028-03-01']) {
    patron($t, qw(member add year --until), "$_->[0] 12:00");
    is((patron($t, qw(member extend year --ttl 1y)))[1],
        "until $_->[1] 12:00 UTC\n", "a year after $_->[0]");
}

patron($t, qw(member remove), $_) for qw(day year);

# Keys are percent-encoded, and listed as what they stand for.

patron($t, qw(member add), 'a b/c*"', '--tier', 'silver', '--until', '1000');
is(record('patron:member:a%20b%2Fc%2A%22')->{tier}, 'silver',
    'a sub with other characters');

$redis->cmd('SET', 'patron:member:wrong', 'not a hash');
$redis->cmd('HSET', 'other:member:7', 'tier', 'gold');
$redis->cmd('HSET', 'patron:member:evil', 'name', "a\e[31m\nb\"c\\d");

my $scans = $redis->calls('scan');
($status, $out, $err) = patron($t, qw(member list));
is($status, 0, 'list');
like($out, qr/^plain +- +active +2038-01-19 03:14/m, 'a member');
like($out, qr/^a b\/c\*" +silver +lapsed/m, 'one whose membership ended');
like($out, qr/^evil +- +active +- +a \[31m b"c\\d$/m,
    'control characters are taken out');
like($err, qr/member:wrong: WRONGTYPE/, 'what is no hash is named');
unlike($out, qr/^7 /m, 'another prefix is left alone');
is($redis->calls('keys'), 0, 'never KEYS');
cmp_ok($redis->calls('scan'), '>', $scans, 'but SCAN');

(undef, $out) = patron($t, qw(member list --status lapsed));
is(scalar(split /\n/, $out), 2, 'list by state');

($status, $out, $err) = patron($t, qw(member list --status laped));
ok($status == 2 && $out eq '' && $err =~ /laped/, 'a state that is none');

(undef, $out) = patron($t, qw(member list --json));
my %listed = map { $_->{sub} => $_ } @{JSON::PP->new->utf8->decode($out)};
is_deeply($listed{plain}, { sub => 'plain', state => 'active',
    status => 'active', until => 2147483647 }, 'as JSON');
is($listed{'a b/c*"'}{state}, 'lapsed', 'whatever the sub');

(undef, $out) = patron($t, qw(member list --sort until));
like($out, qr/\nexp .*\nplain /s, 'who ends first');
(undef, $out) = patron($t, qw(member list --ending 3d));
like($out, qr/^exp /m, 'who ends within three days');
unlike($out, qr/^plain /m, 'and nobody else');
(undef, $out) = patron($t, qw(member count));
like($out, qr/^lapsed +1$/m, 'how many are lapsed');
like($out, qr/^all +4$/m, 'and in all');

(undef, $out) = patron($t, qw(member list --prefix other:));
like($out, qr/^7 +gold/m, 'list by prefix');

for my $i (1 .. 500) {
    $redis->cmd('HSET', "patron:member:n$i", 'tier', "t$i");
}
(undef, $out) = patron($t, qw(member list));
is(scalar(() = $out =~ /^n\d+ +t\d+ +active/mg), 500, 'and many');

# --print shows the line and does nothing; the line does what it says.

($status, $out) = patron($t, qw(member add 99 --tier gold --print --name),
    "O'Hara");
is($redis->cmd('EXISTS', 'patron:member:99'), 0, '--print changes nothing');
like($out, qr/^redis-cli -s \S+ HSET patron:member:99 tier gold name /,
    'it prints the line');
system("$out >/dev/null");
is(record('patron:member:99')->{name}, "O'Hara", 'which runs as it is');

for (qw(pause resume revoke signout remove)) {
    (undef, $out) = patron($t, 'member', $_, '99', '--print');
    like($out, qr/^redis-cli -s \S+ [A-Z]+ patron:member:99/, "$_ --print");
}

is_deeply(record('patron:member:99'), { tier => 'gold', name => "O'Hara" },
    'and nothing has changed');

($status, $out) = patron($t, qw(member pause 42 --print --redis),
    'redis://ed:p%40ss@127.0.0.1:1/3');
is($out, '', 'a line that would have to ask first');
is($status, 1, 'fails where nobody answers');

# Switches.

(undef, $out) = patron($t, qw(switch show));
is($out, "walls    closed\nbanners  on\n", 'the switches as they are');
patron($t, qw(switch walls open));
patron($t, qw(switch banners off));
is_deeply(record('patron:switches'), { walls => 'open', banners => 'off' },
    'both thrown');
(undef, $out) = patron($t, qw(switch show));
is($out, "walls    open\nbanners  off\n", 'and shown');
patron($t, qw(switch walls closed));
patron($t, qw(switch banners on));
is($redis->cmd('EXISTS', 'patron:switches'), 0, 'and taken back');

($status) = patron($t, qw(switch walls ajar));
is($status, 2, 'a word that is none');

(undef, $out) = patron($t, qw(switch walls open --print --redis),
    'rediss://ed:p%40ss@redis.test:7000/3');
is($out, "redis-cli --user ed -h redis.test -p 7000 -n 3 --tls "
    . "HSET patron:switches walls open\n", 'a URL as options of redis-cli');
(undef, $out) = patron($t, { env => { PATRON_REDIS => '' } },
    qw(switch walls open --print));
is($out, "redis-cli HSET patron:switches walls open\n", 'the usual place');

# Redis away, or one that wants a password.

($status, $out, $err) = patron($t, qw(switch walls open --redis),
    'unix:' . $t->dir . '/nowhere.sock');
ok($status == 1 && $err =~ /^patron: Redis: /, 'Redis is away');

$redis->cmd('CONFIG', 'SET', 'requirepass', "s3cret p'w");
($status, undef, $err) = patron($t, qw(switch walls open));
ok($status == 1 && $err =~ /NOAUTH/, 'a password is asked for');

my $file = $t->file('password', "s3cret p'w\n");
($status, undef, $err) = patron($t, qw(switch walls open --password-file),
    $file);
is($status, 0, 'a password from a file') || diag($err);
($status, undef, $err) = patron($t, qw(member list --password-file), $file);
is($status, 0, 'and a list with it') || diag($err);

$t->file('password', "wrong\n");
($status, undef, $err) = patron($t, qw(switch walls open --password-file),
    $file);
ok($status == 1 && $err =~ /WRONGPASS|NOAUTH/, 'a wrong password')
    || diag("$status $err");

unlike(seen($t), qr/s3cret|p\@ss/, 'no password on a command line');

$redis->cmd('CONFIG', 'SET', 'requirepass', '');

# Who may not run scripts is asked for each member by itself, and told the same.

my @all = patron($t, qw(member list));
$redis->cmd(qw(ACL SETUSER default -eval));
is_deeply([ patron($t, qw(member list)) ], \@all, 'a list without scripts');
$redis->cmd(qw(ACL SETUSER default +@all));

$t->finish;
