# What is started in a Debian root ends with the script that started it,
# whichever signal ends that.  "/" is the root here: the mounts are a namespace's
# own.

use strict;
use warnings;

use Test::More;

plan skip_all => 'needs root, and namespaces'
    if $> != 0
    || system('unshare --mount --pid --fork true >/dev/null 2>&1') != 0;

for my $signal (qw(TERM INT HUP KILL)) {

    # Whatever runs holds the pipe: it ends when the last of them has.

    pipe my $out, my $in or die "pipe: $!";

    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        open STDOUT, '>&', $in or die "dup: $!";
        close $in;
        close $out;
        setpgrp 0, 0;
        $SIG{$signal} = 'DEFAULT' if $signal ne 'KILL';
        exec 'sh', '-c', <<'END', 'sh' or die "exec: $!";
. scripts/lib/roots.sh
root_run / sh -c 'trap "" TERM INT HUP; echo in; sleep 60 & sleep 60'
echo after
END
    }

    close $in;
    is(scalar <$out>, "in\n", "$signal: it runs");

    kill $signal, $pid;
    waitpid $pid, 0;

    my $left = eval {
        local $SIG{ALRM} = sub { die "still there\n" };
        alarm 20;
        my $read = join '', <$out>;
        alarm 0;
        $read;
    };

    is($left // $@, '', 'nothing is left of it');
    kill 'KILL', -$pid;
}

done_testing;
