# scripts/patron: members out of a file, first shown, then in Redis.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my ($status, $out, $err);

sub record {
    my ($sub) = @_;

    return { @{$redis->cmd('HGETALL', "patron:member:$sub")} };
}

$redis->member('ada', tier => 'silver', name => 'Ada', note => 'ours');
$redis->member('bob', tier => 'gold');
$redis->member('eve', tier => 'gold', status => 'revoked');
$redis->cmd('EXPIRE', 'patron:member:bob', 1000);

my $csv = $t->file('members.csv', join "\r\n", 'sub,tier,name,until,status',
    'ada,gold,"Lovelace, ""Ada""",2099-12-31,', 'bob,gold,,4102444800,',
    'eve,gold,,,', 'new/one,silver,,,paused', '');

# What would be done.

($status, $out) = patron($t, qw(member import --dry-run), $csv);
is($status, 0, 'a dry run');
is($out, <<'EOT', 'shows what would change');
change ada  tier silver -> gold  name Ada -> Lovelace, "Ada"  until 4102444800
change bob  until 4102444800
add    new/one  tier silver  status paused
1 new, 2 changed, 1 as they are
EOT
is(record('ada')->{tier}, 'silver', 'and nothing has changed');

($status, $out) = patron($t, qw(member import --print), $csv);
like($out, qr/^HSET "patron:member:ada" tier "gold" name/m, '--print');
is(record('ada')->{tier}, 'silver', 'changes nothing either');

# And done.

($status, $out) = patron($t, qw(member import), $csv);
is($out, "1 new, 2 changed, 1 as they are\n", 'the sum');
is_deeply(record('ada'), { tier => 'gold', name => 'Lovelace, "Ada"',
    until => 4102444800, note => 'ours' }, 'changed, and the rest is left');
is(record('new%2Fone')->{status}, 'paused', 'a new one');
is(record('eve')->{status}, 'revoked', 'nothing said, nothing lifted');
cmp_ok($redis->cmd('TTL', 'patron:member:bob'), '>', 1000,
    'a record that expires lives as long as the membership');

($status, $out) = patron($t, qw(member import), $csv);
is($out, "0 new, 0 changed, 4 as they are\n", 'once more');

# JSON: lines, and what the list prints.

($status, $out) = patron($t, { stdin => qq({"sub":"ada","name":null}\n)
    . qq({"sub":"dan","until":4102444800,"tier":"gold"}\n) },
    qw(member import -));
is($out, "1 new, 1 changed, 0 as they are\n", 'JSON lines');
ok(!exists record('ada')->{name}, 'null takes a field away');
is_deeply(record('dan'), { tier => 'gold', until => 4102444800 }, 'another');

(undef, my $list) = patron($t, qw(member list --json));
($status, $out) = patron($t, { stdin => $list }, qw(member import -));
is($out, "0 new, 0 changed, 5 as they are\n", 'a list comes back as it went');

# Mistakes: none of them changes anything.

for (
    ['no such column', "sub,teir\n1,gold\n", qr/"teir"/],
    ['no sub', "tier\ngold\n", qr/line 2: no sub/],
    ['a sub twice', "sub\n1\n2\n1\n", qr/"1" stands in lines 2 and 4/],
    ['a status', "sub,status\n1,activ\n", qr/line 2: "activ" is no status/],
    ['a date', "sub,until\n7,2026-02-30\n", qr/line 2: "2026-02-30" is no date/],
    ['a tier', "sub,tier\n7,guest\n", qr/line 2: "guest" is no tier/],
    ['a sub beyond ASCII', "sub\nL\xc3\xb6\n", qr/line 2/],
    ['too many cells', "sub\n7,gold\n", qr/line 2: more cells/],
    ['an open quote', "sub,name\n7,\"Ada\n", qr/line 2: a quote/],
    ['half of JSON', '{"sub":"7"', qr/no JSON/],
    ['a number', '{"sub":7.5}', qr/sub is neither/],
    ['nothing', '', qr/is empty/],
) {
    my ($what, $text, $said) = @$_;
    ($status, $out, $err) = patron($t, { stdin => $text }, qw(member import -));
    ok($status == 1 && $out eq '', "refused: $what") || diag("$status $out");
    like($err, $said, 'and why');
}

($status, undef, $err) = patron($t, qw(member import), $t->dir . '/none.csv');
ok($status == 1 && $err =~ /no such file: .*none\.csv/, 'a file that is not there');

is(scalar @{$redis->cmd('KEYS', 'patron:member:*')}, 5, 'no member came of it');

# Thousands: by few commands, and what Redis refuses is told.

my $many = $t->file('many.csv', join '', "sub,tier,until\n",
    map { "m$_,gold,4102444800\n" } 1 .. 3000);

$redis->cmd('CONFIG', 'RESETSTAT');
($status, $out) = patron($t, qw(member import), $many);
is($out, "3000 new, 0 changed, 0 as they are\n", 'thousands');
is($redis->calls('eval') + $redis->calls('hgetall'), 16,
    'asked for by few commands');
is($redis->calls('hset'), 3000, 'and written');
is_deeply(record('m3000'), { tier => 'gold', until => 4102444800 }, 'the last');

# Of a user without scripts, one after the other.

$redis->cmd('ACL', 'SETUSER', 'plain', 'on', '>secret', '~patron:*', '+@all',
    '-@scripting');
my $url = $redis->tcp_url =~ s{//}{//plain:secret\@}r;

($status, $out) = patron($t, qw(member import --redis), $url, $many);
is($out, "0 new, 0 changed, 3000 as they are\n", 'without scripts, too');

$redis->cmd('SET', 'patron:member:m7', 'no record');
($status, $out, $err) = patron($t, qw(member import), $many);
ok($status == 1 && $out eq '', 'a key that is no record');
like($err, qr/^patron: m7: WRONGTYPE/m, 'is told');

$redis->cmd('DEL', 'patron:member:m7');
$redis->cmd('ACL', 'SETUSER', 'plain', '-hset');
($status, $out, $err) = patron($t, qw(member import --redis), $url, $many);
ok($status == 1 && $out eq '', 'who may not write');
like($err, qr/^patron: Redis: NOPERM/m, 'is told');

$t->finish;
