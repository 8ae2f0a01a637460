package Patron::Redis;

# A private Redis on a unix socket, with no persistence, and a client for it.

use strict;
use warnings;

use IO::Socket::INET;
use IO::Socket::UNIX;
use IO::Select;
use POSIX qw(WNOHANG);
use Test::More;


# Options: tcp (listens on a loopback port too, by this name if it is one), args
# (more of its command line).

sub start {
    my ($class, $t, %o) = @_;

    my $self = bless {
        t      => $t,
        socket => $t->dir . '/redis.sock',
        tcp    => $o{tcp} ? $t->port($o{tcp} eq '1' ? 'redis' : $o{tcp}) : 0,
        args   => $o{args} // [],
        owner  => $$,
    }, $class;

    $self->up;

    return $self;
}


# The server's binary, and its major version as it says itself.

sub binary { $ENV{TEST_REDIS_BINARY} || 'redis-server' }
sub binary_version { qx(@{[binary()]} --version) =~ /v=(\d+)/ ? $1 : 0 }


# A node of a cluster has another port, for its bus: before 7.0 the one that is
# ten thousand above.  Returns a name for the node's own port, and arguments.

sub node {
    my ($class, $t, $name) = @_;

    my @args = ('--cluster-enabled', 'yes', '--databases', '1');

    return ($name, @args, '--cluster-port', $t->port("$name-bus"))
        if binary_version() >= 7;

    for my $try (map { "$name-$_" } 1 .. 20) {
        return ($try, @args) if IO::Socket::INET->new(Listen => 1,
            LocalAddr => '127.0.0.1', ReuseAddr => 1,
            LocalPort => $t->port($try) + 10_000);
    }

    die "no port for $name\n";
}


# Starts the server, again after down().

sub up {
    my ($self) = @_;

    my $dir = $self->{t}->dir;

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>>', "$dir/redis.log");
        open(STDERR, '>&', \*STDOUT);
        exec(binary(), '--port', $self->{tcp}, '--bind', '127.0.0.1',
            '--unixsocket', $self->{socket}, '--unixsocketperm', '777',
            '--save', '', '--appendonly', 'no', '--dir', $dir,
            '--daemonize', 'no', '--databases', '4', @{$self->{args}})
            or POSIX::_exit(127);
    }

    $self->{pid} = $pid;

    Patron::Harness::wait_for(sub {
        die "redis-server did not start\n" . $self->{t}->slurp('redis.log')
            if waitpid($pid, WNOHANG) == $pid;
        my $pong = eval { $self->cmd('PING') };
        return defined $pong || ($@ && $@ =~ /NOAUTH|NOPERM/);
    }) or die "redis-server does not answer\n";
}


# Takes the server away at once, as a crash would.

sub down {
    my ($self) = @_;

    delete @{$self}{qw(client monitor)};
    my $pid = delete $self->{pid} or return;

    kill('CONT', $pid);
    kill('KILL', $pid);
    waitpid($pid, 0);
    unlink $self->{socket};
}


sub stop {
    my ($self) = @_;

    $self->down if $self->{owner} == $$;
}


# A server that accepts and says nothing.

sub freeze { kill('STOP', $_[0]{pid}) }
sub thaw { kill('CONT', $_[0]{pid}) }

sub alive { defined $_[0]{pid} }
sub url { 'unix:' . $_[0]{socket} }
sub tcp_url { 'redis://127.0.0.1:' . $_[0]{tcp} }


# One command, its arguments as bytes: the reply as a string, a number, undef
# or an array reference.  Dies for an error reply.

