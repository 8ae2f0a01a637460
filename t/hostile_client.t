# Clients that send anything at all, in HTTP/1.x and HTTP/2: nginx stays up,
# everybody else is served, and nobody gets past the wall.
#
# TEST_SEED=N replays a run, TEST_STORM=SECONDS makes it longer.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::H2;
use Patron::Harness;
use Patron::Reader;
use Patron::Storm;
use Patron::Token;

my $t = Patron::Harness->new->has('http_v2');
my $redis = $t->redis;

seed();

my $secret = article() =~ s{(<p>Trains.*)</article>}{
    '<p>SECRET</p>' x 500 . '</article>'}esr;

$t->file('html/free/page.html', article());
$t->file('html/metered/page.html', article());
$t->file('html/walled/page.html', $secret);
$t->file('html/walled/gift.html', article());
$t->file('hook.key', "whsec_of-this-test-of-this-test-of-this\n", 0600);

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

my $server = <<'EOC';
        patron_wall article keep=1 'html=<i class="wall">wall</i>';
        patron_strip '[itemprop]' attr=content;
        patron_banner ask before '#story' 'html=<i>${arg_x}</i>';
        patron_banner top after '#story' campaign=top;
        patron_token $cookie_patron $http_authorization $arg_token;
        patron_claims iss=site leeway=5s;
        patron_devices limit=2 window=1d;
        patron_consent $arg_consent;
        patron_gift limit=1000000;
        client_header_timeout 3s;
        client_body_timeout 3s;
        log_format all '$patron $patron_state $patron_id $patron_tier '
                       '$patron_name $patron_decision $patron_reason '
                       '$patron_left $patron_banners $patron_wall '
                       '$patron_source $patron_redis_time';
        access_log %%DIR%%/access.log all;

        location / { }
        location /walled/ { patron_access members; patron_paywall_markup on; }
        location /metered/ { patron_access metered;
                             patron_meter limit=2 period=1h; }
        location = /activate { patron_activate_handler; }
        location = /signout { patron_signout_handler; }
        location = /dismiss { patron_dismiss_handler; }
        location = /click { patron_click_handler; }
        location = /gift { patron_gift_handler; patron_gift limit=1000000; }
        location = /status { patron_status_handler format=json; }
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/hook.key;
        }
        location = /hook {
            patron_webhook_handler generic key=%%DIR%%/hook.key;
        }
EOC

