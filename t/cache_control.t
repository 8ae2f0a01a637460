# Who may keep a page: a reader's own page nobody, a guest's page as the CMS
# says, varying on what it varies on.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my ($status) = $r->{path} =~ /(\d{3})/;

    return 'HTTP/1.1 ' . ($status // 200) . " OK\r\nContent-Type: "
        . ($r->{path} =~ /text/ ? 'text/plain' : 'text/html') . "\r\n"
        . "Cache-Control: public, max-age=600\r\n"
        . "Expires: Mon, 02 Nov 2037 10:00:00 GMT\r\n"
        . ($r->{path} =~ /vary/ ? "Vary: Accept-Language, Cookie\r\n" : '')
        . ($r->{path} =~ /star/ ? "Vary: *\r\n" : '')
        . ($r->{path} =~ /cookie/ ? "Set-Cookie: a=b\r\n" : '')
        . "Connection: close\r\n\r\n<html><body>"
        . ($status ? '<article><p>a</p><p>b</p></article>' : '')
        . '</body></html>';
});

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /auth {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_token $http_authorization $cookie_patron;
    }
    location /addr {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_banner ask append body if=$remote_addr 'html=[ask]';
    }
    location /lang {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_banner ask append body if=$http_accept_language 'html=[ask]';
    }
    location /none {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_banner ask append body for=patron 'html=[thanks]';
    }
    location /walled {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_access members;
        patron_wall article keep=1 html=WALL;
    }
    location /expires {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        expires 1h;
    }
    location /zipped {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        gzip on;
        gzip_min_length 0;
        gzip_vary on;
    }
    location /closed {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_access members;
        patron_wall article keep=1 html=WALL;

        location /closed/joins {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            error_page 402 =200 /join;
        }
        location /closed/leads {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            error_page 402 =302 /join;
        }
        location /closed/named {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            patron_token $http_authorization;
            error_page 402 = @join;
        }
        location /closed/metered {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            patron_access metered;
            patron_meter limit=0 period=month;
            error_page 402 =200 /join;
        }
        location /closed/missing {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            patron_wall_code 404;
        }
    }
    location = /join {
        patron off;
        expires 1h;
        return 200 "join us";
    }
    location @join {
        expires 1h;
        return 200 "join us";
    }
EOC

my $ann = token(sub => 'ann');

sub caching {
    my $r = $t->get(@_);
    return join ' | ', $r->header('Cache-Control'), $r->header('Expires'),
        $r->header('Vary');
}

my $shared = 'public, max-age=600 | Mon, 02 Nov 2037 10:00:00 GMT';

is(caching('/'), "$shared | Cookie", 'a guest');
is(caching('/', headers => [Cookie => 'theme=dark']), "$shared | Cookie",
    'a guest with other cookies');
is(caching('/vary'), "$shared | Accept-Language, Cookie",
    'what the CMS says is said once');
is(caching('/star'), "$shared | *", 'nothing is added to *');
is(caching('/auth'), "$shared | Authorization, Cookie", 'two sources');
is(caching('/lang', headers => ['Accept-Language' => 'en'])
    =~ s/Cookie, Accept-Language/Accept-Language, Cookie/r,
    "$shared | Accept-Language, Cookie", 'targeting by a header');
is(caching('/none'), "$shared | Cookie", 'a guest who is shown nothing');

# Of several lines caches such as nginx before 1.23 know the last alone.

is($t->get($_)->has('Vary'), 1, "one line: $_")
    for '/', '/vary', '/auth', '/lang', '/walled';
like((map { $_->[1] } grep { $_->[0] =~ /^vary$/i }
        @{$t->get('/zipped', gzip => 1)->{fields}})[-1],
    qr/Cookie, Accept-Encoding/, 'with what "gzip_vary" says in another');

my $private = 'private, no-store |  | ';

is(caching('/', token => $ann) =~ s/\|[^|]*$/| /r, $private, 'a patron');
is(caching('/', token => 'x') =~ s/\|[^|]*$/| /r, $private,
    'a token that does not verify');
is(caching('/', token => token(sub => 'nobody')) =~ s/\|[^|]*$/| /r, $private,
    'a member that lapsed');
is(caching('/cookie') =~ s/\|[^|]*$/| /r, $private, 'Set-Cookie');
is(caching('/addr') =~ s/\|[^|]*$/| /r, $private,
    'what Vary cannot express');
is(caching('/auth', bearer => $ann) =~ s/\|[^|]*$/| /r, $private,
    'a token in a header');

is(caching('/text'), "$shared | ", 'another type');

is(caching('/expires', token => $ann) =~ s/\|[^|]*$/| /r, $private,
    'whatever "expires" says');

# A walled page, whatever its status: those who may read it ask by a cookie.

for my $status (200, 404, 410, 422) {
    my $r = $t->get("/walled/$status");
    is($r->status, $status, "walled, $status");
    like($r->body, qr/WALL/, 'it is cut');
    is($r->header('Cache-Control'), 'public, max-age=600', 'as the CMS says');
    is($r->header('Vary'), 'Cookie', 'for those without a cookie');

    is($t->get("/walled/$status", token => 'x')->header('Cache-Control'),
        'private, no-store', 'not where there is one');
}

is($t->get('/walled/404/cookie')->header('Cache-Control'), 'private, no-store',
    'nor where one is set');

# A refusal, and what stands in its place: members get something else.

for my $path (qw(plain missing joins leads named)) {
    my $r = $t->get("/closed/$path/text");
    unlike($r->body, qr/article/, "refused: $path");
    is($r->header('Vary'), $path eq 'named' ? 'Authorization' : 'Cookie',
        'for those without a token');
    is($r->header('Cache-Control') // '', $path =~ /plain|missing/
       ? '' : 'max-age=3600', 'as what stands there says');

    $r = $t->get("/closed/$path/text",
                 $path eq 'named' ? (bearer => 'x') : (token => 'x'));
    unlike($r->body, qr/article/, 'refused with a token');
    is($r->header('Cache-Control'), 'private, no-store', "which nobody keeps");
    is($r->header('Expires') // '', '', 'whatever stands there says');
}

is($t->get('/closed/metered/text')->header('Cache-Control'),
    'private, no-store', 'nor where another reader may have an article left');

$t->finish;
