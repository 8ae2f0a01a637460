# A name with several addresses, of which one is alive: it is found at once, and
# nothing is said of the others.

use strict;
use warnings;

use IO::Socket::INET;
use POSIX ();
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my $dns = $t->port('dns');

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

# Redis listens on the last of them.

my @addresses = map { "127.0.0.$_" } reverse 1 .. 6;

my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
    LocalPort => $dns) or die "udp: $!\n";
my $pid = fork() // die "fork: $!\n";

if ($pid == 0) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    while ($socket->recv(my $query, 512)) {
        my ($id, $question) = (substr($query, 0, 2), substr($query, 12));

        $socket->send($id . pack('n5', 0x8180, 1, scalar @addresses, 0, 0)
            . $question . join '', map {
                pack('n n n N n C4', 0xc00c, 1, 1, 60, 4, split /\./)
            } @addresses);
    }
    POSIX::_exit(0);
}

END { kill('KILL', $pid) if $pid }

$t->run(server => <<'EOC');
    resolver 127.0.0.1:%%PORT_dns%% ipv6=off;
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://redis.test:%%PORT_redis%% timeout=5s;
    add_header X-State "$patron_state,$patron_source";
EOC

sub state_of {
    return $t->get('/page.html', token => token(sub => 'ann'))
        ->header('X-State');
}

for my $time (1 .. 3) {
    is(state_of(), 'patron,redis', "found, $time");
    $t->reload;
}

unlike($t->slurp('error.log'), qr/is away/, 'nothing to be said');

$redis->down;
ok(wait_for(sub { state_of() eq 'patron,fallback' }), 'none is alive');
ok($t->wait_log(qr/is away: /), 'that is said');

$redis->up;
$redis->member('ann', tier => 'gold');
ok(wait_for(sub { state_of() eq 'patron,redis' }), 'found again');

$t->finish;
