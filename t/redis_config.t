# What patron_redis and patron_zone refuse, with the reason.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('empty', '');
$t->file('password', "secret\n");

sub redis_refused {
    my ($args, $like) = @_;
    $t->refused("patron_redis $args", $like,
        server => "    patron_redis $args;");
}

sub zone_refused {
    my ($args, $like) = @_;
    $t->refused("patron_zone $args", $like,
        http => "    patron_zone $args;");
}

redis_refused('redis://', qr/invalid address .*no host/);
redis_refused('redis://127.0.0.1:0', qr/the port is a number/);
redis_refused('redis://127.0.0.1/x', qr/the database is a number/);
redis_refused('redis://u:s%zz@127.0.0.1', qr/hexadecimal digits/);
redis_refused('redis://[::1', qr/no "\]"/);
redis_refused('unix:redis.sock', qr/absolute path/);
redis_refused('127.0.0.1:6379',
    qr{invalid parameter "127.0.0.1:6379".*: an address begins with redis://});
redis_refused('timeout=1s', qr/no address/);
redis_refused('redis://127.0.0.1 timeout=0', qr/invalid time/);
redis_refused('redis://127.0.0.1 timeout=x', qr/invalid time/);
redis_refused('redis://127.0.0.1 timeout=2m', qr/at most 60s/);
redis_refused('redis://127.0.0.1 prefix=', qr/invalid "prefix="/);
redis_refused('redis://127.0.0.1 bogus=1', qr/invalid parameter "bogus=1"/);
redis_refused('redis://127.0.0.1 cluster sentinel=m', qr/exclude each other/);
redis_refused('redis://127.0.0.1/1 cluster', qr/no databases/);
redis_refused('redis://u@127.0.0.1', qr/a user without a password/);
redis_refused('redis://u:p@127.0.0.1 password_file=%%DIR%%/password',
    qr/two passwords/);
redis_refused('redis://127.0.0.1 password_file=%%DIR%%/none',
    qr/none" failed .*No such file/);
redis_refused('redis://127.0.0.1 password_file=%%DIR%%/empty',
    qr/no password of 1 to 512 bytes/);
redis_refused('redis://127.0.0.1 ca=%%DIR%%/none', qr/need "rediss/);
redis_refused('rediss://127.0.0.1 ca=%%DIR%%/none', qr/none/);
redis_refused('rediss://127.0.0.1 cert=%%DIR%%/none', qr/go together/);
redis_refused('redis://name.invalid', qr/host not found in "name.invalid/);

my ($status, $out) = $t->test_conf(
    server => '    patron_redis redis://u:hunter2@127.0.0.1:x;');
unlike($out, qr/hunter2/, 'a password is not shown');

zone_refused('z', qr/"name:size" is wanted/);
zone_refused(':1m', qr/"name:size" is wanted/);
zone_refused('z:x', qr/invalid size in "z:x"/);
zone_refused('z:16k', qr/at least \d+k/);
zone_refused('z:1m ttl=x', qr/invalid time in "ttl=x"/);
zone_refused('z:1m bogus', qr/invalid parameter "bogus"/);

$t->accepted('all options', http => '    patron_zone z:128k ttl=1m negative=0;',
    server => <<'EOC');
    patron_redis redis://127.0.0.1:7000/3 timeout=20ms connect_timeout=1s
        prefix=site: password_file=%%DIR%%/password;
EOC

$t->accepted('a name for a resolver', server => <<'EOC');
    resolver 127.0.0.1;
    patron_redis redis://name.invalid;
EOC

$t->accepted('an IPv6 address',
    server => '    patron_redis redis://[::1]:7000;');

$t->finish;
