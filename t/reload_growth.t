# Reload after reload: neither nginx nor Redis grows, and what the zone knows
# stays known.  PATRON_RELOADS=100 for the number of the goal.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $reloads = $ENV{PATRON_RELOADS} || 30;

$redis->member("m$_", tier => 'gold') for 1 .. 20;
$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => '    patron_zone z:1m;', server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_banner ask append body 'html=[ask]';
    add_header X-State "$patron_state,$patron_source";
EOC

my @token = map { token(sub => "m$_") } 1 .. 20;

# The same pages in each round; how the readers' records were found.

sub round {
    my %seen;
    $seen{$t->get('/page.html', token => $_)->header('X-State')}++ for @token;
    return join ' ', map { "$seen{$_} $_" } sort keys %seen;
}

sub connected {
    return wait_for(sub {
        $redis->clients == 2
            && $redis->cmd('PUBSUB', 'NUMSUB', '__redis__:invalidate')->[1]
               == 1;
    });
}

ok(connected(), 'two connections, one of them listens');

# What was learnt before a worker listened is asked for once more.

ok(wait_for(sub { round() eq '20 patron,zone' }), 'members are known');
$redis->watch;

my (@master, @worker, @clients, $alone, $known);
my $before = $redis->lookups;

for (1 .. $reloads) {
    $t->reload;
    $alone += wait_for(sub { $t->workers == 1 }) ? 1 : 0;
    push @clients, connected() ? 2 : scalar($redis->clients);
    $known += round() eq '20 patron,zone';
    push @master, $t->rss($t->{pid});
    push @worker, $t->rss(($t->workers)[0]);
}

is($alone, $reloads, "$reloads reloads: the old worker is gone");
is(join(' ', grep { $_ != 2 } @clients), '', 'two connections each time');
is($known, $reloads, 'members are known each time');
is($redis->lookups - $before, 0, 'none was looked up');

# Memory settles in the first reloads; a sanitizer keeps what is freed.

SKIP: {
    skip 'memory of a sanitized nginx', 2 if $t->{module} eq '';

    for ([ master => \@master ], [ worker => \@worker ]) {
        my ($name, $kb) = @$_;
        my $grown = $kb->[-1] - $kb->[$reloads > 8 ? 4 : 0];
        cmp_ok($grown, '<=', 128, "the $name has grown by $grown KB of "
            . $kb->[-1]);
    }
}

$t->finish;
