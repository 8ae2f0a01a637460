# Chromium, told by speculation rules to prefetch: what it only prefetches costs no
# article of the meter, and what is then read is whole, counted, and never a wall
# that was fetched before.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Harness;

browser_or_skip('.');

my $t = Patron::Harness->new;

$t->redis;
$t->file("html/$_.html", article()) for 'a' .. 'd';
$t->file('html/index.html', <<'EOF');
<!DOCTYPE html>
<html><head><title>Today</title>
<script type="speculationrules">
{"prefetch": [{"source": "list", "eagerness": "immediate",
    "urls": ["/a.html", "/b.html", "/c.html", "/d.html"]}]}
</script></head>
<body><p><a href="/a.html">a</a> <a href="/b.html">b</a> <a href="/c.html">c</a>
<a href="/d.html">d</a></body></html>
EOF

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=2s;
    patron_zone z:1m;
    log_format seen '$uri $status "$http_sec_purpose" $patron_decision';
EOC
        access_log %%DIR%%/access.log seen;
        patron on;
        patron_meter limit=2 period=month;
        patron_wall article keep=1 'html=<i class="wall">wall</i>';
        location / { patron_access metered; }
        location = /index.html { patron_access free; }
EOC

browser($t->{root}, 'prefetch.mjs', 'http://localhost:' . $t->port,
    $t->dir . '/access.log');

$t->finish;
