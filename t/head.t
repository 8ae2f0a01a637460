# HEAD: the headers that GET would have, and no body.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');

$t->origin('8081', sub {
    my ($r) = @_;
    my $body = '<html><body></body></html>';

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"\r\n"
        . "Last-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n"
        . "Content-Length: " . length($body) . "\r\nConnection: close\r\n\r\n"
        . ($r->{method} eq 'HEAD' ? '' : $body);
});

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    gunzip on;

    location / {
    }
    location /p/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

my $ann = token(sub => 'ann');

sub fields {
    my ($r) = @_;

    return join '', map { "$_->[0]: $_->[1]\n" }
        grep { $_->[0] !~ /^(?:Date|Transfer-Encoding|Content-Length)$/i }
        @{$r->{fields}};
}

for my $uri ('/page.html', '/p/page') {
    for my $token (undef, $ann, 'x') {
        my $who = !defined $token ? 'guest' : $token eq 'x' ? 'invalid'
            : 'patron';

        my $get = $t->get($uri, token => $token);
        my $head = $t->head($uri, token => $token);

        is($head->status, 200, "$uri, $who");
        is(fields($head), fields($get), "$uri, $who, the same headers");
        is($head->has('Content-Length') ? $head->header('Content-Length')
            : length $get->body, length $get->body,
            "$uri, $who, no length that is not the page's");
    }
}

my $c = $t->client;
$c->request('HEAD', '/page.html');
is($c->request('GET', '/page.html')->body, '<html><body>[ask]</body></html>',
    'no body came with it');

$t->finish;
