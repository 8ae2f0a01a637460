package Patron::Proxy;

# A proxy in front of a Redis that fails as it is told: see mode().

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);


sub start {
    my ($class, $t, $name, $redis) = @_;

    my $port = $t->port($name);
    my $listen = IO::Socket::INET->new(Listen => 128, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => $port)
        or die "cannot listen on $port: $!\n";

    my $self = bless {
        t    => $t,
        port => $port,
        file => "proxy-$name",
        owner => $$,
    }, $class;

    $self->mode('pass');

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>', '/dev/null');
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        $SIG{PIPE} = 'IGNORE';
        eval { _serve($listen, $redis->{socket}, $t->dir . "/$self->{file}") };
        print STDERR "proxy: $@" if $@;
        POSIX::_exit(0);
    }

    close($listen);
    $self->{pid} = $pid;
    push @{$t->{origins}}, $self;

    return $self;
}


sub url { "redis://127.0.0.1:$_[0]{port}" }


# How the answers of Redis are treated from now on, on all connections:
#
#     pass                as they are
#     slow MILLISECONDS   late
#     hole                nothing passes, in either direction; then closed
#     garbage             other bytes instead
#     half                half of it, then a reset
#     big                 a reply of 100 MB instead
#     wide                an array of 2^31 elements instead
#     deep                arrays in arrays instead
#     extra               another reply after each
#     say TEXT            that line instead, for each command
#     closed              connections are closed

sub mode {
    my ($self, $mode) = @_;

    $self->{t}->file($self->{file}, $mode);
}


sub stop {
    my ($self) = @_;

    return if $self->{owner} != $$ || !$self->{pid};

    kill('KILL', $self->{pid});
    waitpid(delete $self->{pid}, 0);
}


sub _mode {
    my ($file) = @_;

    open(my $fh, '<', $file) or return 'pass';
    return scalar(<$fh>) // 'pass';
}


sub _serve {
    my ($listen, $socket, $file) = @_;

    my $select = IO::Select->new($listen);
    my (%peer, %down, %asked, %hole, @later);

    my $drop = sub {
        my ($s) = @_;
        for my $one (grep { $_ } $s, delete $peer{$s}) {
            delete $peer{$one};
            delete $down{$one};
            $select->remove($one);
            close($one);
        }
    };

    while (1) {
        my @ready = $select->can_read(@later ? 0.001 : 0.05);
        my $mode = _mode($file);

        if ($mode ne 'hole') {
            $drop->($_) for values %hole;
            %hole = ();
        }

        while (@later && $later[0][0] <= time()) {
            my ($when, $to, $data) = @{shift @later};
            $peer{$to} && syswrite($to, $data);
        }

        for my $s (@ready) {

            if ($s == $listen) {
                my $c = $listen->accept or next;

                if ($mode eq 'closed') {
                    close($c);
                    next;
                }

                my $up = IO::Socket::UNIX->new(Peer => $socket);
                if (!$up) {
                    close($c);
                    next;
                }

                setsockopt($c, IPPROTO_TCP, TCP_NODELAY, 1);
                $peer{$c} = $up;
                $peer{$up} = $c;
                $down{$up} = 1;
                $select->add($c, $up);
                next;
            }

            my $to = $peer{$s} or next;

            my $data;

            if (!sysread($s, $data, 65536) || $mode eq 'closed') {
                $drop->($s);
                next;
            }

            if ($mode eq 'hole') {
                $hole{$s} = $s;
                next;
            }

            $asked{$to} += () = $data =~ /^\*\d+\r\n\$/mg if !$down{$s};

            if (!$down{$s} || $mode eq 'pass') {
                syswrite($to, $data);
                $asked{$s} = 0 if $down{$s};

            } elsif ($mode =~ /^slow (\d+)/) {
                push @later, [time() + $1 / 1000, $to, $data];

            } elsif ($mode =~ /^say (.*)/) {
                syswrite($to, "$1\r\n" x $asked{$s});
                $asked{$s} = 0;

            } elsif ($mode eq 'garbage') {
                syswrite($to, join '', map { chr(33 + rand 200) } 1 .. 200);

            } elsif ($mode eq 'half') {
                syswrite($to, substr($data, 0, 1 + length($data) / 2));
                setsockopt($to, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
                $drop->($s);

            } elsif ($mode eq 'big') {
                $data = "\$104857600\r\n" . 'x' x 65536;
                $data = 'x' x 65536 while syswrite($to, $data);
                $drop->($s);

            } elsif ($mode eq 'wide') {
                syswrite($to, "*2147483647\r\n");

            } elsif ($mode eq 'deep') {
                syswrite($to, "*1\r\n" x 10000);

            } elsif ($mode eq 'extra') {
                syswrite($to, "$data:1\r\n");
            }
        }
    }
}


1;
