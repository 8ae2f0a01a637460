# The processes that nginx starts for its caches have no part in what workers do
# for all: they have no Redis, and would keep it from being done.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        location / {
            patron on;
            patron_banner top after '#story' campaign=top;
        }
EOC

$redis->cmd('SADD', 'patron:campaigns', 'top:a');

# Which process is first is a matter of chance.

for my $n (1 .. 4) {
    $redis->cmd('DEL', 'patron:stats:' . strftime('%Y-%m-%d', gmtime));
    $redis->cmd('HSET', 'patron:campaign:top:a', html => "<aside>$n</aside>");

    $t->run(%conf);

    ok(wait_for(sub { $t->get('/page.html')->body =~ m{<aside>$n} }),
        'campaigns are read');
    ok(wait_for(sub { $redis->cmd('HGET', 'patron:stats:'
        . strftime('%Y-%m-%d', gmtime), 'shown.top:a') }),
        'counters are written');

    $t->quit;
}

$t->finish;
