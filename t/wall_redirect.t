# Walls and the ways a response is put together: X-Accel-Redirect, internal
# redirects, named locations, error pages, subrequests, "satisfy any".

use strict;
use warnings;
no warnings 'qw';

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has(qw(http_addition));
my $redis = $t->redis;

my $page = <<'EOP';
<!DOCTYPE html><html><head><title>x</title></head><body>
<article><p>Open lead.</p><p>SECRET one.</p></article>
<footer>colophon</footer></body></html>
EOP

my $origin = $t->origin('8081', sub {
    my ($request) = @_;
    local $_ = $request->{uri};

    my ($level) = /level=([\w,]+)/;
    my $more = defined $level
        ? (m{words/(?!same)} ? 'X-Words' : 'X-Level') . ": $level\r\n" : '';
    my $body = $page;
    $body =~ s{(?<=<head>)}{<meta property="article:content_tier"
        content="locked">} if /meta=locked/;
    $more .= "X-Level: free\r\n" if /twice/;

    return "HTTP/1.0 200 OK\r\nX-Accel-Redirect: $1\r\n$more\r\n"
        if /accel=([^&]+)/;
    return "HTTP/1.0 404 No\r\nContent-Type: text/html\r\n$more\r\nno such page"
        if /missing/;
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n$more\r\n$body";
});

$t->file('html/free.html', $page);
$t->file('html/members/a.html', $page);
$t->file('html/members/a.pdf', 'SECRET');
$t->file('html/members/index.html', $page);
$t->file('html/files/a.html', $page);
$t->file('html/files/a.pdf', 'SECRET');
$t->file('html/part.html', 'PART');
$t->file('html/ssi/in.html', '<html><body><article><p>Open lead.</p>'
    . '<!--# include virtual="/part.html" -->'
    . '<!--# include virtual="/members/a.html" -->'
    . '<!--# include virtual="/cms/a?level=members" -->'
    . '</article><footer>colophon</footer></body></html>');
$t->file('html/ssi/nested.html', '<html><body>'
    . '<!--# include virtual="/ssi/in.html" -->'
    . '<footer>colophon</footer></body></html>');
