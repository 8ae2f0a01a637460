# nginx -t warns of a level, a wall or a banner where patron is off, unless a
# block inside has it on, and of patron without a key.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('wall.html', '[wall]');

my $wall = 'patron_wall article keep=1 file=%%DIR%%/wall.html;';
my $on = 'location / { patron on; gunzip on; }';

sub told {
    my ($name, $like, %part) = @_;

    my ($status, $out) = $t->test_conf(%part);

    is($status, 0, "$name: taken");
    defined $like ? like($out, $like, "$name: told")
                  : unlike($out, qr/has no effect/, "$name: nothing to tell");
}

my $idle = 'location /a/ { patron_access members; }';

told('a level', qr{\[warn\].*patron_access.*location "/a/"},
    server => "$wall $on $idle");
told('a level by a header', qr{\[warn\].*patron_access_header.*"/a/"},
    server => "$on location /a/ { patron_access_header X; }");
told('a level by a meta', qr{\[warn\].*patron_access_meta.*"/a/"},
    server => "$on location /a/ { patron_access_meta on; }");
told('a wall', qr{\[warn\].*patron_wall.*"/a/"},
    server => "$on location /a/ { $wall }");
told('a banner', qr{\[warn\].*patron_banner.*"/a/"},
    server => "$on location /a/ { patron_banner a append body html=x; }");
told('of a server', qr{\[warn\].*patron_wall.*server "localhost"},
    server => "server_name localhost; $wall location / { }");
told('of http', qr{\[warn\].*patron_wall.*"http"}, http => $wall);

told('for a location inside', undef, server => "$wall $on");
told('for one further inside', undef,
    server => "location /a/ { $wall location /a/b { patron on; gunzip on; } }");
told('for a server', undef, http => $wall, server => $on);
told('where it is inherited', undef,
    server => "patron on; gunzip on; $wall location /b/ { patron off; }");

told('a wall without any level', qr{\[warn\].*patron_wall.*no "patron_access"},
    server => "patron on; gunzip on; $wall location /b/ { patron off; }");

for my $level ('patron_access free', 'patron_access_header X',
    'patron_access_meta on')
{
    my ($status, $out) = $t->test_conf(server => "gunzip on; $wall"
        . " location / { patron on; } location /b/ { patron on; $level; }");
    unlike($out, qr/never stands/, "$level, in another location");
}

my ($status, $out) = $t->test_conf(server => "patron on; gunzip on; $wall
    patron_access members;");
like($out, qr{\[warn\].*"patron" is on in server .* has no "patron_key"},
    'where no token can be good');

# Who reads that is told once more.

$t->run(http => 'patron_zone z:1m;', server => "$wall $on $idle
    location = /status { patron_status_handler format=json; }
    location = /silenced { patron_emergency banners=off;
        patron_status_handler format=json; }");
like($t->get('/silenced')->body, qr{"reason":"every appeal is silenced},
    'what is new is told before it');
like($t->get('/status')->body, qr{"reason":"\\"patron_access\\" has no effect},
    'by the status page, too');
$t->allow(qr/has no effect/);

$t->finish;
