# The worker's memory is the same after a large page as before, for a client
# that reads slowly too.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

# PATRON_STREAM=200 for the size of the goal, in megabytes.

my $mb = $ENV{PATRON_STREAM} || 24;
my $block = '<p class="x">paragraph with some text in it, and <b>bold</b></p>'
    x 1024;

$t->origin('8081', sub {
    my $n = int($mb * 1024 * 1024 / length $block);

    return [ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n<html><body>",
        (sub {
            my ($c) = @_;
            for (1 .. $n) {
                my $at = 0;
                while ($at < length $block) {
                    my $written = syswrite($c, $block, length($block) - $at,
                        $at) or return;
                    $at += $written;
                }
            }
            return;
        }), '<footer></footer></body></html>' ];
});

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner end append footer 'html=[end]';
        patron_banner many after 'p:nth-child(5000)' 'html=[mid]';
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_max_temp_file_size 0;
    }
    location /off/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_max_temp_file_size 0;
    }
EOC

sub stream {
    my ($uri, $slow) = @_;

    my $c = Patron::Client->new(port => $t->port, timeout => 60,
        $slow ? (rcvbuf => 4096) : ());
    $c->send_request('GET', $uri, close => 1, version => '1.0');

    my ($n, $tail, $reads) = (0, '', 0);
    my $pid = ($t->workers)[0];
    my $peak = 0;

    while (my $got = $c->fill($slow ? 4096 : 65536)) {
        $n += $got;
        $tail = substr($tail . $c->{buffer}, -100);
        $c->{buffer} = '';

        if (++$reads % 200 == 0) {
            my $rss = $t->rss($pid);
            $peak = $rss if $rss > $peak;
        }
    }

    return ($n, $tail, $peak);
}

my ($n, $tail, $peak);

# What nginx itself needs for such a page comes first.

stream('/off/');
($n) = stream('/off/', 1);
stream('/');

my $pid = ($t->workers)[0];
my $before = $t->rss($pid);

($n, $tail, $peak) = stream('/');
like($tail, qr/\[end\]<\/footer>/, 'the page came whole');
cmp_ok($n, '>', $mb * 1000 * 1000, "$n bytes");

# A sanitizer keeps freed memory for a while, and counts it.

my $limit = $t->{module} eq '' ? 200_000 : 256;

cmp_ok($peak - $before, '<=', $limit,
    sprintf 'a quick client: %d KB more', $peak - $before);

($n, $tail, $peak) = stream('/', 1);
like($tail, qr/\[end\]<\/footer>/, 'a slow client has it whole');
cmp_ok($peak - $before, '<=', $limit,
    sprintf 'a slow client: %d KB more', $peak - $before);

$t->finish;
