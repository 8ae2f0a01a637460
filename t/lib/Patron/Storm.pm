package Patron::Storm;

# For tests that throw random things at nginx: a seed that is printed and can
# be given again, a time budget, processes that storm side by side, and bytes
# that are damaged.

use strict;
use warnings;

use Exporter qw(import);
use POSIX ();
use Test::More;
use Time::HiRes qw(time);

use Patron::Harness ();

our @EXPORT = qw(seed budget chance one_of junk words damage pieces serving
    storm);

my $seed;


# The seed of the run: TEST_SEED, or another every time.

sub seed {
    if (!defined $seed) {
        $seed = $ENV{TEST_SEED} || int(time() * 1000) % 1_000_000_007;
        print "# TEST_SEED=$seed TEST_STORM=@{[budget()]}\n";
    }

    return $seed;
}


# Seconds that a storm lasts: TEST_STORM.

sub budget { $ENV{TEST_STORM} || 8 }

sub chance { rand() < $_[0] }
sub one_of { $_[rand @_] }


# Bytes of any kind.

sub junk {
    my ($max) = @_;

    my $n = int rand(1 + $max);

    return chance(0.5) ? join('', map { chr int rand 256 } 1 .. $n)
        : join('', map { chr(32 + int rand 95) } 1 .. $n);
}


# Some of the words, with something between.

sub words {
    my ($n, @words) = @_;

    return join '', map { one_of(@words) } 1 .. 1 + int rand $n;
}


# The bytes with some of them changed, lost, doubled or put in.

sub damage {
    my ($bytes, @words) = @_;

    for (1 .. 1 + int rand 4) {
        my $at = int rand(1 + length $bytes);
        my $len = int rand(1 + (chance(0.3) ? 200 : 4));
        my $how = int rand 5;

        $len = length($bytes) - $at if $at + $len > length $bytes;

        if ($how == 0) {
            substr($bytes, $at, $len, '');
        } elsif ($how == 1) {
            substr($bytes, $at, $len, junk($len));
        } elsif ($how == 2) {
            substr($bytes, $at, 0, substr($bytes, $at, $len) x (1 + rand 3));
        } elsif ($how == 3 && @words) {
            substr($bytes, $at, 0, words(3, @words));
        } elsif ($at < length $bytes) {
            substr($bytes, $at, 1,
                chr(ord(substr $bytes, $at, 1) ^ 1 << int rand 8));
        }
    }

    return $bytes;
}


# The bytes in pieces of any size, at most as many.

sub pieces {
    my ($bytes, $most) = @_;

    my @pieces;
    my $size = one_of(1, 3, 50, 1000, 5000);
    $size = 1 + length($bytes) / $most if length($bytes) / $size > $most;

    while (length $bytes) {
        push @pieces, substr($bytes, 0, 1 + rand(2 * $size), '');
    }

    return @pieces;
}


# The workers of nginx, without the processes for its caches, once all of them
# are there by their names.

sub serving {
    my ($t) = @_;

    my @serving;

    Patron::Harness::wait_for(sub {
        @serving = ();

        for my $pid ($t->workers) {
            open(my $fh, '<', "/proc/$pid/cmdline") or next;
            push @serving, $pid if (<$fh> // '') =~ /worker process/;
        }

        return @serving >= $t->{workers};
    });

    return @serving;
}


# Runs the code again and again in some processes until the budget is spent,
# the number of the turn as its argument; what it dies of is a failure of the
# test.  Returns how many turns there were.

sub storm {
    my ($t, $processes, $turn) = @_;

    my $until = time() + budget();

    my @pids = map {
        my $k = $_;
        my $pid = fork() // die "fork: $!\n";

        if ($pid == 0) {
            $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
            my ($n, $failed) = (0, '');

            while (time() < $until && length($failed) < 4000) {
                my $number = $k + $processes * $n++;
                srand(seed() + $number);
                eval { $turn->($number); 1 }
                    or $failed .= "turn $number: $@";
            }

            $t->file("storm-$k", "$n\n$failed");
            POSIX::_exit(0);
        }
        $pid;
    } 0 .. $processes - 1;

    waitpid($_, 0) for @pids;

    my ($turns, $failed) = (0, '');

    for my $k (0 .. $processes - 1) {
        my ($n, $what) = $t->slurp("storm-$k") =~ /^(\d+)\n(.*)/s;
        $turns += $n // 0;
        $failed .= $what // "process $k died\n";
    }

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    ok($failed eq '', "$turns turns") || diag($failed);

    return $turns;
}


1;
