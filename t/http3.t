# HTTP/3, where nginx and curl have it: pages, patrons, walls and cookies as over
# any other version.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

plan(skip_all => 'no curl with HTTP/3') if qx(curl -V 2>/dev/null) !~ /HTTP3/;

my $t = Patron::Harness->new->has('http_v3', 'http_ssl');
my $redis = $t->redis;
my $dir = $t->dir;

$redis->member('ann', tier => 'gold');

my $page = "<!DOCTYPE html>\n<body>\n<article>\n"
    . join('', map { "<p>Paragraph $_.</p>\n" } 1 .. 20_000)
    . "</article>\n</body>\n";
my $asked = $page =~ s/(?=<\/article>)/[ask]/r;

$t->file('html/page.html', $page);

system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    . " -keyout $dir/tls.key -out $dir/tls.crt 2>/dev/null") == 0
    or die "openssl\n";

$t->run(http => <<'EOC', server => <<'EOC');
    ssl_certificate %%DIR%%/tls.crt;
    ssl_certificate_key %%DIR%%/tls.key;
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append article 'html=[ask]';
    patron_wall article keep=2 'html=[wall]';
    add_header X-State $patron_state;

    server {
        listen 127.0.0.1:%%PORT_h3%% quic;
        server_name localhost;

        location /walled/ {
            alias %%DIR%%/html/;
            patron_access members;
        }
        location /metered/ {
            alias %%DIR%%/html/;
            patron_access metered;
            patron_meter limit=1 period=day article=$arg_a;
        }
    }
EOC
EOC

my $ann = token(sub => 'ann');
my $url = 'https://127.0.0.1:' . $t->port('h3');
my $curl = 'curl -sk --http3-only -m 20';

is(qx($curl -o /dev/null -w '%{http_version}' $url/page.html), '3', 'HTTP/3');
ok(qx($curl $url/page.html) eq $asked, 'a guest');
ok(qx($curl -b patron=$ann $url/page.html) eq $page, 'a patron');
like(qx($curl -I $url/page.html), qr/x-state: guest/, 'HEAD');

my $walled = qx($curl $url/walled/page.html);
like($walled, qr/Paragraph 2\..*\[wall\]/s, 'a wall');
unlike($walled, qr/Paragraph 3\./, 'and nothing behind it');
ok(qx($curl -b patron=$ann $url/walled/page.html) eq $page,
    'none for a patron');

my $first = qx($curl -D - '$url/metered/page.html?a=1');
like($first, qr/^set-cookie: patron_id=.*; Secure/mi, 'a meter, its cookie');
like($first, qr/Paragraph 20000\./, 'the first article is free');

$t->finish;
