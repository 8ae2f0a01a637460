#!/usr/bin/perl
#
# How long readers wait for the headers, and for the first and the last byte of
# a page:
#
#     latency.pl PORT PATH CONNECTIONS RATE SECONDS [TOKEN]
#
# Over CONNECTIONS keep-alive connections RATE requests begin a second, evenly,
# whether those before have been answered or not.  Prints, in microseconds, the
# median and the 99th percentile: of the headers, of the first byte, of the
# last.
#

use strict;
use warnings;

use IO::Poll qw(POLLIN);
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($port, $path, $connections, $rate, $seconds, $token) = @ARGV;

die "usage: latency.pl PORT PATH CONNECTIONS RATE SECONDS [TOKEN]\n"
    unless $seconds;

my $request = "GET $path HTTP/1.1\r\nHost: localhost\r\n"
    . "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101\r\n"
    . "Accept: text/html\r\n"
    . (defined $token ? "Cookie: patron=$token\r\n" : '') . "\r\n";

my $poll = IO::Poll->new;
my (@idle, %of, @head, @first, @last);


sub dial {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
        || die "latency.pl: connect to $port: $!\n";
}


sub begin {
    my ($at) = @_;

    my $sock = shift @idle or return 0;

    $of{$sock} = { at => $at, head => '', left => undef, end => '' };
    syswrite $sock, $request or die "latency.pl: write: $!\n";
    $poll->mask($sock => POLLIN);

    return 1;
}


# True at the end of the answer.

sub take {
    my ($r, $in) = @_;

    if (defined $r->{head}) {
        $r->{head} .= $in;

        my $at = index $r->{head}, "\r\n\r\n";

        return 0 if $at < 0;

        my $head = substr $r->{head}, 0, $at + 2;

        die "latency.pl: $head" unless $head =~ m{^HTTP/1\.1 200 };

        $in = substr $r->{head}, $at + 4;
        $r->{head} = undef;
        $r->{headers} = time;
        $r->{left} = $1 if $head =~ /^content-length: (\d+)/im;
    }

    $r->{first} //= time if length $in;

    if (defined $r->{left}) {
        $r->{left} -= length $in;
        return $r->{left} <= 0;
    }

    $r->{end} = substr $r->{end} . $in, -7;

    return $r->{end} eq "\r\n0\r\n\r\n";
}


sub answer {
    my ($sock) = @_;

    my $r = $of{$sock};

    sysread $sock, my $in, 262144 or die "latency.pl: closed on $path\n";

    return unless take($r, $in);

    push @head, $r->{headers} - $r->{at};
    push @first, $r->{first} - $r->{at};
    push @last, time - $r->{at};

    $poll->remove($sock);
    push @idle, $sock;
}


sub percentile {
    my ($share, @values) = @_;

    @values = sort { $a <=> $b } @values;

    return int 1e6 * $values[$share * $#values];
}


@idle = map { dial() } 1 .. $connections;

my $start = time;
my ($begun, $all) = (0, $rate * $seconds);

while (@first < $all) {
    my $now = time;

    while ($begun < $all && $start + $begun / $rate <= $now) {
        last unless begin($start + $begun / $rate);
        $begun++;
    }

    my $wait = $start + $begun / $rate - time;

    $poll->poll($begun == $all || !@idle ? 5 : $wait > 0 ? $wait : 0);
    answer($_) for $poll->handles(POLLIN);

    die "latency.pl: no answer for $path\n" if time > $start + $seconds + 20;
}

print join(' ', map { my $times = $_;
                      map { percentile($_, @$times) } 0.5, 0.99
                    } \@head, \@first, \@last), "\n";