$t->file('wall.html', '<aside class="wall">wall</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone patron:1m;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
    log_format who '$request_uri $patron_decision "$patron_reason"';
EOC
        patron on;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_access_header X-Level;
        access_log %%DIR%%/access.log who;
        add_header X-Decision $patron_decision always;

        location / { }
        location /cms/ { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_cache_valid any 1m;
        }
        location /members/ { patron_access members; }
        location /files/ { internal; }
        location /ssi/ { ssi on; }
        location /try/ { try_files /none /members/a.html; }
        location /rewritten/ { rewrite ^ /members/a.html last; }
        location /named/ {
            patron_access members;
            error_page 404 = @cms;
        }
        location /named200/ {
            patron_access members;
            error_page 404 =200 @cms;
        }
        location @file { rewrite ^ /files/a.html break; }
        location @cms { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /lost/ { error_page 404 /members/a.html; }
        location /lost200/ { error_page 404 =200 /members/a.html; }
        location /lost0/ { error_page 404 = /members/a.html; }
        location /lost_recursive/ {
            recursive_error_pages on;
            error_page 404 /members/a.html;
        }
        location /lost_cms/ {
            error_page 404 /cms/a?level=members;
        }
        location /own404/ {
            patron_access members;
            error_page 404 /404.html;
        }
        location = /404.html { return 200 "sorry, no such page"; }
        location /any/ {
            alias %%DIR%%/html/;
            satisfy any;
            allow all;
            patron_access members;
        }
        location /any_cms/ {
            satisfy any;
            allow all;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /words/ {
            patron_access_header X-Words;
            location /words/off/ {
                error_page 404 = @off;
            }
            location /words/own/ {
                try_files /none @own;
            }
            location /words/same/ {
                patron_access_header X-Level missing=members;
                try_files /none @cms;
            }
            location /words/lacks/ {
                patron_access_header X-Words missing=members;
                try_files /none @own;
            }
            location /words/meta/ {
                patron_access_meta on;
                try_files /none @own;
            }
            location /words/metaoff/ {
                patron_access_meta on;
                try_files /none @off;
            }
        }
        location @off {
            patron off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location @own {
            patron_access_header X-Other;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /added {
            add_before_body /members/a.html;
            add_after_body /part.html;
            rewrite ^ /free.html break;
        }
EOC

$redis->member('paula', tier => 'silver');
$redis->member('greta', tier => 'gold');

sub patron { $t->get($_[0], token => token(sub => $_[1] // 'paula')) }
sub cut { $_[0]->status == 200 && $_[0]->body =~ /Open lead.*class="wall"/s
    && $_[0]->body !~ /SECRET/ && $_[0]->body =~ /colophon/ }
sub refused { $_[0]->status == 402 && $_[0]->body !~ /SECRET|Open/ }
sub whole { $_[0]->status == 200 && $_[0]->body =~ /SECRET/ }

ok(whole($t->get('/free.html')), 'free');
ok(cut($t->get($_)), "a guest: $_")
    for qw(/members/ /members/a.html /try/x /rewritten/x /named/x /named200/x
        /lost200/x /lost0/x /any/free.html
        /cms/a?level=members /cms/a?level=gold /cms/a?level=nonsense
        /cms/a?level=gold,silver /cms/a?level=members&twice
        /any_cms/a?level=members
        /cms/a?accel=/members/a.html /cms/a?accel=/files/a.html&level=members
        /cms/a?accel=/free.html&level=members
        /cms/a?accel=/cms/b&level=members
        /cms/a?accel=/cms/b?level=members
        /cms/a?accel=@file&level=members);

ok(refused($t->get($_)), "a guest: $_")
    for qw(/members/a.pdf /cms/a?accel=/members/a.pdf
        /cms/a?accel=/files/a.pdf&level=members);

ok(whole($t->get($_)), "free for all: $_")
    for qw(/cms/a /cms/a?level=free /cms/a?accel=/files/a.html
        /cms/a?accel=/files/a.html&level=free);

ok(whole(patron($_)), "a patron: $_")
    for qw(/members/a.html /try/x /rewritten/x /named/x /lost200/x
        /cms/a?level=members /cms/a?accel=/files/a.html&level=members
        /cms/a?level=gold,silver /members/a.pdf);

ok(cut(patron($_)), "silver is not gold: $_")
    for qw(/cms/a?level=gold /cms/a?level=nonsense
        /cms/a?accel=/free.html&level=gold);
ok(whole(patron($_, 'greta')), "gold: $_")
    for qw(/cms/a?level=gold /cms/a?level=gold,silver
        /cms/a?accel=/free.html&level=gold);

# The header says so out of the cache, too, and is told to nobody.

for (1 .. 3) {
    my $r = $t->get('/cached/a?level=members');
    ok(cut($r), 'a guest, cached');
    ok(!$r->has('X-Level'), 'the level is hidden');
    ok(whole(patron('/cached/a?level=members')), 'a patron, cached');
}
is(scalar($origin->requests) > 0, 1, 'the origin was asked');
is(scalar(grep { m{^GET /cached/} } $origin->requests), 1, 'once for the cache');

for my $path (qw(/cms/a?level=free /cms/missing?level=members)) {
    ok(!$t->get($path)->has('X-Level'), "hidden: $path");
}

# Error pages: an article in the place of an error is behind its wall, the
# error page of a walled location is not.

for my $path (qw(/lost/x /lost_recursive/x /lost_cms/x)) {
    my $r = $t->get($path);
    unlike($r->body, qr/SECRET/, "an article as an error page: $path");
}
like(patron('/lost/x')->body, qr/SECRET/, 'for a patron it is there');

my $r = $t->get('/own404/x');
is($r->status, 404, 'what is missing is missing');
is($r->body, 'sorry, no such page', 'by the site\'s own page');
is($t->get('/members/missing.html')->status, 404, 'or by nginx\'s');
$r = $t->get('/cms/missing?level=members');
is($r->status, 402, 'but an error that states a level itself is closed');
unlike($r->body, qr/no such page/, 'and not sent');

# Subrequests have levels of their own; who reads is the main request's.

$r = $t->get('/ssi/in.html');
like($r->body, qr/Open lead.*PART.*colophon/s, 'an include that is free');
unlike($r->body, qr/SECRET/, 'and those that are not');
$r = patron('/ssi/in.html');
is(() = $r->body =~ /SECRET one/g, 2, 'all of it for a patron');
$r = $t->get('/ssi/nested.html');
like($r->body, qr/PART.*colophon.*colophon/s, 'nested');
unlike($r->body, qr/SECRET/, 'includes');

$r = $t->get('/added');
like($r->body, qr/SECRET one.*PART/s, 'a page and what is added to it');
is(() = $r->body =~ /SECRET/g, 1, 'but for what is walled');
is(() = patron('/added')->body =~ /SECRET/g, 2, 'all of it for a patron');

# What states the level is named where the request came in, and not where it is
# answered.

ok(cut($t->get("/words/$_")), "a guest: $_")
    for qw(own/a?level=members same/a?level=members
        lacks/a lacks/a?level=members meta/a?meta=locked);
ok(refused($t->get("/words/$_")), "nothing is cut there: $_")
    for qw(off/a?level=members metaoff/a?meta=locked);
ok(whole($t->get("/words/$_")), "free: $_")
    for qw(off/a own/a same/a same/a?level=free lacks/a?level=free
        meta/a metaoff/a);
ok(whole(patron("/words/$_")), "a patron: $_")
    for qw(off/a?level=members own/a?level=members
        lacks/a meta/a?meta=locked metaoff/a?meta=locked);
is(patron("/words/$_")->header('Cache-Control'), 'private, no-store',
    "not to be kept: $_")
    for qw(off/a?level=members own/a?level=members meta/a metaoff/a);
ok(!$t->get("/words/$_")->has('X-Words'), "hidden: $_")
    for qw(off/a?level=free own/a?level=free);
ok(cut($t->get('/words/own/a?level=members&accel=/free.html')),
    'beside X-Accel-Redirect');
is($t->get('/words/own/a?level=members')->header('X-Decision'), 'wall',
    'add_header knows it');

# What the log and add_header say

is($t->get('/members/a.html')->header('X-Decision'), 'wall', 'add_header');
is(patron('/members/a.html')->header('X-Decision'), 'full', 'a patron');
is($t->get('/cms/a?level=members')->header('X-Decision'), 'wall',
    'a level of the CMS');
is($t->get('/cms/a?level=free')->header('X-Decision'), 'free', 'and none');
patron('/cms/a?level=gold');
ok($t->wait_log(qr{level=gold wall "not of the tiers it is for"},
    'access.log'), 'why');
ok($t->wait_log(qr{/members/a\.pdf deny "it cannot be cut"}, 'access.log'),
    'why it was refused');

$t->finish;
