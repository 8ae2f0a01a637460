# The soak: readers in processes of their own (Soak::Readers), and the events
# here, one after the other.  Prints TAP; scripts/soak and t/soak.t run it.
#
#   SOAK_SECONDS   how long (25)
#   SOAK_RATE      requests a second, about (120)
#   SOAK_PROGRESS  tell every few seconds how it goes
#   TEST_SEED      readers and events of an earlier run

use strict;
use warnings;

use JSON::PP ();
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(time sleep);

use lib 't/lib', 'scripts/soak.d';
use Patron::Harness;
use Patron::Token;
use Soak::Readers;

my $seconds = $ENV{SOAK_SECONDS} || 25;
my $rate = $ENV{SOAK_RATE} || 120;
my $seed = $ENV{TEST_SEED} || int(time() * 1000) % 1_000_000_007;
my $processes = 3;

my $t = Patron::Harness->new->has('http_gunzip');
$t->{workers} = 2;

# What is acknowledged is on the disk: Redis itself loses nothing.

my $redis = $t->redis(args => ['--appendonly', 'yes', '--appendfsync',
    'always']);

my %events;
my $epoch = 0;
my @rss;                # [ time, { pid => kilobytes } ]


# The state that readers look at: calm, or what is going on.

sub now_is {
    my ($what) = @_;

    $t->file('state', ++$epoch . " $what");
}


sub site {
    for my $n (1 .. $Soak::Readers::PAGES) {
        my $more = $n % 10 ? 3 + $n % 7 : 1500;
        my $text = join '', map {
            "<p>SECRET paragraph $_ of article $n, <b>word</b> by <i>word</i>."
            . "</p>\n" } 1 .. $more;

        $t->file("html/a$n.html", <<"EOP");
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Article $n</title></head>
<body>
<header><h1>Article $n</h1></header>
<article id="story">
<p>The lead of article $n.</p>
$text</article>
<footer>colophon</footer>
</body></html>
EOP
    }

    $t->file('html/grant.html', $t->slurp('html/a1.html'));
    $t->file('wall.html', '<div class="wall">wall</div>');
}


sub campaign {
    my ($slot, $name, @fields) = @_;

    $redis->cmd('HSET', "patron:campaign:$slot:$name",
        html => "<aside data-b=\"$slot:$name\">$slot</aside>", @fields);
    $redis->cmd('SADD', 'patron:campaigns', "$slot:$name");
}


sub members {
    $redis->member("gold$_", tier => 'gold') for 0 .. 29;
    $redis->member("flip$_", tier => 'gold') for 0 .. 4;
    $redis->member('revoked', status => 'revoked');

    campaign('top', 'always', url => '/support/');
    campaign('few', 'two', cap => '2/7d');
}


# A page for a reader of the controller's own, whose counts are nobody's: a
# prefetch does not count.

my $worker = '';

sub look {
    my ($path, %o) = @_;

    my $r = $t->get($path, headers => ['Sec-Purpose' => 'prefetch'], %o);
    $worker = $r->header('X-Worker');

    return $r;
}


# All workers agree, one answer of each in a row.

sub agreed {
    my ($what, $ask) = @_;

    return if wait_for(sub {
        my %agree;
        for (1 .. 50) {
            return if !$ask->();
            $agree{$worker} = 1;
            return 1 if keys %agree == $t->{workers};
        }
        return;
    });

    $events{"not in force: $what"}++;
    diag("not in force: $what");
}


# The events.  Each leaves things as they were.

sub reload {
    $t->reload;
}


sub redis_restarts {
    now_is('redis');

    if (rand() < 0.5) {
        $redis->down;

    } else {
        delete @{$redis}{qw(client monitor)};
        my $pid = delete $redis->{pid};
        kill('TERM', $pid);
        waitpid($pid, 0);
        unlink $redis->{socket};
    }

    sleep(0.2 + rand 1.5);
    $redis->up;

    # Somebody of whom the zone knows nothing is looked up again.

    my $n = 0;
    agreed('Redis is asked again', sub {
        look('/free/a1.html', token => token(sub => "x$epoch-" . $n++))
            ->header('X-State') eq 'lapsed';
    });
}


