# A CMS that fails, stops midway or trickles: what came is passed on as it
# comes.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $gate = $t->dir . '/gate';

$t->origin('8081', sub {
    my ($r) = @_;

    my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

    return "${head}Content-Length: 1000\r\n\r\n<html><body>half <p"
        if $r->{path} =~ /short/;
    return "${head}Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n5\r\n><b"
        if $r->{path} =~ /broken/;
    return "${head}Connection: close\r\n\r\n" if $r->{path} =~ /empty/;
    return '' if $r->{path} =~ /nothing/;

    # The second half is written when the first has arrived.

    return [ "${head}Connection: close\r\n\r\n<html><body>first<p",
        sub { select(undef, undef, undef, 0.01) until -e $gate; return },
        '>second</body></html>' ];
});

$t->run(server => <<'EOC');
    patron on;
    patron_banner ask prepend body 'html=[ask]';
    patron_banner end append body 'html=[end]';
    proxy_http_version 1.1;

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /slow {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_buffering off;
    }
EOC

my $r = $t->get('/short');
is($r->status, 200, 'a page that stops');
ok($r->truncated, 'is known to be cut off');
like($r->body, qr/^<html><body>\[ask\]half ?/, 'what came is passed on');

ok($t->get('/broken')->truncated, 'broken chunks');
is($t->get('/nothing')->status, 502, 'no answer');

my $c = $t->client;
$c->send_request('GET', '/slow', close => 1);
$r = $c->headers;
is($r->status, 200, 'the headers of a slow page');

while ($c->{buffer} !~ /first/) {
    $c->fill or last;
}

like($c->{buffer}, qr/<html><body>\[ask\]first\r?$/m,
    'all but the unfinished tag is there before the rest is written');

open(my $fh, '>', $gate);
close($fh);

while ($c->fill) { }
like($c->{buffer} =~ s/\r\n[0-9a-f]+\r\n//gr, qr/<p>second\[end\]/,
    'the rest follows');

$t->allow(qr/upstream prematurely closed/);
$t->finish;
