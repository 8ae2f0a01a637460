# scripts/patron: campaigns, previews, tickers and counts.

use strict;
use warnings;

use JSON::PP ();
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;

$t->redis;
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        location / {
            patron on;
            patron_key k1 %%DIR%%/k1.key;
            patron_key k2 %%DIR%%/k2.key;
            patron_banner top before '#story' campaign=top;
        }
EOC

my $html = $t->file('appeal.html', "<aside>we have \${ticker:fund}</aside>\n");

is((patron($t, qw(campaign add top:one), "html=\@$html", 'url=/pay'))[0], 0,
    'add');
is((patron($t, qw(campaign publish top:one)))[0], 0, 'publish');
is((patron($t, qw(ticker set fund), '34,120'))[0], 0, 'a ticker');
ok(wait_for(sub { $t->get('/page.html')->body
    =~ m{<aside>we have 34,120</aside>} }), 'it is live');
like((patron($t, qw(campaign list)))[1], qr/^top:one +live +- +- *$/m, 'list');
like((patron($t, qw(campaign show top:one)))[1],
    qr/^\(published\)  yes\nhtml .*\nurl +\/pay\n/s, 'show');
is((patron($t, qw(ticker show fund)))[1], "34,120\n", 'show a ticker');

is((patron($t, qw(campaign add top:one from=2099-01-01)))[0], 0, 'change');
ok(wait_for(sub { $t->get('/page.html')->body !~ /aside/ }), 'not yet');

for my $k (qw(k1 k2)) {
    my ($status, $out) = patron($t, qw(campaign preview top:one --kid), $k,
        '--key', $t->dir . "/$k.key");
    is($status, 0, "preview by $k");
    chomp $out;
    like($t->get("/page.html?$out")->body, qr/we have 34,120/,
        'which the module takes');
}

# As a whole link, and as a QR code.

$t->file('bin/qrencode', "#!/bin/sh\nprintf 'QR %s of ' \"\$*\"; cat\n", 0755);
my (undef, $link) = patron($t,
    { env => { PATH => $t->dir . "/bin:$ENV{PATH}" } },
    qw(campaign preview top:one), 'http://localhost/page.html?a=1#x',
    qw(--open --key), $t->dir . '/k1.key');
