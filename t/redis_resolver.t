# A server by name, looked up at run time: an answer, a change of address, and a
# resolver that fails.

use strict;
use warnings;

use IO::Select;
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
$t->file('dns', '');

# Answers A queries with the address in the file; empty: no such name; "drop":
# not at all.

my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
    LocalPort => $dns) or die "udp: $!\n";
my $pid = fork() // die "fork: $!\n";

if ($pid == 0) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    while ($socket->recv(my $query, 512)) {
        my ($id, $question) = (substr($query, 0, 2), substr($query, 12));
        my $address = $t->slurp('dns');
        my $type = unpack('n', substr($question, -4, 2));

        next if $address eq 'drop';

        $socket->send($id . pack('n5', $address eq '' ? 0x8183 : 0x8180, 1,
            $address ne '' && $type == 1 ? 1 : 0, 0, 0) . $question
            . ($address ne '' && $type == 1
               ? pack('n n n N n C4', 0xc00c, 1, 1, 1, 4,
                    split /\./, $address)
               : ''));
    }
    POSIX::_exit(0);
}

END { kill('KILL', $pid) if $pid }

$t->run(server => <<'EOC');
    resolver 127.0.0.1:%%PORT_dns%% valid=1s ipv6=off;
    resolver_timeout 1s;
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://redis.test:%%PORT_redis%% timeout=200ms
        connect_timeout=500ms;
    add_header X-State "$patron_state,$patron_source";
EOC

sub state_of {
    return $t->get('/page.html', token => token(sub => 'ann'))
        ->header('X-State');
}

is(state_of(), 'patron,fallback', 'no such name: the page is there');
ok($t->wait_log(qr/is away: its name cannot be resolved/), 'the log says so');

$t->file('dns', '127.0.0.1');
ok(wait_for(sub { state_of() eq 'patron,redis' }), 'a name: found');

# While the connection holds, nobody asks; then the last answer serves.

$t->file('dns', 'drop');
is(state_of(), 'patron,redis', 'a resolver that is silent: no matter');

$redis->down;
$redis->up;
$redis->member('ann', tier => 'gold');
ok(wait_for(sub { state_of() eq 'patron,redis' }),
    'connected again by the last address known');

$t->file('dns', '127.0.0.1');
$redis->down;
is(state_of(), 'patron,fallback', 'gone');
$redis->up;
$redis->member('ann', tier => 'gold');
ok(wait_for(sub { state_of() eq 'patron,redis' }), 'and back');

$t->finish;
