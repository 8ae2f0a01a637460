# Readers who do not read: what is refused stays refused, and what is sent is
# whole, over HTTP/2 with a window that opens by bytes, over HTTP/1.1 with a
# socket nobody looks into, and behind another answer that fills it.

use strict;
use warnings;

use Test::More;


use lib 't/lib';
use Patron::Harness;
use Patron::Slow;

my $t = Patron::Harness->new->has('http_v2');

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

my $secret = "<p>SECRET line of the article.</p>\n" x 3000;
my $open = '<p>open</p>' x 9000;

$t->file('html/article.html', "<!DOCTYPE html><title>t</title><body><article>"
    . "<p>first</p>$secret</article>$open<footer>foot</footer></body></html>");
$t->file('html/nothing.html', "<!DOCTYPE html><title>t</title><body>$secret");
$t->file('html/paper.pdf', "%PDF-1.4\n" . $secret x 4);
$t->file('html/open.html', "<!DOCTYPE html><title>t</title><body>$open</body>");
$t->file('wall.html', '<div id=wall>wall</div>');

$t->origin('origin', sub {
    my ($r) = @_;

    my $type = $r->{path} =~ /pdf$/ ? 'application/pdf' : 'text/html';
    my $page = $t->slurp("html$r->{path}");

    return ["HTTP/1.1 200 OK\r\nContent-Type: $type\r\nContent-Length: "
        . length($page) . "\r\n\r\n", unpack '(a9000)*', $page];
});

my $locations = <<'EOC';
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_banner ask append body html=[ask];

        location / {
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
        }
        location /open.html { }
        location /proxy/ {
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
        }
        location /unbuffered/ {
            patron_access members;
            patron_wall article keep=1 file=%%DIR%%/wall.html;
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
        }
        location /fill/ {
            patron off;
            alias %%DIR%%/html/;
        }
EOC

$t->run(http => <<"EOC", server => $locations);
    server {
        $h2
        server_name localhost;
$locations
    }
    server {
        listen 127.0.0.1:%%PORT_small%% sndbuf=4k;
        server_name localhost;
$locations
    }
EOC

$Patron::Slow::PAUSE = 0.05;

my $ann = token(sub => 'ann');

for my $from ('', '/proxy', '/unbuffered') {

    for my $page ('/article.html', '/nothing.html', '/paper.pdf') {

        my %reader = (
            'HTTP/2' => \&slow_h2,
            'HTTP/1.1' => sub { slow_h1(@_, port => 'small') },
        );

        for my $name (sort keys %reader) {
            my $r = eval { $reader{$name}->($t, "$from$page") };
            my $what = "$from$page, $name";

            is($@, '', "$what: an answer");
            next if !$r;

            is($r->status, $page =~ /article/ ? 200 : 402, "$what: its status");
            ok(!$r->truncated, "$what: whole");
            unlike($r->body, qr/SECRET/, "$what: nothing of what is closed");
            like($r->body, qr{<div\ id=wall>.*<footer>foot</footer>\[ask\]
                </body></html>$}sx, "$what: its end") if $page =~ /article/;

            $r = $reader{$name}->($t, "$from$page", token => $ann);
            is(() = $r->body =~ /SECRET/g, $page =~ /pdf/ ? 12000 : 3000,
                "$what: all of it for a member");
        }
    }
}

my $r = slow_h2($t, '/open.html');
ok(!$r->truncated && $r->body =~ m{\[ask\]</body>$}, 'a banner, HTTP/2');
$r = slow_h1($t, '/open.html', port => 'small');
ok(!$r->truncated && $r->body =~ m{\[ask\]</body>$}, 'a banner, HTTP/1.1');

$t->finish;
