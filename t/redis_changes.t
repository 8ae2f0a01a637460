# What becomes of Redis behind the module's back is noticed: databases that are
# swapped, which nobody is told of; and each change of the reason why it is away,
# by one line.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());
$redis->cmd('SELECT', 1);
$redis->member('ann', tier => 'gold');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%?db=1 timeout=1s connect_timeout=200ms;
    patron_zone z:1m ttl=1s negative=1s;
EOC
    patron on;
    patron_banner ask append body html=[ask];
    patron_fallback guest;
    add_header X-State $patron_state;
EOC

my $n = 0;

sub state_of {
    my ($sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub // 'n' . ++$n))
        ->header('X-State');
}

is(state_of('ann'), 'patron', 'a member');

$redis->cmd('SWAPDB', 0, 1);
ok(wait_for(sub { state_of('ann') eq 'lapsed' }),
    'the other database knows no such member');
$redis->cmd('SWAPDB', 0, 1);
ok(wait_for(sub { state_of('ann') eq 'patron' }), 'and this one does again');

sub away {
    my @away = $t->slurp('error.log') =~ /redis \S+ is away: (.*?)[,\n]/g;
    return @away;
}

is_deeply([away()], [], 'nothing is told of it');

$redis->down;
ok(wait_for(sub { state_of(); away() > 0 }), 'Redis is away');

push @{$redis->{args}}, '--requirepass', 'another';
$redis->{password} = ['another'];
$redis->up;

# A socket that is not there yet may be a reason between the two.

ok(wait_for(sub { state_of(); (away())[-1] =~ /password/ }),
    'and back, with a password');
state_of() for 1 .. 10;

my @away = away();
cmp_ok(scalar @away, '>', 1, 'another reason is another line');
is(scalar(grep { $away[$_] eq $away[$_ - 1] } 1 .. $#away), 0,
    'one line for each reason');
like($away[-1], qr/password/, 'the last of which is true');
is(scalar(grep { /password/ } @away), 1, 'and told once');

$redis->cmd(qw(CONFIG SET requirepass), '');
delete $redis->{password};
$redis->cmd('SELECT', 1);
$redis->member('ann', tier => 'gold');

ok(wait_for(sub { state_of('ann') eq 'patron' }), 'all is well again');

$t->allow(qr/redis .* is away/);
$t->finish;
