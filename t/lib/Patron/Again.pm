package Patron::Again;

# Backpressure at every call and allocations that fail: builds the module and
# the preloaded library of t/again/ for the nginx of a test, and asks them.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Test::More;

use Patron::Harness;


# Before run().  Skips the test where nginx's own tree, configured, is not at
# hand: a module can be built for no other.

sub new {
    my ($class, $t) = @_;

    my $tree = _tree($t);

    if (!defined $tree) {
        $t->{finished} = 1;
        plan(skip_all => 'no configured tree of this nginx');
    }

    my $self = bless { t => $t, tree => $tree, number => 0, left => 0 },
        $class;

    $t->{modules} = [$self->_build('ngx_http_again_module')];
    $t->{preload} = $self->_build('fail_alloc') if !_linked($t->{nginx});

    return $self;
}


# Whether this nginx can have its allocations fail without a preloaded library.

sub _linked {
    my ($nginx) = @_;

    return `nm -D --defined-only $nginx` =~ /\bfail_alloc_arm$/m;
}


# The tree that this nginx, or the module beside it, was built in.

sub _tree {
    my ($t) = @_;

    my ($version) = $t->v =~ m{/(\d+\.\d+\.\d+)} or return;
    my $binary = dirname(abs_path($t->{nginx}));
    my @trees = ("$binary/tree", dirname($binary));

    push @trees, dirname($t->{module}) . "/nginx-$version"
        if $t->{module} ne '';

    return (grep { -e "$_/objs/ngx_auto_config.h" } @trees)[0];
}


# t/again/NAME.c as a shared object in build/, anew where it is older.

sub _build {
    my ($self, $name) = @_;

    my $tree = abs_path($self->{tree});
    my $root = $self->{t}{root};
    my $source = "$root/t/again/$name.c";
    my $out = "$tree/objs/$name.so";

    my ($new, $old) = map { (stat $_)[9] // 0 } $source, $out;
    return $out if $old && $old >= $new
        && $old >= (stat "$tree/objs/ngx_auto_config.h")[9];

    my @includes = map { ('-I', $_) } grep { -d }
        "$tree/objs", map { "$tree/src/$_" } qw(core event event/modules
        event/quic os/unix http http/modules http/v2 http/v3);

    my @command = ($ENV{CC} // 'cc', qw(-shared -fPIC -O1 -g -W -Wall -Werror
        -Wno-unused-parameter), @includes, '-o', "$out.$$", $source, '-ldl');

    system(@command) == 0 or die "cannot build $name\n";
    rename("$out.$$", $out) or die "$out: $!\n";

    return $out;
}


# One request, and how many of what the header counts there were in it: what is
# wrong, undef where nothing is, and that number.  The header is X-Again or
# X-Fail-Alloc; wrong looks at the response.

sub try {
    my ($self, $path, $header, $value, $wrong, %o) = @_;

    my $t = $self->{t};
    my ($worker) = $t->workers;

    my $r = eval {
        $t->client(timeout => $Patron::Harness::WATCHDOG, watchdog => 0)
            ->request('GET', $path, close => 1, %o,
                headers => [$header => $value]);
    };

    return 'no end' if $@ =~ /^no answer/;

    # The worker is asked until it has let the request go.

    my %counts;
    my $drained = wait_for(sub {
        my $status = eval { $t->get('/again') } or return;
        %counts = $status->body =~ /(\w+)=(\d+)/g;
        return $counts{requests} <= $self->{left};
    }, $Patron::Harness::WATCHDOG);

    return 'the worker died' if ($t->workers)[0] != $worker;
    if (!$drained) {
        $self->{left} = $counts{requests} // 0;
        return 'the request is left';
    }

    return (scalar $wrong->($r),
        $counts{$header eq 'X-Again' ? 'calls' : 'allocs'});
}


# Tries N = 0, 1, 2 … until there are fewer calls, or allocations, than that:
# what is wrong first, undef where nothing is, and how many requests it took.
# Where $TEST_AGAIN is "all" it is each N, and otherwise N with growing steps.

sub all_n {
    my ($self, $path, $header, $wrong, %o) = @_;

    my $all = all();
    my ($n, $calls, $tried) = (0, 0, 0);

    for ( ; $n <= $calls + 1; $n = $all || $n < 3 ? $n + 1
        : $n + int($n / 2))
    {
        my @values = $header ne 'X-Again' ? $n
            : $all ? ("$n,0", "$n,20") : $n % 2 ? "$n,20" : "$n,0";

        for my $value (@values) {
            (my $what, my $of) = $self->try($path . '?' . ++$self->{number},
                $header, $value, $wrong, %o);
            $tried++;

            return ("$what at $n", $tried) if defined $what;
            $calls = $of;
        }
    }

    return (undef, $tried);
}


sub all { ($ENV{TEST_AGAIN} // '') eq 'all' }


1;
