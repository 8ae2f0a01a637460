# Gifts: a patron mints a link, anyone opens that one path with it, and nobody
# behind us is told.

use strict;
use warnings;

use Test::More;

use JSON::PP ();

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $page = article();

my %moved = (
    here => '/cms/story?page=2', elsewhere => '/cms/other',
    slash => '/cms/en/slash/#top', name => 'http://localhost/cms/name',
    host => 'http://evil.example/cms/host', two => '//localhost/cms/two',
    back => '/\\evil.example/back', port => 'http://localhost:81/cms/port',
    user => 'http://localhost@evil.example/cms/user', dots => 'dots',
);

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", $page) for qw(a b);
$t->file("html/caf\xc3\xa9 1.html", $page);

my $origin = $t->origin('8081', sub {
    my ($request) = @_;

    return "HTTP/1.0 $1 Moved\r\nLocation: $moved{$2}\r\n\r\n"
        if $request->{path} =~ m{^/cms/(30\d)/(\w+)};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "Cache-Control: max-age=60\r\nReferrer-Policy: unsafe-url\r\n\r\n"
        . $page;
});

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=200ms;
    patron_zone patron:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
    log_format who '$uri $patron_decision "$patron_reason"';
EOC
        access_log %%DIR%%/access.log who;
        set $early $request_uri;

        patron on;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_gift limit=3 period=month ttl=14d ignore=ref,from;
        add_header X-Args "$args|$is_args|$request_uri|$arg_gift";

        location / { }

        location /gold/ {
            alias %%DIR%%/html/;
            patron_access gold;
        }

        location /json/ {
            default_type application/json;
            alias %%DIR%%/html/;
            types { }
        }

        location /cms/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }

        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%/x$request_uri;
            proxy_cache pages;
            proxy_cache_key $request_uri;
            add_header X-Cache $upstream_cache_status;
        }

        location /rewritten/ {
            rewrite ^ /a.html break;
        }

        location /none/ {
            alias %%DIR%%/html/;
            patron_gift off;
        }

        location = /gift {
            patron_gift_handler;
        }
EOC

$t->run(%conf);

$redis->member('paula', name => 'Paula');
$redis->member('greta', tier => 'gold');
$redis->member('lena', until => time() - 10);

sub open_page { $_[0]->status == 200 && $_[0]->body =~ /third paragraph/ }
sub walled { $_[0]->body =~ /class="wall"/ && $_[0]->body !~ /third para/ }

