package Patron::Admin;

# Runs scripts/patron as a person would, and watches every command line that
# it starts.

use strict;
use warnings;

use Exporter qw(import);
use File::Temp ();

our @EXPORT = qw(patron seen);

my $watch;


# Programs of these names are found first, note their arguments and become the
# real ones.

sub _watch {
    my ($t) = @_;

    return $watch if $watch;

    $watch = $t->dir . '/watch';
    mkdir $watch or die "$watch: $!\n";

    for my $name (qw(openssl redis-cli od tr sed iconv head date grep sort cat
        curl perl)) {
        my ($real) = grep { -x } map { "$_/$name" } split /:/, $ENV{PATH};
        $t->file("watch/$name", <<"EOS", 0755);
#!/bin/sh
printf '%s\\n' "$name \$*" >> $watch/seen
exec $real "\$@"
EOS
    }

    my $helper = ($ENV{BUILD} // "$t->{root}/build") . '/patron-helper';
    $t->file('watch/patron-helper', <<"EOS", 0755);
#!/bin/sh
printf '%s\\n' "patron-helper \$*" >> $watch/seen
exec $helper "\$@"
EOS

    return $watch;
}


# patron($t, { stdin => ..., env => { ... } }, 'member', 'list'): the exit
# status, standard output and standard error.

sub patron {
    my ($t, @args) = @_;

    my %o = ref $args[0] ? %{shift @args} : ();
    my $dir = _watch($t);
    my $in = $t->file('patron.in', $o{stdin} // '');

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        $ENV{PATH} = "$dir:$ENV{PATH}";
        $ENV{BUILD} = $dir;
        delete @ENV{qw(PATRON_REDIS PATRON_PREFIX REDISCLI_AUTH)};
        $ENV{PATRON_REDIS} = $t->redis->url if $t->{redis};
        %ENV = (%ENV, %{$o{env}}) if $o{env};
        open(STDIN, '<', $in);
        open(STDOUT, '>', $t->dir . '/patron.out');
        open(STDERR, '>', $t->dir . '/patron.err');
        exec("$t->{root}/scripts/patron", @args);
        exit 127;
    }

    waitpid($pid, 0);

    return ($? >> 8, $t->slurp('patron.out'), $t->slurp('patron.err'));
}


# Every command line so far.

sub seen {
    my ($t) = @_;

    return $t->slurp('watch/seen');
}


1;
