# Redis over TLS: the certificate is verified, by name and by address, and ours
# is shown; what does not verify is not talked to.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $dir = $t->dir;

sub openssl {
    my (@args) = @_;
    my $out = qx(openssl @args 2>&1);
    die "openssl @args:\n$out" if $?;
}

# A CA of our own, a server's certificate and a client's.

openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca",
    "-keyout $dir/ca.key -out $dir/ca.crt");

for (
    [ 'server', 'subjectAltName=DNS:localhost,IP:127.0.0.1' ],
    [ 'client', 'extendedKeyUsage=clientAuth' ],
    [ 'other', 'subjectAltName=DNS:elsewhere.example' ],
    [ 'expired', 'subjectAltName=DNS:localhost,IP:127.0.0.1', 0 ],
) {
    my ($name, $extension, $days) = @$_;
    $t->file("$name.ext", $extension);
    openssl("genrsa -out $dir/$name.key 2048") if $name =~ /^(?:server|client)$/;
    openssl("req -new -subj /CN=$name -out $dir/$name.csr -key $dir/"
        . ($name eq 'client' ? 'client.key' : 'server.key'));
    openssl("x509 -req -in $dir/$name.csr -CA $dir/ca.crt -CAkey $dir/ca.key",
        "-CAcreateserial -days @{[$days // 2]} -extfile $dir/$name.ext",
        "-out $dir/$name.crt");
}

my $port = $t->port('tls');

my $redis = eval {
    $t->redis(args => [ '--tls-port', $port, '--tls-cert-file',
        "$dir/server.crt", '--tls-key-file', "$dir/server.key",
        '--tls-ca-cert-file', "$dir/ca.crt", '--tls-auth-clients', 'yes' ]);
};

plan(skip_all => 'redis-server has no TLS') if !$redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

my $listen = "server {\n    listen 127.0.0.1:%%PORT%%;\n    server_name";
my $own = "cert=$dir/client.crt key=$dir/client.key";

$t->run(http => <<"EOC", server => '        return 204;');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_fallback guest;
    patron_zone z:1m;
    add_header X-State "\$patron_state,\$patron_tier";

    $listen name;
        patron_redis rediss://localhost:$port ca=$dir/ca.crt $own timeout=1s;
    }
    $listen address;
        patron_redis rediss://127.0.0.1:$port ca=$dir/ca.crt $own timeout=1s;
    }
    $listen unknown;
        patron_redis rediss://127.0.0.1:$port $own timeout=1s;
    }
    $listen off;
        patron_redis rediss://127.0.0.1:$port $own verify=off timeout=1s;
    }
    $listen nobody;
        patron_redis rediss://127.0.0.1:$port ca=$dir/ca.crt timeout=1s;
    }
EOC

sub state_of {
    my ($host, $sub) = @_;
    return $t->get('/page.html', token => token(sub => $sub), host => $host)
        ->header('X-State');
}

ok(wait_for(sub { state_of('name', 'ann') eq 'patron,gold' }),
    'verified by name');
ok(wait_for(sub { state_of('address', 'ann') eq 'patron,gold' }),
    'verified by address');
ok(wait_for(sub { state_of('off', 'ann') eq 'patron,gold' }),
    'not verified, as told');
is(state_of('unknown', 'ben'), 'guest,', 'by a CA nobody knows');
is(state_of('nobody', 'ben'), 'guest,', 'without a certificate of our own');

ok($t->wait_log(qr/is away: its certificate does not verify: ca= does not know who/),
    'the log says why');

$redis->cmd(qw(HSET patron:member:ann tier silver));
ok(wait_for(sub { state_of('name', 'ann') eq 'patron,silver' }, 1),
    'changes are heard of over TLS too');

# The server shows a certificate for another host, of the same key: Redis 6
# changes one setting at a time.

$redis->cmd('CONFIG', 'SET', 'tls-cert-file', "$dir/other.crt");
$t->reload;
is(state_of('name', 'cat'), 'guest,', 'another name');
is(state_of('address', 'cat'), 'guest,', 'another address');
ok($t->wait_log(qr/is away: its certificate is for another host/), 'said');
ok($t->wait_log(qr/is away: its certificate is for another address/), 'said');

# One that was forgotten: it was good for no longer than a second.

ok(wait_for(sub { system("openssl x509 -noout -checkend 0"
    . " -in $dir/expired.crt >/dev/null") != 0 }), 'its time is over');
$redis->cmd('CONFIG', 'SET', 'tls-cert-file', "$dir/expired.crt");
$t->reload;
is(state_of('name', 'dan'), 'guest,', 'one that has expired');
ok($t->wait_log(qr/is away: its certificate has expired/), 'said, too');

$t->allow(qr/SSL_do_handshake\(\) failed/);
$t->finish;
