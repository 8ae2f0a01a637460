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
    location = /small {
        return 200 small;
    }
    location /off/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_max_temp_file_size 0;
    }
EOC

sub stream {
    my ($uri, $slow, $pid) = @_;

    my $c = Patron::Client->new(port => $t->port, timeout => 60,
        $slow ? (rcvbuf => 4096) : ());
    $c->send_request('GET', $uri, close => 1, version => '1.0');

    my ($n, $tail, $reads) = (0, '', 0);
    my $peak = 0;

    while (my $got = $c->fill($slow ? 4096 : 65536)) {
        $n += $got;
        $tail = substr($tail . $c->{buffer}, -100);
        $c->{buffer} = '';

        if ($reads++ % 50 == 0) {
            my $rss = $t->rss($pid);
            $peak = $rss if $rss > $peak;
        }
    }

    return ($n, $tail, $peak);
}

# A worker that has served nothing yet, for each: what it grows by is what the
# page costs.  A sanitizer keeps freed memory for a while, and counts it.

my %growth;
my $sanitized = $t->{module} eq '';

for my $uri ('/off/', '/') {
    for my $slow (0, 1) {
        $t->reload;
        my ($pid) = grep { !$t->shutting_down($_) } $t->workers;
        $t->get('/small');

        my $before = $t->rss($pid);
        my ($n, $tail, $peak) = stream($uri, $slow, $pid);

        cmp_ok($n, '>', $mb * 1000 * 1000, "$uri: $n bytes");
        like($tail, qr/\[end\]<\/footer>/, "$uri: whole") if $uri eq '/';

        $growth{$uri}[$slow] = $peak - $before;
    }
}

for my $slow (0, 1) {
    my ($bare, $ours) = map { $growth{$_}[$slow] } '/off/', '/';

    cmp_ok($ours - $bare, '<=', $sanitized ? 200_000 : 128,
        ($slow ? 'a slow client: ' : 'a quick client: ')
        . "$ours KB, nginx alone $bare KB");
}

$t->finish;
