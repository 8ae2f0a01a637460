# Campaigns for which the zone has no room: readers go on seeing what they saw,
# and the status, its metrics and the log tell the owner.  The least zone that there
# may be has room for one.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

sub publish {
    my ($name, $html) = @_;

    $redis->cmd('HSET', "patron:campaign:top:$name", html => $html);
    $redis->cmd('SADD', 'patron:campaigns', "top:$name");
}

publish('first', '<aside>first</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:128k;
EOC
    location / {
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_banner top append body campaign=top;
    }

    location = /json { patron_status_handler format=json; }
    location = /text { patron_status_handler format=prometheus; }
EOC

ok(wait_for(sub { $t->get('/page.html')->body =~ /first/ }), 'a campaign');
like($t->get('/text')->body, qr/^patron_campaigns_no_room_bytes 0\b/m, 'fits');

publish("c$_", "<aside>$_ " . 'x' x 30000 . '</aside>') for 1 .. 20;

ok($t->wait_log(qr/\[\w+\].* zone "z" has no room for \d+ bytes of/), 'more do not, and the log says so');
ok(wait_for(sub { $t->get('/text')->body =~ /^patron_campaigns_no_room_bytes [1-9]/m }),
    'so do the metrics');
my $json = $t->get('/json')->body;
like($json, qr/"campaigns_without_room": ?[1-9]/, 'and the status');
like($json, qr/"reason": ?"patron_zone has no room for the campaigns/,
    'on its first line');
like($t->get('/page.html')->body, qr/first/, 'readers see what they saw');

$redis->cmd('SREM', 'patron:campaigns', map { "top:c$_" } 1 .. 20);

ok(wait_for(sub { $t->get('/text')->body =~ /^patron_campaigns_no_room_bytes 0\b/m }),
    'with fewer of them they fit again');

$t->allow(qr/has no room/);
$t->finish;
