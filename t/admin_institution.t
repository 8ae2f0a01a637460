# scripts/patron: institutions are written, shown, listed and removed; what is no
# address is refused, and nothing written.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

is((patron($t, qw(institution add city --address), '192.0.2.0/24, 10.0.0.1',
    '--tier', 'gold', '--label', 'City "Library"', '--until', '2099-01-31'))[0],
    0, 'add');
my %city = @{$redis->cmd('HGETALL', 'patron:institution:city')};
is($city{addresses}, '192.0.2.0/24,10.0.0.1', 'the addresses');
is($city{tier}, 'gold', 'the tier');
like($city{until}, qr/^4073\d+$/, 'the end, with its day');
is($redis->cmd('SISMEMBER', 'patron:institutions', 'city'), 1, 'published');

# More than one field holds, and fewer again.

my $file = $t->file('list', join "\n",
    map { "2001:db8:$_:" . '0:0:0:0:1-' . "2001:db8:$_:" . '0:0:0:0:ffff' }
    map { sprintf '%x', $_ } 1 .. 3000);
is((patron($t, qw(institution add big --draft --addresses), $file))[0], 0,
    'a long list');
my %big = @{$redis->cmd('HGETALL', 'patron:institution:big')};
is_deeply([ sort keys %big ], [qw(addresses addresses.2 addresses.3)],
    'in several fields');
cmp_ok(length $big{addresses}, '<=', 65536, 'of 64 KB at most');
is($redis->cmd('SISMEMBER', 'patron:institutions', 'big'), 0, 'a draft');

my ($status, $out, $err) = patron($t, qw(institution list --json));
my %list = map { $_->{institution} => $_ } @{JSON::PP->new->decode($out)};
is($list{big}{ranges}, 3000, 'all of its ranges');
is($list{big}{state}, 'draft', 'not published');
is($list{city}{state}, 'live', 'the other is');
is($list{city}{label}, 'City "Library"', 'its label');

is((patron($t, qw(institution add big --address 10.0.0.0/8)))[0], 0, 'fewer');
%big = @{$redis->cmd('HGETALL', 'patron:institution:big')};
is_deeply(\%big, { addresses => '10.0.0.0/8' }, 'nothing is left of old');

($status, $out, $err) = patron($t, qw(institution add city --address),
    '192.0.2.1 192.0.2.0/33');
is($status, 2, 'no address');
like($err, qr{no address, CIDR or range: 192\.0\.2\.0/33}, 'is told');
is({@{$redis->cmd('HGETALL', 'patron:institution:city')}}->{addresses},
    '192.0.2.0/24,10.0.0.1', 'and not written');
is((patron($t, 'institution', 'add', 'a b'))[0], 2, 'no name');
is((patron($t, qw(institution add city --tier members)))[0], 2, 'no tier');

like((patron($t, qw(institution list)))[1],
    qr/^big +live +- +1 +- *\ncity +live +gold +2 +2099-02-01 +City/m,
    'list');
like((patron($t, qw(institution show city)))[1],
    qr/^\(published\)  yes\n.*^tier +gold$/sm, 'show');
is(JSON::PP->new->decode((patron($t, qw(institution show city --json)))[1])
    ->{label}, 'City "Library"', 'as JSON');

is((patron($t, qw(institution remove city)))[0], 0, 'remove');
is($redis->cmd('EXISTS', 'patron:institution:city'), 0, 'it is gone');
is($redis->cmd('SISMEMBER', 'patron:institutions', 'city'), 0, 'from the set');
is((patron($t, qw(institution remove city)))[0], 1, 'there is none');
is((patron($t, qw(institution show city)))[0], 1, 'nothing to show');

$t->finish;
