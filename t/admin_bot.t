# scripts/patron: crawlers are written, shown, listed and removed; what others
# publish is imported; credit; a key of one's own, and a request signed with it.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

plan(skip_all => 'no openssl')
    if system("openssl genpkey -algorithm ed25519 -out $t->{dir}/bot.pem "
        . '2> /dev/null');

my $list = $t->file('ranges.json', JSON::PP->new->encode({
    creationTime => '2026-11-28T00:00:00', prefixes => [
        { ipv6Prefix => '2001:db8:4801::/64' }, { ipv4Prefix => '192.0.2.0/27' },
        { ipv4Prefix => '192.0.2.64/27', service => 'x' } ] }));

is((patron($t, qw(bot add searcher --ua SearchBot --level all --purpose search)))
    [0], 0, 'add');
is((patron($t, qw(bot import searcher), $list))[0], 0, 'a published list');
my %bot = @{$redis->cmd('HGETALL', 'patron:bot:searcher')};
is_deeply(\%bot, { ua => 'SearchBot', level => 'all', purpose => 'search',
    addresses => '2001:db8:4801::/64,192.0.2.0/27,192.0.2.64/27' },
    'are its addresses');
is($redis->cmd('SISMEMBER', 'patron:bots', 'searcher'), 1, 'published');

my ($status, $jwks, $err) = patron($t, qw(bot key), "$t->{dir}/bot.pem");
is($status, 0, 'a key');
my $file = $t->file('jwks.json', $jwks);
is((patron($t, qw(bot add mine --draft --price 5000 --keys), $file))[0], 0,
    'its public side');
is((patron($t, qw(bot import mine), $file))[0], 0, 'imported again');
is((patron($t, qw(bot credit mine +20000)))[0], 0, 'credit');
is((patron($t, qw(bot credit mine -- -5000)))[0], 0, 'less of it');
is($redis->cmd('HGET', 'patron:bot:mine', 'credit'), 15000, 'is what is left');

for (['--purpose', 'fun'], ['--price', '0.01'], ['--currency', 'US'],
    ['--address', '192.0.2.0/33'], ['--keys', $list])
{
    is((patron($t, qw(bot add mine), @$_))[0], 2, "no $_->[0]: $_->[1]");
}

is((patron($t, qw(bot import mine), $t->file('x.json', '{"a":1}')))[0], 2,
    'nothing that is known');

my $bots = JSON::PP->new->decode((patron($t, qw(bot list --json)))[1]);
is_deeply($bots->[0], { bot => 'mine', state => 'draft', keys => 1, ranges => 0,
    wrong => 0, level => '', purpose => '', price => 'USD 0.005',
    credit => '15000' }, 'list');
is("$bots->[1]{bot} $bots->[1]{state} $bots->[1]{ranges}", 'searcher live 3',
    'as JSON');
like((patron($t, qw(bot list)))[1],
    qr/^mine +draft +- +- +1 +0 USD 0\.005 +15000$/m, 'and as a table');
like((patron($t, qw(bot show searcher)))[1], qr/^purpose +search$/m, 'show');

# A request, signed.

$redis->cmd('SADD', 'patron:bots', 'mine');
$redis->cmd('HSET', 'patron:bot:mine', agent => 'https://bot.example');
$t->file('html/page.html', article());
$t->file('wall.html', '<p>Join</p>');
$t->run(http => <<'EOH', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOH
        location / {
            patron on;
            patron_crawlers require;
            patron_access members;
            patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
        }
EOC

my $url = 'http://127.0.0.1:' . $t->port . '/page.html';
my @test = (qw(bot test), $url, '--key', "$t->{dir}/bot.pem", '--agent');

SKIP: {
    skip 'no curl', 4 if system('command -v curl > /dev/null');

    ok(wait_for(sub {
        (patron($t, @test, 'https://bot.example', '--max-price', 'USD 0.01'))[1]
            =~ /^crawler-charged: USD 0\.005$/mi;
    }), 'test: it pays');

    ($status, my $out) = patron($t, @test, 'https://bot.example', '--max-price',
        'USD 0.001');
    is($status, 3, 'test: refused');
    like($out, qr/it offers another price/, 'and why');
    like((patron($t, @test, 'https://other.example'))[1],
        qr/Signature-Agent is another's/, 'another agent');
}

is((patron($t, qw(bot remove mine)))[0], 0, 'remove');
is($redis->cmd('EXISTS', 'patron:bot:mine'), 0, 'it is gone');
is((patron($t, qw(bot remove mine)))[0], 1, 'there is none');

$t->finish;
