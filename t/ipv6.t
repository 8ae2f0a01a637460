# Readers, the CMS and Redis by IPv6.

use strict;
use warnings;

use IO::Socket::INET;
use Socket qw(AF_INET6 SOCK_STREAM pack_sockaddr_in6 inet_pton);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $probe;
plan(skip_all => 'no IPv6')
    if !socket($probe, AF_INET6, SOCK_STREAM, 0)
        || !bind($probe, pack_sockaddr_in6(0, inet_pton(AF_INET6, '::1')));

plan(skip_all => 'no curl') if qx(curl -V 2>/dev/null) eq '';

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1, args => [ '--bind', '::1' ]);
my $port = $t->port('six');

$redis->member('ann', tier => 'gold');
$redis->cmd(qw(HSET patron:campaign:top:a html <i>A</i>));
$redis->cmd(qw(HSET patron:campaign:top:b html <i>B</i>));
$redis->cmd(qw(SADD patron:campaigns top:a top:b));

$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone z:1m;
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://[::1]:%%PORT_redis%% timeout=5s;
    patron_banner top prepend body campaign=top;
    add_header X-State "$patron_state,$patron_source";

    server {
        listen [::1]:%%PORT_six%%;
        location / {
            proxy_pass http://[::1]:%%PORT_six%%/cms/;
            proxy_set_header Accept-Encoding "";
        }
        location /cms/ {
            patron off;
            alias %%DIR%%/html/;
        }
    }
EOC
EOC

my $ann = token(sub => 'ann');
my $url = "http://[::1]:$port/page.html";

like(qx(curl -gsSi -m 20 -b patron=$ann $url), qr/^X-State: patron,redis/m,
    'a patron');

my $page;
ok(wait_for(sub { ($page = qx(curl -gsS -m 20 $url)) =~ m{<i>[AB]</i>} }),
    'a guest, and a campaign');
is(qx(curl -gsS -m 20 $url), $page, 'the same one again');

$redis->down;
ok($t->wait_log(qr/redis \[::1\]:\d+ is away/), 'the address in the log');

$t->finish;
