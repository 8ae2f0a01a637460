# A user of Redis that lacks one right: the log tells what cannot be read or
# written, and that it is the ACL; nothing that was counted is lost, and what
# was read before stays.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

my $acl = qr/its ACL forbids the command/;

# The right that lacks, and the lines that tell of it.

my @lacks = (
    [hget => qr/counters cannot be written: $acl/],
    [hset => qr/counters cannot be written: $acl/],
    [hincrby => qr/counters cannot be written: $acl/],
    [scard => qr/"scard:campaigns" cannot be read: $acl/,
        qr/"scard:institutions" cannot be read: $acl/,
        qr/"scard:bots" cannot be read: $acl/],
    [smembers => qr/"smembers:campaigns" cannot be read: $acl/,
        qr/"smembers:institutions" cannot be read: $acl/],
    [hgetall => qr/campaign "top:a" is refused: the ACL of Redis forbids it/],
    [hmget => qr/"hmget:institutions" cannot be read: $acl/,
        qr/"hmget:bots" cannot be read: $acl/,
        qr/"hmget:(?:slot:top|appeals)" cannot be read: $acl/],
    [getrange => qr/"getrange:ticker:sum" cannot be read: $acl/],
);

my $servers = '';

for (@lacks) {
    my ($name) = @$_;

    $redis->cmd(qw(ACL SETUSER), $name, qw(on >pw ~* &* +@all), "-$name");
    $redis->cmd('HSET', "$name:campaign:top:a", 'html', 'camp ${ticker:sum}');
    $redis->cmd('SADD', "$name:campaigns", 'top:a');
    $redis->cmd('SET', "$name:ticker:sum", 5);
    $redis->cmd('HSET', "$name:institution:city", 'addresses', '192.0.2.0/24');
    $redis->cmd('SADD', "$name:institutions", 'city');
    $redis->cmd('HSET', "$name:bot:crawler", 'addresses', '198.51.100.0/24');
    $redis->cmd('SADD', "$name:bots", 'crawler');

    $servers .= <<"EOS";
    server {
        listen  127.0.0.1:%%PORT_$name%%;
        patron on;
        patron_redis redis://$name:pw\@127.0.0.1:%%PORT_redis%% prefix=$name:;
        patron_institutions on;
        patron_crawlers on;
        patron_banner fixed append body html=fixed;
        patron_banner top append body campaign=top;
    }
EOS
}

$t->file('html/page.html', '<html><body><p>text</p></body></html>');

$t->run(server => 'return 204;', http => <<"EOC");
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:4m;
$servers
EOC

for (@lacks) {
    my ($name, @like) = @$_;

    like($t->get('/page.html', port => $name)->body, qr/fixed/,
        "$name: a page is served");
    ok($t->wait_log(qr/\[(?:error|warn)\] [^\n]*$_/), "$name: told, $_")
        for @like;
}

unlike($t->slurp('error.log'), qr/no hash|no set/, 'no other cause is told');

# Given the right, what was counted is in Redis, once.

sub counted {
    my ($name) = @_;
    my ($key) = @{$redis->cmd('KEYS', "$name:stats:*")} or return 0;
    return $redis->cmd('HGET', $key, 'shown.fixed') // 0;
}

for my $name (qw(hget hset hincrby)) {
    $t->get('/page.html', port => $name);
    $redis->cmd(qw(ACL SETUSER), $name, "+$name");
    ok(wait_for(sub { counted($name) >= 2 }), "$name: written");
    is(counted($name), 2, "$name: once");
}

# And what could not be read is.

for my $name (qw(scard smembers hgetall getrange)) {
    $redis->cmd(qw(ACL SETUSER), $name, "+$name");
    $redis->cmd('HSET', "$name:campaign:top:a", 'priority', 1);
    ok(wait_for(sub {
        $t->get('/page.html', port => $name)->body =~ /camp 5/;
    }), "$name: a campaign");
}

$t->finish;