like($link, qr{\Ahttp://localhost/page\.html\?a=1&(patron_preview=\S+)\nQR -t UTF8 of http://localhost/page\.html\?a=1&\1\z},
    'a link and its code');
like($t->get($link =~ m{localhost(\S+)})->body, qr/we have 34,120/, 'opens');
unlink $t->dir . '/bin/qrencode';
is((patron($t, qw(campaign preview top:one here --key), $t->dir . '/k1.key'))[0], 2,
    'no page');

is((patron($t, qw(campaign take-down top:one)))[0], 0, 'take down');
is((patron($t, qw(campaign take-down top:one)))[0], 1, 'it is down');
is((patron($t, qw(campaign publish top:none)))[0], 1, 'none to publish');
is((patron($t, qw(campaign add top), 'html=x'))[0], 2, 'no name');

# What the module would refuse is not written.

for (['weight=much', 'weight'], ['from=2026-13-45', 'from'],
    ['until=someday', 'until'], ['cap=three', 'cap'],
    ['html=<aside>open', 'html|aside|end'], ['url=ftp://x', 'url'],
    ['hours=late', 'hours'], ['html=@/none', 'no such file: /none'])
{
    my ($field, $said) = @$_;
    my ($status, undef, $err) = patron($t, qw(campaign add top:bad),
        'html=<p>x</p>', $field);
    ok($status == 1 && $err =~ /$said/i, "refused: $field") || diag($err);
}

is($t->redis->cmd('EXISTS', 'patron:campaign:top:bad'), 0, 'nothing is written');
is((patron($t, qw(campaign add top:one weight=much)))[0], 1, 'nor over one');
ok(!$t->redis->cmd('HEXISTS', 'patron:campaign:top:one', 'weight'), 'that is');

# The list tells what is seen, what is not, and why.

$t->redis->cmd('HSET', 'patron:campaign:top:typed', html => '<p>x</p>',
    cap => 'many');
$t->redis->cmd('SADD', 'patron:campaigns', 'top:typed', 'top:gone');
patron($t, qw(campaign add), "top:$_->[0]", 'html=<p>x</p>', @$_[1 .. $#$_])
    for ['draft'], [qw(old until=2020-01-31)], [qw(quiet status=paused)],
        [qw(b variant_of=old)];
patron($t, qw(campaign publish), "top:$_") for qw(old quiet b);
is((patron($t, qw(campaign publish top:typed)))[0], 1, 'a bad one stays down');

my $list = (patron($t, qw(campaign list)))[1];
like($list, qr/^top:$_/m, $_) for 'draft +draft ',
    'old +ended +- +2020-02-01 00:00', 'quiet +paused', 'b +waits .*original',
    'gone +refused .*no such hash', 'typed +refused .*cap "many"';

my %listed = map { $_->{campaign} => $_ } @{JSON::PP->new->decode(
    (patron($t, qw(campaign list --json)))[1])};
is($listed{'top:old'}{until}, 1580515200, 'as JSON');
like($listed{'top:typed'}{why}, qr/cap/, 'with reasons');

# Edited and removed.

my $editor = $t->file('editor', "#!/bin/sh\necho \"\$MORE\" >> \"\$1\"\n", 0755);

my ($edited, undef, $why) = patron($t, { env => { EDITOR => $editor,
    MORE => '<p>more</p>' } }, qw(campaign edit top:draft));
is($edited, 0, 'edit') || diag($why);
is($t->redis->cmd('HGET', 'patron:campaign:top:draft', 'html'),
    "<p>x</p>\n<p>more</p>", 'the HTML');
($edited, undef, $why) = patron($t, { env => { EDITOR => $editor,
    MORE => '<p', TMPDIR => $t->dir } }, qw(campaign edit top:draft));
ok($edited == 1 && $why =~ /what you wrote is in (\S+)/ && -e $1,
    'what is refused is not lost');

is((patron($t, qw(campaign remove top:quiet)))[0], 0, 'remove');
unlike((patron($t, qw(campaign list)))[1], qr/quiet/, 'it is gone');
is((patron($t, qw(campaign remove top:quiet)))[0], 1, 'there is none');
is((patron($t, qw(campaign add top:x colour=red)))[0], 2, 'no such field');
like((patron($t, qw(campaign publish top:one --print)))[1],
    qr/SADD patron:campaigns top:one/, '--print');

# By the clocks of a zone, summer time and winter time.

for my $case (
    ['from=2026-03-29T02:30', 1774744200, 'until=2026-03-29T04:30', 1774747800],
    ['from=2026-07-01', 1782853200, 'until=2026-12-31', 1798754400],
) {
    is((patron($t, qw(campaign add top:zone), 'html=<p>x</p>', 'tz=Europe/Kyiv',
        @$case[0, 2]))[0], 0, "@$case[0, 2]");
    is_deeply($t->redis->cmd('HMGET', 'patron:campaign:top:zone', 'from', 'until'),
        [@$case[1, 3]], 'by the clocks of Kyiv');
}

is((patron($t, qw(campaign schedule top:zone tz=Europe/Kyiv), 'hours=mon-fri 18:00-23:00'))
    [0], 0, 'hours of the week');
is_deeply($t->redis->cmd('HMGET', 'patron:campaign:top:zone', 'hours', 'tz'),
    ['mon-fri 18:00-23:00', 'Europe/Kyiv'], 'and where');
is((patron($t, qw(campaign add top:zone from=2026-01-01 tz=../../etc/passwd)))[0], 2,
    'no zone');
is((patron($t, qw(campaign add top:zone tz=Europe/Kyiv from=2026-03-29T03:30)))[0],
    2, 'no such time');

# Copies, and when.

is((patron($t, qw(campaign copy top:one top:two variant_of=one weight=3)))[0], 0,
    'copy');
is($t->redis->cmd('HGET', 'patron:campaign:top:two', $_->[0]), $_->[1], $_->[0])
    for ['url', '/pay'], ['weight', 3], ['variant_of', 'one'];
is((patron($t, qw(campaign copy top:one top:two)))[0], 1, 'never over another');
is((patron($t, qw(campaign schedule top:two until=2099-12-31)))[0], 0, 'schedule');
is($t->redis->cmd('SISMEMBER', 'patron:campaigns', 'top:two'), 1, 'publishes');

# Who did what, and back.

my $as = { env => { PATRON_USER => 'Ada "L"' } };

patron($t, $as, qw(campaign add top:two weight=9 priority=2));
my @log = @{JSON::PP->new->decode((patron($t, qw(campaign log --json)))[1])};
is_deeply([@{$log[0]}{qw(who what campaign fields)}],
    ['Ada "L"', 'add', 'top:two', 'weight priority'], 'who, what, which');
cmp_ok(abs($log[0]{when} - time), '<', 60, 'when');
is($log[1]{what}, 'schedule', 'the one before it');
like((patron($t, qw(campaign log --count 1 --tz Europe/Kyiv)))[1],
    qr/\A.*\n\S+ \d\d:\d\d  Ada "L" +add +top:two +weight priority\n\z/, 'as a table');

is((patron($t, qw(campaign undo)))[0], 0, 'undo');
is($t->redis->cmd('HGET', 'patron:campaign:top:two', 'weight'), 3, 'as before');
ok(!$t->redis->cmd('HEXISTS', 'patron:campaign:top:two', 'priority'), 'all of it');
is((patron($t, qw(campaign undo)))[0], 1, 'once');

patron($t, qw(campaign remove top:two));
is((patron($t, qw(campaign undo)))[0], 0, 'undo: remove');
is($t->redis->cmd('SISMEMBER', 'patron:campaigns', 'top:two'), 1, 'published');
is($t->redis->cmd('HGET', 'patron:campaign:top:two', 'url'), '/pay', 'whole');

patron($t, qw(campaign add top:new html=x));
is((patron($t, qw(campaign undo)))[0], 0, 'undo: add');
is($t->redis->cmd('EXISTS', 'patron:campaign:top:new'), 0, 'there is none');

# A slot that this machine's nginx does not show is told.

$t->file('bin/nginx', "#!/bin/sh\necho 'patron_banner a before p campaign=top;'\n",
    0755);
my $path = { env => { PATH => $t->dir . "/bin:$ENV{PATH}" } };

for (['top:one', ''], ['low:one', 'no patron_banner .* campaign=low']) {
    my ($status, undef, $err) = patron($t, $path, qw(campaign add), $_->[0],
        'html=<p>x</p>');
    ok($status == 0 && $err =~ /^(?:patron: $_->[1].*)?$/s, "add $_->[0]")
        || diag($err);
}

my $out;
ok(wait_for(sub { ($out = (patron($t, qw(stats show)))[1]) =~ /top:one/ }),
    'stats');
like($out, qr/^top:one +\d+ +0 +0 +0  #+$/m, 'a table and a chart');

my $day = $1 if $out =~ /^([\d-]{10}) /;
$t->redis->cmd('HSET', "patron:stats:$day", 'granted.top:one', 7,
    'granted.header', 9);
$out = (patron($t, qw(stats show)))[1];
like($out, qr/^top:one +\d+ +0 +0 +7  #+$/m, 'who joined by it');
like($out, qr/^granted\.header +9$/m, 'and all who joined');

# What an experiment says

sub days_ago {
    return 'patron:stats:' . strftime('%Y-%m-%d', gmtime(time() - 86400 * $_[0]));
}

$t->redis->cmd('HSET', "patron:campaign:exp:$_", html => 'x') for 'a', 'b';
$t->redis->cmd('HSET', 'patron:campaign:exp:none', holdback => 1);
$t->redis->cmd('SADD', 'patron:campaigns', 'exp:a', 'exp:b', 'exp:none');
$t->redis->cmd('HSET', days_ago(1), 'assigned.exp:a', 6000, 'granted.exp:a',
    200, 'shown.exp:a', 20000, 'revenue.eur.exp:a', 100000,
    'assigned.exp:b', 6000, 'granted.exp:b', 330, 'assigned.exp:none', 6000,
    'granted.exp:none', 190, 'clicked.exp:a', 600, 'clicked.exp:b', 600);
$t->redis->cmd('HSET', days_ago(0), 'assigned.exp:b', 1, 'granted.exp:b', 1,
    'revenue.eur.exp:b', '-500');
$t->redis->cmd('HSET', days_ago(40), 'assigned.exp:b', 1000);

(my $status, $out) = patron($t, qw(campaign result exp));
is($status, 0, 'result');
like($out, qr/^a +6000 +200 +3\.33% +2\.91% - 3\.82%  5000 eur/m,
    'a rate, its interval and money a thousand views');
like($out, qr/^b +6001 +331 /m, 'of several days, not older ones');
like($out, qr/^none .*control$/m, 'the holdback is the control');
like($out, qr/^a against none: not enough yet: about \d{4,} more readers, for a difference of 10%; lift \+5%/m,
    'not enough');
like($out, qr/^b against none: better; lift \+74%, \+\d+% to \+\d+%, p /m, 'enough');
like($out, qr/^b against a: better/m, 'the two best');
like($out, qr/^won: b$/m, 'who won');
like((patron($t, qw(campaign result exp --by clicked --control a)))[1],
    qr/^won: none yet$/m, 'by clicks, against another');
my $json = JSON::PP->new->decode(
    (patron($t, qw(campaign result exp --json)))[1]);
is($json->{won}, 'b', 'in JSON');
is($json->{campaigns}[1]{verdict}, 'better', 'each');
is($json->{campaigns}[1]{revenue}{eur}, -500, 'with its money');
$t->redis->cmd('HSET', 'patron:campaign:fresh:a', html => 'x');
$t->redis->cmd('HSET', 'patron:campaign:fresh:b', html => 'x');
$t->redis->cmd('SADD', 'patron:campaigns', 'fresh:a', 'fresh:b');
like((patron($t, qw(campaign result fresh)))[1],
    qr/^b against a: not enough yet: readers come with their second page, p 1$/m,
    'before the first');
is((patron($t, qw(campaign result nothing)))[0], 1, 'no such slot');
is((patron($t, qw(campaign result exp --by luck)))[0], 2, 'by nothing else');

# More readers to what does better

sub weights {
    return $t->redis->cmd('HGET', "patron:campaign:exp:$_[0]", 'weight');
}

(undef, undef, my $said) = patron($t, qw(campaign tune exp));
like($said, qr/holdback add up to 2: .* by 500,/,
    'weights of 1 beside a holdback cannot move') || diag($said);
$t->redis->cmd('HSET', "patron:campaign:exp:$_", weight => 100)
    for 'a', 'b', 'none';
($status, $out) = patron($t, qw(campaign tune exp --seed 7 --dry-run));
like($out, qr/^b +6001 +331 +100\.0% +100 +18\d$/m, 'what would be')
    || diag($out);
is(weights('b'), 100, 'and is not');
is((patron($t, qw(campaign tune exp --seed 7)))[0], 0, 'tune');
is(weights('a') + weights('b'), 200, 'the sum stays');
cmp_ok(weights('b'), '>=', 179, 'to the better');
is(weights('none'), 100, 'a holdback keeps its weight');
@log = @{JSON::PP->new->decode((patron($t, qw(campaign log --json)))[1])};
is("@{$log[0]}{qw(what campaign)}", 'tune exp', 'noted');
like($log[0]{fields}, qr/^a=\d+ b=1\d\d$/, 'with what moved');
is((patron($t, qw(campaign undo)))[0], 0, 'undo: tune');
is(weights($_), 100, "$_ as before") for 'a', 'b';
$t->redis->cmd('HDEL', "patron:campaign:exp:$_", 'weight') for 'a', 'b';
$t->redis->cmd('SREM', 'patron:campaigns', 'exp:none');
$json = JSON::PP->new->decode((patron($t, qw(campaign tune exp --json
    --least 7000)))[1]);
ok(!$json->{moves} && !weights('b'), 'nothing before there are enough');
patron($t, qw(campaign tune exp));
cmp_ok(weights('b'), '>=', 890, 'of 1000, where there is no holdback');
patron($t, qw(campaign undo));
ok(!weights('b'), 'none, as before');
$t->redis->cmd('HSET', 'patron:campaign:exp:c', html => 'x', variant_of => 'a');
$t->redis->cmd('SADD', 'patron:campaigns', 'exp:c');
like((patron($t, qw(campaign tune exp)))[2], qr/variants beside/,
    'one experiment at a time');

ok(seen($t) !~ /first-key|\Q@{[unpack('H*', 'first-key')]}\E/,
    'no key on a command line');

$t->finish;
