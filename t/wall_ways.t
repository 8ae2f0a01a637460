# Ways past a wall, and what is said of them: bypass, switches, emergencies,
# dry runs, structured data; who may keep which page.

use strict;
use warnings;

use Test::More;

use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
$t->{workers} = 2;
my $redis = $t->redis;

my $page = <<'EOP';
<!DOCTYPE html><html><head><title>x</title>
<meta name="description" content="SECRET summary">
<script type="application/ld+json">{"articleBody":"SECRET"}</script></head>
<body><article><p>Open lead.</p><p>SECRET one.</p></article>
<footer>colophon</footer></body></html>
EOP

$t->file('html/a.html', $page);
$t->file('wall.html', '<aside class="wall">wall</aside>');

my $origin = $t->origin('8081', sub {
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "Cache-Control: public, max-age=60\r\n\r\n$page";
});

$t->run(http => <<'EOC', server => <<'EOC');
    geo $staff { default 0; 127.0.0.1 $arg_staff; }
    map $arg_bot $crawler { default $arg_bot; }
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone patron:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
    log_format who '$request_uri $patron_decision "$patron_reason" [$patron_wall]';
EOC
        access_log %%DIR%%/access.log who;
        patron on;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_strip 'script[type="application/ld+json"]';
        patron_strip 'meta[name=description]' attr=content;
        patron_bypass $crawler $arg_second;
        add_header X-Decision $patron_decision;

        location / { }
        location /cms/ { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            add_header X-Cache $upstream_cache_status;
        }
        location /metered/ {
            patron_access metered;
            patron_meter limit=1 period=month;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /emergency/ {
            alias %%DIR%%/html/;
            patron_emergency walls=open;
        }
        location /dry/ {
            patron_dry_run on;
            patron_access metered;
            patron_meter limit=1 period=month;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /markup/ {
            alias %%DIR%%/html/;
            patron_paywall_markup on;
        }
        location /nowall/ {
            alias %%DIR%%/html/;
            patron_wall 'nowhere' keep=1 file=%%DIR%%/wall.html;
        }
EOC

$redis->member('paula');

sub cut { $_[0]->status == 200 && $_[0]->body =~ /Open lead.*class="wall"/s
    && $_[0]->body !~ /SECRET/ && $_[0]->body =~ /colophon/ }
sub whole { $_[0]->status == 200 && $_[0]->body =~ /SECRET one.*colophon/s }
my @patron = (token => token(sub => 'paula'));

# Stripped

my $r = $t->get('/a.html');
ok(cut($r), 'cut, and what carries the text elsewhere is stripped');
like($r->body, qr/<meta name="description"/, 'an attribute alone');
unlike($r->body, qr/ld\+json/, 'an element');
is($t->get('/a.html', @patron)->body, $page, 'a patron has it all');

# Bypass

for my $args ('bot=1', 'bot=google', 'second=yes', 'bot=0&second=1') {
    $r = $t->get("/a.html?$args");
    ok(whole($r), "bypassed: $args");
    is($r->header('X-Robots-Tag'), 'noarchive', 'not to be shown by others');
    is($r->header('X-Decision'), 'bypass', 'and said so');
    like($r->header('Cache-Control'), qr/private, no-store/, 'nor kept');
}
ok(cut($t->get("/a.html?$_")), "not bypassed: $_")
    for 'bot=0', 'bot=', 'second=0';
ok(!$t->get('/a.html')->has('X-Robots-Tag'), 'no tag for others');
$r = $t->get('/a.html?bot=1', @patron);
is($r->header('X-Decision'), 'full', 'a patron needs no bypass');

# The switch

sub everywhere {
    my ($test) = @_;
    return wait_for(sub { return !grep { !$test->($t->get('/a.html')) } 1 .. 8 },
        5);
}

ok(everywhere(\&cut), 'closed');
my $at = time();
$redis->cmd('HSET', 'patron:switches', 'walls', 'open');
ok(everywhere(\&whole), 'open on every worker');
cmp_ok(time() - $at, '<', 1, 'at once');
$r = $t->get('/a.html');
is($r->header('X-Decision'), 'open', 'and said so');
like($r->header('Cache-Control'), qr/private, no-store/,
    'not kept open by others');
$redis->cmd('DEL', 'patron:switches');
ok(everywhere(\&cut), 'closed again');

ok(whole($t->get('/emergency/a.html')), 'open by the configuration');

# Dry run

for (1 .. 3) {
    $r = $t->get('/dry/a');
    is($r->body, $page, 'a dry run changes nothing');
    ok(!$r->has('Set-Cookie'), 'sets nothing');
    is($r->header('Cache-Control'), 'public, max-age=60', 'keeps nothing back');
}

my $dry = Patron::Reader->new($t,
    token => token(sub => 'lapsed'));
$dry->get("/dry/$_") for qw(a b);
is_deeply($redis->cmd('KEYS', 'patron:meter:*'), [], 'and counts no article');
$dry->get('/metered/x');
is($dry->get('/dry/b')->header('X-Decision'), 'wall', 'but decides');
is($dry->get('/dry/b')->body, $page, 'in vain');

# Structured data

$r = $t->get('/markup/a.html');
is(() = $r->body =~ /"isAccessibleForFree":false/g, 1, 'written');
ok(cut($r), 'and cut');
$r = $t->get('/markup/a.html', @patron);
unlike($r->body, qr/isAccessibleForFree/, 'not for a patron');
$r = $t->get('/markup/a.html?bot=1');
like($r->body, qr/isAccessibleForFree.*SECRET one/s, 'but for a crawler');

# Who may keep what

$r = $t->get('/cms/a');
is($r->header('Cache-Control'), 'public, max-age=60',
    'a guest\'s page is kept as the CMS has it');
like($r->header('Vary'), qr/Cookie/, 'for those without a cookie');
for my $path (qw(/cms/a /metered/a)) {
    like($t->get($path, @patron)->header('Cache-Control'),
        qr/^private, no-store$/, "a patron's is not: $path");
}
like($t->get('/metered/a')->header('Cache-Control'), qr/^private, no-store$/,
    'nor is a metered one');
my $reader = Patron::Reader->new($t);
$reader->get("/metered/$_") for qw(a b);
$r = $reader->get('/metered/c');
ok(cut($r), 'the end of the meter');
like($r->header('Cache-Control'), qr/^private, no-store$/, 'nor its wall');

for my $pass (1 .. 3) {
    ok(cut($t->get('/cached/a')), 'a guest out of the cache');
    ok(whole($t->get('/cached/a', @patron)), 'a patron out of the cache');
    ok(whole($t->get('/cached/a?bot=1')), 'a crawler out of the cache');
}
is(scalar(grep { m{^GET /cached/a } } $origin->requests), 1, 'of one copy');

# A wall without a place

$r = $t->get('/nowall/a.html');
is($r->status, 402, 'refused');
unlike($r->body, qr/SECRET|Open/, 'whole');

ok($t->wait_log($_, 'access.log'), "logged: $_")
    for qr{/a\.html wall "no token" \[1\]}, qr{bot=1 bypass "bypassed" \[\]},
        qr{/a\.html open "walls are open" \[\]},
        qr{/a\.html full "member active" \[\]},
        qr{/nowall/a\.html deny "no element matches patron_wall" \[\]};

$t->finish;
