# Where Redis refuses what a script reads, the log says why: it is no campaign
# without an address, and no crawler whose credit is used up.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_realip');
my $redis = $t->redis(tcp => 1);

$redis->cmd('HSET', 'patron:bot:buyer', addresses => '192.0.2.1', price => 5000,
    credit => 20000);
$redis->cmd('SADD', 'patron:bots', 'buyer');
$redis->cmd('HSET', 'patron:campaign:top:old', html => 'x', url => '/join/');
$redis->cmd('SET', 'patron:campaign:top:text', 'x');
$redis->cmd(qw(ACL SETUSER reader on >pw ~* &* +@all));

$t->file("html/$_.html", article()) for 'page', 'other';
$t->file('wall.html', '<p class=wall>Join</p>');

$t->run(http => <<'EOH', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://reader:pw@127.0.0.1:%%PORT_redis%% timeout=2s;
    patron_zone z:1m;
    set_real_ip_from 127.0.0.1;
EOH
        patron on;
        patron_crawlers on;
        patron_access members;
        patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
        add_header X-Bot $patron_bot;
        add_header X-Why $patron_reason always;

        location = /click {
            patron_access free;
            patron_click_handler default=/appeals/;
        }
EOC

sub buys { return $t->get("/$_[0].html", headers => ['X-Real-IP' => '192.0.2.1']) }
sub goes { return $t->get("/click?c=top:$_[0]")->header('Location') }

sub refusals {
    my ($why) = @_;
    return scalar(() = $t->slurp('error.log') =~ /refused a script: $why/g);
}

ok(wait_for(sub { buys('page')->header('X-Bot') eq 'buyer' }), 'a crawler is known');
is(buys('page')->status, 200, 'and pays');
is(goes('old'), '/join/', 'a campaign that is down leads on');
is(goes('none'), '/appeals/', 'one that is not there does not');
is(refusals(''), 0, 'which is nothing to tell');

is(goes('text'), '/appeals/', 'nor does what is no campaign');
is(refusals('a key is of the wrong type'), 1, 'and that is told');

$redis->cmd(qw(ACL SETUSER reader -hget));

is(goes('old'), '/appeals/', 'nothing may be read: no address');
is(refusals('its ACL forbids the command'), 1, 'the log says why');

my $r = buys('other');
is($r->status, 402, 'nor is anything sold');
like($r->header('X-Why'), qr/redis refuses/, 'for that reason');
is($redis->cmd('HGET', 'patron:bot:buyer', 'credit') % 5000, 0,
    'and nothing is taken');

$t->finish;
