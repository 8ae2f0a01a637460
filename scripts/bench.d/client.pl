#!/usr/bin/perl
#
# A client that sends a given number of requests, one after another, over one
# keep-alive connection, and accepts nothing but 200:
#
#     client.pl PORT PATH COUNT [tokens=FILE] [cookies=TEXT] [browsers=new]
#         [skip=N] [depth=N]
#
# tokens= has one membership token a line, taken in turn from the line skip=;
# cookies= is sent as it is;
# with browsers=new each request is by a browser of its own, from the number
# skip= on; depth= requests are under way at once.
#
#     client.pl PORT PATH COUNT idle
#
# opens COUNT connections, sends one request on each, prints "ready" and holds
# them until its input ends.
#

use strict;
use warnings;

use IO::Socket::INET;

my ($port, $path, $count, @options) = @ARGV;

die "usage: client.pl PORT PATH COUNT [OPTION...]\n" unless $count;

my %option = map { /^(\w+)=(.*)/ ? ($1, $2) : ($_, 1) } @options;
my $depth = $option{depth} || 1;
my $new = ($option{browsers} || '') eq 'new';
my ($sock, $in, @tokens);

# What a browser sends.

my $agent = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko";
my $headers = join '', map { "$_\r\n" }
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.5",
    "Accept-Encoding: gzip, deflate",
    "Connection: keep-alive";


sub dial {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
        or die "client.pl: connect to $port: $!\n";

    return $s;
}


sub more {
    my $n = sysread($sock, $in, 262144, length $in);

    die "client.pl: connection closed on $path\n" unless $n;
}


sub skip {
    my ($n) = @_;

    while (length $in < $n) {
        $n -= length $in;
        $in = '';
        more();
    }

    substr($in, 0, $n, '');
}


sub line {
    my $at;

    more() while ($at = index($in, "\r\n")) < 0;

    return substr(substr($in, 0, $at + 2, ''), 0, $at);
}


sub answer {
    my $at;

    more() while ($at = index($in, "\r\n\r\n")) < 0;

    my $head = substr($in, 0, $at + 4, '');

    die 'client.pl: ', $head =~ /^(.*?)\r/, " on $path\n"
        unless $head =~ m{^HTTP/1\.1 200 };

    return skip($1) if $head =~ /^content-length: (\d+)/im;

    die "client.pl: no length on $path\n"
        unless $head =~ /^transfer-encoding: chunked/im;

    while ((my $size = hex line()) > 0) {
        skip($size + 2);
    }

    line();
}


sub request {
    my ($i) = @_;

    my $cookie = @tokens ? "Cookie: patron=$tokens[$i % @tokens]\r\n"
               : $option{cookies} ? "Cookie: $option{cookies}\r\n" : '';

    my $browser = sprintf '%08d', $new ? $i : 20100101;

    return "GET $path HTTP/1.1\r\nHost: localhost\r\n$agent/$browser\r\n"
           . "$headers$cookie\r\n";
}


if ($option{tokens}) {
    open my $file, "<", $option{tokens} or die "$option{tokens}: $!\n";
    chomp(@tokens = <$file>);
}

if ($option{idle}) {
    my @all;

    for (1 .. $count) {
        $in = '';
        $sock = dial();
        print $sock request(0);
        $sock->flush();
        answer();
        push @all, $sock;
    }

    $| = 1;
    print "ready\n";
    <STDIN>;
    exit 0;
}

$in = '';
$sock = dial();
$sock->autoflush(1);

my ($sent, $got) = (0, 0);
my $from = $option{skip} || 0;

while ($got < $count) {
    my $batch = '';

    while ($sent < $count && $sent - $got < $depth) {
        $batch .= request($from + $sent++);
    }

    print $sock $batch;

    while ($got < $sent) {
        answer();
        $got++;
    }
}
