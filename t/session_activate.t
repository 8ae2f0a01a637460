# A link in a mail makes a patron of whoever follows it, once, by a button; and
# a form signs them out.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%% timeout=200ms;
    patron_zone z:1m;
    log_format all '$request|$request_uri|$args|$arg_token';
EOC
        access_log %%DIR%%/access.log all;
        patron_key k1 %%DIR%%/k1.key;
        patron_key k2 %%DIR%%/k2.key;

        patron on;
        add_header X-State "$patron_state $patron_id $patron_tier";

        location / { }
        location = /activate {
            patron_access members;
            patron_activate_handler ttl=7d;
        }
        location = /club/activate {
            patron_cookie name=club path=/club domain=example.org former=www.example.org
                secure=on samesite=strict;
            patron_activate_handler;
        }
        location = /host/activate {
            patron_cookie domain=.localhost;
            patron_activate_handler;
        }
        location = /club/signout {
            patron_cookie name=__Host-club;
            patron_signout_handler;
        }
        location = /signout {
            patron_access members;
            patron_signout_handler;
        }
EOC

for (['no key', qr/it needs "patron_key"/, 'patron_redis %%REDIS%%;', ''],
    ['no Redis', qr/it needs "patron_redis"/, '', ''],
    ['ttl=0', qr/invalid parameter "ttl=0"/, 'patron_redis %%REDIS%%;',
        'ttl=0'],
    ['nonsense', qr/invalid parameter "x"/, 'patron_redis %%REDIS%%;', 'x'])
{
    my ($name, $why, $http, $arg) = @$_;
    my $key = $name eq 'no key' ? '' : 'patron_key k1 %%DIR%%/k1.key;';

    $t->refused($name, qr/"patron_activate_handler" directive: .*$why/,
        http => $http,
        server => "$key location /a { patron_activate_handler $arg; }");
}

$t->run(%conf);

my $n = 0;

sub activation {
    return token(aud => 'patron:activate', sub => 'ada', jti => 'j' . ++$n,
        exp => time() + 600, @_);
}

sub post {
    my ($path, $body, %o) = @_;

    return $t->request('POST', $path, body => $body, token => $o{token},
        headers => [
        'Content-Type' => 'application/x-www-form-urlencoded',
        (exists $o{origin} ? () : (Origin => 'http://localhost')),
        (defined $o{origin} ? (Origin => $o{origin}) : ()) ]);
}

sub state {
    my ($cookie) = @_;

    return $t->get('/page.html', token => $cookie)->header('X-State');
}

# The page

my $token = activation(tier => 'gold', name => 'Ada');
my $r = $t->get("/activate?to=%2Fpage.html%3Fa%3D1%26b%3D%27&token=$token");

is($r->status, 200, 'a page');
like($r->header('Content-Type'), qr{^text/html; ?charset=utf-8$}, 'is HTML');
like($r->header('Cache-Control'), qr/no-store/, 'kept by nobody');
like($r->header('X-Robots-Tag'), qr/noindex/, 'not indexed');
is($r->header('Referrer-Policy'), 'same-origin', 'told to this site alone');
like($r->header('Content-Security-Policy'), qr/default-src 'none'/, 'alone');
is($r->header('Set-Cookie'), '', 'and nothing is set');
like($r->body, qr/<form method="post" action="\?">/, 'a form');
like($r->body, qr/name="token" value="\Q$token\E"/, 'with the token');
like($r->body, qr{name="to" value="/page\.html\?a=1&amp;b=(?:'|&#39;)"},
    'and the place, escaped');
is(scalar(() = $r->body =~ /<button>/g), 1, 'one button');
is($t->head("/activate?token=$token")->status, 200, 'HEAD');
is($redis->cmd('KEYS', 'patron:jti:*')->[0], undef, 'nothing is used up');

# The button

$r = post('/activate', "token=$token&to=%2Fpage.html%3Fa%3D1");
is($r->status, 303, 'a redirect');
is($r->header('Location'), '/page.html?a=1', 'to where it should go');
like($r->header('Cache-Control'), qr/no-store/, 'kept by nobody');
my ($cookie) = $r->header('Set-Cookie')
    =~ m{^patron=([\w.-]+); Max-Age=604800; Path=/; SameSite=Lax; HttpOnly$};
ok($cookie, 'a cookie') || diag($r->header('Set-Cookie'));

is($redis->cmd('GET', 'patron:jti:j1'), 1, 'the jti is used up');
my $ttl = $redis->cmd('TTL', 'patron:jti:j1');
ok($ttl > 600 && $ttl < 8000, 'for as long as the token could be');

is(state($cookie), 'lapsed ada gold', 'a membership token');
$redis->member('ada', tier => 'gold');
ok(wait_for(sub { state($cookie) eq 'patron ada gold' }), 'of a patron');
is(state($token), 'invalid  ', 'which the activation token is not');

$r = post('/activate', "token=$token&to=/page.html", token => $cookie);
is($r->status . $r->header('Location'), '303/page.html',
    'again, by whom it signed in: led on');
is($r->header('Set-Cookie'), '', 'as they are');
$r = $t->get("/activate?token=$token&to=/page.html", token => $cookie);
is($r->status . $r->header('Location'), '303/page.html', 'by GET, too');
like($t->get('/activate?token=' . activation(), token => $cookie)->body,
    qr/<button>/, 'but not before it was used');
is($redis->cmd('KEYS', 'patron:jti:*')->[1], undef, 'which GET leaves');

