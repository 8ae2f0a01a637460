# "patron_wall upstream": the application is told of the decision, and cuts.
# Nothing is refused that it answers, pages or JSON; it is metered and counted.
# What a cache would mix up is not kept.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/file/page.html', article());

# What an application does: it tells in its answer what it was told, states a
# level where it is asked for one, and sends it all or a part.

my $asked = 0;

$t->origin('8081', sub {
    my ($r) = @_;
    my $h = sub { $r->{header}->("X-$_[0]") };

    my ($level) = $r->{uri} =~ /level=(\w+)/;
    my $whole = $h->('Decision') ne 'unknown'
        ? $h->('Decision') !~ /^wall/
        : !$level || $h->('State') eq 'patron'
            || $level eq 'metered' && $h->('Left');

    my $body = $whole ? 'WHOLE' : 'CUT';
    my ($json) = $r->{uri} =~ /json/;
    $body = $json ? qq({"text":"$body"})
        : '<html><head>'
        . ($r->{uri} =~ /head/
            ? '<meta property="article:content_tier" content="metered">' : '')
        . "</head><body><article><p>$body</p></article></body></html>";

    return "HTTP/1.1 200 OK\r\nContent-Type: "
        . ($json ? 'application/json' : 'text/html')
        . ($level && $r->{uri} !~ /head/ ? "\r\nX-Level: $level" : '')
        . ($r->{uri} =~ /packed/ ? "\r\nContent-Encoding: br" : '')
        . ($r->{uri} =~ /kept/ ? "\r\nCache-Control: max-age=60" : '')
        . "\r\nETag: \"one\"\r\nX-Told: " . join('/', map { $h->($_) }
            qw(Decision State Tier Left))
        . "\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
});

# A file, though it has a handler.

my $film = $t->v =~ /http_flv_module/ ? 'location /film/ { flv;'
    . ' alias %%DIR%%/html/file/; patron_access members; }' : '';

