# With tcp_nopush on, as Debian has it, pages with banners do not wait for the
# kernel's timer between two of them.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = '<html><body>' . '<p>paragraph</p>' x 6000 . '</body></html>';
$t->file('html/page.html', $page);

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

for my $uri ('/page.html', '/top', '/off') {
    my $median = median($uri);
    cmp_ok($median, '<', 0.035, sprintf '%s: %.1f ms', $uri, 1000 * $median);
}

# Remembered, it is sent from the file, by sendfile().

wait_for(sub { time - (stat("$t->{dir}/html/page.html"))[10] > 3 });

for my $uri ('/page.html', '/top') {
    $t->get($uri);
    isnt($t->get($uri)->header('Content-Length'), '', "$uri: remembered");

    my $median = median($uri);
    cmp_ok($median, '<', 0.035, sprintf '%s: %.1f ms', $uri, 1000 * $median);
}

is($t->get('/page.html')->body =~ tr/[//, 1, 'with its banner');

$t->finish;
