# Pages without appeals: by a header of the CMS, by a meta in the head, by a set
# of path prefixes in Redis.  Guests' pages stay for caches to keep.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/wall.html', '<b>wall</b>');
$t->file('html/page.html', '<html><head></head><body><p>text</p></body></html>');

my %says = ('/none' => 'none', '/ask' => 'ask', '/slot' => "x, top\tother",
    '/odd' => 'asks top:', '/twice' => 'ask', '/stored' => 'none', '/free' => '');
my $body = '<html><head>%s</head><body><p>text</p></body></html>';

my $origin = $t->origin('8081', sub {
    my $path = $_[0]{path};
    my $head = $path =~ m{^/meta(\S*)} ? meta($1) : '';
    my $page = sprintf $body, $head;

    return "HTTP/1.1 200 OK\r\nX-Accel-Redirect: $1\r\nX-Appeals: ask\r\n"
        . "Content-Length: 0\r\nConnection: close\r\n\r\n"
        if $path =~ m{^/accel(/\w+/\S*)};

    my $says = $says{$path} // '';
    my $twice = $path eq '/twice' ? "X-Appeals: top\r\n" : '';

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        . "Cache-Control: public, max-age=60\r\nETag: \"$path\"\r\n"
        . ($says eq '' ? '' : "X-Appeals: $says\r\n") . $twice
        . 'Content-Length: ' . length($page) . "\r\nConnection: close\r\n\r\n$page";
});


sub meta {
    my ($of) = @_;

    my %meta = ('-none' => 'none', '-ask' => 'ask', '-top' => 'a,top',
        '-long' => 'x' x 300);
    my $name = $of eq '-property' ? 'property' : 'name';

    return '<title>t</title>' if $of eq '';
    return qq(<meta $name="patron:appeals" content=") . ($meta{$of} // 'none')
        . '">';
}


$t->refused('a banner that replaces', qr/"patron_appeals_meta" directive: banner "ask"/,
    http => '', server => 'location / { patron on; patron_appeals_meta on;
        patron_banner ask replace p html=a; }');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
        patron_key k1 %%DIR%%/k1.key;
        patron_appeals_header X-Appeals;

        location / {
            patron on;
            patron_appeals_meta on;
            patron_banner ask prepend body 'html=<i>ask</i>';
            patron_banner top append body campaign=top;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /walled/ {
            patron on;
            patron_access_meta on;
            patron_wall p keep=1 file=%%DIR%%/html/wall.html;
            patron_appeals_meta on;
            patron_banner ask prepend body 'html=<i>ask</i>';
            proxy_pass http://127.0.0.1:%%PORT_8081%%/;
        }
        location /file/ {
            internal;
            patron on;
            alias %%DIR%%/html/;
            patron_banner ask prepend body 'html=<i>ask</i>';
            patron_banner top append body 'html=<i>camp</i>';
        }
        location /stored {
            patron on;
            patron_banner ask prepend body 'html=<i>ask</i>';
            proxy_cache c;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /off/ { proxy_pass http://127.0.0.1:%%PORT_8081%%/; }
EOC

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<i>camp</i>');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');


sub shown {
    my ($path) = @_;

    my $r = $t->get($path);
    $r->{shown} = join ' ', $r->body =~ m{<i>(\w+)}g;
    return $r;
}


ok(wait_for(sub { shown('/free')->{shown} eq 'ask camp' }), 'both');

for my $case (
    ['/none', ''], ['/ask', 'camp'], ['/slot', 'ask'], ['/odd', 'ask camp'],
    ['/twice', ''], ['/meta', 'ask camp'], ['/meta-none', ''],
    ['/meta-ask', 'camp'], ['/meta-top', 'ask'], ['/meta-long', ''],
    ['/meta-property', 'ask camp'], ['/accel/file/page.html', 'camp', 'any'],
    ['/accel/free/1', 'camp'], ['/walled/meta', 'ask'],
    ['/walled/meta-none', ''],
) {
    for my $again (1, 2) {
        my $r = shown($case->[0]);
        is($r->{shown}, $case->[1], "$case->[0]: what is left");
        ok(!$r->has('X-Appeals'), 'the header is not for readers');
        is($r->header('Cache-Control'), 'public, max-age=60',
            'a page that caches may keep') unless $case->[2];
    }
}

is($t->get('/none')->body, sprintf($body, ''), 'nothing else is changed');
is(shown('/stored')->{shown}, '', 'out of the cache as well') for 1 .. 3;
is(scalar(grep { m{^GET /stored } } $origin->requests), 1, 'which had it');
ok(!$t->get('/off/none')->has('X-Appeals'), 'hidden where patron is off');
unlike(join('', $t->slurp('error.log')), qr/found no place/,
    'what a page leaves out has not missed its place');

# By path, live.

$redis->cmd('SADD', 'patron:quiet', '/free');
ok(wait_for(sub { shown('/free')->{shown} eq '' }), 'a path, from now on');
is(shown('/free/er?x=1')->{shown}, '', 'and what begins with it');
is(shown('/fre')->{shown}, 'ask camp', 'no other');
is(shown('/%66ree')->{shown}, '', 'however it is written');
is(shown('/free')->header('Cache-Control'), 'public, max-age=60', 'cacheable');
$redis->cmd('SREM', 'patron:quiet', '/free');
ok(wait_for(sub { shown('/free')->{shown} eq 'ask camp' }), 'and loud again');

# As the address bar has it, and as a person writes it; more of it than counts.

my $long = '/' . "\xd1\x97" x 140 . '/';

for my $case (
    ['/a%20%d1%97/', '/a%20%D1%97/1', '/a%20%D1/'],
    ["/a \xd1\x97/", '/a%20%D1%97/1', '/a%2520%25D1%2597/'],
    ['/100%/', '/100%25/1', '/100'],
    [$long =~ s/([^\/])/sprintf '%%%02X', ord $1/ger,
        $long =~ s/([^\/])/sprintf '%%%02X', ord $1/ger, '/%D1%97'],
) {
    my ($prefix, $quiet, $other) = @$case;
    my $name = substr $prefix, 0, 20;

    $redis->cmd('SADD', 'patron:quiet', $prefix);
    ok(wait_for(sub { shown($quiet)->{shown} eq '' }), "$name: quiet");
    is(shown($other)->{shown}, 'ask camp', "$name: no other");
    $redis->cmd('DEL', 'patron:quiet');
    ok(wait_for(sub { shown($quiet)->{shown} eq 'ask camp' }), "$name: loud again");
}

# What is no path is told, and the others hold.

$redis->cmd('SADD', 'patron:quiet', 'https://localhost/free', '/ask');
ok($t->wait_log(qr/"quiet" is refused: a prefix does not begin with "\/"/),
    'a whole address is told');
is(shown('/ask')->{shown}, '', 'the others hold');
$redis->cmd('DEL', 'patron:quiet');

$redis->cmd('SET', 'patron:quiet', 'x');
ok($t->wait_log(qr/campaign "quiet" is refused: it is no set/), 'no set: told');
is(shown('/free')->{shown}, 'ask camp', 'and nothing else');

$t->finish;
