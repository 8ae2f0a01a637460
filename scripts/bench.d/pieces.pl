#!/usr/bin/perl
#
# The hostile pages (see hostile.html) of the bench:
#
#     pieces.pl PORT FILE           an upstream: /N is the page N of them, from 1
#                                   on, in the pieces that it says
#     pieces.pl list FILE           their names, a line each
#     pieces.pl right FILE BANNER   what is right, on standard output: page after
#                                   page, NUL behind each
#

use strict;
use warnings;

use IO::Socket::INET;
use Time::HiRes qw(sleep);

my ($what, $name, $banner) = @ARGV;

sub slurp {
    my ($path) = @_;

    open my $file, '<', $path or die "$path: $!\n";
    local $/;

    return <$file>;
}

my ($about, @pages) = split /^== /m, slurp($name);

if ($what eq 'list') {
    print map { /^(.*)/ && "$1\n" } @pages;
    exit;
}

s/^.*\n// for @pages;

if ($what eq 'right') {
    my $html = slurp($banner);

    for (@pages) {
        s/\{\{SPLIT\}\}//;
        s/\{\{MISSING\}\}/<\/article>/;
        s/\{\{HERE\}\}/$html/;
        print $_, "\0";
    }

    exit;
}

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16,
                                   LocalPort => $what, ReuseAddr => 1)
    or die "listen on $what: $!\n";

while (my $sock = $listen->accept) {
    $sock->autoflush(1);

    my $asked = <$sock> // '';
    my ($n) = $asked =~ m{^GET /(\d+)};

    while (defined(my $line = <$sock>)) {
        last if $line eq "\r\n";
    }

    next unless $n && $n <= @pages;

    my @pieces = split /\{\{SPLIT\}\}/,
                 $pages[$n - 1] =~ s/\{\{(?:HERE|MISSING)\}\}//gr;

    print $sock "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
        . length(join '', @pieces) . "\r\nConnection: close\r\n\r\n";

    while (@pieces) {
        print $sock shift @pieces;
        sleep 0.05 if @pieces;
    }
}
