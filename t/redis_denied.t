# A Redis that takes nobody in says why and closes at once: that is what the log
# says, though the connection broke as something was written to it.

use strict;
use warnings;

use IO::Socket::INET;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->file('html/page.html', article());

my %says = (
    denied => ['-DENIED Redis is running in protected mode because protected mode '
        . 'is enabled and no password is set for the default user.',
        qr/it is in protected mode/],
    full => ['-ERR max number of clients reached', qr/its maxclients is reached/],
);

my @servers;

for my $name (sort keys %says) {
    my $listen = IO::Socket::INET->new(Listen => 9, ReuseAddr => 1,
        LocalAddr => '127.0.0.1:' . $t->port($name)) or die "listen: $!\n";
    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        while (my $s = $listen->accept) {
            syswrite($s, "$says{$name}[0]\r\n");
            close $s;
        }
        exit 0;
    }

    push @servers, $pid;
}

my $listen = "server {\n    listen 127.0.0.1:%%PORT%%;\n    server_name";

$t->run(server => 'return 204;', http => <<"EOC");
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
    patron on;
    patron_banner ask append body html=ask;
    $listen denied;
        patron_redis redis://127.0.0.1:%%PORT_denied%%;
    }
    $listen full;
        patron_redis redis://127.0.0.1:%%PORT_full%%;
    }
EOC

for my $name (sort keys %says) {
    ok(wait_for(sub {
        $t->get('/page.html', host => $name, token => token(sub => 'x'));
        my $port = $t->port($name);
        my @lines = $t->slurp('error.log') =~ /redis 127\.0\.0\.1:$port is away: (.*)/g;
        return @lines;
    }), "$name: it is away");
}

# Some more tries, of which each may break at another place.

wait_for(sub { my $n = () = $t->slurp('error.log') =~ /is away/g; $n > 6 }, 3);

for my $name (sort keys %says) {
    my $port = $t->port($name);
    my @lines = $t->slurp('error.log') =~ /redis 127\.0\.0\.1:$port is away: (.*)/g;
    is_deeply([grep { $_ !~ $says{$name}[1] } @lines], [], "$name: no other reason");
}

kill 'TERM', @servers;
waitpid($_, 0) for @servers;
$t->finish;
