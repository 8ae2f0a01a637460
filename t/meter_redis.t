# The meter in Redis: distinct articles, read again free, the anonymous reader's
# first article, members, what $patron_left and the cookies say.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">left: ${patron_left}</aside>');
$t->file("html/$_.html", article()) for qw(a b c d e free);

$t->run(http => <<'EOC', server => <<'EOC');
    log_format who '$uri $patron_decision "$patron_reason" $patron_left';

    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone patron:1m;
EOC
        access_log %%DIR%%/access.log who;
        patron on;
        patron_access metered;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=month store=redis;

        add_header X-Left $patron_left;
        add_header X-Decision $patron_decision;
        add_header X-Asked [$patron_redis_time];

        location / { }

        location = /free.html {
            patron_access free;
        }
EOC

sub open_page { $_[0]->status == 200 && $_[0]->body =~ /third paragraph/ }
sub walled { $_[0]->body =~ /class="wall"/ && $_[0]->body !~ /third para/ }

# A client without cookies costs Redis nothing.

for my $n (1 .. 3) {
    my $r = $t->get('/a.html');
    ok(open_page($r), "the first article of a new reader, $n");
    is($r->header('X-Left'), '1', 'one is left');
    like($r->header('Cache-Control'), qr/private, no-store/, 'private');
    is($r->header('X-Asked'), '[]', 'Redis is not asked');
}

is_deeply($redis->cmd('KEYS', 'patron:meter:*'), [],
    'no key for clients without cookies');

# A reader with cookies.

my $reader = Patron::Reader->new($t);

my $r = $reader->get('/a.html');
ok(open_page($r), 'the first article');
like($r->header('Set-Cookie'),
    qr/patron_id=v1\.[\w-]+\.[\w-]+; Max-Age=\d+; Path=\/; SameSite=Lax; HttpOnly/,
    'an id cookie');
unlike($r->header('Set-Cookie'), qr/Secure/, 'not Secure without TLS');
is_deeply($redis->cmd('KEYS', 'patron:meter:*'), [], 'it rides in the cookie');

# Whether they gave is asked once for a page, and known for the next.

$reader->get('/free.html');

$r = $reader->get('/a.html');
ok(open_page($r) && $r->header('X-Left') == 1, 'again');
is($r->header('X-Asked'), '[]', 'no question to Redis');
is_deeply($redis->cmd('KEYS', 'patron:meter:*'), [], 'nor a key in it');

$r = $reader->get('/b.html');
ok(open_page($r), 'the second');
is($r->header('X-Left'), '0', 'none is left');
is($r->header('X-Decision'), 'meter', 'by the meter');

my ($key, @more) = @{$redis->cmd('KEYS', 'patron:meter:*')};
is(scalar(@more), 0, 'one key');

my @now = gmtime;
my $month = sprintf '%d-%02d', $now[5] + 1900, $now[4] + 1;
like($key, qr/^patron:meter:\Q$month\E:a:[0-9a-f]{32}$/, 'its name');
is_deeply([sort @{$redis->cmd('SMEMBERS', $key)}],
    ['localhost/a.html', 'localhost/b.html'], 'both articles are in it');

my $ttl = $redis->cmd('TTL', $key);
cmp_ok($ttl, '>', 0, 'it expires');
cmp_ok($ttl, '<', 31 * 86400 + 7200, 'with the month');

$r = $reader->get('/c.html');
ok(walled($r), 'the third: the wall');
like($r->body, qr/left: 0/, 'none left, says the wall');
is($r->header('X-Decision'), 'wall', 'walled');
is($redis->cmd('SCARD', $key), 2, 'not counted');

ok(open_page($reader->get("/$_.html")), "$_ read again is free")
    for qw(a b a);
ok(open_page($reader->get('/free.html')), 'a free page');
is($redis->cmd('SCARD', $key), 2, 'still two');

# The id cookie was written anew, without the article.

$redis->cmd('DEL', $key);
ok(open_page($reader->get('/d.html')), 'a deleted key opens the meter again');
is_deeply($redis->cmd('SMEMBERS', $key), ['localhost/d.html'],
    'and nothing comes back with the cookies');

# Cookies of one's own making.

my $forged = Patron::Reader->new($t);
$forged->{jar} = { %{$reader->{jar}} };
$forged->{jar}{$_} =~ s/^v1\.(.)/'v1.' . ($1 eq 'A' ? 'B' : 'A')/e
    for qw(patron_id patron_meter);
$r = $forged->get('/e.html');
ok(open_page($r), 'a forged id is no id');
like($r->header('Set-Cookie'), qr/patron_id=/, 'and gets a new one');

my $halved = Patron::Reader->new($t);
$halved->{jar}{patron_meter} = $reader->{jar}{patron_meter};
ok(walled($halved->get('/e.html')),
    'the id thrown away, the articles are not forgotten');

# Members.

$redis->member('paula', tier => 'gold');
$redis->member('lena', until => time() - 10);

my $patron = Patron::Reader->new($t, token => token(sub => 'paula'));
ok(open_page($patron->get("/$_.html")), "a patron reads $_") for qw(a b c d);
is_deeply($redis->cmd('KEYS', 'patron:meter:*:m:*'), [], 'unmetered');

my $lapsed = Patron::Reader->new($t, token => token(sub => 'lena'));
ok(open_page($lapsed->get("/$_.html")), "a lapsed member reads $_")
    for qw(a b);
ok(walled($lapsed->get('/c.html')), 'up to the limit');
is_deeply([sort @{$redis->cmd('SMEMBERS', "patron:meter:$month:m:lena")}],
    ['localhost/a.html', 'localhost/b.html'], 'by name');

my $odd = Patron::Reader->new($t, token => token(sub => 'a:b{c} *'));
$odd->get('/a.html');
is_deeply($redis->cmd('KEYS', "patron:meter:$month:m:a%3Ab%7Bc%7D%20?2A"),
    ["patron:meter:$month:m:a%3Ab%7Bc%7D%20%2A"], 'percent-encoded');

$t->wait_log(qr{/c\.html full}, 'access.log');
like($t->slurp('access.log'), qr{/b\.html meter "2 of 2 articles read" 0},
    'the log explains the meter');
like($t->slurp('access.log'), qr{/a\.html meter "read before" 0},
    'an article read before');
like($t->slurp('access.log'), qr{/c\.html wall "limit reached" 0},
    'the wall');
like($t->slurp('access.log'), qr{/c\.html full "member active" },
    'a patron');

$t->finish;
