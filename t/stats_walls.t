# What is counted of walls: by the level, for readers alone.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file("html/$_/page.html", article()) for qw(members metered gold free);

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_wall article keep=1 'html=<i>wall</i>';
        patron_meter limit=1 period=day;

        location /members/ { patron_access members; }
        location /metered/ { patron_access metered; }
        location /gold/ { patron_access gold; }
        location /free/ { }
EOC

$redis->member('paula', tier => 'gold');

my @day = strftime('%Y-%m-%d', gmtime);

for my $level (qw(members metered gold free)) {
    my $path = "/$level/page.html";

    is($t->get($path)->status, 200, $path) for 1 .. 3;

    # A reader who comes again meets the wall again, with a 304 too.

    if ($level =~ /members|gold/) {
        my $etag = $t->get($path, headers => ['User-Agent' => 'a crawler'])
            ->header('ETag');
        is($t->get($path, headers => ['If-None-Match' => $etag])->status, 304,
            "$path again");
    }

    # None of these is a reader who met a wall.

    $t->head($path);
    $t->get($path, token => token(sub => 'paula'));
    $t->get($path, headers => ['Sec-Purpose' => 'prefetch']);
    $t->get($path, headers => ['User-Agent' => 'Mozilla/5.0 Somebot/1']);
}

ok($t->quit, 'nginx quits with 0');

push @day, grep { $_ ne $day[0] } strftime('%Y-%m-%d', gmtime);

my %n;
for my $day (@day) {
    my %counted = @{$redis->cmd('HGETALL', "patron:stats:$day")};
    $n{$_} += $counted{$_} for grep { !/^batch\./ } keys %counted;
}

is_deeply(\%n, { 'walled.members' => 4, 'metered.metered' => 3,
    'walled.tiers' => 4 }, 'readers alone were counted, by the level');

$t->finish;
