# scripts/recipes/proxy-cache.conf: one copy for everybody, stale ones while a
# new one is fetched or none can be had, and grants that stay out of it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');
$t->file('state', '1');

my $cms = $t->origin('cms', sub {
    my ($r) = @_;

    my $version = $t->slurp('state');
    my $head = "Content-Type: text/html\r\nETag: \"v$version\"\r\n"
        . "Cache-Control: max-age=1\r\nConnection: close\r\n";

    return "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n"
        if $version eq 'down';
    return "HTTP/1.1 304 Not Modified\r\n$head\r\n"
        if $r->{header}->('If-None-Match') eq "\"v$version\"";

    $head .= "X-Patron-Grant: sub=42; ttl=1d\r\n"
        if $r->{path} =~ /grant|account/;
    $head .= "X-Access: members\r\n" if $r->{path} =~ /members/;

    return "HTTP/1.1 200 OK\r\n$head\r\n"
        . story('text') =~ s/<h1>x/<h1>version $version/r;
});

recipe($t, 'proxy-cache', '127.0.0.1:3000' => 'cms');

my $ada = token(sub => '42');

sub version { $_[0]->text =~ /version (\w+)/ ? $1 : $_[0]->status }

# Guests and patrons, plain and compressed, out of one copy.

for my $path ('/free', '/members/a') {
    my $guest = $path eq '/free' ? 'appeal' : 'wall cut';

    for my $gzip (0, 1) {
        is(looks($t->get($path, gzip => $gzip)), $guest, "$path: a guest");
        is(looks($t->get($path, gzip => $gzip, token => $ada)), 'thanks',
            "$path: a patron");
    }
}

opendir(my $dh, $t->dir . '/cache-pages') or die "cache: $!\n";
is(scalar(grep { /^\w{32}$/ } readdir $dh), 2, 'two pages, two copies');
unlike(join('', $cms->requests), qr/^Cookie:/m, 'no cookie is told the CMS');

# A new version: the old one goes out while it is fetched, edited as ever.

$t->file('state', '2');

my %seen;
ok(wait_for(sub {
    my $guest = $t->get('/members/a');
    my $patron = $t->get('/members/a', token => $ada);

    $seen{version($guest) . ' ' . looks($guest)}++;
    $seen{version($patron) . ' ' . looks($patron)}++;

    return version($guest) eq '2' && version($patron) eq '2';
}), 'a new version comes');
is_deeply([ sort grep { !/^1/ } keys %seen ],
    [ '2 thanks', '2 wall cut' ], 'with its banner and wall');
is_deeply([ grep { !/^[12] (?:thanks|wall cut)$/ } keys %seen ], [],
    'and at no time without');

# The CMS is gone: stale, and still cut.

$t->file('state', 'down');
$cms->forget;
ok(wait_for(sub {
    my $guest = $t->get('/members/a');
    die looks($guest) if looks($guest) ne 'wall cut';
    return scalar $cms->requests;
}), 'the CMS has failed');
is(looks($t->get('/members/a')), 'wall cut', 'a guest');
is(looks($t->get('/members/a', token => $ada)), 'thanks', 'a patron');
is($t->get('/new')->status, 503, 'what was never kept');

# Grants.

$t->file('state', '3');

my $r = $t->get('/account/');
like($r->header('Set-Cookie'), qr/^patron=/, 'a grant');
is($r->header('Cache-Control'), 'private, no-store', 'which nobody keeps');

for my $i (1, 2) {
    my $reader = Patron::Reader->new($t);
    $reader->get('/grant');
    ok($reader->{jar}{patron}, "a grant in what might be kept, $i");
}
is(scalar(grep { m{^GET /grant } } $cms->requests), 2, 'is not kept');

$t->finish;
