# What is typed into redis-cli decides the next page.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', '<html><body></body></html>');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    add_header X-State "$patron_state,$patron_tier";
EOC

my $ann = token(sub => 'ann', iat => time() - 10);

sub state_of {
    my $r = $t->get('/page.html', token => $ann);
    return $r->header('X-State') . ($r->body =~ /\[ask\]/ ? ' banner' : '');
}

is(state_of(), 'lapsed, banner', 'nobody yet');

$redis->cmd(qw(HSET patron:member:ann tier gold));
is(state_of(), 'patron,gold', 'joined');

$redis->cmd(qw(HSET patron:member:ann tier silver));
is(state_of(), 'patron,silver', 'another tier');

$redis->cmd(qw(HSET patron:member:ann status paused));
like(state_of(), qr/^paused,.* banner$/, 'paused');

$redis->cmd(qw(HSET patron:member:ann status active));
is(state_of(), 'patron,silver', 'back');

$redis->cmd(qw(HSET patron:member:ann until), time() - 1);
like(state_of(), qr/^lapsed,.* banner$/, 'until has passed');

$redis->cmd(qw(HDEL patron:member:ann until));
is(state_of(), 'patron,silver', 'open-ended');

$redis->cmd(qw(HSET patron:member:ann not_before), time());
like(state_of(), qr/^invalid,.* banner$/, 'older tokens are dead');

$redis->cmd(qw(HDEL patron:member:ann not_before));
$redis->cmd(qw(HSET patron:member:ann status revoked));
like(state_of(), qr/^revoked,.* banner$/, 'revoked');

$redis->cmd(qw(DEL patron:member:ann));
is(state_of(), 'lapsed, banner', 'deleted');

$redis->cmd(qw(HSET patron:member:ann tier gold));
$redis->cmd(qw(FLUSHALL));
is(state_of(), 'lapsed, banner', 'all are gone');

$t->finish;
