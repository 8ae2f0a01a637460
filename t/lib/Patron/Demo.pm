package Patron::Demo;

# Runs scripts/demo for a test.

use strict;
use warnings;

use POSIX qw(WNOHANG);

my $count = 0;


# start($t, arguments of scripts/demo ...): returns when it has said all it has
# to say.

sub start {
    my ($class, $t, @args) = @_;

    my $n = ++$count;
    my $self = bless {
        t     => $t,
        out   => "demo-$n.out",
        port  => $t->port("demo$n"),
        owner => $$,
    }, $class;

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        $SIG{INT} = 'DEFAULT';
        $ENV{TMPDIR} = $t->dir;
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>', $t->dir . "/$self->{out}");
        open(STDERR, '>&', \*STDOUT);
        exec("$t->{root}/scripts/demo", '--no-build', '--port',
            $self->{port}, @args)
            or POSIX::_exit(127);
    }

    $self->{pid} = $pid;

    Patron::Harness::wait_for(sub {
        return 1 if $self->said =~ /^Ctrl-C/m;
        die "the demo does not start:\n" . $self->said
            if waitpid($pid, WNOHANG) == $pid && delete $self->{pid};
        return;
    }) or die "the demo does not start:\n" . $self->said;

    return $self;
}


sub port { $_[0]{port} }


# What it has printed.

sub said {
    my ($self) = @_;

    return $self->{t}->slurp($self->{out});
}


# The directory that it works in.

sub dir {
    my ($self) = @_;

    return $self->said =~ m{(/\S+/patron-demo\.\w+)/} ? $1 : undef;
}


# Sends it the signal; true when it has gone and taken everything along.

sub stop {
    my ($self, $signal) = @_;

    my $dir = $self->dir;
    my $pid = delete $self->{pid} or return;

    kill($signal, $pid);

    return Patron::Harness::wait_for(sub { waitpid($pid, WNOHANG) == $pid })
        && !-e $dir
        && !IO::Socket::INET->new(PeerAddr => '127.0.0.1',
            PeerPort => $self->{port});
}


sub DESTROY {
    my ($self) = @_;

    return if !$self->{pid} || $self->{owner} != $$;

    kill('TERM', $self->{pid});
    waitpid($self->{pid}, 0);
}


1;
