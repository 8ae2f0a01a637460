package Patron::Cluster;

# Several servers for one test: primaries and replicas, sentinels, the nodes of
# a cluster, each on a port of its own.

use strict;
use warnings;

use POSIX ();

use Patron::Harness ();
use Patron::Redis;


sub new {
    my ($class, $t) = @_;

    my $self = bless { t => $t, owner => $$ }, $class;
    push @{$t->{origins}}, $self;

    return $self;
}


# A server by a name of the test's own, with more of its command line.

sub redis {
    my ($self, $name, @args) = @_;

    return $self->_start($name, '--save', '', '--appendonly', 'no',
        '--repl-diskless-sync-delay', '0', @args);
}


# A sentinel that watches the server as "mine"; two must agree.

sub sentinel {
    my ($self, $name, $primary) = @_;

    my $port = $self->{t}->port($name);
    my $dir = $self->{t}->dir . "/$name";

    mkdir $dir;
    $self->{t}->file("$name/sentinel.conf", <<"EOC");
port $port
bind 127.0.0.1
dir $dir
sentinel monitor mine 127.0.0.1 $primary->{port} 2
sentinel down-after-milliseconds mine 1000
sentinel failover-timeout mine 5000
sentinel parallel-syncs mine 2
EOC

    return $self->_start($name, "$dir/sentinel.conf", '--sentinel');
}


# n nodes of a cluster, the first half primaries, the rest their replicas.

sub nodes {
    my ($self, $n) = @_;

    my @nodes = map {
        $self->redis(Patron::Redis->node($self->{t}, "node$_"),
            '--cluster-node-timeout', '1000')
    } 1 .. $n;

    my $all = join ' ', map { "127.0.0.1:$_->{port}" } @nodes;
    my $replicas = $n > 3 ? '--cluster-replicas 1' : '';
    my $out = qx(redis-cli --cluster create $all $replicas --cluster-yes 2>&1);
    die "no cluster:\n$out" if $?;

    Patron::Harness::wait_for(sub {
        return $n == grep {
            $_->cmd('CLUSTER', 'INFO') =~ /state:ok/
                && $_->cmd('INFO', 'replication') !~ /master_link_status:down/
        } @nodes;
    }, 60) or die "the cluster is not up\n";

    return @nodes;
}


sub _start {
    my ($self, $name, @args) = @_;

    my $t = $self->{t};
    my $port = $t->port($name);
    my $dir = $t->dir . "/$name";

    mkdir $dir;

    my $server = bless {
        t => $t,
        port => $port,
        socket => "$dir/redis.sock",
        tcp => $port,
        args => [],
        owner => $$,
    }, 'Patron::Redis';

    my @common = ("$args[0]" =~ /\.conf$/)
        ? ('--unixsocket', $server->{socket})
        : ('--port', $port, '--bind', '127.0.0.1', '--dir', $dir,
           '--unixsocket', $server->{socket});

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>>', "$dir/log");
        open(STDERR, '>&', \*STDOUT);
        exec(Patron::Redis->binary, @args, @common)
            or POSIX::_exit(127);
    }

    $server->{pid} = $pid;
    push @{$self->{servers}}, $server;

    Patron::Harness::wait_for(sub {
        return defined eval { $server->cmd('PING') };
    }) or die "$name does not answer\n" . $t->slurp("$name/log");

    return $server;
}


sub stop {
    my ($self) = @_;

    return if $self->{owner} != $$;
    $_->down for @{$self->{servers} // []};
}


1;
