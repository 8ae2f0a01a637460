# The meter without Redis: a sealed cookie. Consent, periods, cookie
# attributes, limits by variable.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for 'a' .. 'e', map { "n$_" } 1 .. 70;
my $dir = $t->dir;
my $args = '-x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -batch';
qx(openssl req $args -keyout $dir/tls.key -out $dir/tls.crt 2>&1);

my %conf = (http => <<'EOC', server => <<'EOC');
    map $patron_state $limit {
        volatile;
        guest 1;
        default 3;
    }
    map $http_x_limit $given {
        default $http_x_limit;
    }
    patron_key k1 %%DIR%%/k1.key;
EOC
        listen 127.0.0.1:%%PORT_tls%% ssl;
        ssl_certificate %%DIR%%/tls.crt;
        ssl_certificate_key %%DIR%%/tls.key;

        patron on;
        patron_access metered;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=week store=cookie;
        add_header X-Left $patron_left;
        add_header X-Reason $patron_reason;

        location / { }

        location /consent/ {
            alias %%DIR%%/html/;
            patron_consent $cookie_consent;
        }

        location /limit/ {
            alias %%DIR%%/html/;
            patron_meter limit=$limit period=week;
        }

        location /given/ {
            alias %%DIR%%/html/;
            patron_meter limit=$given period=week;
        }

        location /full/ {
            alias %%DIR%%/html/;
            patron_meter limit=64 period=month article=$uri;
        }

        location /second/ {
            alias %%DIR%%/html/;
            patron_meter limit=1 period=1s;
        }

        location /section/ {
            alias %%DIR%%/html/;
            patron_meter limit=1 period=day article=$arg_id;
        }

        location /off/ {
            alias %%DIR%%/html/;
            patron_meter off;
        }

        location /named/ {
            alias %%DIR%%/html/;
            patron_cookie name=club domain=example.org path=/named/ secure=on
                          samesite=strict;
        }
EOC

$t->run(%conf);

sub open_page { $_[0]->status == 200 && $_[0]->body =~ /third paragraph/ }
sub walled { $_[0]->body =~ /class="wall"/ && $_[0]->body !~ /third para/ }

my $reader = Patron::Reader->new($t);

my $r = $reader->get('/a.html');
ok(open_page($r), 'the first');
like($r->header('Set-Cookie'),
    qr/^patron_meter=v1\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; SameSite=Lax; HttpOnly$/,
    'one cookie');
my ($age) = $r->header('Set-Cookie') =~ /Max-Age=(\d+)/;
cmp_ok($age, '<=', 7 * 86400, 'for a week at most');
like($r->header('Cache-Control'), qr/private, no-store/, 'private');

my $first = { %{$reader->{jar}} };

ok(open_page($reader->get('/b.html')), 'the second');
$r = $reader->get('/c.html');
ok(walled($r), 'the wall');
ok(!$r->has('Set-Cookie'), 'no cookie with it');
$r = $reader->get('/a.html');
ok(open_page($r), 'read again');
ok(!$r->has('Set-Cookie'), 'with nothing new to tell');

my $forged = Patron::Reader->new($t);
$forged->{jar}{patron_meter} = $reader->{jar}{patron_meter};
substr($forged->{jar}{patron_meter}, 8, 1) =~ tr/A-Za-y/B-Zb-z/;
ok(open_page($forged->get('/d.html')), 'a changed cookie counts for nothing');

# HEAD and prefetch

my $looker = Patron::Reader->new($t);
$r = $looker->request('HEAD', '/a.html');
is($r->status, 200, 'HEAD');
ok(!$r->has('Set-Cookie'), 'sets no cookie');
$r = $looker->get('/a.html', headers => [ 'Sec-Purpose' => 'prefetch' ]);
is($r->status, 503, 'prefetch of an unread article');
ok(!$r->has('Set-Cookie'), 'sets no cookie');
$reader->get('/a.html', headers => [ 'Sec-Purpose' => 'prefetch' ]);
my $etag = $t->get('/a.html')->header('ETag');
$r = $looker->get('/a.html', headers => [ 'If-None-Match' => $etag ]);
is($r->status, 304, 'not modified');
ok(!$r->has('Set-Cookie'), 'sets no cookie');

# Consent

for my $consent (undef, '', '0') {
    my $shy = Patron::Reader->new($t);
    $shy->{jar}{consent} = $consent if defined $consent;
    $r = $shy->get('/consent/a.html');
    ok(walled($r), 'no consent: the wall');
    ok(!$r->has('Set-Cookie'), 'and no cookie');
    is($r->header('X-Left'), '', 'and no meter');
    is($r->header('X-Reason'), 'no consent', 'for want of consent');
}

