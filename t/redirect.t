# Internal redirects, named locations, error pages and X-Accel-Redirect: one
# verdict, one lookup, one set of banners.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $page = '<html><body>x</body></html>';
$t->file('html/page.html', $page);
$t->file('html/index.html', $page);
$t->file('html/404.html', $page);
$t->file('html/big.html', $page . ' ' x 4096);

$t->origin('8081', sub { "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
    . "X-Accel-Redirect: /page.html\r\n\r\nnot this" });
$t->origin('8082', sub { "HTTP/1.0 404 No\r\nContent-Type: text/html\r\n"
    . "\r\n<html><body>gone</body></html>" });

$t->run(http => <<'EOC', server => <<'EOC');
    log_format patron '$request_uri $patron_state $patron_banners';
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    patron_banner two append body for=patron 'html=[two]';
    add_header X-State $patron_state always;
    access_log %%DIR%%/patron.log patron;

    location / {
    }
    location = /accel {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location = /error {
        error_page 404 /404.html;
        return 404;
    }
    location = /error200 {
        error_page 404 =200 /404.html;
        return 404;
    }
    location = /named {
        try_files /absent @named;
    }
    location @named {
        root %%DIR%%/html;
        rewrite ^ /page.html break;
    }
    location = /intercept {
        proxy_pass http://127.0.0.1:%%PORT_8082%%;
        proxy_intercept_errors on;
        error_page 404 =200 @named;
    }
    location = /rewrite {
        rewrite ^ /page.html last;
    }
    location = /leave {
        error_page 404 =200 /off/big.html;
        return 404;
    }
    location /off/ {
        patron off;
        gzip on;
        alias %%DIR%%/html/;
    }
    location = /enter {
        patron off;
        error_page 404 =200 /page.html;
        return 404;
    }
EOC

$redis->watch;

my $ann = token(sub => 'ann');

for my $uri ('/', '/accel', '/named', '/intercept', '/rewrite', '/error200',
    '/enter')
{
    is($t->get($uri)->body, '<html><body>x[ask]</body></html>',
        "$uri, a guest");

    my $before = $redis->lookups;
    my $r = $t->get($uri, token => $ann);

    is($r->body, '<html><body>x[two]</body></html>', "$uri, a patron");
    is($r->header('X-State'), 'patron', "$uri, the verdict");
    is($redis->lookups - $before, 1, "$uri, one lookup");
}

my $r = $t->get('/error', token => $ann);
is($r->status, 404, 'an error page');
is($r->body, $page, 'is left alone');
is($r->header('X-State'), 'patron', 'with its verdict');

# Out of the locations where it is on, nothing of it may stay behind.

$r = $t->get('/leave', gzip => 1);
is($r->text, $page . ' ' x 4096, 'a location where it is off');
is($r->header('Content-Encoding'), 'gzip', 'encodes as it would have');

$t->finish;
