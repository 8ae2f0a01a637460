# scripts/patron: a slip of the pen, a full disk and a key that is something else are
# told, with a status that says so, and nothing is written by halves.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

sub fails {
    my ($status, $why, @args) = @_;

    my ($got, $out, $err) = patron($t, @args);
    my $name = join ' ', map { ref ? () : s/[^ -~]/?/gr } @args;

    is($got, $status, "$name: $status");
    like($err, $why, "$name: the reason");
    unlike($err, qr/\.sh: line/, "$name: in words");
}

# Crawlers and institutions that are not there

fails(1, qr/no such crawler: nobody/, qw(bot credit nobody 5));
fails(2, qr/no field/, qw(bot add empty));
fails(2, qr/no field/, qw(institution add empty));
is_deeply($redis->cmd('KEYS', 'patron:*'), [], 'nothing is written');

patron($t, qw(bot add g --ua Good));
patron($t, qw(bot credit g 10));
fails(1, qr/g has 10/, qw(bot credit g -- -11));
is($redis->cmd('HGET', 'patron:bot:g', 'credit'), 10, 'and stays what it was');
is((patron($t, qw(bot credit g -- -10)))[0], 0, 'all of it');
is((patron($t, qw(bot add g)))[0], 0, 'one that is there is published');

$redis->cmd('SADD', 'patron:institutions', 'bare');
is((patron($t, qw(institution remove bare)))[0], 0, 'a name without a record');
is($redis->cmd('SISMEMBER', 'patron:institutions', 'bare'), 0, 'is removed');

# Feeds

is_deeply([patron($t, qw(feed list nobody))], [0, '', ''], 'no addresses');
like((patron($t, qw(feed list nobody --json)))[1], qr/^\[\s*\]$/, 'as JSON');
$redis->cmd('SET', 'patron:feed:odd', 'x');
fails(1, qr/WRONGTYPE/, qw(feed list odd));

# Campaigns

patron($t, qw(campaign add top:a html=x));

for (qw(publish take-down remove show)) {
    fails(2, qr/patron campaign $_ SLOT:NAME/, 'campaign', $_, 'top:a', 'more');
}

is($redis->cmd('EXISTS', 'patron:campaign:top:a'), 1, 'it is still there');
like((patron($t, '--help'))[1], qr/campaign schedule SLOT:NAME from=TIME/,
    'the help names what schedule takes');

$redis->cmd('RENAME', 'patron:log', 'patron:old');
$redis->cmd('SET', 'patron:log', 'x');
fails(1, qr/WRONGTYPE/, qw(campaign log));
fails(1, qr/WRONGTYPE/, qw(campaign log --json));
$redis->cmd('DEL', 'patron:log');

fails(1, qr/no terminal/, { env => { EDITOR => '', VISUAL => '' } },
    qw(campaign edit top:a));

fails(1, qr/zero is no text/, qw(campaign add top:none),
    'html=@' . $t->file('zero', "a\0b"));
fails(1, qr/html is missing or empty/, qw(campaign add top:none), "html= \n ");

for (['until=2020-01-31', 'it has ended'], ['status=paused', 'its status'],
    ['weight=0', 'its weight is 0'], ['from=2099-01-01', ''])
{
    my ($field, $why) = @$_;
    patron($t, qw(campaign add top:seen html=x), $field);
    my ($status, $out, $err) = patron($t, qw(campaign publish top:seen));
    is($status, 0, "published with $field");
    like($err, $why ? qr/top:seen: nobody will see it: $why/ : qr/^$/,
        $why ? 'and told' : 'for later');
    patron($t, qw(campaign remove top:seen));
}

like((patron($t, qw(campaign schedule top:a from=2020-01-01 until=2020-01-31)))
    [2], qr/nobody will see it: it has ended/, 'nor what is scheduled too late');

# A variant is shown where its original would be, or nowhere

my $variant = 'variant_of=origin';

for ([qr/its original is not there: top:origin/],
    [qr/its original is not published: top:origin/,
        [qw(campaign add top:origin html=x)]],
    [qr/^$/, [qw(campaign publish top:origin)]],
    [qr/its original top:origin is not seen: it has ended/,
        [qw(campaign add top:origin until=2020-01-31)]],
    [qr/its original is a variant itself: top:origin/,
        [qw(campaign add top:origin variant_of=other)]])
{
    my ($why, $before) = @$_;
    patron($t, @$before) if $before;
    patron($t, qw(campaign add top:seen html=x), $variant);
    my ($status, undef, $err) = patron($t, qw(campaign publish top:seen));
    is($status, 0, 'a variant is published');
    like($err, $why, 'and told of its original');
    patron($t, qw(campaign take-down top:seen)) if $why !~ /itself/;
}

