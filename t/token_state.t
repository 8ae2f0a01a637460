# The state of a reader, as the token and the member's record have it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $now = time();

$redis->member('plain', tier => 'gold', name => 'Ann');
$redis->member('bare', joined => '2020');
$redis->member('active', status => 'active', until => $now + 600);
$redis->member('grace', status => 'grace');
$redis->member('past', until => $now - 10);
$redis->member('paused', status => 'paused');
$redis->member('revoked', status => 'revoked');
$redis->member('renewed', not_before => $now - 100);
$redis->member('odd', status => 'frozen');
$redis->member('a b/c:%', tier => 'gold');
$redis->cmd('DEL', 'patron:member:a b/c:%');
$redis->cmd('HSET', 'patron:member:a%20b%2Fc%3A%25', 'tier', 'gold');
$redis->cmd('SET', 'patron:member:string', 'x');

$t->file('html/page.html', 'x');

$t->run(http => <<'EOC', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;

    server {
        listen 127.0.0.1:%%PORT_token%%;
        add_header X-State "$patron_state,$patron,$patron_tier,$patron_name";
    }
EOC
    patron_redis %%REDIS%%;
    add_header X-State "$patron_state,$patron";
EOC

sub state_of {
    my (%claim) = @_;
    return $t->get('/page.html', token => token(%claim))->header('X-State');
}

is($t->get('/page.html')->header('X-State'), 'guest,', 'no token');
is($t->get('/page.html', token => '')->header('X-State'), 'guest,',
    'an empty one');
is(state_of(sub => 'plain'), 'patron,1', 'a member without status');
is(state_of(sub => 'bare'), 'patron,1', 'with fields of the site\'s own');
is(state_of(sub => 'active'), 'patron,1', 'active, until is to come');
is(state_of(sub => 'grace'), 'patron,1', 'grace');
is(state_of(sub => 'past'), 'lapsed,', 'until has passed');
is(state_of(sub => 'nobody'), 'lapsed,', 'no record');
is(state_of(sub => 'paused'), 'paused,', 'paused');
is(state_of(sub => 'revoked'), 'revoked,', 'revoked');
is(state_of(sub => 'plain', exp => $now - 3600), 'expired,', 'expired');
is(state_of(sub => 'renewed', iat => $now - 200), 'invalid,',
    'issued before not_before');
is(state_of(sub => 'renewed', iat => $now - 50), 'patron,1',
    'issued after it');
is(state_of(sub => 'renewed'), 'invalid,', 'not known when issued');
is(state_of(sub => 'a b/c:%'), 'patron,1', 'a sub percent-encoded in its key');
is(state_of(sub => 'plain', KEY => 'k2'), 'invalid,', 'another key');
isnt(state_of(sub => 'odd'), 'patron,1', 'a status that is not known');

is($t->get('/page.html', port => 'token', token => token(sub => 'x',
    tier => 'gold', name => 'Ann'))->header('X-State'), 'patron,1,gold,Ann',
    'without Redis the token decides');
is($t->get('/page.html', port => 'token', token => token(sub => 'x',
    exp => $now - 3600))->header('X-State') =~ s/,.*//r, 'expired',
    'expired without Redis');

$t->finish;
