# A header of the CMS makes a patron of a reader; no cache ever does.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', article());
$t->file('html/ssi/page.html', '<p><!--#include virtual="/cms/sub" --></p>');
$t->file('html/store/page.html', article());

my $grant = 'sub=42; tier=gold; ttl=2h; name=Ada L.';

my $origin = $t->origin('8081', sub {
    my ($q) = @_;

    my $want = $q->{header}->('X-Want') // '';
    my $say = $q->{header}->('X-Say') // '';
    my $n = $q->{header}->('X-Twice') ? 2 : 1;
    my $status = $q->{header}->('X-Status') || '200 OK';
    my $accel = $q->{header}->('X-Accel');

    return "HTTP/1.0 $status\r\nContent-Type: text/html\r\n"
        . "Cache-Control: max-age=" . ($want eq 'short' ? 1 : 60) . "\r\n"
        . (length $say ? "x-patron-GRANT: $say\r\n" x $n : '')
        . ($accel ? "X-Accel-Redirect: $accel\r\n" : '')
        . "Location: /x\r\n\r\n" . article();
});

$t->refused('no key',
    qr/"patron_grant_header" directive: .* no "patron_key"/,
    server => 'patron on; patron_grant_header X-Patron-Grant;');

$t->run(http => <<'EOC', server => <<'EOC');
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_grant_header X-Patron-Grant;
        patron_banner ask before '#story' 'html=<aside>ask</aside>';
        add_header X-State "$patron_state $patron_id $patron_tier $patron_name";

        location / { }
        location /cms/ { proxy_pass http://127.0.0.1:%%PORT_8081%%; }
        location /off/ {
            patron off;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location /unbuffered/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_buffering off;
        }
        location /ssi/ { ssi on; }
        location /add/ {
            add_header X-Patron-Grant "sub=7";
            alias %%DIR%%/html/;
        }
        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_cache_background_update on;
            proxy_cache_use_stale updating;
            proxy_ignore_headers Set-Cookie;
            add_header X-Cache $upstream_cache_status;
        }
        location /was/ {
            patron_grant_header X-Other;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_cache_key /shared/;
        }
        location /is/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            proxy_cache pages;
            proxy_cache_key /shared/;
            add_header X-Cache $upstream_cache_status;
        }
EOC

sub ask {
    my ($path, @headers) = @_;

    return $t->get($path, headers => \@headers);
}

sub granted {
    my ($r) = @_;

    my ($token) = ($r->header('Set-Cookie') // '')
        =~ /^patron=([\w.-]+); Max-Age=\d+; Path=\/; SameSite=Lax; HttpOnly$/;

    return $token;
}

# The cookie

my $r = ask('/cms/a', 'X-Say' => $grant);
my $token = granted($r);
ok($token, 'a cookie');
like($r->header('Set-Cookie'), qr/Max-Age=7200;/, 'for as long as was said');
is($r->header('X-Patron-Grant'), '', 'the header is hidden');
is($r->header('Cache-Control'), 'private, no-store', 'kept by nobody');
is($t->get('/page.html', token => $token)->header('X-State'),
    'patron 42 gold Ada L.', 'a patron');

$r = ask('/cms/a', 'X-Say' => 'sub=42', 'X-Status' => '303 See Other');
ok($r->status == 303 && granted($r), 'with a redirect');
like($r->header('Set-Cookie'), qr/Max-Age=2592000;/, 'for 30 days');
like(ask('/cms/a', 'X-Say' => 'sub=42; ttl=1000d')->header('Set-Cookie'),
    qr/Max-Age=34560000;/, 'for no longer than browsers keep it');
$r = ask('/cms/a', 'X-Say' => 'sub=42', 'X-Status' => '403 Forbidden');
ok($r->status == 403 && granted($r), 'with an error');
ok(granted(ask("/$_/a", 'X-Say' => 'sub=42')), $_) for qw(off unbuffered);
ok(granted(ask('/cms/a', 'X-Say' => 'sub=42', 'X-Accel' => '/page.html')),
    'with X-Accel-Redirect');
ok(granted($t->head('/cms/a', headers => ['X-Say' => 'sub=42'])), 'HEAD');
ok(granted(ask('/add/page.html')), 'by add_header');
is(ask('/cms/a')->header('Set-Cookie'), '', 'none, none');

# What is ignored

for my $bad (';', 'tier=gold', 'sub=', 'sub=a; sub=b', 'sub=a; ttl=0',
    'sub=a; ttl=x', 'sub=a; ttl=', 'sub=a; nonsense=1', 'sub=a; x', 'sub',
    'sub=' . 'a' x 129, "sub=\xc3\xa9", 'sub=a; tier=' . 'x' x 300,
    'sub=a; ttl=-1', 'sub=a; ttl=99999999999999999999')
{
    $r = ask('/cms/a', 'X-Say' => $bad);
    is($r->header('Set-Cookie'), '', 'bad: ' . substr $bad, 0, 30);
    is($r->header('X-Patron-Grant'), '', 'hidden all the same');
}

is(ask('/cms/a', 'X-Say' => 'sub=1', 'X-Twice' => 1)->header('Set-Cookie'),
    '', 'twice');
my @ignored = $t->slurp('error.log') =~ /\[(\w+)\].*grant in "X-Patron-Grant" ignored/g;
is(shift @ignored, 'error', 'which is told');
cmp_ok(scalar(grep { $_ eq 'error' } @ignored), '<', scalar(@ignored),
    'once a minute');
like($t->slurp('error.log'), qr/ignored: it is there more than once/, 'with its reason');

is(ask('/ssi/page.html', 'X-Say' => 'sub=1')->header('Set-Cookie'), '',
    'not of a subrequest');

# Caches

$r = ask('/cached/a', 'X-Say' => $grant);
ok(granted($r), 'a grant where there is a cache');
$r = ask('/cached/a');
is($r->header('X-Cache'), 'MISS', 'is not in it');
is($r->header('Set-Cookie'), '', 'nor is the reader known');
$r = ask('/cached/a', 'X-Say' => $grant);
is($r->header('X-Cache'), 'HIT', 'the page is');
is($r->header('Set-Cookie'), '', 'and grants nothing');

ask('/cached/b', 'X-Want' => 'short');
ok(wait_for(sub {
    ask('/cached/b', 'X-Say' => $grant)->header('X-Cache') eq 'STALE' }),
    'a background update');
ok(wait_for(sub { grep { m{^GET /cached/b } && /^X-Say/m } $origin->requests }),
    'that brings a grant');
ok(wait_for(sub { ask('/cached/b')->header('X-Cache') eq 'HIT' }),
    'and one that brings none');
my $all = join '', map { -f $_ ? do {
    open(my $fh, '<:raw', $_) or die; local $/; <$fh> } : () }
    glob($t->dir . '/cache/*');
ok(length $all, 'the cache');
unlike($all, qr/x-patron-grant/i, 'has none');

ask('/was/', 'X-Say' => $grant);
$r = ask('/is/');
is($r->header('X-Cache'), 'HIT', 'a page that was stored before');
is($r->header('Set-Cookie'), '', 'grants nothing');
is($r->header('X-Patron-Grant'), '', 'and tells nothing');

$t->finish;
