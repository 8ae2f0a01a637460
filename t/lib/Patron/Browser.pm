package Patron::Browser;

# Runs the browser tests of t/browser/*.mjs and counts their results.

use strict;
use warnings;

use Exporter qw(import);
use Test::More;

our @EXPORT = qw(browser_or_skip browser);


sub _build {
    my ($root) = @_;

    return $ENV{BUILD} // "$root/build";
}


# Skips the whole test where t/browser/setup has not been run.

sub browser_or_skip {
    my ($root) = @_;

    return if -d _build($root) . '/browser/node_modules/axe-core'
        && -x ($ENV{CHROMIUM} // '/usr/bin/chromium');

    plan(skip_all => 'no browser: t/browser/setup installs it');
}


# browser($root, 'demo.mjs', arguments ...)

sub browser {
    my ($root, $script, @args) = @_;

    my ($done, $failed);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    open(my $out, '-|', 'node', "$root/t/browser/$script", @args)
        or die "node: $!\n";

    while (my $line = <$out>) {
        chomp $line;

        if ($line =~ /^(not )?ok - (.*)/) {
            $failed = $1;
            ok(!$1, $2);
        } elsif ($line eq 'done') {
            $done = 1;
        } else {
            diag($line) if $failed;
        }
    }

    close($out);
    ok($done && $? == 0, "$script ran to its end");
}


1;
