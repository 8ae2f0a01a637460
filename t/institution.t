# Institutions: addresses in Redis that read as a patron of a tier, on every
# worker without a reload; the narrowest range in force wins; a token that makes
# a patron goes first; what is opened for them is theirs alone.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_realip');
my $redis = $t->redis;

$t->{workers} = 2;
$t->file('html/page.html', article());
$t->file('html/free.html', article());
$t->file('wall.html', '<p class=wall>Join</p>');

my %conf = (http => <<'EOH', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone z:4m;
    set_real_ip_from 127.0.0.1;
    log_format who '$uri $patron_state $patron_source [$patron_institution] '
                   '[$patron_tier] [$patron_name] [$patron_id] $patron_reason';
EOH
        access_log %%DIR%%/who.log who;
        patron_institutions on;
        add_header X-Institution $patron_institution;
        add_header X-Source $patron_source;
        add_header X-Tier $patron_tier;
        add_header X-Worker $pid;

        location / {
            patron on;
            patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
            patron_access metered;
        }
        location = /gold.html {
            try_files /page.html =404;
            patron on;
            patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
            patron_access gold;
        }
        location = /free.html {
            patron on;
            patron_banner ask before '#story' html=<aside>give</aside>;
        }
        location = /told.html {
            try_files /page.html =404;
            real_ip_header X-Nothing;
            patron on;
            patron_institutions on address=$http_x_reader;
        }
        location = /off.html {
            try_files /page.html =404;
            patron on;
            patron_institutions off;
        }
        location = /gift {
            patron on;
            patron_gift_handler;
            patron_gift limit=10 period=month;
        }
        location = /status { patron_status_handler format=json; }
        location = /status.html { patron_status_handler; }
EOC

$t->refused('no zone', qr/patron_institutions.*needs "patron_zone"/,
    http => 'patron_redis %%REDIS%%;',
    server => 'location / { patron on; patron_institutions on; }');
$t->refused('no Redis', qr/patron_institutions.*needs "patron_redis"/,
    http => 'patron_zone z:1m;',
    server => 'location / { patron on; patron_institutions on; }');
$t->refused('another word', qr/patron_institutions.*invalid value "yes"/,
    server => 'location / { patron_institutions yes; }');
$t->refused('another parameter', qr/invalid parameter "addr=x"/,
    server => 'location / { patron_institutions on addr=x; }');

my ($status, $said) = $t->test_conf(%conf);
is(() = $said =~ /cache in front .* must pass requests/g, 1,
    'what caches have to do is said once');
unlike($said, qr/set_real_ip_from/, 'and no more');

($status, $said) = $t->test_conf(http => <<'EOH', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOH
        location / { patron on; patron_institutions on address=$arg_a; }
EOC
like($said, qr/no "set_real_ip_from"/, 'nobody may tell addresses');

$redis->member('alice', tier => 'silver');
$redis->cmd('HSET', 'patron:institution:city', addresses =>
    '192.0.2.0/24, 198.51.100.1 - 198.51.100.9 2001:db8::/32', tier => 'gold',
    label => 'City Library');
$redis->cmd('SADD', 'patron:institutions', 'city');

$t->run(%conf);


# Asked from an address, until both workers say the same.

sub from {
    my ($address, $path, %more) = @_;

    return $t->get($path // '/page.html', token => $more{token},
        headers => ['X-Real-IP' => $address, @{$more{headers} // []}]);
}

sub all_say {
    my ($address, $name) = @_;

    return wait_for(sub {
        my %said;

        for (1 .. 60) {
            my $r = from($address);
            return 0 if $r->header('X-Institution') ne $name;
            $said{$r->header('X-Worker')} = 1;
            return 1 if keys %said == 2;
        }

        return 0;
    });
}

ok(all_say('192.0.2.7', 'city'), 'an address of it, on each worker');

my $r = from('192.0.2.7');
unlike($r->body, qr/wall/, 'a metered page is whole');
is($r->header('X-Source'), 'institution', 'by the address');
is($r->header('X-Tier'), 'gold', 'of its tier');
is($r->header('Cache-Control'), 'private, no-store', 'a reader\'s copy');
unlike(from('192.0.2.7', '/gold.html')->body, qr/wall/, 'so is one for gold');
is(from('198.51.100.9')->header('X-Institution'), 'city', 'a range');
is(from('198.51.100.10')->header('X-Institution'), '', 'beside it');
is(from('2001:db8:1::7')->header('X-Institution'), 'city', 'IPv6');
is(from('2001:db9::7')->header('X-Institution'), '', 'beside it');
is(from('192.0.2.7', '/off.html')->header('X-Institution'), '',
    'where they are off');

like($t->get('/page.html')->body, qr/wall/, 'a guest has a wall');
$r = from('192.0.2.7', '/free.html');
unlike($r->body, qr/give/, 'no appeal to a patron');
is($r->header('Cache-Control'), 'private, no-store', 'which guests get');
isnt($t->get('/free.html')->header('Cache-Control'), 'private, no-store',
    'and whose page stays as it is');

# Tokens.

my $alice = token(sub => 'alice');
$r = from('192.0.2.7', undef, token => $alice);
is($r->header('X-Source') . $r->header('X-Institution'), 'redis',
    'a patron by a token is no other');
is($r->header('X-Tier'), 'silver', 'with the tier of the member');
is(from('192.0.2.7', undef, token => token(sub => 'alice', exp => 1))
    ->header('X-Institution'), 'city', 'a token that has expired');
is(from('192.0.2.7', undef, token => 'x.y.z')->header('X-Institution'),
    'city', 'one that is not good');
is(from('192.0.2.7', undef, token => token(sub => 'nobody'))
    ->header('X-Institution'), 'city', 'one of no member');

# Who may tell another address.

is(from('203.0.113.1', '/told.html', headers => ['X-Reader' => '192.0.2.7'])
    ->header('X-Institution'), 'city', 'told by who is trusted');
is(from('203.0.113.1', '/told.html',
    headers => ['X-Reader' => '192.0.2.7, 203.0.113.1'])
    ->header('X-Institution'), '', 'the last of a list counts');
is(from('203.0.113.1', '/told.html', headers => ['X-Reader' => 'unknown'])
    ->header('X-Institution'), '', 'what is no address is none');

# No gift: the link would be the publisher's own.

$r = $t->request('POST', '/gift', body => 'to=/page.html', headers => [
    'X-Real-IP' => '192.0.2.7', 'Sec-Fetch-Site' => 'same-origin',
    'Content-Type' => 'application/x-www-form-urlencoded']);
is($r->status, 403, 'an institution makes no gifts');

# Live: narrower ones, an end, mistakes, taken down.

$redis->cmd('HSET', 'patron:institution:branch', addresses =>
    '192.0.2.0/28', 'addresses.2', '192.0.2.64', tier => 'silver');
$redis->cmd('SADD', 'patron:institutions', 'branch');
ok(all_say('192.0.2.7', 'branch'), 'the narrowest range wins');
is(from('192.0.2.64')->header('X-Institution'), 'branch', 'of a second list');
is(from('192.0.2.65')->header('X-Institution'), 'city', 'and no farther');

$redis->cmd('HSET', 'patron:institution:branch', until => time + 2);
ok(all_say('192.0.2.7', 'city'), 'when it has ended the next one has it');

$redis->cmd('HSET', 'patron:institution:branch', until => (time + 3600) * 1000);
ok(all_say('192.0.2.7', 'branch'), 'an end in milliseconds');
$redis->cmd('HSET', 'patron:institution:branch', until => (time - 60) * 1000);
ok(all_say('192.0.2.7', 'city'), 'that has passed');
$redis->cmd('HDEL', 'patron:institution:branch', 'until');
ok(all_say('192.0.2.7', 'branch'), 'none');
$redis->cmd('HSET', 'patron:institution:branch', until => (time + 60) * 1e6);
ok(all_say('192.0.2.7', 'city'), 'one in 60,000 years');

$redis->cmd('HSET', 'patron:institution:branch', until => 'soon');
$redis->cmd('HSET', 'patron:institution:city', 'addresses',
    '192.0.2.0/24 192.0.2.0/33 x');
ok($t->wait_log(qr/"institution:city": no addresses, left out: "192.0.2.0\/33"/),
    'a word that is none is told');
ok($t->wait_log(qr/"institution:branch": until is no time/),
    'and an end that is none');
is(from('192.0.2.7')->header('X-Institution'), 'city', 'which lets nobody in');

my $json;
ok(wait_for(sub {
    $json = JSON::PP->new->decode($t->get('/status')->body)->{institutions};
    return $json->[0]{trouble} && $json->[0]{trouble} =~ /until is no/;
}), 'the status has it');
is($json->[1]{name}, 'city', 'its name');
is($json->[1]{label}, 'City Library', 'its label');
is($json->[1]{ranges}, 1, 'how many ranges');
cmp_ok($json->[1]{readers}, '>', 10, 'how many pages today');
like($t->get('/status.html')->body, qr/City Library/, 'the page, too');

ok(wait_for(sub {
    my %stats = @{$redis->cmd('HGETALL',
        'patron:stats:' . $redis->cmd('KEYS', 'patron:stats:*')->[0] =~ s/.*://r)};
    return ($stats{'institution.city'} // 0) > 10
        && $stats{'institution.branch'};
}), 'counted by name');

$redis->down;
is(from('192.0.2.7')->header('X-Institution'), 'city', 'without Redis');
$redis->up;

$redis->cmd('HSET', 'patron:institution:city', addresses => '192.0.2.0/24');
$redis->cmd('SADD', 'patron:institutions', 'city');
ok(all_say('192.0.2.7', 'city'), 'and with another');
$redis->cmd('SREM', 'patron:institutions', 'city');
ok(all_say('192.0.2.7', ''), 'taken down');

like($t->slurp('who.log'),
    qr/\[city\] \[gold\] \[City Library\] \[\] address of an institution/,
    'the log has it all');

$t->finish;