sub campaign_changes {
    my $name = 'w' . int rand 1000;

    campaign('side', $name, weight => int(1 + rand 5));
    campaign('side', 'other', priority => int rand 3);
    agreed('a campaign that is published', sub {
        look('/free/a1.html')->body =~ /data-b="side:/;
    });

    $redis->cmd('SREM', 'patron:campaigns', "side:$name");
    $redis->cmd('DEL', "patron:campaign:side:$name");
    $redis->cmd('SREM', 'patron:campaigns', 'side:other');
    agreed('a campaign that is taken down', sub {
        look('/free/a1.html')->body !~ /data-b="side:/;
    });
}


sub member_flips {
    my $sub = 'flip' . int rand 5;
    my $token = token(sub => $sub);
    my ($field, $value, $state) = @{([status => 'revoked', 'revoked'],
        [until => int(time()) - 10, 'lapsed'], [status => 'paused', 'paused'],
        )[rand 3]};

    $redis->cmd('HSET', "patron:member:$sub", $field, $value);
    agreed("$sub is $state", sub {
        look('/members/a1.html', token => $token)->header('X-State')
            eq $state;
    });

    $redis->member($sub, tier => 'gold');
    agreed("$sub is a patron", sub {
        look('/members/a1.html', token => $token)->header('X-State')
            eq 'patron';
    });
}


sub switch_thrown {
    my ($switch, $value, $ask) = @{(
        [ banners => 'off',
            sub { look('/free/a1.html')->body !~ /<aside/ } ],
        [ walls => 'open',
            sub { look('/members/a1.html')->header('X-Decision') eq 'open' } ],
    )[rand 2]};

    now_is($switch);
    $redis->cmd('HSET', 'patron:switches', $switch, $value);
    agreed("$switch $value", $ask);
    sleep rand 1;
    $redis->cmd('DEL', 'patron:switches');
    agreed("$switch as before", sub { !$ask->() });
}


# Resident memory of the workers that serve, and of the master.

sub memory {
    my %rss = map { $_ => $t->rss($_) }
        grep { !$t->shutting_down($_) } $t->workers;

    $rss{master} = $t->rss($t->{pid});
    push @rss, [time(), \%rss];

    return \%rss;
}


sub results {
    return map { my $text = $t->slurp("reader-$_");
        $text ? JSON::PP::decode_json($text) : () } 1 .. $processes;
}


sub progress {
    my ($started) = @_;

    my $rss = memory();

    return if !$ENV{SOAK_PROGRESS};

    my ($requests, $failures) = (0, 0);
    for (results()) {
        $requests += $_->{requests};
        $failures += $_->{failures};
    }

    my $workers = join '+', map { $rss->{$_} }
        grep { $_ ne 'master' } sort keys %$rss;

    printf STDERR "%5d s  %7d requests  %d failures  RSS %s KB (master %d)"
        . "  %s\n", time() - $started, $requests, $failures, $workers,
        $rss->{master},
        join ', ', map { "$events{$_} $_" } sort keys %events;
}


# Everything that Redis has counted since the beginning.

sub counted {
    my ($started) = @_;

    my %n;
    for (my $day = int($started / 86400); $day <= int(time() / 86400); $day++)
    {
        my $key = 'patron:stats:' . strftime('%Y-%m-%d', gmtime($day * 86400));
        my %day = @{$redis->cmd('HGETALL', $key)};
        $n{$_} += $day{$_} for keys %day;
    }

    return \%n;
}


# The largest worker (or the master) between two parts of the run.

sub largest {
    my ($from, $to, $which) = @_;

    my $max = 0;
    for my $sample (grep { $_->[0] >= $from && $_->[0] < $to } @rss) {
        for my $pid (keys %{$sample->[1]}) {
            next if ($pid eq 'master') != ($which eq 'master');
            $max = $sample->[1]{$pid} if $sample->[1]{$pid} > $max;
        }
    }

    return $max;
}


print "# seed $seed (TEST_SEED)\n";
print STDERR "seed $seed\n" if $ENV{SOAK_PROGRESS};

srand($seed);
site();
members();
$t->port('cms');

open(my $conf, '<', 'scripts/soak.d/nginx.conf') or die "nginx.conf: $!\n";
$t->run(conf => do { local $/; scalar <$conf> });
close($conf);

