# Conditional requests, per variant: a reader who has become a patron is never
# told 304 for the page with the banner, the same reader still is.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');
$t->file('html/text.txt', 'text');

my $modified = 'Mon, 02 Nov 2026 10:00:00 GMT';

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my $etag = $r->{path} =~ /weak/ ? 'W/"v1"' : $r->{path} =~ /none/ ? ''
        : '"v1"';

    # A CMS that answers conditional requests itself.

    if ($r->{header}->('If-None-Match') ne ''
        || $r->{header}->('If-Modified-Since') ne '')
    {
        return "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n"
            . ($etag ? "ETag: $etag\r\n" : '') . "\r\n";
    }

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . ($etag ? "ETag: $etag\r\n" : '')
        . ($r->{path} =~ /bare/ ? '' : "Last-Modified: $modified\r\n")
        . "Connection: close\r\n\r\n<html><body></body></html>";
});

my $conf = <<'EOC';
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';

    location / {
    }
    location /p/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location = /vars {
        try_files /page.html =404;
        patron_banner ask append body 'html=[${arg_x}]';
    }
    location = /other {
        try_files /page.html =404;
        patron_banner ask append body 'html=[other]';
    }
EOC

$t->run(server => $conf);

my $ann = token(sub => 'ann');

for my $uri ('/page.html', '/p/strong', '/p/weak', '/p/none') {
    my $guest = $t->get($uri);
    my $etag = $guest->header('ETag');

    like($guest->body, qr/\[ask\]/, "$uri, a guest's page");
    ok(!$guest->has('Last-Modified'), "$uri, without a date");

    like($etag, qr/^W\/".+"$/, "$uri, with a tag of the variant");

    my @match = (headers => ['If-None-Match' => $etag]);

    my $r = $t->get($uri, @match);
    is($r->status, 304, "$uri, the same guest is told 304");
    is($r->header('ETag'), $etag, "$uri, with the same tag");
    is($r->body, '', "$uri, and no page");

    is($t->get($uri, headers => ['If-None-Match' => "\"x\", $etag"])->status,
        304, "$uri, in a list");
    is($t->head($uri, @match)->status, 304, "$uri, HEAD");

    $r = $t->get($uri, @match, token => $ann);
    is($r->status, 200, "$uri, a new patron is not");
    unlike($r->body, qr/\[ask\]/, "$uri, and has the page without it");

    # What a patron has is not what a guest is to have.

    my $patron = $r->header('ETag');
    isnt($patron, $etag, "$uri, a patron's tag is another");

    $r = $t->get($uri, headers => ['If-None-Match' => $patron || '"v1"']);
    is($r->status, 200, "$uri, a patron's tag from a guest");
    like($r->body, qr/\[ask\]/, "$uri, who gets the banner");

    # By date alone nobody can tell.

    $r = $t->get($uri, headers => ['If-Modified-Since' => strftime(
        '%a, %d %b %Y %H:%M:%S GMT', gmtime)]);
    is($r->status, 200, "$uri, a date from a guest");
    like($r->body, qr/\[ask\]/, "$uri, who gets the banner");

    if ($patron ne '') {
        is($t->get($uri, token => $ann,
            headers => ['If-None-Match' => $patron])->status, 304,
            "$uri, the same patron is told 304");
    }
}

# The CMS is never asked a conditional question whose answer would be about
# another page.

is(scalar(grep { /^If-(?:None-Match|Modified-Since)/mi } $origin->requests),
    0, 'the CMS is asked no conditions');

my $one = $t->get('/vars?x=1')->header('ETag');
my $two = $t->get('/vars?x=2')->header('ETag');
isnt($one, $two, 'another value, another variant');
is($t->get('/vars?x=1')->header('ETag'), $one, 'the same value, the same');
is($t->get('/vars?x=2', headers => ['If-None-Match' => $one])->status, 200,
    'not 304 for another value');

isnt($t->get('/other')->header('ETag'), $t->get('/page.html')->header('ETag'),
    'another banner, another variant');

ok(!$t->get('/p/bare-none')->has('ETag'), 'a page without validators has none');

# The banner itself has changed.

my $etag = $t->get('/page.html')->header('ETag');
$t->reload(server => $conf =~ s/\[ask\]/[new]/r);
my $r = $t->get('/page.html', headers => ['If-None-Match' => $etag]);
is($r->status, 200, 'after a change of the banner');
like($r->body, qr/\[new\]/, 'which is shown');

# Other types are served as ever.

$etag = $t->get('/text.txt')->header('ETag');
$r = $t->get('/text.txt', headers => ['If-None-Match' => $etag]);
is($r->status, 304, 'another type');
$r = $t->get('/text.txt', headers => ['If-None-Match' => '"x"']);
is($r->status, 200, 'another type, another tag');
ok($t->get('/text.txt')->has('Last-Modified'), 'has its date');

$t->finish;
