# A key of another type at a name of ours, or a word that a switch does not know: told,
# a line and not one a second, and nothing else suffers.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());
$t->file('wall.html', '<i>WALL</i>');

$redis->cmd('HSET', 'patron:campaign:top:ok', html => '<b>CAMPAIGN</b>');
$redis->cmd('SADD', 'patron:campaigns', 'top:ok');

$t->run(http => 'patron_redis %%REDIS%% timeout=2s; patron_zone z:2m;',
    server => <<'EOC');
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_banner top prepend body campaign=top;
EOC

sub page { return $t->get('/page.html')->body }

sub lines {
    my ($what) = @_;
    my @found = $t->slurp('error.log') =~ /$what/g;
    return scalar @found;
}

# Pages for so many seconds, while timers of a second run.

sub pages_for {
    my $end = time() + shift;
    page() while time() < $end;
}

ok(wait_for(sub { page() =~ /CAMPAIGN/ }), 'a campaign');
like(page(), qr/WALL/, 'and a wall');

# Switches

$redis->cmd('SET', 'patron:switches', 'walls open');
ok($t->wait_log(qr/\[error\].*"patron:switches".*wrong type/),
    'switches that are no hash');
pages_for(3);
is(lines(qr/"patron:switches".*wrong type/), 1, 'are told once');
like(page(), qr/WALL/, 'and open nothing');
$redis->cmd('DEL', 'patron:switches');
$redis->cmd('HSET', 'patron:switches', walls => 'opne');
ok($t->wait_log(qr/\[error\].*"patron:switches".*"walls" is .*open.*closed/),
    'a word that is none');
$redis->cmd('HSET', 'patron:switches', walls => 'open', banners => 'no');
ok($t->wait_log(qr/\[error\].*"patron:switches".*"banners" is .*on.*off/),
    'nor for banners');
ok(wait_for(sub { page() !~ /WALL/ }), 'the other is in force');
$redis->cmd('HSET', 'patron:switches', walls => 'closed', banners => 'on');
ok(wait_for(sub { page() =~ /WALL/ }), 'closed');
is(lines(qr/"patron:switches"/), 3, 'and nothing more to tell');
$redis->cmd('SET', 'patron:switches', 'x');
ok(wait_for(sub { lines(qr/"patron:switches"/) == 4 }), 'once more');
$redis->cmd('DEL', 'patron:switches');

# Campaigns

$redis->cmd('DEL', 'patron:campaigns');
$redis->cmd('SET', 'patron:campaigns', 'x');
ok($t->wait_log(qr/"patron:campaigns" is no set/), 'no set of campaigns');
pages_for(4);
is(lines(qr/"patron:campaigns" is no set/), 1, 'is told once a minute');
$redis->cmd('DEL', 'patron:campaigns');
$redis->cmd('SADD', 'patron:campaigns', 'top:ok');
ok(wait_for(sub { page() =~ /CAMPAIGN/ }), 'and back');

# Counters

my $stats = 'patron:stats:' . strftime('%Y-%m-%d', gmtime);
$redis->cmd('DEL', $stats);
$redis->cmd('SET', $stats, 'x');
page();
ok($t->wait_log(qr/counters were lost/), 'a day that is no hash');
pages_for(4);
is(lines(qr/counters were lost/), 1, 'is told once a minute');
$redis->cmd('DEL', $stats);
page();
ok(wait_for(sub { $redis->cmd('HGET', $stats, 'walled') || page() && 0
    || @{$redis->cmd('HKEYS', $stats)} }), 'and counts go on');

$t->finish;
