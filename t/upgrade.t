# A new nginx takes over from the old one under load, by HUP and by USR2; then
# it quits, and another is terminated: no request fails, Redis keeps no
# connection of those who are gone.

use strict;
use warnings;

use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->{workers} = 2;
my $redis = $t->redis;

my $MEMBERS = 100;
my @token = map { token(sub => "m$_") } 1 .. $MEMBERS;

$redis->member("m$_", tier => 'gold') for 1 .. $MEMBERS;
$t->file('html/page.html', '<html><body></body></html>');

# nginx is deaf to USR2 as long as its parent lives: it must be a daemon.

sub up {
    my ($http) = @_;

    $t->file('nginx.conf', $t->conf(http => $http // '', server => <<'EOC')
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=10s;
    add_header X-State "$patron_state,$patron_tier";
    add_header X-Source $patron_source;
    keepalive_requests 40;
EOC
        =~ s/daemon off/daemon on/r);

    my $pid = fork() // die "fork: $!\n";
    $t->_exec('error.log', '-c', $t->dir . '/nginx.conf') if $pid == 0;
    waitpid($pid, 0);
    die $t->slurp('error.stderr') if $?;

    $t->{pid} = pid('nginx.pid');
    wait_for(sub { $t->workers == 2 }) or die "no workers\n";
}

sub pid {
    my ($file) = @_;

    return wait_for(sub { $t->slurp($file) =~ /^(\d+)$/m && $1 });
}

sub gone {
    my ($pid) = @_;

    return wait_for(sub {
        open(my $fh, '<', "/proc/$pid/stat") or return 1;
        return (<$fh> // ' Z ') =~ / Z /;
    });
}

sub connections {
    my ($n, $name, $timeout) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    return ok(wait_for(sub { $redis->clients == $n }, $timeout),
            "$name: Redis has $n connections")
        || diag(join "\n", $redis->clients);
}

# Readers who go on until they are stopped, each its own process: half of them
# keep their connection, half open one for each page.  Only on a kept one may a
# request find the connection closed, and is sent again as browsers do.

my (@readers, $stop, $round);

sub readers {
    $stop = $t->dir . '/stop.' . ++$round;
    @readers = ();

    for my $reader (1 .. 4) {
        my $pid = fork() // die "fork: $!\n";

        if ($pid == 0) {
            my @said = eval { reader($reader) };
            $t->file("reader.$round.$reader", @said ? join(' ', @said) : $@);
            POSIX::_exit(0);
        }

        push @readers, $pid;
    }
}

sub reader {
    my ($reader) = @_;

    my ($n, $known, $again, $bad) = (0, 0, 0, '');
    my $i = $reader * 25;
    my ($c, $used);

    while (!-e $stop) {
        my $token = $token[$i++ % $MEMBERS];
        my $fresh = !$c;
        $c //= $t->client;

        my $r = eval {
            $c->send_request('GET', '/page.html', token => $token,
                close => $reader % 2);
            $c->response;
        };

        if (!$r && !$fresh && !length $c->{buffer}) {
            undef $c;
            $again++;
            $i--;
            next;
        }

        $n++;

        if (!$r || $r->status != 200 || $r->truncated
            || $r->header('X-State') ne 'patron,gold'
            || $r->header('X-Source') !~ /^(zone|redis)$/)
        {
            $bad ||= $r ? $r->head =~ s/\s+/ /gr : 'nothing';
        }

        $known++ if $r && $r->header('X-Source') eq 'zone';
        undef $c if !$r || lc $r->header('Connection') eq 'close';
    }

    return ($n, $known, $again, $bad);
}

sub readers_done {
    my ($name) = @_;

    $t->file(substr($stop, 1 + length $t->dir), '');
    waitpid($_, 0) for @readers;

    my ($n, $known, $again, @bad) = (0, 0, 0);

    for (1 .. 4) {
        my ($some, $hits, $resent, $wrong)
            = split ' ', $t->slurp("reader.$round.$_"), 4;
        ($n, $known, $again) = ($n + $some, $known + $hits, $again + $resent);
        push @bad, $wrong if length($wrong // '');
    }

    cmp_ok($n, '>', 100, "$name: $n pages, $known of members known, "
        . "$again asked for again on another connection");
    is("@bad", '', "$name: none failed");
}

# Members change all the while.

my $writer = fork() // die "fork: $!\n";

if ($writer == 0) {
    my $own = Patron::Redis->client_of($redis->{socket});
    $own->cmd('CLIENT', 'SETNAME', 'monitor');
    for (my $i = 0; getppid() != 1; $i++) {
        $own->cmd('HSET', 'patron:member:m' . (1 + $i % $MEMBERS), 'note', $i);
        sleep 0.005;
    }
    POSIX::_exit(0);
}

up('    patron_zone z:1m;');
connections(4, 'two workers');
readers();

for (1 .. 3) {
    my %old = map { $_ => 1 } $t->workers;
    kill('HUP', $t->{pid});
    ok(wait_for(sub {
        my @now = $t->workers;
        return @now == 2 && !grep { $old{$_} } @now;
    }), 'HUP: other workers');
}

connections(4, 'HUP');

# The new binary beside the old one, then alone.

my $old = $t->{pid};
kill('USR2', $old);
ok(wait_for(sub { $t->slurp('nginx.pid.oldbin') =~ /^$old$/m }),
    'USR2: the old master steps aside');
my $new = pid('nginx.pid');
isnt($new, $old, 'USR2: for a new one');
$t->{pid} = $new;
ok(wait_for(sub { $t->workers == 2 }), 'USR2: which has its workers');
connections(8, 'USR2');

kill('WINCH', $old);
ok(wait_for(sub { !grep { $_ != $new } $t->_children($old) }),
    'WINCH: the old workers are gone');
connections(4, 'WINCH');

kill('QUIT', $old);
ok(gone($old), 'QUIT: the old master is gone');
is(scalar($t->workers), 2, 'QUIT: the new one stays');

readers_done('HUP, USR2, WINCH, QUIT');
connections(4, 'the new one alone');

# QUIT with requests that wait for Redis: they are answered first.

sub waiting {
    my @clients = map { $t->client } 1 .. 40;

    $redis->freeze;
    $clients[$_]->send_request('GET', '/page.html', token => $token[$_])
        for 0 .. $#clients;

    # a page of a guest shows that what came before it has been read

    $t->get('/page.html') for 1 .. 8;

    return @clients;
}

$redis->cmd('FLUSHALL');
kill('KILL', $writer);
waitpid($writer, 0);
$redis->member("m$_", tier => 'gold') for 1 .. $MEMBERS;

my @clients = waiting();
kill('QUIT', $new);
ok(wait_for(sub {
    return $t->workers == grep { $t->shutting_down($_) } $t->workers;
}), 'QUIT: workers shut down');
$redis->thaw;

my %seen;
$seen{$_ ? $_->status . ' ' . $_->header('X-State') : 'nothing'}++
    for map { $_->response } @clients;
is(join('; ', map { "$seen{$_} $_" } sort keys %seen), '40 200 patron,gold',
    'QUIT: those who waited have their pages');
ok(gone($new), 'QUIT: nginx is gone');
connections(0, 'QUIT');

# TERM waits for nobody, and leaves nothing either.

up();
connections(4, 'another one, before anything is asked of it,',
    $Patron::Harness::TIMEOUT / 25);
readers();
ok(wait_for(sub { $redis->calls('hmget') > 200 }), 'under load');
@clients = waiting();
kill('TERM', $t->{pid});
ok(gone($t->{pid}), 'TERM: nginx is gone');
$redis->thaw;
$t->file("stop.$round", '');
waitpid($_, 0) for @readers;
connections(0, 'TERM');

delete $t->{pid};
$t->finish;
