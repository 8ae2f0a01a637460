# Range: an altered page has none; a page that is left alone has.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $page = '<html><body>0123456789</body></html>';
$t->file('html/page.html', $page);
$t->file('html/text.txt', $page);

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    if ($r->{header}->('Range') =~ /bytes=(\d+)-(\d+)/) {
        return "HTTP/1.1 206 Partial\r\nContent-Type: text/html\r\n"
            . "Content-Range: bytes $1-$2/" . length($page) . "\r\n"
            . "Connection: close\r\n\r\n" . substr($page, $1, $2 - $1 + 1);
    }

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Accept-Ranges: bytes\r\nContent-Length: " . length($page)
        . "\r\nConnection: close\r\n\r\n$page";
});

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';

    location / {
    }
    location /p/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

my $ann = token(sub => 'ann');
my @range = (headers => [Range => 'bytes=6-15']);

my $r = $t->get('/page.html', @range);
is($r->status, 200, 'a page with a banner is sent whole');
is($r->body, $page =~ s/<\/body>/[ask]$&/r, 'with its banner');
ok(!$r->has('Accept-Ranges'), 'and accepts no ranges');
ok(!$r->has('Content-Range'), 'nor says that it is one');

$r = $t->get('/page.html', @range, token => $ann);
is($r->status, 206, 'a page that is left alone');
is($r->body, substr($page, 6, 10), 'may be had in parts');

$r = $t->get('/text.txt', @range);
is($r->status, 206, 'so may another type');
is($r->body, substr($page, 6, 10), 'its bytes');

$r = $t->get('/p/x', @range);
is($r->status, 206, 'a part from the CMS');
is($r->body, substr($page, 6, 10), 'is left alone');

$r = $t->get('/p/x');
is($r->status, 200, 'the whole from the CMS');
is($r->body, $page =~ s/<\/body>/[ask]$&/r, 'has its banner');
ok(!$r->has('Accept-Ranges'), 'and accepts no ranges');

$t->finish;
