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
    location /own {
        set $all $http_cookie;
        proxy_set_header X-Cookie $http_cookie;
        proxy_set_header X-Id $cookie_patron_id;
        proxy_set_header X-A $cookie_a;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /own/withheld {
        patron_cookie name=club pass=off;
        add_header X-State $patron_state;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
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

# The module's own cookies are taken, the token where that is asked for.

sub cookies {
    my ($path, @lines) = @_;

    $origin->forget;
    my $r = $t->get($path, headers => [ map { (Cookie => $_) } @lines ]);
    my ($seen) = $origin->requests;
    my $cookies = join '|', $seen =~ /^Cookie: (.*?)\r$/mg;

    return $path eq '/own'
        ? join ' # ', $cookies, $seen =~ /^X-(?:Cookie|Id|A): (.*?)\r$/mg
        : $cookies;
}

my $own = join '; ', map { "patron_$_=x" } qw(id meter device seen);

is(cookies('/', $own), '', 'all of them are ours');
is(cookies('/', "a=b; $own;c=d; patron=t; patron_ids=1"),
    'a=b; c=d; patron=t; patron_ids=1', 'among others');
is(cookies('/', "patron_id=x; a=b"), 'a=b', 'the first of two');
is(cookies('/', $own, 'a=b', $own, 'c=d'), 'a=b; c=d', 'in lines of their own');
is(cookies('/', 'a=b', 'c=d'), 'a=b|c=d', 'none is ours');
is(cookies('/', 'a="b; c";d', 'patron_seen', 'e=f=g;;'), 'a="b; c"; d; e=f=g',
    'strange ones');
is(cookies('/own', "$own; a=b"), 'a=b # a=b # b', 'in variables, too');
is(cookies('/own', "$own"), '', 'with nothing left');
is(cookies('/off', "$own; a=b"), "$own; a=b", 'not where patron is off');
is(cookies('/own/withheld', 'club=t; club_id=x; patron_id=y'), 'patron_id=y',
    'the token too, and by their name');

my $token = token(sub => 'a');
is($t->get('/own/withheld', headers => [ Cookie => "club=$token" ])
    ->header('X-State'), 'patron', 'which is read all the same');

$t->finish;
