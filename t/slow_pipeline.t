# A refusal that waits behind another answer, which fills the socket: nothing of
# what was refused goes out with it, for many sizes of that answer.

use strict;
use warnings;

use IO::Select;
use Test::More;
use Time::HiRes qw(sleep);


use lib 't/lib';
use Patron::Harness;
use Patron::Slow;

my $t = Patron::Harness->new;

my $secret = "<p>SECRET line of the article.</p>\n" x 3000;

$t->file('html/nothing.html', "<!DOCTYPE html><title>t</title><body>$secret");
$t->file('html/paper.pdf', "%PDF-1.4\n$secret");
$t->file('wall.html', '<div id=wall>wall</div>');

$t->origin('origin', sub {
    my ($r) = @_;

    my $page = $t->slurp("html$r->{path}");
    my $type = $r->{path} =~ /pdf$/ ? 'application/pdf' : 'text/html';

    return ["HTTP/1.1 200 OK\r\nContent-Type: $type\r\nContent-Length: "
        . length($page) . "\r\n\r\n", unpack '(a9000)*', $page];
});

$t->run(http => <<'EOC', server => 'location / { }');
    server {
        listen 127.0.0.1:%%PORT_small%% sndbuf=4k;
        server_name localhost;
        tcp_nodelay on;

        location / {
            patron on;
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
            patron_wall_buffer 4k;
        }
        location /proxy/ {
            patron on;
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
            patron_wall_buffer 4k;
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
        }
        location /fill/ { alias %%DIR%%/html/; }
    }
EOC

# What a socket takes that nobody reads, to begin the sizes somewhere below it:
# so much had come when the reader looked for the first time.

sub capacity {
    $t->file('html/fill.txt', 'x' x 4_000_000);

    my $c = $t->client(port => 'small', rcvbuf => 32768);
    $c->send_request('GET', '/fill/fill.txt');

    my ($seen, $sent) = (-1, 0);

    wait_for(sub {
        $seen = $sent;
        ($sent) = unsent($c);
        sleep 0.05;
        return $sent == $seen && $sent > 0;
    });

    $c->reset;

    return $sent;
}


# Bytes that wait in the sockets of both ends, by the kernel's table.

sub unsent {
    my ($c) = @_;

    my ($own, $far) = map { sprintf ':%04X', $_ }
        $c->{socket}->sockport, $c->{socket}->peerport;
    my $bytes = 0;

    open(my $fh, '<', '/proc/net/tcp') or return 0;

    while (<$fh>) {
        next if $. == 1;

        my (undef, $local, $remote, undef, $queues) = split;
        my ($tx, $rx) = map { hex } split /:/, $queues // '';

        $bytes += $rx if $local =~ /$own$/ && $remote =~ /$far$/;
        $bytes += $tx if $local =~ /$far$/ && $remote =~ /$own$/;
    }

    return $bytes;
}


# All that comes on all connections, side by side.

sub read_all {
    my %client = map { $_->{socket} => $_ } @_;
    my $select = IO::Select->new(map { $_->{socket} } @_);

    while (my @ready = $select->can_read($Patron::Harness::TIMEOUT)) {
        $client{$_}->fill || $select->remove($_) for @ready;
    }
}


my $capacity = capacity();
note("the sockets take $capacity bytes");

for my $page ('/nothing.html', '/paper.pdf', '/proxy/nothing.html',
    '/proxy/paper.pdf')
{
    my (@clients, %bad);

    for my $i (-16 .. 8) {
        my $size = $capacity + $i * 100;
        next if $size < 1;

        $t->file("html/fill$size.txt", 'x' x $size);

        my $c = $t->client(port => 'small', rcvbuf => 32768);
        $c->send_request('GET', "/fill/fill$size.txt");
        $c->send_request('GET', $page, close => 1);
        push @clients, [$size, $c];
    }

    sleep $Patron::Slow::PAUSE;
    read_all(map { $_->[1] } @clients);

    for (@clients) {
        my ($size, $c) = @$_;

        my $first = $c->response;
        my $second = $c->response;
        my $rest = $c->ended ? '' : $c->{buffer};
        $c->close;

        $bad{"$size: the first"} = 1
            if $first->truncated || length $first->body != $size;
        $bad{"$size: no refusal"} = 1
            if !$second || $second->status != 402 || $second->truncated;
        $bad{"$size: a leak"} = 1
            if $rest ne '' || $second && $second->body =~ /SECRET/;
    }

    is(join('; ', sort keys %bad), '', "$page behind 25 sizes");
}

$t->finish;
