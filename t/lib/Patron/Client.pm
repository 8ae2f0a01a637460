package Patron::Client;

# A client of HTTP/1.x that hides nothing: requests as raw bytes, responses
# with their framing checked, read as they come.

use strict;
use warnings;

use Compress::Zlib ();
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(sleep time);


# Options: port, timeout, rcvbuf; pause, the seconds that the reader lets each
# response wait before its first byte and again behind it; watchdog, the seconds
# of silence after which "silent" is called.

sub new {
    my ($class, %o) = @_;

    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $o{port}, Proto => 'tcp',
        ($o{rcvbuf} ? (RcvBuf => $o{rcvbuf}) : ()))
        or die "cannot connect to port $o{port}: $!\n";
    binmode $socket;
    $socket->autoflush(1);

    return bless {
        socket   => $socket,
        buffer   => '',
        timeout  => $o{timeout} || 20,
        watchdog => $o{watchdog},
        silent   => $o{silent},
        pause    => $o{pause},
    }, $class;
}


# Options: headers => [name => value, ...], version => '1.0', body, host,
# close (asks for the connection to end), token and bearer (how a membership
# token is sent: the cookie "patron", the header Authorization), gzip.

sub request {
    my ($self, $method, $path, %o) = @_;

    $self->send_request($method, $path, %o);

    return $self->response(head => $method eq 'HEAD');
}


sub send_request {
    my ($self, $method, $path, %o) = @_;

    my $version = $o{version} // '1.1';
    my $raw = "$method $path HTTP/$version\r\n";

    $raw .= 'Host: ' . ($o{host} // 'localhost') . "\r\n";
    $raw .= "Connection: close\r\n" if $o{close} && $version ne '1.0';
    $raw .= "Connection: keep-alive\r\n" if !$o{close} && $version eq '1.0';
    $raw .= "Cookie: patron=$o{token}\r\n" if defined $o{token};
    $raw .= "Authorization: Bearer $o{bearer}\r\n" if defined $o{bearer};
    $raw .= "Accept-Encoding: gzip\r\n" if $o{gzip};

    my @headers = @{$o{headers} // []};
    while (my ($name, $value) = splice @headers, 0, 2) {
        $raw .= "$name: $value\r\n";
    }

    if (defined $o{body}) {
        $raw .= 'Content-Length: ' . length($o{body}) . "\r\n";
    }

    $self->write("$raw\r\n" . ($o{body} // ''));
}


sub write {
    my ($self, $bytes) = @_;

    my $offset = 0;
    while ($offset < length $bytes) {
        my $n = syswrite($self->{socket}, $bytes, length($bytes) - $offset,
            $offset);
        return if !defined $n;
        $offset += $n;
    }

    return 1;
}


sub close {
    my ($self) = @_;

    CORE::close($self->{socket});
}


# Closes with a reset, as a reader does whose device went away.

sub reset {
    my ($self) = @_;

    setsockopt($self->{socket}, Socket::SOL_SOCKET(), Socket::SO_LINGER(),
        pack('ii', 1, 0));
    CORE::close($self->{socket});
}


# Reads more into the buffer: the number of bytes, 0 at the end; dies when
# nothing comes.

sub fill {
    my ($self, $max) = @_;

    my $select = IO::Select->new($self->{socket});
    my ($left, $dog) = @$self{qw(timeout watchdog)};

    if ($dog && $dog < $left && !$select->can_read($dog)) {
        $self->{silent}->($dog);
        $left -= $dog;
    }

    $select->can_read($left) or die "no answer in $self->{timeout} s\n";

    my $n = sysread($self->{socket}, $self->{buffer}, $max // 65536,
        length $self->{buffer});

    $self->{lost} = 1 if !defined $n;

    return $n // 0;
}


sub _until {
    my ($self, $mark) = @_;

    my $at;
    while (($at = index($self->{buffer}, $mark)) < 0) {
        $self->fill or return;
    }

    return substr($self->{buffer}, 0, $at + length $mark, '');
}


sub _take {
    my ($self, $len) = @_;

    while (length $self->{buffer} < $len) {
        $self->fill or last;
    }

    return substr($self->{buffer}, 0, $len, '');
}


# Is there nothing more on the connection but its end?

sub ended {
    my ($self) = @_;

    return $self->{buffer} eq '' && $self->fill == 0;
}


# The next response, or undef where the connection ended before it.

sub response {
    my ($self, %o) = @_;

    $self->_look_away if $self->{pause};

    my $head = $self->headers or return;
    my $r = $head;

    if ($o{head} || $r->{status} == 204 || $r->{status} == 304) {
        return $r;
    }

    if (lc $r->header('Transfer-Encoding') eq 'chunked') {
        $r->{chunked} = 1;
        while (1) {
            my $line = $self->_until("\r\n");
            if (!defined $line || $line !~ /^([0-9a-f]+)/i) {
                $r->{truncated} = 1;
                last;
            }
            my $len = hex $1;
            my $data = $self->_take($len + 2);
            $r->{truncated} = 1 if length $data != $len + 2;
            $r->{body} .= substr($data, 0, $len) if $len;
            last if $len == 0 || $r->{truncated};
        }

    } elsif ($r->has('Content-Length')) {
        my $len = $r->header('Content-Length');
        $r->{body} = $self->_take($len);
        $r->{truncated} = 1 if length $r->{body} != $len;

    } else {
        while ($self->fill) { }
        $r->{truncated} = 1 if $self->{lost};
        $r->{body} = $self->{buffer};
        $self->{buffer} = '';
    }

    return $r;
}


sub _look_away {
    my ($self) = @_;

    sleep $self->{pause};
    $self->fill(1) if $self->{buffer} eq '';
    sleep $self->{pause};
}


# The head alone; the body is left to be read.

sub headers {
    my ($self) = @_;

    my $head = $self->_until("\r\n\r\n") // return;
    my ($line, @lines) = split /\r\n/, $head;

    my ($version, $status) = $line =~ m{^HTTP/(1\.[01]) (\d{3})}
        or die "not a response: $line\n";

    return bless {
        status  => $status,
        version => $version,
        head    => $head,
        fields  => [ map { [split /:\s*/, $_, 2] } @lines ],
        body    => '',
    }, 'Patron::Response';
}


package Patron::Response;


sub status { $_[0]{status} }
sub body { $_[0]{body} }
sub head { $_[0]{head} }
sub truncated { $_[0]{truncated} }
sub chunked { $_[0]{chunked} }


# All values of a field, joined by commas.

sub header {
    my ($self, $name) = @_;

    return join ', ', map { $_->[1] // '' }
        grep { lc $_->[0] eq lc $name } @{$self->{fields}};
}


sub has {
    my ($self, $name) = @_;

    return scalar grep { lc $_->[0] eq lc $name } @{$self->{fields}};
}


# The body with its gzip coding taken off.

sub text {
    my ($self) = @_;

    return $self->{body} if lc $self->header('Content-Encoding') ne 'gzip';

    my ($z, $status) = Compress::Zlib::inflateInit(
        -WindowBits => Compress::Zlib::WANT_GZIP());
    my $in = $self->{body};
    (my $out, $status) = $z->inflate($in);

    die "not gzip: $status\n" if $status != Compress::Zlib::Z_STREAM_END();

    return $out;
}


1;