sub mint {
    my ($sub, $body, %o) = @_;

    return $t->request('POST', '/gift', body => $body,
        (defined $sub ? (token => token(sub => $sub)) : ()),
        headers => [ 'Content-Type' => 'application/x-www-form-urlencoded',
            (exists $o{origin} ? () : (Origin => 'http://localhost')),
            (defined $o{origin} ? (Origin => $o{origin}) : ()),
            @{$o{headers} // []} ]);
}

sub path { my ($url) = @_; $url =~ s{^http://localhost}{}r }

# Minting

my $r = mint('paula', 'path=/a.html');
is($r->status, 201, 'created');
is($r->header('Content-Type'), 'application/json', 'JSON');
like($r->header('Cache-Control'), qr/no-store/, 'kept by nobody');

my $gift = JSON::PP::decode_json($r->body);
like($gift->{url}, qr{^http://localhost/a\.html\?gift=[\w.-]+$}, 'the link');
cmp_ok(abs($gift->{expires} - time() - 14 * 86400), '<', 30, 'its end');
is($gift->{left}, 2, 'two are left');

my @now = gmtime;
my $key = sprintf 'patron:gift:%d-%02d:paula', $now[5] + 1900, $now[4] + 1;
is($redis->cmd('GET', $key), 1, 'counted');
cmp_ok($redis->cmd('TTL', $key), '>', 0, 'and the counter ends');

# Opening

my $link = path($gift->{url});
my ($token) = $link =~ /gift=(.*)/;

ok(walled($t->get('/a.html')), 'without the link: the wall');
$r = $t->get($link);
ok(open_page($r), 'with it, anyone reads');
is($r->header('X-Robots-Tag'), 'noindex', 'not indexed');
is($r->header('Referrer-Policy'), 'no-referrer', 'nor told');
like($r->header('Cache-Control'), qr/private, no-store/, 'private');
is($r->header('X-Args'), '||/a.html|', 'the argument is gone');

ok(walled($t->get("/b.html?gift=$token")), 'not another path');
ok(walled($t->get("/rewritten/x?gift=$token")),
    'not what is rewritten to that path');
ok(!open_page($t->get("/none/a.html?gift=$token")), 'not where it is off');

for my $bad ('', 'x', "${token}x", substr($token, 0, -2), "x$token",
    token(sub => 'paula'), token(sub => 'paula', aud => 'patron:gift',
        path => '/a.html'))
{
    $r = $t->get("/a.html?gift=$bad");
    ok(walled($r), 'a bad one');
    is($r->header('X-Args'), '||/a.html|', 'is taken away too');
}

is($t->get("/a.html?x=1&gift=$token&y=2")->header('X-Args'),
    'x=1&y=2|?|/a.html?x=1&y=2|', 'the others stay');
is($t->get("/a.html?gift=1&x=1&gift=2")->header('X-Args'),
    'x=1|?|/a.html?x=1|', 'all of that name go');
is($t->get('/a.html?gifts=1&agift=2&x=gift=3')->header('X-Args'),
    'gifts=1&agift=2&x=gift=3|?|/a.html?gifts=1&agift=2&x=gift=3|',
    'and no others');

# What is behind us hears nothing of it.

$r = mint('paula', 'path=%2Fcms%2Fstory%3Fpage%3D2%23top');
$link = path(JSON::PP::decode_json($r->body)->{url});
like($link, qr{^/cms/story\?page=2&gift=}, 'a path with arguments');

$origin->forget;
$r = $t->get($link);
ok(open_page($r), 'opens');
like($r->header('Referrer-Policy'), qr/^no-referrer$/,
    'whatever the CMS says');
my ($head) = $origin->requests;
like($head, qr{^GET /cms/story\?page=2 HTTP}, 'the CMS is asked without it');
unlike($head, qr/gift/, 'and hears nothing of it');

$t->get('/cached/a');
$r = $t->get("/cached/a?gift=$token");
is($r->header('X-Cache'), 'HIT', 'nor does the cache');

# A page is one query, on one host.

is(scalar(grep { open_page($t->get("/a.html?$_")) } "id=7&gift=$token",
        "gift=$token&id=8", "utm=1&gift=$token"), 0, 'no other query');
ok(open_page($t->get("/a.html?utm_source=x&gift=$token&utm_medium=y")),
    'where a reader comes from is no matter');
ok(open_page($t->get("/a.html?from=x&gift=$token")), 'nor what is ignored');
ok(open_page($t->get($link)), 'the query that it was made for');
ok(!open_page($t->get($link =~ s/page=2/page=3/r)), 'and no other');
ok(!open_page($t->get("/a.html?gift=$token",
            host => 'other.example')), 'another host');

# A CMS that redirects has not seen the argument: it is put back, for another
# address of the same page.

my $givers = 0;

sub giver {
    $redis->member('giver' . ++$givers);
    return "giver$givers";
}

sub moved {
    my ($path) = @_;
    my $r = mint(giver(), "path=/cms/$path");
    $r = $t->get(path(JSON::PP::decode_json($r->body)->{url}));
    return ($r, $r->header('Location'));
}

for my $path (qw(301/elsewhere 308/elsewhere 302/slash 307/name)) {
    my ($r, $to) = moved($path);
    like($to, qr/\?gift=[\w.-]+(?:#top)?$/, "$path leads on");
    like($r->header('Cache-Control'), qr/private, no-store/, 'for this reader');
    is($r->header('Referrer-Policy'), 'no-referrer', 'and is not told');
    ok(open_page($t->get(path($to) =~ s/#.*//r)), 'and is opened by it');
    ok(!open_page($t->get('/b.html?' . ($to =~ /(gift=[^#]*)/)[0])),
        'and nothing else is');
}

for my $path (qw(302/elsewhere 302/here 307/elsewhere 301/host 301/two 301/back
    301/port 301/user 301/dots))
{
    my ($r, $to) = moved($path);
    is($to, $moved{$path =~ s/.*\///r}, "$path as it came");
}

unlike($t->get('/cms/301/elsewhere?gift=x')->header('Location'), qr/gift/,
    'a link that is none leads nowhere');

# It is taken back, with all that it became.

{
    my $first = JSON::PP::decode_json(mint(giver(), 'path=/cms/301/elsewhere')
        ->body)->{url};
    my $then = path($t->get(path($first))->header('Location'));
    ok(open_page($t->get($then)), 'good');
    my ($status, $out) = patron($t, 'gift', 'revoke', $then);
    is("$status $out", "0 taken back\n", 'one of them is taken back');
    ok(walled($t->get($then)), 'and opens nothing');
    unlike($t->get(path($first))->header('Location'), qr/gift/,
        'nor does the other');
    ok(open_page($t->get($link)), 'another gift does');

    my ($id) = $first =~ /\.([\w-]+)$/;
    cmp_ok(abs($redis->cmd('TTL', "patron:revoked:$id") - 14 * 86400 - 60),
        '<', 30, 'remembered as long as it would have been good');
    like((patron($t, 'gift', 'revoke', $first, '--print'))[1],
        qr/ SET patron:revoked:$id 1 EX \d+$/, '--print');
    is((patron($t, 'gift', 'revoke', $_))[0], 2, "no link: $_")
        for 'x', 'gift=a.b.c', token(sub => 'greta');
}

# The limit

is(mint('paula', 'path=/b.html')->status, 201, 'the third');
$r = mint('paula', 'path=/b.html');
is($r->status, 429, 'and no more');
like($r->body, qr/given away all/, 'in clear words');
is($redis->cmd('GET', $key), 3, 'three were given');
is(mint('greta', 'path=/b.html')->status, 201, 'another patron has her own');

# No more than the giver may read, and only what can be cut.

$redis->member('silva', tier => 'silver');
$redis->member('goldie', tier => 'gold');

sub given {
    my ($sub, $path) = @_;
    return path(JSON::PP::decode_json(mint($sub, "path=$path")->body)->{url});
}

ok(open_page($t->get(given('goldie', '/gold/a.html'))), 'gold, by gold');
my $silver = given('silva', '/gold/a.html');
ok(!open_page($t->get($silver)), 'not by silver');
ok(!open_page($t->get($silver, token => token(sub => 'silva'))),
    'nor for the giver');
$r = $t->get(given('goldie', '/json/a.html'));
ok($r->status != 200 || $r->body !~ /third paragraph/, 'no JSON');

# Who may not

is(mint(undef, 'path=/a.html')->status, 403, 'a guest');
is(mint('lena', 'path=/a.html')->status, 403, 'a lapsed member');
is(mint('nobody', 'path=/a.html')->status, 403, 'nobody');

for my $origin ('http://evil.example', 'null', 'http://localhost.evil.example',
    'http://localhost@evil.example', 'ftp://localhost', 'http://localhost:81',
    '', undef)
{
    is(mint('greta', 'path=/a.html', origin => $origin)->status, 403,
        'from ' . ($origin // 'nowhere'));
}

is(mint('greta', 'path=/a.html', origin => undef,
        headers => [ Referer => 'http://evil.example/http://localhost/' ])
    ->status, 403, 'a Referer of elsewhere');
is(mint('greta', 'path=/a.html', origin => undef,
        headers => [ Referer => 'http://localhost/a.html?x' ])
    ->status, 201, 'a Referer of here');

for my $bad ('', 'path', 'path=', 'path=a', 'path=//evil.example/',
    'path=/%5Cevil.example', 'path=http://evil.example/', 'path=/a%00b',
    'path=/a%0Ab', 'x=/a', 'path=/%25ff', 'path=/' . 'a' x 3000)
{
    is(mint('greta', $bad)->status, 400, 'no path: ' . substr $bad, 0, 30);
}

is(mint('greta', 'x=' . 'y' x 9000)->status, 413, 'too long');
my $client = $t->client;
$client->send_request('POST', '/gift', token => token(sub => 'greta'),
    headers => [ Origin => 'http://localhost',
        'Transfer-Encoding' => 'chunked' ]);
$client->write("2000\r\n" . 'x' x 0x2000 . "\r\n" . "1000\r\n" . 'y' x 0x1000
    . "\r\n0\r\n\r\n");
is($client->response->status, 413, 'too long, in chunks');

is($t->get('/gift', token => token(sub => 'greta'))->status, 405, 'by GET');
is($t->get('/gift')->header('Allow'), 'POST', 'POST is allowed');

# HTML, for a form; characters that must be escaped

$r = mint('greta', 'path=/caf%25C3%25A9%25201.html?a=1%26b=%27',
    headers => [ Accept => 'text/html,*/*' ]);
is($r->status, 201, 'a page');
like($r->header('Content-Type'), qr{^text/html; ?charset=utf-8$}, 'is HTML');
my ($href) = $r->body =~ /<a href="([^"]+)"/;
unlike($href, qr/&(?!amp;|#39;)/, 'escaped');
$href =~ s/&#39;/'/g;
$href =~ s/&amp;/&/g;
like($href, qr{^http://localhost/caf%C3%A9%201\.html\?a=1&b='&gift=},
    'the link is in it');
ok(open_page($t->get(path($href))), 'and opens');
ok(open_page($t->get(path($href) =~ s/%C3%A9%20/%c3%A9%20/r)),
    'however the path is escaped');

# Redis away: none is made, all are opened.

$redis->down;
is(wait_for(sub { mint('greta', 'path=/a.html')->status == 503 }), 1,
    'no Redis, no gift');
ok(open_page($t->get("/a.html?gift=$token")), 'a link opens all the same');
$redis->up;

# A link expires.

$t->reload(http => $conf{http},
    server => $conf{server} =~ s/ttl=14d/ttl=1s/r =~ s/members/metered/r);
$redis->member('greta');
my $old;
wait_for(sub {
    my $r = mint('greta', 'path=/b.html');
    $old = $r->status == 201 ? JSON::PP::decode_json($r->body) : undef;
    return $old && $old->{expires} - time() < 100;
});
ok($old, 'a short one');
ok(open_page($t->get(path($old->{url}))), 'opens a metered page too');

like($t->slurp('access.log'), qr{/a\.html gift "gift link"},
    'the log explains it');
unlike($t->slurp('access.log'), qr/\Q$token\E/, 'without the link');

# nginx -t

$t->refused('a handler without patron_gift', qr/needs "patron_gift"/,
    http => 'patron_key k1 %%DIR%%/k1.key; patron_redis %%REDIS%%;',
    server => 'patron on; location /g { patron_gift_handler; }');
$t->refused('a handler without Redis', qr/needs "patron_redis"/,
    http => 'patron_key k1 %%DIR%%/k1.key;',
    server => 'patron on; patron_gift; location /g { patron_gift_handler; }');
$t->refused('a handler without patron on', qr/needs "patron on"/,
    http => 'patron_key k1 %%DIR%%/k1.key; patron_redis %%REDIS%%;',
    server => 'patron_gift; location /g { patron_gift_handler; }');
$t->refused('no key', qr/no "patron_key"/, server => 'patron on; patron_gift;');
$t->refused("patron_gift $_", qr/"patron_gift".*invalid parameter "\Q$_\E"/,
    http => "patron_gift $_;")
    for qw(limit=x period=x ttl=0 ttl=x nonsense);

$t->finish;
