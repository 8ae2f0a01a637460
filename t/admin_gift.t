# scripts/patron: gifts; its help, and the places it may be run from.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/a.html', article());
$t->file('html/b.html', article());
$t->file('wall.html', '<aside>wall</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_key k2 %%DIR%%/k2.key;
        patron_access members;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_gift limit=5;

        location / { }
        location = /gift { patron_gift_handler; }
EOC

# A link

my $dir = $t->dir;
my ($status, $out, $err);

for my $k (qw(k1 k2)) {
    ($status, $out) = patron($t, qw(gift link /a.html --kid), $k, '--key',
        "$dir/$k.key");
    is($status, 0, "a link, by $k");
    like($out, qr/^gift=[\w-]+\.[\w-]+\.[\w-]+\n\z/, 'an argument');
    chomp $out;
    unlike($t->get("/a.html?$out")->body, qr/wall/, 'opens the article');
    like($t->get("/b.html?$out")->body, qr/wall/, 'and no other');
}

(undef, $out) = patron($t, qw(gift link /a.html --until 2020-01-01 --key),
    "$dir/k1.key");
chomp $out;
like($t->get("/a.html?$out")->body, qr/wall/, 'not after its end');

for my $path ('a.html', '/a?b', '/a#b', '/a b', '') {
    is((patron($t, qw(gift link), $path, '--key', "$dir/k1.key"))[0], 2,
        "no path: $path");
}

is((patron($t, qw(gift link /a.html)))[0], 2, 'no key');

# The list

$redis->member('paula');
$redis->member('e%20ve%3A%2A');
$t->request('POST', '/gift', token => token(sub => $_), body => 'path=/a.html',
    headers => [ 'Content-Type' => 'application/x-www-form-urlencoded',
                 Origin => 'http://localhost' ]) for 'paula', 'paula', 'e ve:*';
$redis->cmd('SET', 'patron:gift:2020-01:paula', 3);

($status, $out) = patron($t, qw(gift list));
is($status, 0, 'list');
like($out, qr/^PERIOD +SUB +GIFTS\n/, 'a head');
like($out, qr/^\d{4}-\d\d +paula +2$/m, 'who has given two');
like($out, qr/^\d{4}-\d\d +e ve:\* +1$/m, 'and one');
like($out, qr/^2020-01 +paula +3$/m, 'in any period');

is((patron($t, qw(gift list --period 2020-01)))[1] =~ tr/\n//, 2, 'of a period');
is((patron($t, qw(gift list --sub), 'e ve:*'))[1] =~ tr/\n//, 2, 'of a patron');
is((patron($t, qw(gift list --sub nobody)))[1] =~ tr/\n//, 1, 'of nobody');
is((patron($t, qw(gift list --period), '*'))[0], 0, 'of all');
is((patron($t, qw(gift list --period), 'x?'))[0], 2, 'no period');
like((patron($t, qw(gift list --sub a* --print)))[1],
    qr/--scan --pattern 'patron:gift:\*:a%2A'$/, '--print');

$redis->cmd('RPUSH', 'patron:gift:2020-01:zoe', 'x');
($status, $out, $err) = patron($t, qw(gift list));
ok($out =~ /paula +2/ && $err =~ /2020-01:zoe: WRONGTYPE/, 'what is no number');

ok(seen($t) !~ /first-key|\Q@{[unpack('H*', 'first-key')]}\E/,
    'no key on a command line');

# Help: what it names there is, and there is no more.

my ($usage) = (patron($t, '--help'))[1];
my %named;

while ($usage =~ /^  (\w+) ([\w-]+)/mg) {
    $named{$1}{$2} = 1;
}

for my $file (glob "$t->{root}/scripts/patron.d/*.sh") {
    open(my $fh, '<', $file) or die "$file: $!\n";
    my ($verbs) = join('', <$fh>) =~ /^verbs="(.*)"$/m or next;
    my ($group) = $file =~ /(\w+)\.sh$/;

    is(join(' ', sort keys %{$named{$group}}), join(' ', sort split ' ', $verbs),
        "the help names what $group does");

    my ($status, $out) = patron($t, $group, '--help');
    is($status, 0, "$group --help");
    like($out, qr/patron $group\b.*\b\Q$_\E\b/s, "tells of $_")
        for split ' ', $verbs;
    is((patron($t, $group))[0], 2, "$group alone");
    is((patron($t, $group, $_))[0], 2, "$group '$_'")
        for 'nonsense', 'show add', '*', '';
}

# From elsewhere.

symlink("$t->{root}/scripts/patron", "$dir/p") or die "symlink: $!\n";
like(qx($dir/p --help), qr/^Usage: patron/, 'by a link');
system("cp $t->{root}/scripts/patron $dir/copy");
like(qx($dir/copy --help 2>&1), qr/its parts are not in/, 'a copy alone');
like(qx(PATRON_LIB=$t->{root}/scripts/patron.d $dir/copy --help),
    qr/^Usage: patron/, 'PATRON_LIB says where the rest is');

$t->finish;
