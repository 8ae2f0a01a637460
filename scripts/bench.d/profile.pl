#!/usr/bin/perl
#
# Prints the functions of a callgrind dump by their own instructions a
# request: profile.pl DUMP REQUESTS
#
# callgrind_annotate counts the calls that were under way when the dump began
# as main's own.
#

use strict;
use warnings;

my ($dump, $requests) = @ARGV;
my (%name, %own, $fn, $call);
my $all = 0;

open my $file, '<', $dump or die "$dump: $!\n";

while (<$file>) {
    if (/^fn=\((\d+)\)(?: (.*))?/) {
        $name{$1} = $2 if defined $2;
        $fn = $1;

    } elsif (/^cfn=\((\d+)\) (.*)/) {
        $name{$1} = $2;

    } elsif (/^calls=/) {
        $call = 1;

    } elsif (/^[-+*\d]\S* (\d+)$/) {
        $own{$fn} += $1 unless $call;
        $all += $1 unless $call;
        $call = 0;
    }
}

my %sum;

$sum{$name{$_}} += $own{$_} for keys %own;

my $seen = 0;

for my $f (sort { $sum{$b} <=> $sum{$a} || $a cmp $b } keys %sum) {
    $seen += $sum{$f};
    printf "  %9.0f  %s\n", $sum{$f} / $requests, $f;
    last if $seen > 0.95 * $all;
}