$t->run(http => <<"EOC", server => $server =~ s/log_format.*?;\n//sr);
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_key k2 %%DIR%%/k2.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone patron:1m;
    large_client_header_buffers 4 16k;
    @{[$server =~ /(log_format.*?;)\n/s]}

    server {
        $h2
        server_name localhost;
@{[$server =~ s/log_format.*?;\n//sr]}
    }
EOC

$redis->member('paula', tier => 'gold', name => 'Paula');
$redis->member('rita', status => 'revoked');
$redis->cmd('HSET', 'patron:campaign:top:a', html => '<i>${patron_name}</i>',
    cap => '2/7d', url => '/x');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');

my @workers = serving($t);

# Things that were made for somebody, to be damaged.

my $form = 'application/x-www-form-urlencoded';
my $rita = token(sub => 'rita', iss => 'site');
my @own = ('Content-Type' => $form, Origin => 'http://localhost');

my $gift = $t->request('POST', '/gift', body => 'path=/walled/gift.html',
    token => token(sub => 'paula', iss => 'site'), headers => [@own]);
is($gift->status, 201, 'a gift');
($gift) = $gift->body =~ /gift=([\w.-]+)/;

my $reader = Patron::Reader->new($t);
$reader->get('/metered/page.html?consent=1');
$reader->get('/free/page.html');
$reader->request('POST', '/dismiss', body => 'name=ask', headers => [@own]);
my %jar = %{$reader->{jar}};
cmp_ok(scalar(keys %jar), '>=', 2, 'cookies: ' . join ' ', sort keys %jar);

my $activation = token(sub => 'rita', iss => 'site', aud => 'patron:activate',
    jti => 'once', exp => int(time() + 600));

my @paths = qw(/ /free/page.html /walled/page.html /walled/page.html
    /walled/gift.html /metered/page.html /activate /signout /dismiss /click
    /gift /status /stripe /hook /none);
my @args = ("gift=$gift", "token=$rita", "token=$activation", 'to=/x',
    'to=//x', 'c=top:a', 'c=top%3Aa', 'consent=0', 'consent=1', 'x=<b>', 'x=%00%ff',
    'patron_preview=' . $rita, 'gift=', 'name=top:a', 'days=3', '=', 'a', '%',
    'path=/walled/page.html', 'path=/walled/gift.html');


sub uri {
    my $uri = one_of(@paths);

    $uri .= '?' . join '&', map { chance(0.3) ? damage(one_of(@args), '&', '=',
        '%00') : one_of(@args) } 1 .. 1 + rand 3 if chance(0.6);
    $uri = damage($uri, '//', '/./', '/../', '%2e', '%2f', '?', '#') if
        chance(0.1);

    return $uri =~ tr/ \r\n\0//dr;
}


sub cookies {
    my @cookies = map { my $value = $jar{$_};
        chance(0.5) ? "$_=" . damage($value) : "$_=$value" }
        grep { chance(0.7) } sort keys %jar;

    push @cookies, 'patron=' . (chance(0.5) ? damage($rita)
        : one_of($rita, $gift, $activation, '', '.', '..', 'a.b.c',
            'x' x 5000)) if chance(0.6);
    push @cookies, map { one_of('patron', 'patron_seen', 'x', '') . '='
        . junk(60) } 1 .. rand 3;

    @cookies = sort { rand() <=> 0.5 } @cookies if chance(0.2);

    return join one_of('; ', ';', ', ', ' '), @cookies;
}


sub fields {
    my @fields;

    push @fields, 'Cookie: ' . cookies() for 1 .. (chance(0.6) + chance(0.1));
    push @fields, 'Authorization: ' . one_of("Bearer $rita", 'Bearer ',
        'Bearer ' . damage($rita), 'Basic eDp5', '') if chance(0.15);
    push @fields, 'Range: ' . one_of('bytes=0-', 'bytes=-1', 'bytes=0-0,-1',
        'bytes=5-2', 'bytes=' . join(',', ('0-') x 50), 'x', 'bytes=999999-')
        if chance(0.3);
    push @fields, one_of('If-None-Match', 'If-Match') . ': '
        . one_of('*', '"x"', 'W/"x", "y"', '"', junk(30)) if chance(0.2);
    push @fields, one_of('If-Modified-Since', 'If-Unmodified-Since',
        'If-Range') . ': ' . one_of('Sun, 22 Nov 2026 10:00:00 GMT', '"x"', 'x', '')
        if chance(0.2);
    push @fields, 'Accept-Encoding: ' . one_of('gzip', 'br', '*', '')
        if chance(0.3);
    push @fields, one_of('Origin', 'Referer') . ': ' . one_of(
        'http://localhost', 'http://localhost/x', 'null', 'http://', '//',
        'http://evil.example', junk(30)) if chance(0.4);
    push @fields, 'Content-Type: ' . one_of($form, 'application/json', '',
        'multipart/form-data; boundary=x') if chance(0.4);
    push @fields, one_of('Stripe-Signature: t=1,v1=00', 'Stripe-Signature: ',
        'Stripe-Signature: t=' . time() . ',v1=' . 'a' x 64,
        'X-Patron-Signature: sha256=' . 'a' x 64) if chance(0.2);
    push @fields, 'User-Agent: ' . one_of('bot', 'x' x 3000, junk(50), '')
        if chance(0.2);
    push @fields, one_of('Purpose', 'Sec-Purpose') . ': prefetch'
        if chance(0.05);
    push @fields, 'Accept: ' . one_of('text/html', 'application/json', '*/*')
        if chance(0.2);
    push @fields, 'X-Patron-Grant: sub=rita' if chance(0.02);
    push @fields, 'Expect: 100-continue' if chance(0.02);
    push @fields, 'Connection: ' . one_of('close', 'keep-alive', 'upgrade')
        if chance(0.3);

    return map { tr/\r\n\0//dr } @fields;
}


sub raw_request {
    my $method = one_of(('GET') x 6, ('POST') x 3, qw(HEAD PUT OPTIONS DELETE
        PATCH TRACE get), 'X' x 40);
    my @fields = ('Host: ' . one_of(('localhost') x 5, '', 'evil.example',
        'localhost:1', '[::1]', 'a b'), fields());
    my $body = '';

    if (chance(0.4) || $method eq 'POST') {
        $body = chance(0.5) ? join '&', map { one_of(@args) } 1 .. 3
            : one_of('{"a":1}', '{"id":"1","created":1,"sub":"x"}', junk(300),
                'x' x 20000);

        if (chance(0.2)) {
            push @fields, 'Transfer-Encoding: chunked';
            $body = join('', map { sprintf "%x\r\n%s\r\n", length, $_ }
                pieces($body, 20)) . "0\r\n\r\n";
            $body = damage($body) if chance(0.3);

        } else {
            push @fields, 'Content-Length: ' . (chance(0.9) ? length $body
                : one_of(0, -1, 'x', length($body) + 5, 1e15));
        }
    }

    my $raw = "$method " . uri() . ' '
        . one_of(('HTTP/1.1') x 6, 'HTTP/1.0', 'HTTP/9.9', 'HTTP/1.1x', '')
        . "\r\n" . join('', map { "$_\r\n" } @fields) . "\r\n$body";

    return chance(0.15) ? damage($raw, "\r\n", "\0", ': ') : $raw;
}


sub h2_requests {
    my $raw = h2_preface(chance(0.2) ? (4 => one_of(0, 1, 100, 0x7fffffff))
        : ());

    for my $n (1 .. 1 + rand 5) {
        my $method = one_of('GET', 'GET', 'HEAD', 'POST');
        my @fields = map { my ($name, $value) = split /: /, $_, 2;
            [lc $name, $value] } grep { !/^(Connection|Expect)/ } fields();

        $raw .= h2_request(2 * $n - 1, $method, uri(), \@fields,
            $method eq 'POST' ? 'name=ask&' . one_of(@args) : undef);
        $raw .= h2_frame(3, 0, 2 * $n - 1, pack 'N', 8) if chance(0.2);
        $raw .= h2_frame(int rand 12, int rand 256, int rand 10, junk(40))
            if chance(0.2);
    }

    return chance(0.2) ? damage($raw) : $raw;
}


# Sends and reads what comes for a while; says all that came.

sub exchange {
    my ($port, $raw) = @_;

    my $c = $t->client(port => $port);
    $c->{timeout} = 0.1;

    $c->write($_) for pieces($raw, 6);
    shutdown($c->{socket}, 1) if chance(0.5);

    if (chance(0.15)) {
        eval { $c->fill(1 + rand 3000) };
        $c->reset;

    } else {
        eval { 1 while $c->fill };
        $c->close;
    }

    return $c->{buffer};
}


sub turn {
    my ($number) = @_;

    my $h2 = chance(0.25);
    my $raw = $h2 ? h2_requests()
        : chance(0.05) ? junk(2000)
        : join '', map { raw_request() } 1 .. (chance(0.3) ? 1 + rand 6 : 1);

    my $got = exchange($h2 ? 'h2' : 8080, $raw);

    die 'leaked: ' . substr($got, 0, 1500) . "\nto " . substr($raw, 0, 3000)
        . "\n" if $got =~ /SECRET/;

    # Everybody else is served as ever: pipelined, too.

    if ($number % 5 == 0) {
        my $c = $t->client;
        $c->send_request('GET', '/walled/page.html') for 1 .. 3;

        for (1 .. 3) {
            my $r = $c->response;
            die "beside it: no answer\n" if !$r;
            die 'beside it: ' . $r->head if $r->status != 200
                || $r->body !~ /class="wall"/ || $r->body =~ /SECRET/;
        }

        my $r = $t->get('/walled/page.html',
            token => token(sub => 'paula', iss => 'site'));
        die 'beside it, a patron: ' . $r->head if $r->status != 200;
    }
}


storm($t, 4, \&turn);

is_deeply([serving($t)], \@workers, 'the same workers');
unlike($t->slurp('access.log'), qr/[\x00-\x09\x0b-\x1f]/,
    'no control character is in a variable');
like($t->get('/walled/page.html')->body, qr/class="wall"/, 'a guest');
is($redis->cmd('HGET', 'patron:member:rita', 'status'), 'revoked',
    'nobody made a member');

$t->finish;
