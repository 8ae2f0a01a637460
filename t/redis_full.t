# A Redis that takes no writes: pages come all the same, and the log is not
# filled with them. One that would rather forget is told of.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for 1 .. 30;

$redis->cmd('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
$redis->cmd('CONFIG', 'SET', 'maxmemory', '100mb');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_zone patron:1m;
EOC
        patron on;
        patron_access metered;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=20 period=month store=redis;
EOC

$t->get('/1.html', token => token(sub => 'lapsed'));
ok($t->wait_log(qr/evicts keys.*volatile-lru\): counts.* may be lost/),
    'what it may lose is told');

$redis->cmd('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
$redis->cmd('CONFIG', 'SET', 'maxmemory', 1);

my $reader = Patron::Reader->new($t, token => token(sub => 'lapsed'));
my @open = grep { $reader->get("/$_.html")->body =~ /third paragraph/ } 1 .. 30;

is(scalar(@open), 20, 'the cookie counts on');
my @lines = $t->slurp('error.log') =~ /refused a script: .*/g;
is(scalar(@lines), 1, 'one line for 30 pages');

# Another reason is told at once: the log's last word is true.

$redis->cmd('CONFIG', 'SET', 'maxmemory', 0);
$redis->cmd('CONFIG', 'SET', 'min-replicas-to-write', 1);
$reader->get("/$_.html") for 1 .. 5;
ok($t->wait_log(qr/refused a script: it has too few replicas/),
    'too few replicas');
$redis->cmd('CONFIG', 'SET', 'min-replicas-to-write', 0);
$redis->cmd('REPLICAOF', '127.0.0.1', 1);
$reader->get("/$_.html") for 1 .. 5;
ok($t->wait_log(qr/refused a script: it is a read-only replica/),
    'a replica now');
@lines = $t->slurp('error.log') =~ /refused a script: .*/g;
is(scalar(@lines), 3, 'a line for each');

$t->finish;
