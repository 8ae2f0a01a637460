package Patron::H2;

# Frames of HTTP/2 as raw bytes: header fields are literals, with no table.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(h2_preface h2_frame h2_request);


# What a client begins with; options are its settings, by their numbers.

sub h2_preface {
    my (%settings) = @_;

    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . h2_frame(4, 0, 0,
        join '', map { pack 'nN', $_, $settings{$_} } sort keys %settings);
}


sub h2_frame {
    my ($type, $flags, $stream, $payload) = @_;

    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $stream) . $payload;
}


# A request on a stream: with a body, a DATA frame follows.  Names and values
# are cut at 126 bytes.

sub h2_request {
    my ($stream, $method, $path, $fields, $body) = @_;

    my $block = join '', map {
        my ($name, $value) = map { substr $_ // '', 0, 126 } @$_;
        "\0" . chr(length $name) . $name . chr(length $value) . $value
    } [':method', $method], [':scheme', 'http'], [':path', $path],
        [':authority', 'localhost'], @$fields;

    return h2_frame(1, defined $body ? 4 : 5, $stream, $block)
        . (defined $body ? h2_frame(0, 1, $stream, $body) : '');
}


1;
