package Patron::Slow;

# Readers who do not read: over HTTP/2 with a window that is shut and then
# opens byte by byte, and over HTTP/1.1 with a socket that nobody looks into.

use strict;
use warnings;

use Exporter qw(import);
use IO::Select;
use Time::HiRes qw(sleep time);

use Patron::Client;
use Patron::H2;

our @EXPORT = qw(slow_h2 slow_h1);


# Seconds that such a reader looks away.

our $PAUSE = 0.3;

my $MAX_WINDOW = 0x7fffffff;


# A request over HTTP/2 whose window is 0 at first, for a while opens by single
# bytes, and then wide.  Options: port, method, headers, token; bytes (40): how
# many single ones; pause.  The response has "end", too: end, reset, goaway,
# closed or silent; it is truncated unless that is "end".

sub slow_h2 {
    my ($t, $path, %o) = @_;

    my $c = $t->client(port => $o{port} // 'h2');
    my @fields;

    push @fields, ['cookie', "patron=$o{token}"] if defined $o{token};

    my @headers = @{$o{headers} // []};
    while (my ($name, $value) = splice @headers, 0, 2) {
        push @fields, [lc $name, $value];
    }

    $c->write(h2_preface(4 => 0)
        . _window(0, $MAX_WINDOW - 65535)
        . h2_request(1, $o{method} // 'GET', $path, \@fields));

    my $r = bless { fields => [], body => '', end => '' }, 'Patron::Response';

    _h2_read($c, $r, $c->{timeout}, sub { defined $r->{status} });
    sleep $o{pause} // $PAUSE;

    my $bytes = $o{bytes} // 40;

    for (1 .. $bytes) {
        last if $r->{end};
        $c->write(_window(1, 1));
        _h2_read($c, $r, 0.002);
    }

    $c->write(_window(1, $MAX_WINDOW - $bytes));
    _h2_read($c, $r, $c->{timeout});

    $r->{end} ||= 'silent';
    $r->{truncated} = $r->{end} ne 'end';
    $c->close;

    return $r;
}


sub _window {
    my ($stream, $by) = @_;

    return h2_frame(8, 0, $stream, pack 'N', $by);
}


# Frames as they come, until the stream has ended, the condition holds, or
# nothing came for so many seconds.

sub _h2_read {
    my ($c, $r, $timeout, $until) = @_;

    while (!$r->{end} && !($until && $until->())) {

        while (my $frame = h2_take(\$c->{buffer})) {
            _h2_frame($c, $r, @$frame);
        }

        return if $r->{end} || ($until && $until->());
        return if !IO::Select->new($c->{socket})->can_read($timeout);

        $r->{end} = 'closed' if !$c->fill;
    }
}


sub _h2_frame {
    my ($c, $r, $type, $flags, $stream, $payload) = @_;

    if ($type == 0) {
        $r->{body} .= $payload;

    } elsif ($type == 1) {
        my @fields = h2_fields($payload);
        my ($status) = map { $_->[1] } grep { $_->[0] eq ':status' } @fields;

        $r->{status} = $status;
        $r->{fields} = [grep { $_->[0] ne ':status' } @fields];

    } elsif ($type == 3) {
        $r->{end} = 'reset';

    } elsif ($type == 4 && !($flags & 1)) {
        $c->write(h2_frame(4, 1, 0, ''));

    } elsif ($type == 7) {
        $r->{end} = 'goaway';
    }

    $r->{end} = 'end' if $type <= 1 && $flags & 1;
}


# A request over HTTP/1.1 by a reader with next to no socket buffer, who reads
# nothing, then a byte, then nothing, then all.  Best where nginx listens with
# a small sndbuf, too.  Options as of Patron::Client's request; port, pause.

sub slow_h1 {
    my ($t, $path, %o) = @_;

    my $c = $t->client(port => $o{port}, rcvbuf => 4096,
        pause => $o{pause} // $PAUSE);

    my $r = $c->request($o{method} // 'GET', $path, close => 1, %o);
    $c->close;

    return $r;
}


1;
