# All who ask for one cold member at once share one lookup; one of them who goes
# away takes nothing from the others.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$redis->member('ben', tier => 'silver');
$t->file('html/page.html', '<html><body></body></html>');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=10s;
    add_header X-State "$patron_state,$patron_tier";
EOC

is($t->get('/page.html', token => token(sub => 'ben'))->header('X-State'),
    'patron,silver', 'connected');

$redis->watch;
$redis->freeze;

my $ann = token(sub => 'ann');
my $ben = token(sub => 'ben');
my @clients = map { $t->client } 1 .. 200;

$clients[$_]->send_request('GET', '/page.html',
    token => $_ % 2 ? $ann : $ben) for 0 .. $#clients;

# Some lose patience, the first who asked among them.

$clients[$_]->reset for 0, 1, 50, 51, 199;

# A page of a guest shows that the worker has read them all.

$t->get('/page.html');

$redis->thaw;

my %seen;
for my $i (0 .. $#clients) {
    next if grep { $i == $_ } 0, 1, 50, 51, 199;
    my $r = $clients[$i]->response;
    $seen{($i % 2 ? 'ann ' : 'ben ') . $r->status . ' '
        . $r->header('X-State')}++;
}

is(join('; ', map { "$seen{$_} $_" } sort keys %seen),
    '97 ann 200 patron,gold; 98 ben 200 patron,silver',
    '195 answers for those who waited');
is($redis->lookups, 2, 'of two lookups');

$t->finish;
