package Patron::Origin;

# Origins written in Perl: servers of HTTP and of other protocols whose answers
# are the test's own bytes, in the test's own pieces.

use strict;
use warnings;

use Fcntl qw(:flock);
use IO::Socket::INET;
use POSIX ();
use Socket qw(IPPROTO_TCP TCP_NODELAY);

use Patron::Responder;


# The handler is called with the request { method, uri, path, args, head, body,
# header => sub } and the connection, and returns what is written: the bytes,
# or an array reference of pieces that are sent one by one, of which a code
# reference is called.  After it the connection is closed.  With speaks =>
# 'fastcgi' (or another of Patron::Responder's) the request has params and path
# instead, and the answer is CGI's.

sub start {
    my ($class, $t, $name, $handler, %o) = @_;

    my $port = $t->port($name);
    my $speaks = $o{speaks} && $Patron::Responder::SPEAKS{$o{speaks}};
    my $listen = IO::Socket::INET->new(Listen => 128, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => $port, Proto => 'tcp')
        or die "cannot listen on $port: $!\n";

    my $log = $t->dir . "/origin-$name.log";
    my $pid = fork() // die "fork: $!\n";

    if ($pid) {
        close($listen);
        return bless { pid => $pid, log => $log, owner => $$ }, $class;
    }

    # A group of its own, and none of the test's own pipes held open.

    setpgrp(0, 0);
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>', '/dev/null');

    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    $SIG{CHLD} = 'IGNORE';
    $SIG{PIPE} = 'IGNORE';

    while (1) {
        my $c = $listen->accept or next;
        my $child = fork() // POSIX::_exit(1);

        if ($child == 0) {
            close($listen);
            setsockopt($c, IPPROTO_TCP, TCP_NODELAY, 1);
            eval {
                $speaks ? _respond($c, $speaks, $handler, $log)
                        : _http($c, $handler, $log);
            };
            print STDERR "origin: $@" if $@;
            shutdown($c, 1);
            POSIX::_exit(0);
        }

        close($c);
    }
}


sub stop {
    my ($self) = @_;

    return if $self->{owner} != $$ || !$self->{pid};

    kill('KILL', -$self->{pid}, $self->{pid});
    waitpid(delete $self->{pid}, 0);
}


# The heads of the requests it got, in order, as they came.

sub requests {
    my ($self) = @_;

    open(my $fh, '<:raw', $self->{log}) or return;
    local $/;

    return split /\0/, <$fh> // '';
}


sub forget {
    my ($self) = @_;

    unlink $self->{log};
}


sub _log {
    my ($log, $text) = @_;

    open(my $fh, '>>:raw', $log) or return;
    flock($fh, LOCK_EX);
    syswrite($fh, "$text\0");
    close($fh);
}


sub _write {
    my ($c, $answer) = @_;

    for my $piece (ref $answer eq 'ARRAY' ? @$answer : $answer) {
        if (ref $piece eq 'CODE') {
            my $more = $piece->($c);
            _write($c, $more) or return if defined $more && ref $more;
            next;
        }

        my $offset = 0;
        while ($offset < length $piece) {
            my $n = syswrite($c, $piece, length($piece) - $offset, $offset);
            return if !$n;
            $offset += $n;
        }
    }

    return 1;
}


sub _http {
    my ($c, $handler, $log) = @_;

    my $buffer = '';
    while ($buffer !~ /\r\n\r\n/) {
        sysread($c, $buffer, 65536, length $buffer) or return;
    }

    my ($head, $body) = $buffer =~ /^(.*?\r\n\r\n)(.*)$/s;
    my ($len) = $head =~ /^Content-Length: (\d+)/mi;

    while (length $body < ($len // 0)) {
        sysread($c, $body, 65536, length $body) or return;
    }

    my ($method, $uri) = $head =~ /^(\S+) (\S+)/;
    my ($path, $args) = split /\?/, $uri, 2;

    _log($log, $head);

    _write($c, $handler->({
        method => $method, uri => $uri, path => $path, args => $args // '',
        head   => $head,   body => $body,
        header => sub { $head =~ /^\Q$_[0]\E:\s*(.*?)\r$/mi ? $1 : '' },
    }, $c));
}


# A connection of any other protocol: the request has params and path.

sub _respond {
    my ($c, $speaks, $handler, $log) = @_;

    $speaks->($c, sub {
        my ($param, $body, $write) = @_;

        _log($log, join '', map { "$_: $param->{$_}\r\n" } sort keys %$param);

        my ($path) = split /\?/, $param->{REQUEST_URI} // '';
        my $answer = $handler->({ params => $param, path => $path // '',
            body => $body }, $c);
        my @pieces = ref $answer eq 'ARRAY' ? @$answer : $answer;
        my $all = join '', grep { !ref } @pieces;

        for my $piece (@pieces) {
            ref $piece eq 'CODE' ? $piece->($c) : $write->($piece, $all);
        }
    }, sub { _write($c, $_[0]) });
}


1;
