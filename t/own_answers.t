# What the module's own handlers answer is no page of the site's: it has no
# level and no banner, and is kept by nobody, whatever the server says.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->cmd(qw(HSET patron:campaign:top:spring html <p>x</p> url /join));
$redis->cmd(qw(SADD patron:campaigns top:spring));

$t->file('wall.html', '[wall]');
$t->file('html/page.html', '<body><article><p>a</p><p>b</p></article></body>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone z:2m;
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_access members;
    patron_wall article keep=1 file=%%DIR%%/wall.html;
    patron_banner ask append body html=[ask];
    patron_banner top prepend article campaign=top;

    expires 30d;
    add_header CDN-Cache-Control "max-age=600" always;

    location / {
    }
    location = /status {
        patron_status_handler;
    }
    location = /json {
        patron_status_handler format=json;
    }
    location = /activate {
        patron_activate_handler;
    }
    location = /out {
        patron_signout_handler;
    }
    location = /go {
        patron off;
        patron_click_handler;
    }
    location = /aside {
        error_page 404 = /status;
        try_files /none =404;
    }
EOC

my $link = '/activate?token=' . token(sub => 'ann', aud => 'patron:activate',
    jti => 'one');

ok(wait_for(sub { $t->get('/go?c=top:spring')->status == 303 }),
    'a click without patron');
unlike($t->get('/page.html')->body, qr/<p>b/, 'the site is for members');

for my $uri ('/status', '/json', $link, '/go?c=top:spring', '/aside') {
    my $r = $t->get($uri);
    my ($name) = $uri =~ m{^(/\w+)};

    is($r->status, $name eq '/go' ? 303 : 200, "$name answers");
    unlike($r->body, qr/\[ask\]|\[wall\]/, 'with nothing put in');
    is($r->header('Cache-Control'), 'private, no-store', 'for nobody to keep');
    ok(!$r->has('Expires') && !$r->has('CDN-Cache-Control'),
        'and nothing says otherwise');
}

is($t->get('/out')->status, 405, 'an error of a handler');
is($t->get('/out')->header('Cache-Control'), 'private, no-store',
    'is kept by nobody, either');

$t->finish;
