# Passwords, ACL users, and what happens when they change.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my $port = $t->port('redis');

# The very rights that the module needs to read, and to hear of changes.

$redis->acl(qw(nginx on >s3cr:et/@ resetkeys ~patron:* resetchannels
    &__redis__:invalidate -@all +hmget +pttl +ping +client|setname +client|id
    +client|tracking +subscribe));
$redis->cmd(qw(CONFIG SET requirepass topsecret));
$redis->{password} = ['topsecret'];

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');
$t->file('password', 'topsecret');

my $listen = "server {\n    listen 127.0.0.1:%%PORT%%;\n    server_name";

$t->run(http => <<"EOC", server => '        return 204;');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_fallback guest;
    patron_zone z:1m;
    add_header X-State "\$patron_state,\$patron_tier";

    $listen user;
        patron_redis redis://nginx:s3cr%3Aet%2F%40\@127.0.0.1:$port timeout=2s;
    }
    $listen file;
        patron_redis redis://127.0.0.1:$port timeout=2s
            password_file=%%DIR%%/password;
    }
    $listen wrong;
        patron_redis redis://nginx:guess\@127.0.0.1:$port timeout=2s;
    }
    $listen none;
        patron_redis redis://127.0.0.1:$port timeout=2s;
    }
    $listen database;
        patron_redis redis://:topsecret\@127.0.0.1:$port/99 timeout=2s;
    }
EOC

sub state_of {
    my ($host, $sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub), host => $host)
        ->header('X-State');
}

is(state_of('user', 'ann'), 'patron,gold', 'a user with no more rights');
is(state_of('file', 'ann'), 'patron,gold', 'a password from a file');
is(state_of('wrong', 'ben'), 'guest,', 'a wrong password');
is(state_of('none', 'ben'), 'guest,', 'no password');
is(state_of('database', 'ben'), 'guest,', 'no such database');

ok($t->wait_log(qr/is away: user or password are wrong/), 'the log says so');
ok($t->wait_log(qr/is away: it wants a password/), 'and so');
ok($t->wait_log(qr/is away: SELECT failed: has it a database of that number\?/),
    'and what to look at');
unlike($t->slurp('error.log'), qr/does not tell of changes/,
    'the rights suffice to listen');
unlike($t->slurp('error.log'), qr/s3cr|topsecret|guess/,
    'no password is in the log');

# What was wrong becomes right.

$redis->cmd(qw(ACL SETUSER nginx >guess));
ok(wait_for(sub { state_of('wrong', 'ann') eq 'patron,gold' }),
    'the password is right now');

$t->finish;
