# Levels and bypasses by what auth_request was told; what it refuses costs no
# article, and it sees no argument of ours.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new->has('http_auth_request');

$t->redis;

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my ($level) = $r->{path} =~ /check-(\w+)/;

    return 'HTTP/1.1 ' . ($level eq 'no' ? '403 Forbidden' : '204 No Content')
        . "\r\nX-Level: $level\r\nX-Staff: "
        . ($r->{header}->('X-Asked') =~ /staff/ ? 1 : 0)
        . "\r\nConnection: close\r\n\r\n" if defined $level;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . ($r->{path} =~ m{/late/(\w+)} ? "X-Late: $1\r\n" : '')
        . ($r->{path} =~ /header/ ? "X-Word: members\r\n" : '')
        . "Connection: close\r\n\r\n<html><body><article><p>Open.</p>"
        . '<p>SECRET</p></article></body></html>';
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone main:1m;
    map $told $mapped { default $told; }
EOC
    patron on;
    patron_wall article keep=1 html=WALL;
    patron_access $told;
    patron_bypass $staff;
    patron_meter limit=1 period=month;
    patron_gift;
    auth_request_set $told $upstream_http_x_level;
    auth_request_set $staff $upstream_http_x_staff;

    location / {
        auth_request /check-members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /mapped/ {
        patron_access $mapped;
        auth_request /check-members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /any/ {
        satisfy any;
        auth_request /check-members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /free/ {
        auth_request /check-free;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /metered/ {
        auth_request /check-metered;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /refused/ {
        patron_access metered;
        auth_request /check-no;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /late/ {
        patron_access $upstream_http_x_late;
        add_header X-Decision $patron_decision;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /turned/ {
        auth_request /check-no;
        patron_access members;
        error_page 403 = @off;
        location /turned/told/ {
            patron_access $told;
            auth_request_set $told members;
            auth_request /check-no;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /turned/returned/ {
            error_page 403 =200 /text;
            auth_request /check-no;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /turned/header/ {
            patron_access free;
            patron_access_header X-Word;
            auth_request /check-no;
        }
    }
    location @off {
        patron off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location = /text {
        patron off;
        return 200 "SECRET";
    }
    location /check- {
        internal;
        proxy_set_header X-Asked $request_uri;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
EOC

for my $path (qw(/a /mapped/a /any/a)) {
    my $r = $t->get($path);
    is($r->status, 200, "let in: $path");
    like($r->body, qr/Open.*WALL/, 'and shown a wall');
    unlike($r->body, qr/SECRET/, 'by the level that was told');
}

like($t->get('/free/a')->body, qr/SECRET/, 'free by what was told');
like($t->get('/a?staff')->body, qr/SECRET/, 'so is a bypass');

# What is known with the response alone makes it stricter.

my $late = $t->get('/late/members');
unlike($late->body, qr/SECRET/, 'a level that comes with the response');
is($late->header('X-Decision'), 'wall', 'and add_header knows it');
unlike($t->get('/late/metered')->body, qr/SECRET/, 'a meter comes too late');
like($t->get('/late/free')->body, qr/SECRET/, 'free');

my $reader = Patron::Reader->new($t);

is($reader->get('/refused/a')->status, 403, 'who is refused');
like($reader->get('/metered/a')->body, qr/SECRET/, 'has read nothing');
like($reader->get('/metered/b')->body, qr/WALL/, 'and has one article');

# A level sticks where another module refuses and error_page leads on.

unlike($t->get("/turned/$_")->body, qr/SECRET/, "closed: $_")
    for qw(a told/a returned/a header/a);

$origin->forget;
$t->get('/a?x=1&gift=token');
ok((grep { /^X-Asked: \/a\?x=1\r?$/m } $origin->requests),
    'an argument of ours is told nobody');

$t->finish;
