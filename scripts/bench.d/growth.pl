#!/usr/bin/perl
#
# How much memory a process gains at its peak while a command runs, in KB:
# growth.pl PID COMMAND...
#
# Samples the resident pages in /proc/PID/smaps_rollup, a hundred times a
# second: the figures in /proc/PID/status are off by the kernel's per-CPU
# counters.  The command's own output goes to standard error.
#

use strict;
use warnings;

use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep);

my ($pid, @command) = @ARGV;


sub resident {
    open my $file, '<', "/proc/$pid/smaps_rollup"
        or die "growth.pl: process $pid: $!\n";

    while (<$file>) {
        return $1 if /^Rss:\s+(\d+)/;
    }

    die "growth.pl: no Rss for $pid\n";
}


my $before = resident();
my $peak = $before;
my $child = fork // die "growth.pl: fork: $!\n";

if ($child == 0) {
    open STDOUT, '>&', \*STDERR;
    exec @command or die "growth.pl: $command[0]: $!\n";
}

while (waitpid($child, WNOHANG) == 0) {
    my $now = resident();

    $peak = $now if $now > $peak;
    sleep 0.01;
}

exit 1 if $?;

print $peak - $before, "\n";
