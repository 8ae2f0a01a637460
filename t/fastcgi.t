# A FastCGI application as the CMS.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $origin = $t->origin('fcgi', sub {
    my ($r) = @_;

    my $size = $r->{params}{QUERY_STRING} =~ /big/ ? 200_000 : 10;

    return [ "Content-Type: text/html\r\nETag: \"v1\"\r\n\r\n",
        '<html><bo', 'dy>' . 'x' x $size, $r->{body}, '</bo', 'dy></html>' ];
}, speaks => 'fastcgi');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';

    location / {
        fastcgi_pass 127.0.0.1:%%PORT_fcgi%%;
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param QUERY_STRING $query_string;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_param PATRON $patron;
    }
    location /unbuffered {
        fastcgi_pass 127.0.0.1:%%PORT_fcgi%%;
        fastcgi_buffering off;
        fastcgi_param QUERY_STRING $query_string;
    }
EOC

my $ann = token(sub => 'ann');

is($t->get('/')->body, '<html><body>xxxxxxxxxx[ask]</body></html>', 'a guest');
is($t->get('/', token => $ann)->body, '<html><body>xxxxxxxxxx</body></html>',
    'a patron');
is($t->get('/?big')->body, '<html><body>' . 'x' x 200_000
    . '[ask]</body></html>', 'a large page');
is($t->get('/unbuffered?big')->body, '<html><body>' . 'x' x 200_000
    . '[ask]</body></html>', 'unbuffered');
is($t->request('POST', '/', body => 'name=value')->body,
    '<html><body>xxxxxxxxxxname=value[ask]</body></html>', 'a POST');

my @requests = $origin->requests;
like($requests[1], qr/^PATRON: 1\r$/m, 'a variable goes along');
unlike(join('', @requests), qr/^HTTP_IF_/m, 'no conditions do');

my $etag = $t->get('/')->header('ETag');
is($t->get('/', headers => ['If-None-Match' => $etag])->status, 304,
    '304 for the same reader');

$t->finish;
