# What is taken from the request is taken for good, and nothing else is: the
# CMS sees all other headers, in their order.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $origin = $t->origin('8081', sub { "HTTP/1.1 200 OK\r\n"
    . "Content-Type: text/html\r\nConnection: close\r\n\r\n"
    . '<html><body></body></html>' });

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_banner ask append body 'html=[ask]';

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_set_header Connection close;
    }
    location /off {
        patron off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

my @condition = ('If-None-Match' => '"x"', 'If-Modified-Since' =>
    'Mon, 02 Nov 2026 10:00:00 GMT');

for my $n (0, 1, 5, 17, 18, 19, 20, 21, 38, 40, 41, 60) {
    my @other = map { ("X-Field-$_" => "value $_") } 1 .. $n;
    my $middle = 2 * int($n / 2);

    $origin->forget;
    is($t->get('/', headers => [@other[0 .. $middle - 1], @condition,
        @other[$middle .. $#other]])->status, 200, "$n other headers");

    my ($seen) = $origin->requests;
    my @seen = $seen =~ /^(X-Field-\d+): (value \d+)\r$/mg;

    is("@seen", "@other", "$n other headers are seen in order");
    unlike($seen, qr/^If-/m, 'and no conditions');
}

$origin->forget;
$t->get('/', headers => ['if-none-match' => '"x"', 'IF-MODIFIED-SINCE' => 'x',
    'If-None-Matchx' => 'y', 'Cookie' => 'a=b', 'Cookie' => 'c=d',
    'Range' => 'bytes=0-5',
    'X-Forwarded-For' => '192.0.2.1']);

my ($seen) = $origin->requests;
unlike($seen, qr/^if-(?:none-match|modified-since):/mi, 'in other letters');
like($seen, qr/^If-None-Matchx: y\r$/m, 'not what begins so');
like($seen, qr/^Cookie: a=b\r$/m, 'a cookie');
like($seen, qr/^Cookie: c=d\r$/m, 'and another');
like($seen, qr/^Range: bytes=0-5\r$/m, 'Range');

$origin->forget;
$t->get('/off', headers => \@condition);
($seen) = $origin->requests;
like($seen, qr/^If-None-Match: "x"\r$/m, 'where it is off they are sent');

$t->finish;