my $willing = Patron::Reader->new($t);
$willing->{jar}{consent} = 'yes';
ok(open_page($willing->get('/consent/a.html')), 'consent: the meter');
$willing->{jar}{consent} = '0';
ok(walled($willing->get('/consent/a.html')), 'withdrawn: the wall');

# Limits by variable: an expired member has more than a guest.

my $guest = Patron::Reader->new($t);
ok(open_page($guest->get('/limit/a.html')), 'a guest reads one');
ok(walled($guest->get('/limit/b.html')), 'and no more');

my $member = Patron::Reader->new($t,
    token => token(sub => 'x', exp => time() - 1000));
ok(open_page($member->get("/limit/$_.html")), "a member reads $_")
    for qw(a b c);
ok(walled($member->get('/limit/d.html')), 'up to three');

for my $bad ('', 'x', '-1', '99999999999999999999', '1 0') {
    ok(walled($t->get('/given/a.html', headers => [ 'X-Limit' => $bad ])),
        "a limit of \"$bad\" is none");
}

# As many as a cookie holds.

my $greedy = Patron::Reader->new($t);
my $open = grep { open_page($greedy->get("/full/n$_.html")) } 1 .. 70;
is($open, 64, 'sixty-four');
cmp_ok(length $greedy->{jar}{patron_meter}, '<', 700, 'in a small cookie');
ok(open_page($greedy->get('/full/n1.html')), 'the first of them is kept');

# A period ends.

my $patient = Patron::Reader->new($t);
ok(wait_for(sub {
    my $one = open_page($patient->get('/second/a.html'));
    return $one && walled($patient->get('/second/b.html'));
}), 'one in a second');
ok(wait_for(sub { open_page($patient->get('/second/b.html')) }),
    'and one in the next');

# The article's name

my $section = Patron::Reader->new($t);
ok(open_page($section->get('/section/a.html?id=1')), 'named by a variable');
ok(open_page($section->get('/section/b.html?id=1')), 'the same');
ok(walled($section->get('/section/a.html?id=2')), 'another');
ok(walled($section->get('/section/a.html')), 'none at all');
my $long = 'x' x 3000;
my $other = Patron::Reader->new($t);
ok(open_page($other->get("/section/a.html?id=$long")), 'a long name');
ok(open_page($other->get("/section/a.html?id=$long")), 'is known again');
ok(walled($other->get("/section/a.html?id=${long}y")), 'from another');

ok(walled($t->get('/off/a.html')), 'off: the wall');

# Attributes

$r = $t->get('/named/a.html');
like($r->header('Set-Cookie'), qr{^club_meter=\S+; Max-Age=\d+; Path=/named/; Domain=example\.org; SameSite=Strict; HttpOnly; Secure, },
    'attributes');
my $tls = qx(curl -sk -o /dev/null -D - https://127.0.0.1:@{[$t->port('tls')]}/a.html);
like($tls, qr/^Set-Cookie: patron_meter=.*; HttpOnly; Secure\r$/m,
    'Secure on TLS');

# Keys are rolled over: a cookie of the old one counts, and is sealed anew.

$conf{http} =~ s/(?=patron_key)/patron_key k2 %%DIR%%\/k2.key;\n    /;
$t->reload(%conf);

$r = $reader->get('/c.html');
ok(walled($r), 'a cookie of the old key counts');
ok($r->has('Set-Cookie'), 'and is sealed anew');
$r = $reader->get('/a.html');
ok(open_page($r) && !$r->has('Set-Cookie'), 'once');

# What nginx -t refuses.

for (
    [ 'limit=x period=month', qr/"patron_meter".*invalid limit "x"/ ],
    [ 'limit=2', qr/"limit=" and "period=" must be given/ ],
    [ 'period=day', qr/"limit=" and "period=" must be given/ ],
    [ 'limit=2 period=year', qr/invalid parameter "period=year".*must be/ ],
    [ 'limit=2 period=0', qr/invalid parameter "period=0"/ ],
    [ 'limit=2 period=day store=disk', qr/invalid parameter "store=disk"/ ],
    [ 'limit=2 period=day store=redis', qr/no "patron_redis"/ ],
    [ 'limit=65 period=day', qr/holds 64 articles at most, the limit is 65/ ],
    [ 'limit= period=day', qr/invalid parameter "limit="/ ],
    [ 'limit=1 period=day; patron_meter off', qr/is duplicate/ ],
) {
    my ($words, $like) = @$_;
    $t->refused("patron_meter $words", $like,
        http => 'patron_key k1 %%DIR%%/k1.key;',
        server => "patron on; patron_access metered; patron_meter $words;");
}

$t->refused('a meter without a key', qr/no "patron_key"/,
    server => 'patron on; patron_access metered;
               patron_meter limit=1 period=day;');

$t->finish;
