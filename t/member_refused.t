# Redis answers, and refuses to tell of members: the status page says so and why,
# the log once, and both are over when it tells again.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

$redis->cmd(qw(ACL SETUSER nginx on >pw ~* &* +@all -hmget));
$redis->member("m$_") for 0 .. 9;
$t->file('html/page.html', '<html><body>text</body></html>');

$t->{workers} = 2;
$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:1m;
    patron_redis redis://nginx:pw@127.0.0.1:%%PORT_redis%% timeout=5s;
EOC
        patron on;
        add_header X-Source $patron_source;
        location = /status { patron_status_handler format=json; }
EOC

sub source_of {
    return $t->get('/page.html', token => token(sub => $_[0]))
        ->header('X-Source');
}

sub verdict { decode_json($t->get('/status')->body)->{verdict} }

sub is_verdict {
    my ($state, $like, $name) = @_;
    my $got;
    ok(wait_for(sub {
        $got = verdict();
        return $got->{state} eq $state && $got->{reason} =~ $like;
    }), $name) || diag(explain($got));
}

is(source_of("m$_"), 'fallback', "m$_: by the token alone") for 0 .. 9;
is_verdict('bad', qr/members cannot be read.*ACL forbids.*no member is known/,
    'the status page says so, whichever worker is asked');

# Of one reason a worker has one line.

is(source_of("n$_"), 'fallback', "n$_") for 0 .. 9;
my @lines = $t->slurp('error.log') =~ /(member "\S+" cannot be read from)/g;
cmp_ok(scalar(@lines), '>=', 1, 'the log says so');
cmp_ok(scalar(@lines), '<=', 2, 'a line, and not one for each');

$redis->cmd(qw(ACL SETUSER nginx +hmget));
is(source_of('m1'), 'redis', 'it tells again');
is_verdict('good', qr/Redis answers/, 'and the status page');

# A record of another type is that member's trouble alone.


$redis->cmd('SET', 'patron:member:odd', 'text');
is(source_of('odd'), 'fallback', 'a record that is none');
is_verdict('good', qr/Redis answers/, 'is no trouble of all');

# Who is known stays known.

$redis->cmd(qw(ACL SETUSER nginx -hmget));
source_of('m2');
is_verdict('degraded', qr/cannot be read.*known members stay/, 'some are known');
is(source_of('m1'), 'zone', 'they are');

$t->finish;
