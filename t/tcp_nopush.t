# With tcp_nopush on, as Debian has it, pages with banners do not wait for the
# kernel's timer between two of them.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

# of up to 128 KB, which is sent from memory, and larger

my %page = map {
    ($_, '<html><body>' . '<p>paragraph</p>' x ($_ eq 'page' ? 6000 : 20_000)
        . '</body></html>')
} 'page', 'large';

$t->file("html/$_.html", $page{$_}) for keys %page;

$t->run(http => 'patron_zone members:1m;', server => <<'EOC');
    tcp_nopush on;
    tcp_nodelay on;
    sendfile on;
    keepalive_requests 1000;

    location / {
        patron on;
        patron_banner ask before 'p:nth-child(3000)' 'html=[ask]';
    }
    location = /top {
        try_files /page.html =404;
        patron on;
        patron_banner ask prepend body 'html=[ask]';
    }
    location = /large-top {
        try_files /large.html =404;
        patron on;
        patron_banner ask prepend body 'html=[ask]';
    }
    location = /off {
        try_files /page.html =404;
    }
EOC

# The median over a connection that is kept: a stall is 40 ms and more.

sub median {
    my ($uri) = @_;

    my $c = $t->client;
    my @times;

    for (1 .. 31) {
        my $start = time();
        my $r = $c->request('GET', $uri);
        push @times, time() - $start;
        die 'cut short' if $r->truncated;
    }

    return (sort { $a <=> $b } @times)[15];
}

my @uris = ('/page.html', '/top', '/large.html', '/large-top');

for my $uri (@uris, '/off') {
    my $median = median($uri);
    cmp_ok($median, '<', 0.035, sprintf '%s: %.1f ms', $uri, 1000 * $median);
}

# Remembered.

wait_for(sub {
    !grep { time - (stat("$t->{dir}/html/$_.html"))[10] <= 3 } keys %page;
});

for my $uri (@uris) {
    $t->get($uri);
    isnt($t->get($uri)->header('Content-Length'), '', "$uri: remembered");

    my $median = median($uri);
    cmp_ok($median, '<', 0.035, sprintf '%s: %.1f ms', $uri, 1000 * $median);
}

is($t->get($_)->body =~ tr/[//, 1, "$_: with its banner") for @uris;

$t->finish;
