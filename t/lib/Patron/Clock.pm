package Patron::Clock;

# A clock that a test sets: nginx is ahead of the machine by some seconds.

use strict;
use warnings;

use Patron::Harness;


# Before nginx is started.

sub new {
    my ($class, $t) = @_;

    my $self = bless { t => $t, file => $t->file('clock', '') }, $class;
    my $library = $t->dir . '/clock.so';

    system(split(' ', $ENV{CC} // 'cc'), qw(-shared -fPIC -O1 -W -Wall -Werror
        -o), $library, "$t->{root}/t/lib/clock.c") == 0
        or die "cannot build clock.c\n";

    $t->{preload} = $library;
    $t->{env}{PATRON_CLOCK} = $self->{file};

    return $self;
}


# So many seconds further, and a request by which its worker knows.

sub forward {
    my ($self, $seconds) = @_;

    truncate($self->{file}, (-s $self->{file}) + $seconds)
        or die "$self->{file}: $!\n";
    $self->{t}->get('/clock');

    return;
}


1;
