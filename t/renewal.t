# A token of our own gets a longer life or the newest key while its reader is a
# patron, and no other token is ever replaced.

use strict;
use warnings;

use JSON::PP ();
use MIME::Base64 qw(decode_base64url);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());
$t->file('html/ssi/page.html', '<p><!--#include virtual="/page.html" --></p>');
$t->file('html/image.png', 'PNG');

my $origin = $t->origin('8081', sub {
    my ($q) = @_;

    my $set = $q->{header}->('X-Set');
    my $say = $q->{header}->('X-Say');

    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "Cache-Control: max-age=60\r\n"
        . ($set ? "Set-Cookie: $set\r\n" : '')
        . ($say ? "X-Patron-Grant: $say\r\n" : '') . "\r\n" . article();
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%% timeout=200ms;
    patron_zone z:1m ttl=1s;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        patron on;
        patron_key k2 %%DIR%%/k2.key;
        patron_key k1 %%DIR%%/k1.key;
        patron_token $cookie_patron $cookie_other $http_authorization;
        add_header X-State "$patron_state $patron_source" always;

        location / { }
        location /banner/ {
            alias %%DIR%%/html/;
            patron_banner thanks after '#story' for=patron html=<b>t</b>;
        }
        location /ssi/ { patron off; ssi on; }
        location /dry/ { patron_dry_run on; alias %%DIR%%/html/; }
        location /alone/ {
            patron_cookie name=other path=/o;
            alias %%DIR%%/html/;
        }
        location /cms/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_ignore_headers Set-Cookie;
            patron_grant_header X-Patron-Grant;
            add_header X-Cache $upstream_cache_status;
        }
        location = /signout { patron_signout_handler; }
EOC

$redis->member('ada', tier => 'gold', name => 'Ada');
my $now = time();

# A token as the module mints them, that is due: with a tenth of its life left.

sub due {
    my (%claim) = @_;

    return token(KEY => 'k2', KID => 'k2', sub => 'ada', iat => $now - 9000,
        exp => $now + 1000, 'patron:life' => 10000, %claim);
}


sub ask {
    my ($path, $token, @headers) = @_;

    return $t->get($path, token => $token, headers => \@headers);
}


# The claims of the token that a response sets, or nothing.

sub renewed {
    my ($r, $name) = @_;

    $name //= 'patron';
    my ($token) = $r->header('Set-Cookie') =~ /\b$name=([\w.-]+);/ or return;
    my ($header, $payload) = map { JSON::PP->new->decode(decode_base64url($_)) }
        (split /\./, $token)[0, 1];

    return { %$payload, %$header, token => $token };
}

# Age

my $r = ask('/page.html', due());
my $new = renewed($r);
ok($new, 'less than a third is left');
like($r->header('Set-Cookie'), qr{^patron=[\w.-]+; Max-Age=10000; Path=/; SameSite=Lax; HttpOnly$},
    'as the cookie was');
is($r->header('Cache-Control'), 'private, no-store', 'kept by nobody');
cmp_ok($new->{exp}, '>=', $now + 10000, 'as long a life');
is($new->{iat}, $now - 9000, 'with its iat');
is($new->{'patron:life'}, 10000, 'and its mark');
is("$new->{sub} $new->{tier} $new->{name}", 'ada gold Ada', 'as Redis says');
$r = ask('/page.html', $new->{token});
like($r->header('X-State'), qr/^patron (?:zone|redis)$/, 'it is good');
ok(!renewed($r), 'and not due');
is($r->header('Cache-Control'), '', 'nobody\'s own');

ok(!renewed(ask('/page.html', due(exp => $now + 4000))), 'more than a third');
ok(renewed(ask('/image.png', due())), 'an image');
ok(renewed(ask('/nothing', due())), 'an error');
ok(renewed($t->head('/page.html', token => due())), 'HEAD');
$r = ask('/banner/page.html', due());
ok(renewed($r) && $r->body =~ m{<b>t</b>}, 'a page with a banner');
$r = ask('/banner/page.html', due(), 'If-None-Match' => $r->header('ETag'));
ok($r->status == 304 && renewed($r), 'not modified');

# The key

$r = ask('/page.html', token(KEY => 'k1', KID => 'k1', sub => 'ada',
    iat => $now - 10, exp => $now + 9990, 'patron:life' => 10000));
$new = renewed($r);
is($new && $new->{kid}, 'k2', 'an older key: signed with the first');

# Never beyond until

$redis->member('cy', until => $now + 3000);
$new = renewed(ask('/page.html', due(sub => 'cy')));
is($new->{exp}, $now + 3000, 'not beyond until');
ok(!renewed(ask('/page.html', $new->{token})), 'and not for nothing');

# Tokens of others

ok(!renewed(ask('/page.html', due('patron:life' => undef))), 'no mark');
is(ask('/page.html', due('patron:life' => 'x'))->header('X-State'),
    'invalid token', 'a mark that is none');
ok(!renewed(ask('/page.html', due(SECRET => 'x' x 32))), 'forged');
$r = $t->get('/page.html', bearer => due());
like($r->header('X-State'), qr/^patron (?:zone|redis)$/, 'in a header');
ok(!renewed($r), 'is never replaced');
ok(!renewed(ask('/page.html', '', Cookie => 'other=' . due())),
    'nor another cookie');
ok(renewed(ask('/alone/page.html', '', Cookie => 'other=' . due()), 'other'),
    'but where that is ours');

# States

for my $case ([paused => status => 'paused'], [revoked => status => 'revoked'],
    [lapsed => until => $now - 1], [invalid => not_before => $now - 10])
{
    my ($state, @fields) = @$case;

    $redis->member($state, @fields);
    $r = ask('/page.html', due(sub => $state));
    like($r->header('X-State'), qr/^$state /, $state);
    ok(!renewed($r), 'never');
}

ok(!renewed(ask('/page.html', due(sub => 'nobody'))), 'nor for nobody');
ok(!renewed(ask('/page.html', due(exp => $now - 100))), 'nor expired');

# What is not done

ok(!renewed(ask('/ssi/page.html', due())), 'not by a subrequest');
ok(!renewed(ask('/dry/page.html', due())), 'not in a dry run');
$r = $t->request('POST', '/signout', body => '', token => due(),
    headers => [ Origin => 'http://localhost' ]);
like($r->header('Set-Cookie'), qr/^patron=; Max-Age=0;/, 'not at a sign-out');
$r = ask('/cms/set', due(), 'X-Set' => 'patron=; Max-Age=0');
is($r->header('Set-Cookie'), 'patron=; Max-Age=0', 'nor at one of the CMS');
$r = ask('/cms/grant', due(), 'X-Say' => 'sub=bob');
is(renewed($r)->{sub}, 'bob', 'nor after a grant');
is(() = $r->header('Set-Cookie') =~ /patron=/g, 1, 'which stands alone');

# nginx's cache

$r = ask('/cms/a', due());
ok($r->header('X-Cache') eq 'MISS' && renewed($r), 'where there is a cache');
$r = $t->get('/cms/a');
is($r->header('X-Cache'), 'HIT', 'the page is in it');
is($r->header('Set-Cookie'), '', 'the cookie is not');
is($r->header('Cache-Control'), 'max-age=60', 'nor what goes with it');
$r = ask('/cms/a', due());
ok($r->header('X-Cache') eq 'HIT' && renewed($r), 'and it is set from there');

# Counted

my %n;
ok(wait_for(sub {
    %n = @{$redis->cmd('HGETALL',
        'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
    return ($n{'renewed.key'} // 0) == 1 && $n{'renewed.age'} > 8;
}), 'those for the key, and for age');

# Redis away

$redis->down;
ok(wait_for(sub { ask('/page.html', due(sub => 'zoe'))->header('X-State')
    eq 'patron fallback' }), 'Redis is away');
ok(!renewed(ask('/page.html', due(sub => 'zoe'))), 'not on a fallback');
ok(wait_for(sub {
    $r = ask('/page.html', due());
    return !renewed($r) }), 'nor by a record past its time');
is($r->header('X-State'), 'patron zone', 'though it makes a patron');

$t->finish;