sub cmd {
    my ($self, @argv) = @_;

    if (!$self->{client}) {
        $self->{client} = IO::Socket::UNIX->new(Peer => $self->{socket})
            or die "no Redis: $!\n";
        $self->{buffer} = '';
        if ($self->{password}) {
            $self->cmd('AUTH', @{$self->{password}});
        }
    }

    my $client = $self->{client};
    my $raw = '*' . scalar(@argv) . "\r\n"
        . join '', map { '$' . length($_) . "\r\n$_\r\n" } @argv;

    (syswrite($client, $raw) // 0) == length $raw or die "Redis: $!\n";

    return $self->_reply;
}


sub _fill {
    my ($self) = @_;

    IO::Select->new($self->{client})->can_read(20)
        or die "Redis does not answer\n";

    my $n = sysread($self->{client}, $self->{buffer}, 65536,
        length $self->{buffer});
    if (!$n) {
        delete $self->{client};
        die "Redis closed the connection\n";
    }
}


sub _reply {
    my ($self) = @_;

    my $at;
    $self->_fill while ($at = index($self->{buffer}, "\r\n")) < 0;

    my $line = substr($self->{buffer}, 0, $at + 2, '');
    my ($type, $text) = $line =~ /^(.)(.*)\r\n/s;

    return $text if $type eq '+';
    return 0 + $text if $type eq ':';
    die "$text\n" if $type eq '-';

    if ($type eq '$') {
        return undef if $text < 0;
        $self->_fill while length $self->{buffer} < $text + 2;
        return substr(substr($self->{buffer}, 0, $text + 2, ''), 0, $text);
    }

    return undef if $text < 0;
    return [ map { $self->_reply } 1 .. $text ];
}


# The server's version as a number that compares: 7000015.  Valkey says which
# Redis it is compatible with.

sub version {
    my ($self) = @_;

    return $self->{version} //= $self->cmd('INFO', 'server')
        =~ /^redis_version:(\d+)\.(\d+)\.(\d+)/m
        ? $1 * 1_000_000 + $2 * 1_000 + $3 : 0;
}


# ACL SETUSER with these words, less those that came with 6.2.

sub acl {
    my ($self, @words) = @_;

    @words = grep { !/^(resetchannels$|&)/ } @words
        if $self->version < 6_002_000;

    return $self->cmd('ACL', 'SETUSER', @words);
}


# Writes a member: member('alice', tier => 'gold', ...); without fields an
# active one with nothing else said.

sub member {
    my ($self, $sub, %field) = @_;

    %field = (status => 'active') unless %field;

    $self->cmd('DEL', "patron:member:$sub");
    $self->cmd('HSET', "patron:member:$sub", %field);
}


# The connections other than our own, as lines of CLIENT LIST.

sub clients {
    my ($self) = @_;

    my $id = $self->cmd('CLIENT', 'ID');

    return grep { !/^id=$id / && !/ name=monitor / }
        split /\n/, $self->cmd('CLIENT', 'LIST');
}


# How often commands whose names begin so have been called: calls('hm').

sub calls {
    my ($self, $name) = @_;

    my $n = 0;
    for (split /\r\n/, $self->cmd('INFO', 'commandstats')) {
        $n += $1 if /^cmdstat_\Q$name\E[^:]*:calls=(\d+)/i;
    }

    return $n;
}


# Counts the reads of members from now on: lookups() says how many there have
# been.

sub watch {
    my ($self) = @_;

    my $m = $self->{monitor} = ref($self)->client_of($self->{socket});

    $m->cmd('CLIENT', 'SETNAME', 'monitor');
    $m->cmd('MONITOR');
    $self->{seen} = 0;
}


sub lookups {
    my ($self) = @_;

    my $m = $self->{monitor};
    my $mark = 'mark-' . ++$self->{marks};

    # What was sent before the mark is told before it.

    $self->cmd('ECHO', $mark);

    while (1) {
        my $line = $m->_reply;
        return $self->{seen} if $line =~ /"\Q$mark\E"/;
        $self->{seen}++ if $line =~ /"H\w+" "patron:member:/;
    }
}


# A client alone, for a server that runs.

sub client_of {
    my ($class, $socket) = @_;

    return bless { socket => $socket }, $class;
}


1;
