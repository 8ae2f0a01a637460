# Encodings: gzip from upstream is decoded, changed and encoded again for the
# client.

use strict;
use warnings;

use Compress::Zlib;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has(qw(http_gunzip http_gzip_static));
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $page = '<html><body>' . join(' ', 1 .. 5000) . '</body></html>';
my $asked = $page =~ s/<\/body>/[ask]$&/r;

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my $gzip = Compress::Zlib::memGzip($page);

    return [ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Content-Encoding: gzip\r\nETag: \"v1\"\r\n"
        . 'Content-Length: ' . length($gzip)
        . "\r\nConnection: close\r\n\r\n", $gzip =~ /.{1,700}/gs ];
});

$t->file('html/page.html', $page);
$t->file('copy/page.html_gzip', Compress::Zlib::memGzip($page));
$t->file('html/page.html.gz', Compress::Zlib::memGzip($page));

$t->run(http => <<'EOC', server => <<'EOC');
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    gunzip on;
    gzip on;
    gzip_min_length 0;

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /plain {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        gzip off;
    }
    location /without {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        gunzip off;
    }
    location /copy {
        alias %%DIR%%/copy/;
        gzip off;
        types { }
        default_type text/html;
        add_header Content-Encoding gzip;
    }
    location /off {
        patron off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /cache {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
        proxy_cache_valid 1h;
    }
    location = /static.html {
        try_files /page.html =404;
    }
    location = /page.html {
        gzip_static on;
        gzip_vary on;
    }
EOC

my $ann = token(sub => 'ann');
my $r;

$r = $t->get('/', gzip => 1);
is($r->header('Content-Encoding'), 'gzip', 'a client that takes gzip');
is($r->text, $asked, 'has the banner in it');

$r = $t->get('/');
is($r->header('Content-Encoding'), '', 'a client that does not');
is($r->body, $asked, 'has it too');

$r = $t->get('/', gzip => 1, token => $ann);
is($r->text, $page, 'a patron');

$r = $t->get('/plain', gzip => 1);
is($r->header('Content-Encoding'), '', 'gzip off');
is($r->body, $asked, 'is not encoded again');

$r = $t->get('/without', gzip => 1);
is($r->header('Content-Encoding'), 'gzip', 'gunzip off');
is($r->text, $page, 'is left alone');

$r = $t->get('/off', gzip => 1);
is($r->header('Content-Encoding'), 'gzip', 'patron off');
is($r->text, $page, 'passes through');

$r = $t->get('/static.html', gzip => 1);
is($r->header('Content-Encoding'), 'gzip', 'a file');
is($r->text, $asked, 'has it too');

for (1, 2) {
    is($t->get('/cache', gzip => 1)->text, $asked, "cached, gzip, $_");
    is($t->get('/cache')->text, $asked, "cached, plain, $_");
    is($t->get('/cache', gzip => 1, token => $ann)->text, $page,
        "cached, a patron, $_");
}

is(scalar(grep { m{^GET /cache} } $origin->requests), 1,
    'the CMS was asked once');

# gzip_static asks for itself; what it sends is left alone or decoded, never
# broken.

$r = $t->get('/page.html', gzip => 1);
like($r->text, qr/^\Q$page\E$|^\Q$asked\E$/, 'gzip_static');

# HTTP/1.0 and a refusal of gzip.

$r = $t->get('/', headers => ['Accept-Encoding' => 'gzip;q=0']);
is($r->body, $asked, 'gzip;q=0');
is($r->header('Content-Encoding'), '', 'is heard');

# What a page cache has compressed, and add_header says so

for (1 .. 3) {
    is($t->get('/copy/page.html_gzip', headers => ['Accept-Encoding' => 'gzip'])
        ->text, $page, 'a compressed copy passes');
}

my $told = () = $t->slurp('error.log')
    =~ /\[error\].*Content-Encoding "gzip" by "add_header"/g;
ok($told >= 1 && $told <= $t->workers, 'which a worker tells once');

$t->finish;
