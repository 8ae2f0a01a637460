# A prefetch that a visit would be counted for, or capped by, is refused: what
# a browser has prefetched it shows without asking again, and after a 503 it
# asks.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new->has('http_gunzip');
my $redis = $t->redis;

my $page = article();
my $long = article() =~ s/(?=<\/article>)/'<p>' . 'long ' x 200_000 . '<\/p>'/er;

$t->file("html/$_.html", $page) for qw(a b c);
$t->file("html/appeals/$_.html", $page) for qw(a b);

# The level is the answer's: in its header, in its head, or in both ways.

my $origin = $t->origin('8081', sub {
    my ($request) = @_;
    local $_ = $request->{path};

    my $type = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    my $meta = sub {
        my ($level, $html) = @_;
        my $tag = qq(<meta property="article:content_tier" content="$level">);
        return $html =~ s/<head>/<head>$tag/r;
    };

    return "HTTP/1.1 302 F\r\nLocation: /b.html\r\n\r\n" if m{/302};
    return "HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<p>none</p>"
        if m{/404};
    return $type . "\r\n" . $meta->($1, $page) if m{/meta/(\w+)};
    return $type . "\r\n" . $meta->($1, $long) if m{/long/(\w+)};
    return $type . "X-Level: $1\r\n\r\n$page" if m{/level/(\w+)};
    return $type . "\r\n$page";
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    log_format why '$uri $status $patron_decision "$patron_reason"';
EOC
        access_log %%DIR%%/access.log why;
        error_page 402 404 =200 /b.html;
        error_page 503 =200 /sorry;
        proxy_http_version 1.1;

        patron on;
        patron_wall article keep=1 'html=<i class="wall">wall</i>';
        patron_meter limit=2 period=month;
        add_header X-Decision $patron_decision always;
        expires 1h;

        location = /sorry { return 200 "it is sorry"; }
        location / { patron_access metered; }
        location /members/ { alias %%DIR%%/html/; patron_access members; }
        location /free/ { alias %%DIR%%/html/; }
        location /gift/ { alias %%DIR%%/html/; patron_access members; patron_gift; }
        location /dry/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_dry_run on;
        }
        location /own/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_prefetch $http_x_ahead $arg_ahead;
        }
        location /o/ {
            patron_access_header X-Level;
            patron_access_meta on;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /o/302 {
            patron_access metered;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /o/404 {
            patron_access metered;
            patron_access_header X-Level;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /appeals/ {
            patron_banner top before '#story' campaign=top;
        }
        location = /gift-handler { patron_gift_handler; patron_gift; }
        location = /status { patron_status_handler format=json; }
EOC

my @ahead = ('Sec-Purpose' => 'prefetch');
my $refused = 0;

sub whole { $_[0]->body =~ /third paragraph/ }

# A refusal has no body, says nothing of one, and is nobody's to keep.

sub refused {
    my ($r, $name) = @_;

    $refused++;

    subtest "refused: $name" => sub {
        is($r->status, 503, 'past error_page');
        is($r->body, '', 'no body');
        ok(!$r->has('Content-Type'), 'no type');
        is($r->header('Content-Length'), 0, 'no length');
        is($r->header('Cache-Control'), 'private, no-store', 'not for caches');
        ok(!$r->has('Set-Cookie'), 'nothing counted');
        is($r->header('X-Decision'), 'deny', 'said so');
    };
}


# The connection goes on, though the answer is long, and the visit is counted.

for my $path (qw(/a.html /o/level/metered /o/meta/metered /o/long/metered)) {
    my $reader = Patron::Reader->new($t);
    my $client = $t->client;

    refused($client->request('GET', $path, headers => \@ahead), $path);
    refused($client->request('HEAD', $path, headers => \@ahead), "HEAD $path")
        if $path !~ m{/o/(?:meta|long)};

    my $r = $client->request('GET', $path);
    ok(whole($r), 'the visit, on the same connection');
    like($r->head, qr/^Set-Cookie: patron_meter=/m, 'which is counted');
}

# No visit would be: it is read already, for members, or free for this reader.

{
    my $reader = Patron::Reader->new($t);
    ok(whole($reader->get("/$_.html")), "$_ is read") for qw(a b);
    ok(whole($reader->get('/a.html', headers => \@ahead)), 'read before');
    like($reader->get('/c.html', headers => \@ahead)->body, qr/class="wall"/,
        'the meter is used up: the wall that a visit would get');
}

$redis->member('paula');
ok(whole($t->get('/a.html', token => token(sub => 'paula'),
    headers => \@ahead)), 'a patron');

for my $path (qw(/members/a.html /o/level/members /o/meta/locked)) {
    like($t->get($path, headers => \@ahead)->body, qr/class="wall"/,
        "$path is not metered");
}

for my $path (qw(/free/a.html /o/level/free /o/none /dry/a.html)) {
    ok(whole($t->get($path, headers => \@ahead)), "$path is not, either");
}

is($t->get('/o/404', headers => \@ahead)->status, 404,
    'what is not there has its own answer');

# Other marks.

refused($t->get('/own/a.html?ahead=1'), 'by an argument');
refused($t->get('/own/a.html', headers => [ 'X-Ahead' => 'yes' ]),
    'by a header');
ok(whole($t->get('/own/a.html?ahead=0', headers => [ 'X-Ahead' => '' ])),
    'neither');

# A gift's page.

{
    my $r = $t->request('POST', '/gift-handler', body => 'path=/gift/a.html',
        token => token(sub => 'paula'), headers => [ Origin =>
        'http://localhost', 'Content-Type' =>
        'application/x-www-form-urlencoded' ]);
    my $link = JSON::PP::decode_json($r->body)->{url} =~ s{.*?localhost}{}r;

    refused($t->get($link, headers => \@ahead), 'a gift');
    ok(whole($t->get($link)), 'the gift');
    is($t->get($link . 'x', headers => \@ahead)->status, 200,
        'one that opens nothing');
}

# Campaigns.

ok(whole($t->get('/appeals/a.html', headers => \@ahead)), 'no campaign');

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<b>camp</b>');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');
ok(wait_for(sub { $t->get('/appeals/a.html')->body =~ /camp/ }), 'there');

like($t->get('/appeals/a.html', headers => \@ahead)->body, qr/camp/,
    'a campaign without a cap is no reason');

$redis->cmd('HSET', 'patron:campaign:top:a', cap => '1/7d');
ok(wait_for(sub { $t->get('/appeals/a.html')->has('Set-Cookie') }), 'capped');

{
    my $reader = Patron::Reader->new($t);

    refused($reader->get('/appeals/a.html', headers => \@ahead),
        'a capped campaign');
    like($t->get('/appeals/a.html', headers => [ @ahead, 'User-Agent' =>
        'somebot' ])->body, qr/camp/, 'which caps no machine');
    like($reader->get('/appeals/a.html')->body, qr/camp/, 'the visit');

    my $r = $reader->get('/appeals/b.html', headers => \@ahead);
    ok(whole($r) && $r->body !~ /camp/, 'once it is capped');
}

# A cap of the whole slot.

$redis->cmd('HDEL', 'patron:campaign:top:a', 'cap');
ok(wait_for(sub { !$t->get('/appeals/a.html')->has('Set-Cookie') }), 'uncapped');
$redis->cmd('HSET', 'patron:slot:top', cap => '1/7d');
ok(wait_for(sub { $t->get('/appeals/a.html')->has('Set-Cookie') }),
    'the slot is capped');

refused(Patron::Reader->new($t)->get('/appeals/a.html', headers => \@ahead),
    'a capped slot');

# What is told of it.

my $status = JSON::PP::decode_json($t->get('/status')->body);
is($status->{counters}{patron_prefetch_refused_total}, $refused + 1, 'counted, those of a dry run too');

is(scalar(() = $t->slurp('error.log')
        =~ /\[info\].*patron: prefetch refused: /g), $refused + 1, 'logged');

ok($t->quit, 'nginx quits with 0');
like($t->slurp('access.log'),
    qr{^/a\.html 503 deny "prefetch of an unread article"$}m, 'the reason');

$t->finish;
