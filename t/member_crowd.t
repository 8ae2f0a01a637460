# Thousands of readers whose members nobody knows yet, all at once: none is
# refused or waits for the others longer than the timeout.  And ten thousand
# requests for one member make one lookup.

use strict;
use warnings;

use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

# nginx needs a file a reader; each of our own processes is content with the
# usual 1024.

my $limit = qx(sh -c 'ulimit -Hn');
my $most = $limit =~ /^(\d+)/ ? $1 - 200 : 20000;

plan(skip_all => "no more than $most files") if $most < 3000;

my $READERS = 3000 < $most ? 3000 : $most;
my $REQUESTS = 10000 < $most ? 10000 : $most;
my $EACH = 800;

$redis->member("m$_", tier => 'gold') for 1 .. $READERS;
$t->file('html/page.html', '<html><body></body></html>');

my $conf = $t->conf(http => '    patron_zone z:8m;', server => <<'EOC');
    # read by a thread, the page would need a second file
    aio off;

    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=10s;
    add_header X-State "$patron_state,$patron_tier,$patron_source";

    location = /status {
        patron off;
        patron_status_handler format=json;
    }
EOC

$conf =~ s/worker_connections +\d+/worker_connections 16384/;
$conf =~ s/^events/worker_rlimit_nofile 16384;\nevents/m if $most > 16384;
$t->run(conf => $conf);

is($t->get('/page.html', token => token(sub => 'm1'))->header('X-State'),
    'patron,gold,redis', 'connected');

sub counter {
    my ($name) = @_;

    return JSON::PP::decode_json($t->get('/status')->body)->{counters}{$name};
}

# One request with each token, from as many connections, which are opened first.
# While Redis is silent all are sent; then it speaks.  Returns how many answers
# of which kind came, and the time from its first word to the last of them.

my $crowds = 0;

sub crowd {
    my ($sent, @tokens) = @_;

    my $name = 'crowd' . ++$crowds;
    my @groups;
    push @groups, [splice @tokens, 0, $EACH] while @tokens;

    my @pids = map {
        my $pid = fork() // die "fork: $!\n";
        if ($pid == 0) {
            eval { group("$name.$_", @{$groups[$_]}) };
            print STDERR $@ if $@;
            POSIX::_exit(0);
        }
        $pid;
    } 0 .. $#groups;

    my $all = sub {
        my ($stage) = @_;
        return wait_for(sub {
            !grep { !-e $t->dir . "/$name.$_.$stage" } 0 .. $#groups;
        }, 60);
    };

    $all->('open') or die "they do not connect\n";
    $redis->freeze;
    $t->file("$name.go", '');
    $all->('sent') or die "they do not send\n";
    $sent->();
    my $start = time();
    $redis->thaw;
    waitpid($_, 0) for @pids;

    my ($last, %seen) = (0);
    for my $line (map { split /\n/, $t->slurp("$name.$_.got") } 0 .. $#groups)
    {
        my ($n, $what) = split ' ', $line, 2;
        $seen{$what} += $n if $what ne 'last';
        $last = $n if $what eq 'last' && $n > $last;
    }

    return (join('; ', map { "$seen{$_} $_" } sort keys %seen),
        $last - $start);
}

sub group {
    my ($name, @tokens) = @_;

    my @clients = map { $t->client } @tokens;
    my %seen;

    $t->file("$name.open", '');
    my $go = $name =~ s/\.\d+$/.go/r;
    sleep 0.005 while !-e $t->dir . "/$go";

    $clients[$_]->send_request('GET', '/page.html', token => $tokens[$_])
        for 0 .. $#clients;
    $t->file("$name.sent", '');

    for (@clients) {
        my $r = eval { $_->response };
        $seen{$r ? $r->status . ' ' . $r->header('X-State') : 'nothing'}++;
    }

    $t->file("$name.got", join '', time() . " last\n",
        map { "$seen{$_} $_\n" } keys %seen);
}

# The same, wherever the record came from.

sub wherever {
    return $_[0] =~ s/(redis|zone)//gr
        =~ s/^(\d+) (.*); (\d+) \2$/$1 + $3 . " $2"/er;
}

# Each another member.

my $before = counter('patron_redis_lookups_total');
my $n = $READERS - 1;

my ($seen, $took) = crowd(sub {
    ok(wait_for(sub {
        return counter('patron_redis_lookups_total') == $before + $n;
    }), "$n lookups under way");
}, map { token(sub => "m$_") } 2 .. $READERS);

is($seen, "$n 200 patron,gold,redis", 'all are answered by Redis');
cmp_ok($took, '<', 3 * $Patron::Harness::TIMEOUT / 20,
    sprintf '%.0f ms after it spoke', 1000 * $took);
is(counter('patron_redis_lookup_timeouts_total'), 0, 'in time');

# All the same member.

$redis->member('star', tier => 'gold');
$before = counter('patron_redis_lookups_total');
$redis->watch;

($seen, $took) = crowd(sub { $t->get('/page.html') for 1, 2 },
    (token(sub => 'star')) x $REQUESTS);

is(wherever($seen), "$REQUESTS 200 patron,gold,",
    "another one: $REQUESTS answers");
is($redis->lookups, 1, 'of one lookup');
is(counter('patron_redis_lookups_total'), $before + 1, 'and one is counted');

# Workers do not wait for each other: one lookup each.

$t->{workers} = 2;
$t->reload(conf => $conf =~ s/worker_processes +1/worker_processes 2/r);
ok(wait_for(sub {
    return $redis->cmd('PUBSUB', 'NUMSUB', '__redis__:invalidate')->[1] == 2;
}), 'two workers');

$redis->member('moon', tier => 'gold');
$before = $redis->lookups;

($seen) = crowd(sub { $t->get('/page.html') for 1, 2 },
    (token(sub => 'moon')) x 2000);

is(wherever($seen), '2000 200 patron,gold,', 'another one: 2000 answers');
my $lookups = $redis->lookups - $before;
ok($lookups == 1 || $lookups == 2, "of $lookups lookups by two workers");

$t->finish;
