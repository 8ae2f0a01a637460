# A level that the CMS states with a 304, as nginx renews an entry of its cache,
# counts at once; the entry that says otherwise goes.  So it is where the entry is
# renewed in the background, for a page that another one includes, and where the
# access phase ends with another module's word.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('level', 'free');
$t->file('said', '');

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my $stated = $t->slurp('level');
    my $head = "ETag: \"v1\"\r\nX-Level: $stated\r\nConnection: close\r\n";
    $head =~ s/X-Level.*?\n// if $r->{path} =~ /silent/;

    if ($r->{header}->('If-None-Match') ne '') {
        $t->file('said', $t->slurp('said') . "$r->{path} $stated\n");
        return "HTTP/1.1 304 Not Modified\r\n$head\r\n";
    }

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n$head\r\n"
        . '<article><p>lead</p><p>SECRET</p></article>';
});

$t->file('wall.html', '[wall]');
$t->file('includes.html', '[<!--#include virtual="/part" -->]');

$t->run(http => <<'EOC', server => <<'EOC');
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    patron on;
    patron_access_header X-Level;
    patron_wall article keep=1 file=%%DIR%%/wall.html;

    proxy_cache c;
    proxy_cache_key $uri;
    proxy_cache_valid 200 1s;
    proxy_cache_revalidate on;
    add_header X-Cache $upstream_cache_status;

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /background/ {
        proxy_cache_use_stale updating;
        proxy_cache_background_update on;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /passed/ {
        patron_access_header X-Level;
        try_files /none @unnamed;
    }

    location @unnamed {
        patron off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /allowed/ {
        satisfy any;
        allow all;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /if/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;

        if ($arg_x) {
            add_header X-If 1;
        }
    }

    location = /includes.html {
        patron off;
        proxy_cache off;
        ssi on;
        root %%DIR%%;
    }
EOC

sub asked { $t->slurp('said') =~ /^\Q$_[0]\E \Q$_[1]\E$/m }

for my $uri (qw(/a /silent /background/a /passed/a /allowed/a /if/a?x=1
    /includes.html))
{
    like($t->get($uri)->body, qr/SECRET/, "$uri is free");
}

$t->file('level', 'members');

my $r;

ok(wait_for(sub { $r = $t->get('/a'); asked('/a', 'members') }),
    'the origin is asked anew');
is($r->header('X-Cache'), 'REVALIDATED', 'and answers 304');
unlike($r->body, qr/SECRET/, 'the level that it states counts');
$r = $t->get('/a');
is($r->header('X-Cache'), 'MISS', 'the entry is gone');
unlike($r->body, qr/SECRET/, 'the next answer is closed');
$r = $t->get('/a');
is($r->header('X-Cache'), 'HIT', 'and is kept');
unlike($r->body, qr/SECRET/, 'closed');

ok(wait_for(sub { $r = $t->get('/silent'); asked('/silent', 'members') }),
    'a 304 without the header');
like($r->body, qr/SECRET/, 'leaves the level as it is');
is($t->get('/silent')->header('X-Cache'), 'HIT', 'and the entry');

ok(wait_for(sub {
    $r = $t->get('/background/a');
    asked('/background/a', 'members');
}), 'an entry is renewed in the background');
ok(wait_for(sub { $t->get('/background/a')->body !~ /SECRET/ }),
    'and is gone when it is known to be closed');
unlike($t->get('/background/a')->body, qr/SECRET/, 'for good');

for (['/passed/a', '/passed/a'], ['/allowed/a', '/allowed/a'],
    ['/if/a?x=1', '/if/a'],
    ['/includes.html', '/part'])
{
    my ($uri, $asked) = @$_;

    ok(wait_for(sub { $r = $t->get($uri); asked($asked, 'members') }),
        "$uri is asked for anew");
    unlike($r->body, qr/SECRET/, 'and closed');
    unlike($t->get($uri)->body, qr/SECRET/, 'for good');
}

$t->file('level', 'free');

ok(wait_for(sub { $t->get('/a'); asked('/a', 'free') }), 'opened again');
like($t->get('/a')->body, qr/SECRET/, 'from the next answer on');

$t->finish;