# All is known: the campaigns, and every member in the zone.

wait_for(sub { look('/free/a1.html')->body =~ /top:always/ })
    or die "no campaign\n";
look('/free/a1.html', token => token(sub => $_))
    for 'revoked', map { "gold$_" } 0 .. 29;
now_is('calm');

my $started = time();
my $until = $started + $seconds;

my @pids = map {
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        eval { Soak::Readers->new(t => $t, seed => $seed + $_, until => $until,
            rate => $rate / $processes, name => "reader-$_")->run };
        print STDERR "reader: $@" if $@;
        POSIX::_exit(0);
    }
    $pid;
} 1 .. $processes;

# Events, about one in two seconds at first.  In the last third nginx does not
# reload, so that a worker that grows is seen to.

my @kinds = ((qw(member_flips)) x 4, (qw(campaign_changes)) x 3,
    (qw(switch_thrown)) x 2, 'redis_restarts', 'reload');
my %by = map { $_ => \&{"main::$_"} } @kinds;
my @first = qw(reload redis_restarts campaign_changes member_flips
    switch_thrown);
my $told = 0;

while (time() < $until - 3) {
    my $kind = shift @first // $kinds[rand @kinds];

    if ($kind ne 'reload' || time() < $started + $seconds * 2 / 3) {
        $by{$kind}->();
        $events{$kind}++;
        now_is('calm');
    }

    if (time() - $told > ($seconds > 600 ? 15 : 3)) {
        progress($started);
        $told = time();
    }

    sleep rand($seconds > 300 ? 4 : 1);
}

waitpid($_, 0) for @pids;
progress($started);

# No page failed.

my @results = results();
my %seen;
my ($requests, $failures, $worst) = (0, 0, 0);

is(scalar(grep { $_->{done} } @results), $processes,
    'every process of readers came to its end');

for my $result (@results) {
    $requests += $result->{requests};
    $failures += $result->{failures};
    $worst = $result->{worst} if $result->{worst} > $worst;
    $seen{$_} += $result->{seen}{$_} for keys %{$result->{seen}};
    diag($_) for @{$result->{failed}};
}

cmp_ok($requests, '>', 0, "$requests requests, the slowest "
    . sprintf('%.3f s', $worst));
is($failures, 0, 'no page failed');
ok(!(grep { /^not in force/ } keys %events),
    'every event was in force on every worker');
diag(join ', ', map { "$events{$_} $_" } sort keys %events)
    if $ENV{SOAK_PROGRESS};


my $status = JSON::PP::decode_json($t->get('/status')->body);

is($status->{zone}{counts_lost}, 0, 'no count was lost for want of room');

# No worker grew: after a quarter of the time they have met everything.

for my $which ('worker', 'master') {
    my $before = largest($started + $seconds / 4, $started + $seconds / 2,
        $which);
    my $after = largest($started + $seconds * 3 / 4, $until + 60, $which);

    SKIP: {
        skip('a sanitizer keeps what is freed', 1) if $t->{module} eq '';

        # A worker that is not replaced fills its cache of tokens: 1,024 of
        # them, of at most 1.5 KB each.

        my $room = 512 + ($which eq 'worker' ? 1536 : 0);
        cmp_ok($after, '<=', $before * 1.1 + $room,
            "the largest $which: $before KB, then $after KB");
    }
}

# Every counter is what the readers saw, but for those who left.

ok($t->quit, 'nginx quits with 0');

my $counted = counted($started);
delete $counted->{$_} for grep { /^batch\.|\.left$|\.tiers$/ } keys %$counted;
delete $seen{$_} for grep { /\.left$|\.tiers$/ } keys %seen;

my @wrong = map { my ($n, $saw) = ($counted->{$_} // 0, $seen{$_} // 0);
    $n == $saw ? () : "$_: counted $n, seen $saw" }
    sort keys %{{ %$counted, %seen }};

is(join("\n", @wrong), '', 'every counter is what the readers saw');

if ($ENV{SOAK_PROGRESS}) {
    printf STDERR "%-24s %8d\n", $_, $counted->{$_} for sort keys %$counted;
}

$t->finish;