$t->run(http => <<'EOC', server => $film . <<'EOC');
    log_format who '$request_uri $patron_decision "$patron_reason" $patron_left';

    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone z:4m;
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    access_log %%DIR%%/access.log who;

    patron on;
    patron_wall upstream;
    patron_meter limit=2 period=month store=redis article=$uri;

    proxy_set_header X-Decision $patron_decision;
    proxy_set_header X-State $patron_state;
    proxy_set_header X-Tier $patron_tier;
    proxy_set_header X-Left $patron_left;
    add_header X-Cache $upstream_cache_status;

    location /members/ {
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /metered/ {
        patron_access metered;
        patron_banner ask append body html=[ask];
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /stated/ {
        patron_access_header X-Level;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /inside/ {
        patron_access_meta on;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /mixed/ {
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
    }

    location /keyed/ {
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
        proxy_cache_key $uri$patron_decision;
    }

    location /keyed/stated/ {
        patron_access_header X-Level;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
        proxy_cache_key $request_uri/$patron_state/$patron_tier/$patron_left;
    }

    location /before/ {
        patron off;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
        proxy_cache_key before;
    }

    location /after/ {
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache c;
        proxy_cache_key before;
    }

    location /file/ { patron_access members; }
EOC

my $ann = token(sub => 'ann');

sub told { $_[0]->header('X-Told') }
sub text { $_[0]->text =~ /(WHOLE|CUT)/ ? $1 : $_[0]->status }

# The level is the location's: the decision is known.

for my $uri ('/members/page', '/members/json') {
    my $r = $t->get($uri);
    is(text($r), 'CUT', "$uri for a guest");
    like(told($r), qr{^wall/guest/}, 'who is told so');
    like($r->header('Vary'), qr/Cookie/i, 'and it varies by the reader');

    my $again = $t->get($uri, headers => ['If-None-Match', $r->header('ETag')]);
    is($again->status, 304, 'the same again');

    $r = $t->get($uri, token => $ann,
        headers => ['If-None-Match', $r->header('ETag')]);
    is(text($r), 'WHOLE', 'another answer for a patron');
    like(told($r), qr{^full/patron/gold/}, 'to whom it is open');
    like($r->header('Cache-Control'), qr/private, no-store/, 'his own');
}

is($t->get('/file/page.html')->status, 402,
    'a file, which no application has cut, is refused');
is($t->get('/film/page.html')->status, 402, 'so is a film') if $film;
like($t->get('/file/page.html', token => $ann)->body, qr/third/,
    'and open to a patron');

my $reader = Patron::Reader->new($t);

like(text($reader->get('/metered/a')), qr/WHOLE/, 'an article of the meter');
my $r = $reader->get('/metered/json');
is(text($r), 'WHOLE', 'JSON counts as one');
like(told($r), qr{^meter/guest//0$}, 'the last');
$r = $reader->get('/metered/c');
is(text($r), 'CUT', 'the meter is used up');
like(told($r), qr{^wall/guest//0$}, 'and the application knows');
like($r->body, qr/\[ask\]/, 'banners are put in');
is(text($reader->get('/metered/a')), 'WHOLE', 'what was read stays open');

# It is the answer's.

for my $row (['stated', 'level=metered'], ['stated', 'level=metered&json'],
    ['inside', 'level=metered&head'])
{
    my ($where, $args) = @$row;
    my $reader = Patron::Reader->new($t);

    $redis->cmd('FLUSHALL');
    $redis->member('ann', tier => 'gold');

    $r = $reader->get("/$where/free");
    is(told($r), 'unknown/guest//2', "$args: not known, and two are left");
    is($r->header('X-Level'), '', 'nothing is stated');

    $r = $reader->get("/$where/a?$args");
    is(told($r), 'unknown/guest//2', 'what was free was not counted');
    is(text($r), 'WHOLE', 'one is read');
    is($r->header('X-Level'), '', 'the level is hidden');
    like($r->header('Cache-Control'), qr/private, no-store/, 'a reader\'s copy');

    is(told($reader->get("/$where/b?$args")), 'unknown/guest//1',
        'one is left');

    my $left;
    ok(wait_for(sub {
        ($left) = told($r = $reader->get("/$where/c?$args")) =~ m{(\d+)$};
        $left == 0;
    }), 'none is left');
    is(text($r), 'CUT', 'the application cuts');
    is($r->status, 200, 'which is not refused');
    like($reader->get("/$where/a?$args")->header('X-Told'),
        qr{^unknown/guest//[1-9]}, 'one that was read is still one');
    is(scalar @{$redis->cmd('SMEMBERS',
        $redis->cmd('KEYS', 'patron:meter:*')->[0])}, 2, 'two are in Redis');
}

like($t->slurp('access.log'), qr{/stated/a\S+ meter "1 of 2}, 'the log knows');
like($t->slurp('access.log'), qr{/stated/c\S+ wall "limit}, 'of both');

$r = $t->get('/stated/m?level=members');
is(text($r), 'CUT', 'members only');
is(text($t->get('/stated/m?level=members', token => $ann)), 'WHOLE',
    'and a member');

# Caches.

for (1, 2) {
    is(text($r = $t->get('/mixed/kept', token => $ann)), 'WHOLE',
        'a cache that would mix it up');
    like($r->header('Cache-Control'), qr/private, no-store/, 'a reader\'s copy');
    is(text($r = $t->get('/mixed/kept')), 'CUT', 'for a guest');
    like($r->header('Cache-Control'), qr/private, no-store/, 'too');
    is($r->header('X-Cache'), 'MISS', 'is not kept');
}

my @told = $t->slurp('error.log') =~ /\[error\].*is not kept.*\n/g;
is(scalar @told, 1, 'which is told once');
like($told[0], qr/no key of the cache holds \$patron_decision/, 'and why');

for my $uri ('/keyed/kept', '/keyed/stated/kept?level=members') {
    is(text($t->get($uri, token => $ann)), 'WHOLE', "$uri for a patron");

    for my $status ('MISS', 'HIT') {
        $r = $t->get($uri);
        is(text($r), 'CUT', 'and for a guest');
        is($r->header('X-Cache'), $status, "by a key of its own, $status");
        unlike($r->header('Cache-Control'), qr/no-store/, 'for all of them');
    }
}

is(text($t->get('/before/kept')), 'WHOLE', 'what was cached before');
is(text($t->get('/after/kept')), 402, 'is nothing that was cut for a guest');

# What need not be read may be coded.

is($t->get('/members/packed')->header('Content-Encoding'), 'br', 'coded');
unlike($t->slurp('error.log'), qr/\[error\].*left alone/,
    'which nothing is told of');
is($t->get('/metered/packed')->header('Content-Encoding'), 'br',
    'where there is a banner');
like($t->slurp('error.log'), qr/\[error\].*left alone/, 'it is told');

$t->refused($_, qr/upstream|duplicate/, server => "patron on; $_")
    for 'patron_wall upstream; patron_wall upstream;',
        'patron_wall upstream; patron_wall p keep=1 html=x;',
        'patron_wall p keep=1 html=x; patron_wall upstream;';

$t->allow(qr/is not kept|no patron_wall|left alone/);
$t->finish;
