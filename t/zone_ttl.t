# Where Redis does not tell of changes, a record lives for ttl or negative.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

# An ACL that lets the module read, but not listen.

$redis->cmd(qw(ACL SETUSER reader on >secret ~patron:* +hmget +pttl +ping));
$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');
$t->file('password', "secret\n", 0600);

$t->run(http => '    patron_zone z:1m ttl=2s negative=1s;',
    server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://reader\@127.0.0.1:%%PORT_redis%%
        password_file=%%DIR%%/password timeout=1s;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";
EOC

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub))
        ->header('X-State');
}

ok($t->wait_log(qr/\[warn\].*does not tell of changes: its ACL forbids/),
    'the log says so');

$redis->watch;

is(state_of('ann'), 'patron,gold,redis', 'asked');
is(state_of('ann'), 'patron,gold,zone', 'known');
is(state_of('none'), 'lapsed,,redis', 'asked for one that is not there');
is(state_of('none'), 'lapsed,,zone', 'that is known too');
is($redis->lookups, 2, 'two lookups');

$redis->cmd(qw(HSET patron:member:ann tier silver));
$redis->cmd(qw(HSET patron:member:none tier bronze));

ok(wait_for(sub { state_of('none') =~ /^patron,bronze/ }, 3),
    'seen after negative');
ok(wait_for(sub { state_of('ann') =~ /^patron,silver/ }, 4),
    'seen after ttl');

is(scalar(() = $t->slurp('error.log') =~ /does not tell of changes/g), 1,
    'said once');

$redis->acl(qw(reader +client +subscribe
    &__redis__:invalidate));

ok($t->wait_log(qr/\[notice\].*tells of changes now/),
    'once it may, it listens');
state_of('ann');
$redis->cmd(qw(HSET patron:member:ann tier gold));
ok(wait_for(sub { state_of('ann') =~ /^patron,gold/ }, 0.5),
    'and hears at once');

$t->finish;
