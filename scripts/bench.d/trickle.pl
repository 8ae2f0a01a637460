#!/usr/bin/perl
#
# An upstream that sends its pages in drops: trickle.pl PORT FILE BYTES MS
#
# Whatever is asked for, the file, BYTES of it every MS milliseconds.
#

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($port, $name, $bytes, $ms) = @ARGV;

die "usage: trickle.pl PORT FILE BYTES MS\n" unless $ms;

open my $file, '<', $name or die "$name: $!\n";

my $page = do { local $/; <$file> };
my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
    . length($page) . "\r\nConnection: close\r\n\r\n";

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 511,
                                   LocalPort => $port, ReuseAddr => 1)
    or die "listen on $port: $!\n";

my $select = IO::Select->new($listen);
my (%at, %next, %sock);

$SIG{PIPE} = 'IGNORE';

for ( ;; ) {
    my ($soonest) = sort { $a <=> $b } values %next;
    my $wait = defined $soonest ? $soonest - time : 5;

    for my $sock ($select->can_read($wait > 0 ? $wait : 0)) {

        if ($sock == $listen) {
            $select->add($listen->accept);
            next;
        }

        $select->remove($sock);

        if (sysread $sock, my $request, 65536) {
            syswrite $sock, $head;
            $sock{$sock} = $sock;
            $at{$sock} = 0;
            $next{$sock} = time + $ms / 1000;
        }
    }

    for my $key (grep { $next{$_} <= time } keys %next) {
        syswrite $sock{$key}, substr $page, $at{$key}, $bytes;
        $at{$key} += $bytes;
        $next{$key} += $ms / 1000;

        if ($at{$key} >= length $page) {
            close $sock{$key};
            delete $_->{$key} for \%at, \%next, \%sock;
        }
    }
}
