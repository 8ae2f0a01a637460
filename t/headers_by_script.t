# What a script puts into the request's headers counts, though they were read
# before: here for the meter.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Handlers;
use Patron::Harness;

my $t = Patron::Harness->new;

if (!grep { $_ eq 'lua' } handlers_scripts($t)) {
    $t->{finished} = 1;
    plan(skip_all => 'no Lua here');
}

$t->file('html/part.html', '<article><p class=x>part</p></article>');

$t->run(http => 'patron_zone z:2m;', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron on;
    patron_wall article keep=1 html=WALL;
    patron_meter limit=60 period=month;
    patron_access metered;
    patron_banner appeal before .x html=BANNER;

    location /added/ {
        alias %%DIR%%/html/;
        access_by_lua_block {
            ngx.req.set_header('HX-Request', 'true')
        }
    }

    location /instead/ {
        alias %%DIR%%/html/;
        access_by_lua_block {
            ngx.req.clear_header('X-Last')
            ngx.req.set_header('HX-Request', 'true')
        }
    }

    location /gone/ {
        alias %%DIR%%/html/;
        access_by_lua_block {
            ngx.req.clear_header('HX-Request')
        }
    }
EOC

my @script = (headers => [ 'HX-Request' => 'true' ]);
my @last = (headers => [ 'X-Last' => '1' ]);

like($t->get('/part.html')->body, qr/BANNER/, 'a page');
unlike($t->get('/part.html', @script)->body, qr/BANNER/, 'a part');
unlike($t->get('/added/part.html')->body, qr/BANNER/, 'a header is added');
unlike($t->get('/instead/part.html', @last)->body, qr/BANNER/,
    'one comes for another');
like($t->get('/gone/part.html', @script)->body, qr/BANNER/, 'one is taken');

$t->finish;
