#!/usr/bin/perl
#
# How long a change typed into Redis takes to decide the next page on every
# worker: changes.pl PORT SOCK TOKEN WORKERS TIMES NAME
#
# Holds one keep-alive connection to each worker, changes the member's status,
# and asks the workers in turn until all have seen it.  Prints milliseconds at
# the median, the 99th percentile and the most; a change that is not seen
# within a second ends the run.
#

use strict;
use warnings;

use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes qw(time);

my ($port, $path, $token, $workers, $times, $name) = @ARGV;
my %worker;

my $redis = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";


sub command {
    print $redis '*' . @_ . "\r\n",
          map { '$' . length . "\r\n$_\r\n" } @_;
    $redis->flush();

    my $line = <$redis>;

    die "changes.pl: Redis says $line" if $line =~ /^-/;
}


# Asks for a page by HEAD; returns the worker and the reader's state.

sub ask {
    my ($sock) = @_;

    print $sock "HEAD /state/tiny.html HTTP/1.1\r\nHost: localhost\r\n"
                . "Cookie: patron=$token\r\n\r\n";
    $sock->flush();

    my $head = '';

    while (my $line = <$sock>) {
        $head .= $line;
        last if $line eq "\r\n";
    }

    my ($pid) = $head =~ /^x-worker: (\d+)/im;
    my ($state) = $head =~ /^x-state: (\w+)/im;

    die "changes.pl: no state in the answer\n" unless $pid && $state;

    return ($pid, $state);
}


for (1 .. 200) {
    my $sock = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                     PeerPort => $port)
        or die "changes.pl: connect: $!\n";
    my ($pid) = ask($sock);

    $worker{$pid} //= $sock;
    last if keys %worker == $workers;
}

die 'changes.pl: reached ' . keys(%worker) . " of $workers workers\n"
    unless keys %worker == $workers;

my (@took, $late);

CHANGE:
for my $i (1 .. $times) {
    my $want = $i % 2 ? 'revoked' : 'active';

    command('HSET', 'patron:member:reader-0', 'status', $want);

    my $state = $want eq 'active' ? 'patron' : 'revoked';
    my $start = time;

    for my $sock (values %worker) {
        while ((ask($sock))[1] ne $state) {
            if (time - $start > 1) {
                $late = 1;
                last CHANGE;
            }
        }
    }

    push @took, (time - $start) * 1000;
}

command('HSET', 'patron:member:reader-0', 'status', 'active');

if ($late) {
    printf "  %-22s a change was not seen within a second, after %d that"
           . " were\n", "$name:", scalar @took;
    exit 0;
}

@took = sort { $a <=> $b } @took;

printf "  %-22s %d changes, %d workers: median %.2f ms, 99th percentile"
       . " %.2f ms, most %.2f ms (goal 100 ms)\n",
       "$name:", scalar @took, $workers, $took[@took / 2], $took[@took * 0.99],
       $took[-1];