patron($t, qw(campaign add top:other html=x until=));
patron($t, qw(campaign add top:origin until=));
patron($t, qw(campaign publish top:other));
like((patron($t, qw(campaign list)))[1], qr/^top:seen +waits .*top:origin|origin$/m,
    'a variant of a variant waits, says the list');

patron($t, qw(campaign publish top:seen));
like((patron($t, qw(campaign add top:seen variant_of=nobody)))[2],
    qr/top:seen: nobody will see it: its original is not there: top:nobody/,
    'of one that is live, at once');
is((patron($t, qw(campaign add top:seen weight=2)))[2], '', 'and once');
unlike((patron($t, qw(campaign list)))[1], qr/^top:seen +live/m, 'so it is listed');

patron($t, qw(campaign add top:pair html=x));
patron($t, qw(campaign publish top:pair));
patron($t, qw(campaign add top:seen variant_of=pair));
patron($t, qw(campaign publish top:seen));
like((patron($t, qw(campaign take-down top:pair)))[2],
    qr/^patron: top:pair: its variants are seen no more: seen$/,
    'nor does an original go without a word');
patron($t, qw(campaign take-down top:seen));
is((patron($t, qw(campaign remove top:pair)))[2], '', 'where it has some');

fails(1, qr/no such campaign: top:typo/, qw(campaign preview top:typo --key),
    $t->dir . '/k1.key');

# Tickers

for ('', 'a/b', "\xc3\xa9", 'a b', 'a:b') {
    fails(2, qr/ticker's name/, 'ticker', 'set', $_, 5);
}

fails(2, qr/control characters/, 'ticker', 'set', 'x', "a\nb");
fails(2, qr/longer than 256/, 'ticker', 'set', 'x', 'v' x 257);
fails(2, qr/not UTF-8/, 'ticker', 'set', 'x', "\xff");
is_deeply($redis->cmd('KEYS', 'patron:ticker:*'), [], 'none is written');
is((patron($t, qw(ticker set x_1.a-b 5)))[0], 0, 'one that templates can name');

# Words from outside

fails(2, qr/prefix is 1 to 64/, 'member', 'show', 'a', '--prefix', $_)
    for "a\nb", 'x' x 65, "\xc3\xa9:";
fails(2, qr/begins with one '\/'/, qw(gift link //x --key /dev/null));

my ($status, $out, $err) = patron($t, qw(member import),
    $t->file('odd.csv', "sub,\e[31mred\n"));
is($status, 1, 'a field that is none');
unlike($err, qr/\e/, 'is shown without control characters');

# Over TLS, where Redis asks who we are

my ($cert, $key) = map { $t->file($_, 'x') } 'own.crt', 'own.key';
like((patron($t, qw(ticker set a 5 --print --redis rediss://h --cert), $cert,
    '--cert-key', $key))[1], qr/ --tls .*--cert \Q$cert\E --key \Q$key\E SET /,
    'a certificate of our own');
fails(2, qr/--cert and --cert-key go together/, qw(member show ada --cert), $cert);
fails(1, qr/no such file/, qw(member show ada --cert /none --cert-key), $key);

# A Redis with a password

$redis->cmd('CONFIG', 'SET', 'requirepass', 'pw');
fails(1, qr/Redis wants a password \(NOAUTH\): --password-file FILE/, qw(member show ada));
is((patron($t, qw(member add ada --password-file), $t->file('pw', "pw\n")))[0], 0,
    'which the file has');
$redis->cmd('CONFIG', 'SET', 'requirepass', '');

# A disk that is full

patron($t, qw(member add ada --tier gold));

SKIP: {
    skip('no /dev/full', 1) if !-c '/dev/full';

    for ('member show ada', 'switch show', '--help', 'member --help',
        'campaign log', 'token mint --sub a --key ' . $t->file('k', 'k' x 48))
    {
        my $said = `BUILD=\${BUILD:-$t->{root}/build} PATRON_REDIS=@{[$redis->url]
            } $t->{root}/scripts/patron $_ 2>&1 > /dev/full`;
        is($? >> 8, 1, "$_: status");
        unlike($said, qr/\.sh: line|\n.*\n/, "$_: one line");
    }

    # Nor is a list shorter where there is no room for what it is made of.

    my ($sort) = grep { -x } map { "$_/sort" } split /:/, $ENV{PATH};
    my $full = $t->file('bin/sort', "#!/bin/sh\nexec $sort \"\$\@\" > /dev/full\n",
        0755) =~ s{/sort$}{}r;

    $redis->cmd('SADD', 'patron:institutions', 'city');
    $redis->cmd('SET', 'patron:gift:2026-11:ada', 1);

    for ('member list', 'member count', 'campaign list', 'institution list',
        'bot list', 'gift list', 'campaign result top')
    {
        fails(1, qr/cannot write .*: is the disk full/,
            { env => { PATH => "$full:$ENV{PATH}" } }, split ' ');
    }
}

$t->finish;