my $other = token(sub => 'eve');
is(post('/activate', "token=$token", token => $other)->status, 410,
    'not by somebody else');
like($t->get("/activate?token=$token", token => $other)->body, qr/<button>/,
    'who has a button');

$r = post('/activate', "token=$token");
is($r->status, 410, 'used');
is($r->header('Set-Cookie'), '', 'no cookie');
like($r->body, qr/used before/, 'in clear words');

$r = post('/activate', 'token=' . activation(KEY => 'k2', KID => 'k2'));
is($r->status, 303, 'another key');
is($r->header('Location'), '/', 'to the front page');

$r = post('/club/activate', 'token=' . activation());
like($r->header('Set-Cookie'), qr{^club=[\w.-]+;[ ]Max-Age=2592000;
    [ ]Path=/club;[ ]Domain=example\.org;[ ]SameSite=Strict;[ ]HttpOnly;
    [ ]Secure,[ ]}x, 'as patron_cookie says');
like($r->header('Set-Cookie'), qr{,[ ]club=;[ ]Max-Age=0;[ ]Path=/club;
    [ ]Domain=www\.example\.org;[ ]SameSite=Strict;[ ]HttpOnly;[ ]Secure,
    [ ]club=;[ ]Max-Age=0;[ ]Path=/club;[ ]SameSite=Strict;[ ]HttpOnly;
    [ ]Secure$}x, 'those of a domain that was, and of the host, go');

$r = post('/host/activate', 'token=' . activation());
like($r->header('Set-Cookie'), qr{^patron=;[ ]Max-Age=0;[ ]Path=/;
    [ ]SameSite=Lax;[ ]HttpOnly,[ ]patron=eyJ[\w.-]+;.*[ ]Domain=\.localhost;}x,
    'of the domain of that name: the last');

# What is no good

my %bad = (
    nothing => '', empty => 'token=', nonsense => 'token=x',
    'a membership token' => 'token=' . token(sub => 'ada'),
    'no jti' => 'token=' . activation(jti => undef),
    'too far ahead' => 'token=' . activation(exp => time() + 90000),
    'no sub' => 'token=' . activation(sub => undef),
    'another MAC' => 'token=' . activation(SECRET => 'x' x 40),
    'too long' => 'token=' . 'x' x 5000,
    (map { ("to $_" => 'token=' . activation() . "&to=$_") }
        '', '//evil.example/', '/%5Cevil.example', 'http://evil.example/',
        'x', '/a%0d%0aSet-Cookie:a=b', '/%252fevil.example', '/a%00'),
);

for (sort keys %bad) {
    $r = post('/activate', $bad{$_});
    is($r->status, 400, "POST: $_");
    is($r->header('Set-Cookie'), '', 'no cookie');
    is($t->get("/activate?$bad{$_}")->status, 400, "GET: $_");
}

my $old = 'token=' . activation(exp => time() - 3600);
is(post('/activate', $old)->status, 410, 'expired');
is($t->get("/activate?$old")->status, 410, 'and GET says so');

$token = activation();
for my $from ('http://evil.example', 'null', undef) {
    is(post('/activate', "token=$token", origin => $from)->status, 403,
        'from ' . ($from // 'nowhere'));
}
is($redis->cmd('GET', "patron:jti:j$n"), undef, 'uses nothing up');
is($t->request('PUT', '/activate')->status, 405, 'PUT');

# At the same time

my @clients = map { $t->client } 1 .. 8;
my $body = "token=$token";
$_->send_request('POST', '/activate', body => $body, headers => [
    'Content-Type' => 'application/x-www-form-urlencoded',
    Origin => 'http://localhost' ]) for @clients;
my @status = sort map { $_->response->status } @clients;
is("@status", '303' . ' 410' x 7, 'one of eight');

# Redis away

$redis->down;
$token = activation();
ok(wait_for(sub { post('/activate', "token=$token")->status == 503 }),
    'no Redis: not now');
$redis->up;
ok(wait_for(sub { post('/activate', "token=$token")->status == 303 }),
    'and then');

# Sign-out

$r = post('/signout', 'to=/page.html');
is($r->status, 303, 'signed out');
is($r->header('Location'), '/page.html', 'to where it should go');
is($r->header('Set-Cookie'),
    'patron=; Max-Age=0; Path=/; SameSite=Lax; HttpOnly', 'the cookie goes');
is(post('/club/signout', '')->header('Set-Cookie'),
    '__Host-club=; Max-Age=0; Path=/; SameSite=Lax; HttpOnly; Secure',
    'one with a prefix is secure without TLS, too');
is(post('/signout', '')->header('Location'), '/', 'to the front page');
$r = post('/signout', 'to=//evil.example/');
is($r->status, 400, 'and nowhere else');
is($r->header('Set-Cookie'), '', 'then nothing happens');
is(post('/signout', '', origin => 'http://evil.example')->status, 403,
    'not from elsewhere');
$r = $t->get('/signout');
is($r->status . $r->header('Allow'), '405POST', 'not by GET');

# What was counted

ok(wait_for(sub {
    my ($day) = @{$redis->cmd('KEYS', 'patron:stats:*')};
    return $day && $redis->cmd('HGET', $day, 'granted.activation');
}), 'activations are counted');

# Logs

unlike($t->slurp('access.log'), qr/eyJ/, 'no token in the access log');
like($t->slurp('access.log'), qr{^GET /activate HTTP/1\.1\|/activate\|-\|-$}m,
    'and no query');
unlike($t->slurp('error.log'), qr/eyJ/, 'nor in the error log');

$t->finish;
