# What may lie in Redis under a member's name: odd names, long fields, control
# characters, other types, fields that make no sense.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_fallback guest;
    patron_redis %%REDIS%%?db=2 timeout=1s prefix=site:;
    add_header X-State "$patron_state,$patron_tier,$patron_name";
EOC

$redis->cmd(qw(SELECT 2));

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

$redis->cmd('HSET', 'site:member:ann', tier => 'gold');
$redis->cmd('HSET', 'patron:member:ben', tier => 'gold');
is(state_of('ann'), 'patron,gold,', 'prefix and database');
is(state_of('ben'), 'lapsed,,', 'of no other prefix');

my %name = (
    'auth0|12:3'        => 'auth0%7C12%3A3',
    'eve@example.org'   => 'eve%40example.org',
    'a/b c%d'           => 'a%2Fb%20c%25d',
    'x' x 128           => 'x' x 128,
    '~.-_'              => '~.-_',
);

for my $sub (sort keys %name) {
    $redis->cmd('HSET', "site:member:$name{$sub}", tier => 'odd');
    is(state_of($sub), 'patron,odd,', "site:member:$name{$sub}");
    is(state_of($sub), 'patron,odd,', 'and from the zone');
    $redis->cmd('DEL', "site:member:$name{$sub}");
    ok(wait_for(sub { state_of($sub) eq 'lapsed,,' }, 2), 'until deleted');
}

$redis->cmd('HSET', 'site:member:long', name => 'n' x 5000,
    tier => 't' x 256);
is(state_of('long'), 'patron,' . 't' x 256 . ',' . 'n' x 256, 'long fields');
is(state_of('long'), 'patron,' . 't' x 256 . ',' . 'n' x 256,
    'long fields from the zone');

$redis->cmd('HSET', 'site:member:ctl', name => "A\r\nX-Evil: 1\0\x7f",
    tier => "\tgold\x1b[31m");
is(state_of('ctl'), 'patron,gold[31m,AX-Evil: 1', 'control characters');

$redis->cmd('HSET', 'site:member:bare', whatever => 'yours');
is(state_of('bare'), 'patron,,', 'none of our fields');

my $i = 0;

for (
    [ 'grace', 'patron' ], [ 'active', 'patron' ], [ '', 'patron' ],
    [ 'paused', 'paused' ], [ 'revoked', 'revoked' ], [ 'gone', 'paused' ],
    [ 'supporter', 'lapsed' ],
) {
    my ($status, $state) = @$_;
    my $sub = 's' . $i++;
    $redis->cmd('HSET', "site:member:$sub", status => $status);
    is(state_of($sub), "$state,,", "status \"$status\"");
}

ok($t->wait_log(qr/\[(?:error|warn)\].*"s\d".*"status" is not a known word/),
    'a word nobody knows is said');
like($t->slurp('error.log'), qr/\[error\].*patron: member "/,
    'what a record has wrong is told at "error", once a minute');

for (
    [ '4102444800', 'patron' ], [ '99999999999999', 'patron' ],
    [ '1500000000000', 'lapsed' ], [ '4102444800000', 'patron' ],
    [ '4102444800000000', 'lapsed' ],
    [ '1', 'lapsed' ], [ '-1', 'lapsed' ], [ 'tomorrow', 'lapsed' ],
    [ '', 'patron' ],
) {
    my ($until, $state) = @$_;
    my $sub = 'u' . $i++;
    $redis->cmd('HSET', "site:member:$sub", until => $until);
    like(state_of($sub), qr/^$state,/, "until \"$until\"");
}

$redis->cmd('SET', 'site:member:text', 'x');
like(state_of('text'), qr/^guest/, 'another type is no member');
ok($t->wait_log(qr/\[error\].*"text" cannot be read.*wrong type/),
    'and that is said');

$t->finish;
