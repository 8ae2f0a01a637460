# The variables, in headers, in a log, in a map, towards the CMS.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => "go\r\nld", name => "Ann\x00\x1b[0m\x7fB");
$redis->member('bob', name => 'x' x 300, tier => 'gold');

$t->file('html/page.html', '<html><body></body></html>');

my $origin = $t->origin('8081', sub { "HTTP/1.0 200 OK\r\n"
    . "Content-Type: text/plain\r\n\r\n" . $_[0]{header}->('X-Patron') });

$t->run(http => <<'EOC', server => <<'EOC');
    log_format patron '$uri|$patron|$patron_state|$patron_id|$patron_tier|'
                      '$patron_source|$patron_banners|$patron_redis_time|'
                      '$patron_reason';
    map $patron_state $mapped { volatile; patron yes; default no; }
EOC
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    access_log %%DIR%%/patron.log patron;

    location / {
        patron on;
        patron_banner ask append body for=all 'html=[ask]';
        patron_banner top prepend body 'html=[top]';
        patron_banner non append table for=all 'html=[non]';
        add_header X-Patron "$patron,$patron_state,$patron_id,$patron_source";
        add_header X-Tier "$patron_tier";
        add_header X-Name "$patron_name";
        add_header X-Mapped $mapped;
    }
    location /off/ {
        alias %%DIR%%/html/;
        add_header X-Patron "[$patron,$patron_state,$patron_id,$patron_source]";
    }
    location /cms/ {
        patron on;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_set_header X-Patron "$patron_state $patron_id";
    }
    location /rewrite/ {
        patron on;
        alias %%DIR%%/html/;
        if ($patron) {
            return 403;
        }
        add_header X-Mapped $mapped;
    }
EOC

my $ann = token(sub => 'ann');
my $r = $t->get('/page.html', token => $ann);

is($r->header('X-Patron'), '1,patron,ann,redis', 'a patron');
unlike($r->head, qr/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]/,
    'no control characters');
like($r->header('X-Tier'), qr/^go.{0,2}ld$/, 'the tier, cleaned');
is($r->header('X-Mapped'), 'yes', 'a map');

is(length $t->get('/page.html', token => token(sub => 'bob'))
    ->header('X-Name'), 256, 'at most 256 bytes');

$r = $t->get('/page.html');
is($r->header('X-Patron'), ',guest,,none', 'a guest');
is($r->header('X-Mapped'), 'no', 'a map');

is($t->get('/off/page.html', token => $ann)->header('X-Patron'), '[,,,]',
    'where it is off they are empty');

is($t->get('/cms/', token => $ann)->body, 'patron ann', 'towards the CMS');
is($t->get('/cms/')->body, 'guest ', 'a guest there');

is($t->get('/rewrite/page.html', token => $ann)->header('X-Mapped'), 'yes',
    'asked for too early, asked for again');

$t->quit;

my @log = split /\n/, $t->slurp('patron.log');

like($log[0],
    qr{^/page\.html\|1\|patron\|ann\|[^|]*\|redis\|ask\|\d+\.\d+\|[\w ]+$},
    'the log of a patron');
is($log[2] =~ s/\|[^|]*$//r, '/page.html||guest|||none|ask,top|',
    'the log of a guest');

$t->finish;
