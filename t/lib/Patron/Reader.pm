package Patron::Reader;

# A reader who keeps cookies, as a browser does, with or without a token.

use strict;
use warnings;


sub new {
    my ($class, $t, %o) = @_;

    my $self = bless { t => $t, jar => {}, port => $o{port} }, $class;
    $self->{jar}{patron} = $o{token} if defined $o{token};

    return $self;
}


# As Patron::Harness's, with the cookies sent and kept.

sub request {
    my ($self, $method, $path, %o) = @_;

    my $jar = $self->{jar};

    if (%$jar) {
        $o{headers} = [ @{$o{headers} // []},
            Cookie => join '; ', map { "$_=$jar->{$_}" } sort keys %$jar ];
    }

    my $r = $self->{t}->request($method, $path, port => $self->{port}, %o);

    $self->keep($r);

    return $r;
}


sub get {
    my ($self, $path, %o) = @_;

    return $self->request('GET', $path, %o);
}


sub keep {
    my ($self, $r) = @_;

    for my $field (@{$r->{fields}}) {
        next if lc $field->[0] ne 'set-cookie';

        my ($name, $value, $rest) = $field->[1] =~ /^([^=]+)=([^;]*)(.*)/;
        $self->{jar}{$name} = $value;
        delete $self->{jar}{$name} if $rest =~ /Max-Age=0\b/;
    }
}


1;
