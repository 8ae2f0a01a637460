# The meter's two keys lie in one slot of a cluster.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my ($name, @args) = Patron::Redis->node($t, 'redis');
my $redis = $t->redis(tcp => $name, args => \@args);

$redis->cmd('CLUSTER', 'ADDSLOTS', 0 .. 16383);
wait_for(sub { $redis->cmd('CLUSTER', 'INFO') =~ /cluster_state:ok/ })
    or die 'no cluster';

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for qw(a b c);

my $url = $redis->tcp_url;

$t->run(http => <<"EOC", server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis $url cluster timeout=1s;
EOC
        patron on;
        patron_access metered;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=month store=redis;
        location / { }
EOC

my $reader = Patron::Reader->new($t);
my $open = grep { $reader->get("/$_.html")->body =~ /third paragraph/ }
    qw(a b c a);
is($open, 3, 'two articles, one of them twice');

my ($key) = @{$redis->cmd('KEYS', 'patron:meter:*')};
ok($key, 'a set in the cluster');
is($redis->cmd('SCARD', $key), 2, 'of two');

my ($held) = @{$redis->cmd('KEYS', 'patron:reserved:*')};
is($redis->cmd('CLUSTER', 'KEYSLOT', $held),
    $redis->cmd('CLUSTER', 'KEYSLOT', $key), 'both keys in one slot');

unlike($t->slurp('error.log'), qr/CROSSSLOT|refused a script/, 'allowed');

$t->finish;
