# Counters come to Redis exactly: over reloads, an outage and lost answers.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(sleep);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

# What is acknowledged is on the disk.

my $redis = $t->redis(args => ['--appendonly', 'yes', '--appendfsync',
    'always']);

$t->{workers} = 2;
$t->file('html/page.html', article());
$t->file('html/bare.html', '<p>nothing to place it in</p>');


# Stands between nginx and Redis.  While the file "cut" is there it takes the
# answer to every other batch for itself and cuts the connection.

my $cut = $t->dir . '/cut';
my $proxy_port = $t->port('proxy');
my $proxy = proxy($proxy_port);

sub proxy {
    my ($port) = @_;

    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;

    my $listen = IO::Socket::INET->new(Listen => 64, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => $port) or POSIX::_exit(1);
    my $select = IO::Select->new($listen);
    my (%peer, %client, $batches);

    while (my @ready = $select->can_read) {
        for my $s (@ready) {
            if ($s == $listen) {
                my $c = $listen->accept;
                my $r = IO::Socket::UNIX->new(Peer => $redis->{socket});
                if (!$r) {
                    close $c;
                    next;
                }
                @peer{$c, $r} = ($r, $c);
                $client{$c} = 1;
                $select->add($c, $r);
                next;
            }
            my $p = $peer{$s} or next;
            my $n = sysread($s, my $data, 65536);
            my $drop;
            if ($n) {
                syswrite($p, $data);
                if ($client{$s} && -e $cut && $data =~ /batch\./
                    && $batches++ % 2 == 0)
                {
                    sysread($p, $data, 65536);
                    $drop = 1;
                }
            }
            if (!$n || $drop) {
                $select->remove($s, $p);
                delete @peer{$s, $p};
                close $_ for $s, $p;
            }
        }
    }
    POSIX::_exit(0);
}

wait_for(sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
    PeerPort => $proxy_port) });

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://127.0.0.1:%%PORT_proxy%% timeout=300ms;
    patron_zone z:1m;
EOC
        location / {
            patron on;
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
            patron_banner low after '#story' campaign=low;
        }
EOC

$redis->cmd('HSET', 'patron:campaign:low:one', html => '<aside>low</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'low:one');

my $pages = 0;

ok(wait_for(sub { $pages++; $t->get('/page.html')->body =~ /low/ }),
    'the campaign is there');

# What does not count.

my @not = (
    ['HEAD' => '/page.html'],
    ['GET' => '/bare.html'],
    ['GET' => '/page.html', headers => ['Sec-Purpose' => 'prefetch;prerender']],
    ['GET' => '/page.html', headers => ['Purpose' => 'prefetch']],
    ['GET' => '/page.html',
        headers => ['Purpose' => 'view', 'Purpose' => 'prefetch']],
    ['GET' => '/page.html', headers => ['X-Sec-Purpose' => 'prefetch']],
    ['GET' => '/page.html', headers => ['HX-Preloaded' => 'true']],
    ['GET' => '/page.html', headers => ['User-Agent' => 'Mozilla/5.0 Somebot/1']],
    ['GET' => '/none.html'],
);
$t->request(@$_) for @not;
$t->get('/page.html', token => token(sub => 'bob', exp => time + 60));


# Every count of every day that the test has touched.

sub counted {
    my ($name) = @_;

    my $n = 0;
    for my $day (map { strftime('%Y-%m-%d', gmtime(time + 86400 * $_)) } -1, 0)
    {
        $n += $redis->cmd('HGET', "patron:stats:$day", $name) // 0;
    }

    return $n;
}


sub is_counted {
    my ($what, $n, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    wait_for(sub { (eval { counted($what) } // 0) >= $n }, 8);
    sleep 0.5;
    is(counted($what), $n, $name);
}


# Pages from two clients at once: those that got a banner.  Returns how many did
# not.

sub load {
    my ($n, $during) = @_;

    my @pids = map {
        my $k = $_;
        my $pid = fork() // die;
        if (!$pid) {
            my $got = 0;
            for (1 .. $n) {
                my $r = eval { $t->get('/page.html') };
                $got++ if $r && $r->body =~ /<aside>ask/;
            }
            $t->file("got-$k", $got);
            POSIX::_exit(0);
        }
        $pid;
    } 1 .. 2;

    $during->() if $during;
    waitpid($_, 0) for @pids;

    my $got = $t->slurp('got-1') + $t->slurp('got-2');
    $pages += $got;

    return 2 * $n - $got;
}


load(100);
is_counted('shown.ask', $pages + 1, 'a load (and the page of a member that is not)');
$pages++;

load(300, sub { $t->reload });
is_counted('shown.ask', $pages, 'over a reload');

load(300, sub { $redis->down; sleep 1.5; $redis->up });
is_counted('shown.ask', $pages, 'over an outage of Redis');

$t->file('cut', '');
load(300);
load(100, sub { sleep 3 });
is_counted('shown.ask', $pages, 'answers that were lost');
unlink $cut;

# A worker that dies counts a page before the page is with its reader: whoever
# was left without one may have been counted.

my $without = load(50, sub { kill('KILL', ($t->workers)[0]) });

wait_for(sub { counted('shown.ask') >= $pages }, 8);
sleep 0.5;
my $counted = counted('shown.ask');
ok($counted >= $pages && $counted <= $pages + $without,
    'over the death of a worker')
    or diag("$counted for $pages, and $without without one");
$pages = $counted;

$t->allow(qr/exited on signal 9/);

my $low = counted('shown.low:one');
cmp_ok($low, '>', 1000, 'the campaign was counted by its name');

my $day = strftime('%Y-%m-%d', gmtime);
my %all = @{$redis->cmd('HGETALL', "patron:stats:$day")};
is(join(' ', sort grep { !/^batch\.|^unplaced\./ } keys %all),
    'shown.ask shown.low:one', 'nothing else was shown');

# What was counted last is written before nginx goes.

load(20);
$t->quit;
is(counted('shown.ask'), $pages, 'on quitting');

kill('TERM', $proxy);
waitpid($proxy, 0);

$t->finish;
