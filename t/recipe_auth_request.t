# scripts/recipes/auth-request.conf: another module opens the door, this one
# says how much is read.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has(qw(http_gunzip http_auth_request));

$t->redis->member('42', tier => 'gold');

my $cms = $t->origin('cms', sub {
    my ($r) = @_;

    if ($r->{path} eq '/sign-in-check') {
        my $in = $r->{header}->('Cookie') =~ /session=good/;
        return 'HTTP/1.1 ' . ($in ? '204 No Content' : '401 Unauthorized')
            . "\r\nConnection: close\r\n\r\n";
    }

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n" . story('text');
});

my $ada = token(sub => '42');
my @in = (headers => [Cookie => 'session=good']);
my @both = (headers => [Cookie => "session=good; patron=$ada"]);

recipe($t, 'auth-request', '127.0.0.1:3000' => 'cms');

is(looks($t->get('/news')), 'appeal', 'elsewhere nobody has to sign in');

is($t->get('/forum/1')->status, 401, 'the door is shut');
is($t->get('/forum/1', token => $ada)->status, 401, 'to a patron too');
is(looks($t->get('/forum/1', @in)), 'wall cut',
    'who has signed in comes in, and reads the beginning');
is(looks($t->get('/forum/1', @both)), '', 'and a patron the rest');

is($t->get('/drafts/1')->status, 401, 'drafts');
is($t->get('/drafts/1', token => $ada)->status, 401, 'not for being a patron');
is(looks($t->get('/drafts/1', @in)), 'wall cut', 'by signing in');
is(looks($t->get('/drafts/1', @both)), '', 'as a patron');
is($t->get('/sign-in-check')->status, 404, 'the check is nobody\'s page');

ok((grep { m{^GET /sign-in-check.*^X-Original-URI: /forum/1}ms }
    $cms->requests), 'it is told of which page');

# The office, by its address.

my $conf = $t->slurp('nginx.conf') =~ s{192\.0\.2\.0/24}{127.0.0.1/32}gr;
$t->reload(conf => $conf);

my $r = $t->get('/drafts/1');
is(looks($r), 'appeal', 'the office reads it all');
is($r->header('X-Robots-Tag'), 'noarchive', 'and no archive does');
is($t->get('/forum/1')->status, 401, 'the forum is not the office\'s');

$t->finish;
