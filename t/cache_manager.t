# The processes that nginx has for its caches are no workers: they neither load
# campaigns nor write counters, and keep nobody from it.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->{workers} = 1;
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        patron on;
        patron_banner ask before '#story' 'html=<aside>ask</aside>';
        patron_banner top after '#story' campaign=top;
EOC

# A worker that had nothing to do for five seconds may be relieved of it by
# another one: then too all goes on.

my $until = time() + 8;
my $shown = 0;
my ($n, $slow) = (0, 0);

$redis->cmd('SADD', 'patron:campaigns', 'top:one');

while (time() < $until && $slow == 0) {
    my $value = 'number ' . ++$n;
    $redis->cmd('HSET', 'patron:campaign:top:one', html => $value);

    $slow++ if !wait_for(sub { $shown++;
        $t->get('/page.html')->body =~ /$value/ }, 3);

    # nothing happens for a while, which is what this is about

    select(undef, undef, undef, $n % 4 ? 0.05 : 1.2);
}

is($slow, 0, "$n changes of a campaign are in force");

sub counted {
    my $sum = 0;
    for my $day (map { strftime('%Y-%m-%d', gmtime($_)) } time() - 86400, time())
    {
        $sum += $redis->cmd('HGET', "patron:stats:$day", 'shown.ask') // 0;
    }
    return $sum;
}

ok(wait_for(sub { counted() == $shown }, 8), "$shown pages are counted")
    || diag(counted());

$t->finish;
