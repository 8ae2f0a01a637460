# A Redis that is slow to let the new workers in: the old ones listen until they
# do, so what is known stays known over a reload, and no change is missed.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Proxy;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $proxy = Patron::Proxy->start($t, 'proxy', $redis);
my $url = $proxy->url;

$redis->member("m$_", tier => 'gold') for 1 .. 20;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<"EOC");
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis $url timeout=5s;
    add_header X-State "\$patron_state,\$patron_tier,\$patron_source";

    location = /status {
        patron off;
        patron_status_handler format=json;
    }
EOC

sub state_of {
    return $t->get('/page.html', token => token(sub => $_[0]))
        ->header('X-State');
}

sub listening {
    return wait_for(sub {
        return JSON::PP::decode_json($t->get('/status')->body)
            ->{redis}{listening};
    });
}

sub known {
    return scalar grep { state_of("m$_") =~ /,zone$/ } 1 .. 20;
}

ok(listening(), 'it listens');
ok(wait_for(sub { known() == 20 }), 'members are known');

# Each answer takes a tenth of a second, and several are needed.

$proxy->mode('slow 100');
my ($old) = $t->workers;
$t->reload;

ok(kill(0, $old), 'the old worker waits');
$redis->cmd(qw(HSET patron:member:m1 tier silver));

ok(listening(), 'the new one listens');
ok(wait_for(sub { $t->workers == 1 }), 'the old one goes');

is(state_of('m1'), 'patron,silver,redis', 'what has changed meanwhile');
is(known(), 20, 'is asked for, nothing else');

# A Redis that lets nobody in does not keep it for ever.

$proxy->mode('hole');
($old) = $t->workers;
$t->reload;
ok(wait_for(sub { !grep { $_ == $old } $t->workers }),
    'nobody comes: the old one goes all the same');
is(state_of('m2') =~ s/zone|stale/zone/r, 'patron,gold,zone',
    'and the page is there');
$proxy->mode('pass');
ok(listening(), 'the new one listens at last');

$t->finish;
