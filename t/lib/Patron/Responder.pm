package Patron::Responder;

# What an origin speaks that is no HTTP/1: FastCGI, SCGI, uwsgi, memcached and
# gRPC.  Each function reads one request of a connection, gives what it was
# asked to the handler, and writes its answer, which is CGI's: header lines, an
# empty line and a body, in pieces as Patron::Origin has them.

use strict;
use warnings;

use Patron::H2;

our %SPEAKS = (
    fastcgi   => \&_fastcgi,
    grpc      => \&_grpc,
    memcached => \&_memcached,
    scgi      => \&_scgi,
    uwsgi     => \&_uwsgi,
);


# ask is called with params and body, and gives the answer's pieces; a piece
# that is code has been called when the next is asked for.

sub _fastcgi {
    my ($c, $ask, $write) = @_;

    my ($params, $stdin, $id) = ('', '', 1);

    while (1) {
        my $head = _read($c, 8) // return;
        my ($type, $len, $pad);
        (undef, $type, $id, $len, $pad) = unpack 'CCnnC', $head;
        my $data = $len ? _read($c, $len) // return : '';
        _read($c, $pad) if $pad;

        $params .= $data if $type == 4;
        $stdin .= $data if $type == 5;
        last if $type == 5 && $len == 0;
    }

    my %param;
    while (length $params) {
        my @len;
        for (0, 1) {
            my $n = unpack 'C', $params;
            if ($n & 0x80) {
                $n = unpack('N', substr($params, 0, 4, '')) & 0x7fffffff;
            } else {
                substr($params, 0, 1, '');
            }
            push @len, $n;
        }
        my $name = substr($params, 0, $len[0], '');
        $param{$name} = substr($params, 0, $len[1], '');
    }

    $ask->(\%param, $stdin, sub {
        my ($piece) = @_;

        while (length $piece) {
            my $part = substr($piece, 0, 32000, '');
            $write->(pack('CCnnCC', 1, 6, $id, length $part, 0, 0) . $part);
        }
    });

    $write->(pack('CCnnCC', 1, 6, $id, 0, 0, 0)
        . pack('CCnnCCNC4', 1, 3, $id, 8, 0, 0, 0, 0, 0, 0, 0));
}


sub _scgi {
    my ($c, $ask, $write) = @_;

    my $len = '';
    while ($len !~ s/:$//) {
        $len .= _read($c, 1) // return;
    }

    my %param = split /\0/, substr(_read($c, $len + 1) // return, 0, -2), -1;
    my $body = _read($c, $param{CONTENT_LENGTH} || 0);

    $ask->(\%param, $body, $write);
}


sub _uwsgi {
    my ($c, $ask, $write) = @_;

    my (undef, $len) = unpack 'CvC', _read($c, 4) // return;
    my %param = unpack '(v/a)*', _read($c, $len) // return;
    my $body = _read($c, $param{CONTENT_LENGTH} || 0);

    $ask->(\%param, $body, $write);
}


# The key is the path; of the answer the body alone can be stored there, and
# its length is that of all pieces that are bytes, or what X-Length says.

sub _memcached {
    my ($c, $ask, $write) = @_;

    my $line = '';
    while ($line !~ s/\r\n$//) {
        $line .= _read($c, 1) // return;
    }

    my ($path) = $line =~ /^get (\S+)/ or return;
    my $body;

    $ask->({ REQUEST_URI => $path }, '', sub {
        my ($piece, $all) = @_;

        if (!defined $body) {
            my ($head, $rest) = split /\r\n\r\n/, $piece, 2;
            my ($len) = "$head\r\n" =~ /^X-Length: (\d+)\r/mi;

            $body = $piece = $rest;
            $len //= length($all) - length($head) - 4;
            $write->("VALUE $path 0 $len\r\n");
        }

        $write->($piece);
    });

    $write->("\r\nEND\r\n");
}


# One request, whatever it says; there is no table of fields, and what the
# reader's window is matters to nobody: nginx opens it wide.

sub _grpc {
    my ($c, $ask, $write) = @_;

    _read($c, 24) // return;
    $write->(h2_frame(4, 0, 0, ''));

    my (%param, $buffer);

    while (!%param) {
        $buffer = _read($c, 9) // return;
        my $len = unpack 'N', "\0$buffer";
        $buffer .= _read($c, $len) // return if $len;

        my ($type, $flags, $stream, $payload) = @{h2_take(\$buffer)};

        $write->(h2_frame(4, 1, 0, '')) if $type == 4 && !($flags & 1);
        next if $type != 1;

        my %field = map { @$_ } h2_fields($payload);
        %param = (REQUEST_URI => $field{':path'}, STREAM => $stream,
            REQUEST_METHOD => $field{':method'});
    }

    my $stream = $param{STREAM};
    my $head = 1;

    $ask->(\%param, '', sub {
        my ($piece) = @_;

        if ($head) {
            my ($lines, $rest) = split /\r\n\r\n/, $piece, 2;
            my @fields = map { [split /:\s*/, $_, 2] } split /\r\n/, $lines;
            my ($status) = map { $_->[1] } grep { lc $_->[0] eq 'status' }
                @fields;

            $write->(h2_frame(1, 4, $stream, h2_block(
                [':status', substr($status // 200, 0, 3)],
                map { [lc $_->[0], $_->[1]] }
                grep { lc $_->[0] ne 'status' } @fields)));

            $head = 0;
            $piece = $rest;
        }

        while (length $piece) {
            $write->(h2_frame(0, 0, $stream, substr($piece, 0, 16000, '')));
        }
    });

    $write->(h2_frame(0, 1, $stream, ''));

    # nginx closes the connection.  Closed here before it has sent its last
    # frames of control, a whole answer is a broken one to nginx.

    1 while sysread($c, my $rest, 65536);
}


sub _read {
    my ($c, $len) = @_;

    my $data = '';
    while (length $data < $len) {
        sysread($c, $data, $len - length $data, length $data) or return;
    }

    return $data;
}


1;
