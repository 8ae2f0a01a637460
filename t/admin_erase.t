# scripts/patron: all that is kept about a member goes, and nothing else, told
# by what nginx itself has written.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my ($status, $out, $err);

$t->file('html/a.html', article());
$t->file('html/b.html', article());

$t->run(http => '    patron_zone z:1m;', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_gift limit=5;
    add_header X-State $patron_state;

    location / {
        patron_access metered;
        patron_meter limit=5 period=month;
        patron_devices limit=3 window=1d;
        patron_wall article keep=1 html=<hr>;
    }
    location = /gift {
        patron_gift_handler;
    }
EOC

# Two members, one of whom is the beginning of the other, and a guest: each is a
# patron, then lapsed and metered.

my %reader;

for my $sub ('4/2', '4/21') {
    my $key = 'patron:member:' . $sub =~ s{/}{%2F}r;

    $redis->cmd('HSET', $key, tier => 'gold');
    $reader{$sub} = Patron::Reader->new($t, token => token(sub => $sub));
    $reader{$sub}->get('/a.html') for 1, 2;
    like($reader{$sub}->request('POST', '/gift', body => 'path=/a.html',
        headers => [Origin => 'http://localhost', 'Content-Type' =>
            'application/x-www-form-urlencoded'])->body, qr/gift=/,
        "$sub gives");

    $redis->cmd('HSET', $key, until => 1);
    ok(wait_for(sub {
        $reader{$sub}->get('/b.html')->header('X-State') eq 'lapsed'
    }), "$sub lapsed");
}

my $guest = Patron::Reader->new($t);
$guest->get("/$_.html") for qw(a b);

# What is someone else's, or nobody's, and looks alike.

my @alike = ('patron:campaign:top:4%2F2', 'patron:ticker:4%2F2',
    'patron:meter:2026-11:a:4%2F2', 'patron:jti:4%2F2', 'patron:stats:4%2F2',
    'other:member:4%2F2', 'patron:member:x:4%2F2');
$redis->cmd('SET', $_, 1) for @alike;

sub keys_now { sort @{$redis->cmd('KEYS', '*')} }

ok(wait_for(sub { 2 == grep { /^patron:meter:[^:]+:m:/ } keys_now() }),
    'the meters are in Redis') || diag(join ' ', keys_now());

# A reader's page may still be on its way: the counters come at their own time.

my @before = grep { !/^patron:stats:\d/ } keys_now();
my @about = grep {
    /^patron:(?:member|devices):4%2F2$
        |^patron:gift:[^:]+:4%2F2$
        |meter:[^:]+:m:4%2F2\}?$/x
} @before;
is(scalar(@about), 5, 'five keys are about the member')
    || diag(join ' ', @before);

($status, $out) = patron($t, qw(member erase 4/2 --print));
is($status, 0, '--print');
is($out, 'redis-cli -s ' . $t->dir . "/redis.sock DEL @about\n"
    =~ s{(\S*\{\S*)}{'$1'}r, 'shows the line');
is_deeply([ grep { !/^patron:stats:\d/ } keys_now() ], \@before,
    'and changes nothing');

($status, $out, $err) = patron($t, qw(member erase 4/2));
is($status, 0, 'erased') || diag($err);
is($out, join('', map { "$_\n" } @about), 'and the keys are named');

my %about = map { $_ => 1 } @about;
is_deeply([ grep { !/^patron:stats:\d/ } keys_now() ],
    [ grep { !$about{$_} } @before ], 'nothing else is gone');

ok(wait_for(sub {
    $reader{'4/2'}->request('HEAD', '/a.html')->header('X-State') eq 'lapsed'
}), 'a token is no membership');

($status, undef, $err) = patron($t, qw(member erase 4/2));
ok($status == 1 && $err =~ /nothing is kept about: 4\/2/, 'nothing is left')
    || diag($err);

# A prefix with characters that mean something to SCAN.

$redis->cmd('SET', 'a*[b]:member:7', 1);
$redis->cmd('SET', 'axb:member:7', 1);
($status, $out) = patron($t, 'member', 'erase', '7', '--prefix', 'a*[b]:');
is($out, "a*[b]:member:7\n", 'another prefix');
is($redis->cmd('EXISTS', 'axb:member:7'), 1, 'is taken by its letters');

# Redis that does not let us look: nothing is half done.

SKIP: {
    skip('no ACL', 3) if $redis->version < 6_000_000;

    $redis->cmd('HSET', 'patron:member:8', tier => 'gold');
    $redis->acl('half', 'on', '>pass', '~*', '+ping', '+del');
    my $url = 'redis://half:pass@127.0.0.1:' . $t->port('redis');
    ($status, undef, $err) = patron($t, qw(member erase 8 --redis), $url);
    is($status, 1, 'a user who may not look');
    like($err, qr/^patron: Redis: .*(?:NOPERM|permission)/i, 'is told so');
    is($redis->cmd('EXISTS', 'patron:member:8'), 1, 'and nothing is erased');
}

$t->finish;
