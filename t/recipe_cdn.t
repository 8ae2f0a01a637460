# scripts/recipes/cdn.conf: what a CDN may keep, and whose address is seen.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Recipe;

my $t = Patron::Harness->new->has(qw(http_gunzip http_realip));

$t->redis->member('42', tier => 'gold');

my $origin = $t->origin('cms', sub {
    my ($r) = @_;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"\r\n"
        . "Cache-Control: public, max-age=60, s-maxage=600\r\n"
        . "Vary: Accept-Language\r\nSurrogate-Key: news\r\n"
        . ($r->{path} =~ /members/ ? "X-Access: members\r\n" : '')
        . ($r->{path} =~ /cart/ ? "Set-Cookie: cart=1\r\n" : '')
        . "Connection: close\r\n\r\n" . story('text');
});

recipe($t, 'cdn', '127.0.0.1:3000' => 'cms', '192.0.2.0/24' => '127.0.0.1');

my $ada = token(sub => '42');
my $kept = 'public, max-age=60, s-maxage=600';
my @from = (headers => ['X-Forwarded-For' => '198.51.100.7']);

my $r = $t->get('/free', @from);
is(looks($r), 'appeal', 'a guest');
is($r->header('Cache-Control'), $kept, 'whose page the CDN may keep');
is($r->header('Vary'), 'Accept-Language, Cookie', 'by these headers');
is($r->header('Surrogate-Key'), 'news', 'and drop by its key');
my $etag = $r->header('ETag');

is($t->get('/free', headers => ['If-None-Match' => $etag])->status, 304,
    'and ask whether it is still good');

$r = $t->get('/members/a');
is(looks($r), 'wall cut', 'a wall');
is($r->header('Cache-Control'), $kept, 'which is the same for all guests');

for my $path ('/free', '/members/a') {
    $r = $t->get($path, token => $ada, headers => ['If-None-Match' => $etag]);
    is(looks($r), 'thanks', "$path: a patron");
    is($r->header('Cache-Control'), 'private, no-store', 'not to be kept');
    is($r->header('Expires'), '', 'by nobody');
}

is($t->get('/free', token => 'x.y.z')->header('Cache-Control'),
    'private, no-store', 'nor with a token that is not good');
is($t->get('/cart')->header('Cache-Control'), 'private, no-store',
    'nor with a cookie of the CMS');

ok($t->wait_log(qr/^198\.51\.100\.7 .* state=guest/m, 'access.log'),
    'the reader\'s own address');

$r = $t->request('POST', '/signout', token => $ada, body => '',
    headers => [Origin => 'http://localhost']);
is($r->status, 303, 'signing out');
like($r->header('Set-Cookie'), qr/^patron=;.*; Secure/, 'takes the cookie away');

$t->finish;
