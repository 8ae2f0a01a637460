# scripts/patron: what is shown, for a person and as JSON; a list of nothing is an
# empty one; what was done is said to a terminal, and to no pipe.

use strict;
use warnings;

use JSON::PP qw(decode_json);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;

my $redis = $t->redis;

for my $list ([qw(member list)], [qw(campaign list)], [qw(gift list)]) {
    my ($status, $out, $err) = patron($t, @$list);
    is($status, 0, "@$list") || diag($err);
    is($err, '', 'nothing to complain of');
    unlike($out, qr/^(?![A-Z]{3})./m, 'a heading at the most');
    is_deeply(json(@$list), [], 'an empty list as JSON, too');
}

sub json {
    my (@command) = @_;

    my ($status, $out, $err) = patron($t, @command, '--json');
    my $data = eval { decode_json($out) };

    ok($status == 0 && $data, "@command --json") || diag("$out$err");

    return $data;
}

is_deeply(json(qw(switch show)), { walls => 'closed', banners => 'on' },
    'the switches');

my $day = '2026-11-27';
$redis->cmd('HSET', "patron:stats:$day", 'shown.top:"one"', 7, walled => 3,
    'batch.1', 1);
is_deeply(json(qw(stats show), $day),
    { day => $day, counters => { 'shown.top:"one"' => 7, walled => 3 } },
    'the counters of a day');

$redis->cmd('SET', 'patron:ticker:raised', '5 "hryvnias" \\ 10');
is_deeply(json(qw(ticker show raised)),
    { raised => '5 "hryvnias" \\ 10' }, 'a ticker');

$redis->member('ada', tier => 'gold', name => 'Ada "Countess"', until => 4e9);
$redis->cmd('EXPIRE', 'patron:member:ada', 1000);
my $ada = json(qw(member show ada));
cmp_ok(delete $ada->{expires_in}, '>', 900, 'a member whose record expires');
is_deeply($ada, { sub => 'ada', state => 'active', record => { tier => 'gold',
    name => 'Ada "Countess"', until => '4000000000' } }, 'a member');
is_deeply(json(qw(member count)), { active => 1, grace => 0, paused => 0,
    revoked => 0, lapsed => 0, supporter => 0, all => 1 }, 'their number');
is(json(qw(member list))->[0]{sub}, 'ada', 'all of them');

$redis->cmd('HSET', 'patron:campaign:top:one', 'html', '<b>x</b>');
is_deeply(json(qw(campaign show top:one)), { published => JSON::PP::false,
    html => '<b>x</b>' }, 'a campaign');
$redis->cmd('HSET', 'patron:campaign:top:one', 'from', '1780261200', 'until',
    '2027-01-31');
like((patron($t, qw(campaign show top:one)))[1],
    qr/^from +1780261200  \(2026-05-31 21:00 UTC\)\nuntil +2027-01-31$/m,
    'seconds with their date');
is(json(qw(campaign show top:one))->{from}, '1780261200', 'as they are in JSON');
$redis->cmd('HDEL', 'patron:campaign:top:one', 'from', 'until');
$redis->cmd('HSET', 'patron:institution:city', 'tier', 'gold');
$redis->cmd('SADD', 'patron:institutions', 'city');
is_deeply(json(qw(institution show city)), { published => JSON::PP::true,
    tier => 'gold' }, 'an institution');
is(json(qw(institution list))->[0]{institution}, 'city', 'all of them');
is_deeply(json(qw(campaign log)), [], 'the log');

# Who has changed something at a terminal is told, and a pipe is not.

SKIP: {
    skip('no script(1), or no terminals', 1)
        if system('script -qec true /dev/null </dev/null >/dev/null 2>&1');

    for (['switch walls open', qr/^walls: open/],
        ['ticker set raised 7', qr/^raised is written/],
        ['member add eve', qr/^eve is in Redis/],
        ['member signout eve', qr/^eve is signed out/],
        ['member pause eve', qr/^eve is paused/],
        ['member remove eve', qr/^eve is removed/],
        ['campaign publish top:one', qr/^top:one is published/],
        ['institution remove city', qr/^city is removed/])
    {
        my ($command, $said) = @$_;
        local $ENV{PATRON_REDIS} = $redis->url;
        like(scalar(qx(script -qec '$t->{root}/scripts/patron $command' /dev/null \
            </dev/null)), $said, "$command: is said");
    }
}

$redis->cmd('SADD', 'patron:campaigns', 'top:one');

for ([qw(switch banners off)], [qw(ticker set raised 8)], [qw(member add eve)],
    [qw(member signout eve)], [qw(member remove eve)],
    [qw(campaign take-down top:one)], [qw(campaign remove top:one)])
{
    my ($status, $out, $err) = patron($t, @$_);
    is("$status$out$err", '0', "@$_: nothing into a pipe");
}

$t->finish;
