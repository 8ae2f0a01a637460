# A Redis of another kind than patron_redis says: no cluster, or no TLS. The log
# says which, once, and pages are served.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

$redis->cmd(qw(ACL SETUSER nginx on >pw ~* &* +@all -cluster));
$t->file('html/page.html', '<html><body>text</body></html>');

my $at = '127.0.0.1:%%PORT_redis%%';
my %url = (
    cluster => "redis://$at cluster",
    forbidden => "redis://nginx:pw\@$at cluster prefix=f:",
    tls => "rediss://$at connect_timeout=200ms",
);

my $http = <<'EOC' . join '', map { <<"EOS" } sort keys %url;
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:1m;
EOC
    server {
        listen 127.0.0.1:%%PORT_$_%%;
        patron on;
        patron_redis $url{$_};
        patron_banner ask append body html=ask;
    }
EOS

$t->run(server => 'return 204;', http => $http);

my %like = (
    cluster => qr/does not tell which node has which slot: it is no cluster/,
    forbidden => qr/which node has which slot: its ACL forbids the command/,
    tls => qr/is away: it does not answer in TLS/,
);

for my $name (sort keys %like) {
    like($t->get('/page.html', port => $name,
        token => token(sub => 'ann'))->body, qr/ask/, "$name: a page");
    ok($t->wait_log(qr/\[error\] [^\n]*$like{$name}/), "$name: told");
}

# It is asked for again and again, and told once.

my $asked = $redis->calls('cluster|slots');
ok(wait_for(sub { $redis->calls('cluster|slots') > $asked + 4 }),
    'it is asked for again');
is(scalar(() = $t->slurp('error.log') =~ /$like{cluster}/g), 1,
    'and told once');

$t->finish;
