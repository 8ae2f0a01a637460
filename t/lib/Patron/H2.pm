package Patron::H2;

# Frames of HTTP/2 as raw bytes.  What is written has literals for header
# fields, with no table; what is read may name fields of the static one and be
# in Huffman's code.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(h2_preface h2_frame h2_request h2_block h2_take h2_fields);


# RFC 7541, Appendix A: names, with values where there is one.

my @STATIC = (undef, map { [split /=/, $_, 2] } qw(
    :authority :method=GET :method=POST :path=/ :path=/index.html
    :scheme=http :scheme=https :status=200 :status=204 :status=206
    :status=304 :status=400 :status=404 :status=500 accept-charset
    accept-encoding accept-language accept-ranges accept
    access-control-allow-origin age allow authorization cache-control
    content-disposition content-encoding content-language content-length
    content-location content-range content-type cookie date etag expect
    expires from host if-match if-modified-since if-none-match if-range
    if-unmodified-since last-modified link location max-forwards
    proxy-authenticate proxy-authorization range referer refresh retry-after
    server set-cookie strict-transport-security transfer-encoding user-agent
    vary via www-authenticate));

# Appendix B: the lengths of the codes; those of one length are in order.

my %LENGTHS = (
    5 => '48-50 97 99 101 105 111 115-116',
    6 => '32 37 45-47 51-57 61 65 95 98 100 102-104 108-110 112 114 117',
    7 => '58 66-87 89 106-107 113 118-122',
    8 => '38 42 44 59 88 90',
    10 => '33-34 40-41 63',
    11 => '39 43 124',
    12 => '35 62',
    13 => '0 36 64 91 93 126',
    14 => '94 125',
    15 => '60 96 123',
    19 => '92 195 208',
    20 => '128 130-131 162 184 194 224 226',
    21 => '153 161 167 172 176-177 179 209 216-217 227 229-230',
    22 => '129 132-134 136 146 154 156 160 163-164 169-170 173 178 181 185-187
        189-190 196 198 228 232-233',
    23 => '1 135 137-141 143 147 149-152 155 157-158 165-166 168 174-175 180
        182-183 188 191 197 231 239',
    24 => '9 142 144-145 148 159 171 206 215 225 236-237',
    25 => '199 207 234-235',
    26 => '192-193 200-202 205 210 213 218-219 238 240 242-243 255',
    27 => '203-204 211-212 214 221-223 241 244-248 250-254',
    28 => '2-8 11-12 14-21 23-31 127 220 249',
    30 => '10 13 22 256',
);

my %CODES;


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


# A request on a stream: with a body, a DATA frame follows.

sub h2_request {
    my ($stream, $method, $path, $fields, $body) = @_;

    my $block = h2_block([':method', $method], [':scheme', 'http'],
        [':path', $path], [':authority', 'localhost'], @$fields);

    return h2_frame(1, defined $body ? 4 : 5, $stream, $block)
        . (defined $body ? h2_frame(0, 1, $stream, $body) : '');
}


# A header block of fields, [name, value] each.

sub h2_block {
    return join '', map {
        "\0" . join '', map { _literal($_ // '') } @$_[0, 1]
    } @_;
}


# A string as it is, after its length.

sub _literal {
    my ($string) = @_;

    my $len = length $string;
    return chr($len) . $string if $len < 127;

    my $coded = chr 127;
    for ($len -= 127; $len > 127; $len >>= 7) {
        $coded .= chr(0x80 | $len & 0x7f);
    }

    return $coded . chr($len) . $string;
}


# Takes the first frame from a buffer, if it is whole: [type, flags, stream,
# payload], without padding and priority.

sub h2_take {
    my ($buffer) = @_;

    return if length $$buffer < 9;

    my ($len, $type, $flags, $stream) = unpack 'Nx0CCN', "\0" . $$buffer;
    return if length $$buffer < 9 + $len;

    my $payload = substr(substr($$buffer, 0, 9 + $len, ''), 9);

    if ($type <= 1 && $flags & 8) {
        my $pad = ord substr($payload, 0, 1, '');
        substr($payload, -$pad) = '' if $pad;
    }

    substr($payload, 0, 5) = '' if $type == 1 && $flags & 0x20;

    return [$type, $flags, $stream & 0x7fffffff, $payload];
}


# The fields of a header block, [name, value] each.

sub h2_fields {
    my ($block) = @_;

    my @fields;

    while (length $block) {
        my $first = ord $block;

        if ($first & 0x80) {
            my $field = $STATIC[_integer(\$block, 7)] // ['?'];
            push @fields, [$field->[0], $field->[1] // ''];

        } elsif (($first & 0xe0) == 0x20) {
            _integer(\$block, 5);

        } else {
            my $index = _integer(\$block, $first & 0x40 ? 6 : 4);
            my $name = $index ? ($STATIC[$index] // ['?'])->[0]
                              : _string(\$block);
            push @fields, [$name, _string(\$block)];
        }
    }

    return @fields;
}


sub _integer {
    my ($block, $bits) = @_;

    my $max = (1 << $bits) - 1;
    my $n = ord(substr($$block, 0, 1, '')) & $max;
    return $n if $n < $max;

    for (my $shift = 0; length $$block; $shift += 7) {
        my $more = ord substr($$block, 0, 1, '');
        $n += ($more & 0x7f) << $shift;
        last if !($more & 0x80);
    }

    return $n;
}


sub _string {
    my ($block) = @_;

    my $coded = ord($$block) & 0x80;
    my $bytes = substr($$block, 0, _integer($block, 7), '');

    return $coded ? _decoded($bytes) : $bytes;
}


sub _decoded {
    my ($bytes) = @_;

    _codes() if !%CODES;

    my ($out, $code) = ('', '');

    for my $bit (split //, unpack 'B*', $bytes) {
        $code .= $bit;
        if (defined $CODES{$code}) {
            $out .= chr $CODES{$code};
            $code = '';
        }
    }

    return $out;
}


sub _codes {
    my ($code, $last) = (0, 0);

    for my $len (sort { $a <=> $b } keys %LENGTHS) {
        $code <<= $len - $last;
        $last = $len;

        for my $range (split ' ', $LENGTHS{$len}) {
            my ($from, $to) = split /-/, $range;
            $CODES{sprintf "%0${len}b", $code++} = $_ for $from .. $to // $from;
        }
    }
}


1;
