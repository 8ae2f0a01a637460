# proxy_cache keeps one copy for all readers, without anything of ours in it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $page = '<html><body>' . 'x' x 70_000 . '</body></html>';
my $asked = $page =~ s/<\/body>/[ask]$&/r;

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    if ($r->{path} =~ /revalidate/ && $r->{header}->('If-None-Match') ne '') {
        return "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n"
            . "Cache-Control: max-age=0\r\nConnection: close\r\n\r\n";
    }

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"\r\n"
        . ($r->{path} =~ /vary/ ? "Vary: Accept-Encoding\r\n" : '')
        . ($r->{path} =~ /cookies/ ? "Vary: Cookie\r\n" : '')
        . ($r->{path} =~ /revalidate/ ? "Cache-Control: max-age=0\r\n" : '')
        . 'Content-Length: ' . length($page)
        . "\r\nConnection: close\r\n\r\n$page";
});

$t->run(http => <<'EOC', server => <<'EOC');
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    add_header X-Cache $upstream_cache_status;
    gunzip on;
    gzip on;

    proxy_cache c;
    proxy_cache_valid 200 1h;

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /revalidate {
        proxy_cache_revalidate on;
        proxy_ignore_headers Cache-Control;
        proxy_cache_valid 200 1s;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

my $ann = token(sub => 'ann');

my $r = $t->get('/a');
is($r->body, $asked, 'a guest fills the cache');
is($r->header('X-Cache'), 'MISS', 'a miss');

$r = $t->get('/a', token => $ann);
is($r->body, $page, 'a patron');
is($r->header('X-Cache'), 'HIT', 'has it from the cache');

is($t->get('/a')->body, $asked, 'a guest again');
is($t->get('/a', gzip => 1)->text, $asked, 'a guest, gzip');

$r = $t->get('/b', token => $ann);
is($r->body, $page, 'a patron fills it');
$r = $t->get('/b');
is($r->body, $asked, 'a guest');
is($r->header('X-Cache'), 'HIT', 'has it from the cache');

is(scalar($origin->requests), 2, 'the CMS was asked once a page');

# A cache that is keyed by Vary finds its copies again.

$origin->forget;
for (1 .. 3) {
    is($t->get('/vary', gzip => 1)->text, $asked, "Vary, gzip, $_");
    is($t->get('/vary')->body, $asked, "Vary, plain, $_");
}
cmp_ok(scalar($origin->requests), '<=', 2, 'and asks the CMS once for each');

# The module's own cookies make no copy of their own.

$origin->forget;
$t->get('/cookies', headers => [map { (Cookie => $_) } @$_]) for (
    [], ['patron_id=1'], ['patron_id=2; patron_meter=3'],
    ['patron_device=4', 'patron_seen=5']);
is(scalar($origin->requests), 1, 'Vary: Cookie, one copy without others');

$origin->forget;
$t->get('/cookies', headers => [map { (Cookie => $_) } @$_]) for (
    ['a=1; b=2'], ['a=1', 'patron_id=2', 'b=2'], ['patron_id=3;a=1;b=2']);
is(scalar($origin->requests), 1, 'and one with the same others');

# A conditional request is answered from the cache too.

my $etag = $t->get('/a')->header('ETag');
$r = $t->get('/a', headers => ['If-None-Match' => $etag]);
is($r->status, 304, '304 from the cache');
$r = $t->get('/c', headers => ['If-None-Match' => $etag]);
is($r->body || $r->status, $r->status == 304 ? 304 : $asked,
    'a condition while it is filled');
is($t->get('/c')->body, $asked, 'which fills it whole');

# nginx's own question whether its copy is fresh is still asked.

is($t->get('/revalidate')->body, $asked, 'filled');
ok(wait_for(sub {
    return $t->get('/revalidate', headers => ['If-None-Match' => $etag])
        ->header('X-Cache') eq 'REVALIDATED';
}), 'revalidated');
is($t->get('/revalidate')->body, $asked, 'and the page is the same');

$t->finish;
