# A worker that dies while it changes the zone, at whatever store, hangs and
# damages nothing: the next one goes on, and counts come to Redis as they were.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my ($gdb) = grep { -x } map { "$_/gdb" } split /:/, $ENV{PATH};
plan skip_all => 'no gdb' unless $gdb;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->allow(qr/\[alert\] .* exited on signal 9/,
    qr/\[alert\] .* shared memory zone .* was locked by/);
$t->{workers} = 1;
$t->file('html/page.html', article());

my $names = join '', map {
    "    location = /$_ {
        try_files /page.html =404;
        patron on;
        patron_banner name$_ before '#story' html=<aside>$_</aside>;
        patron_banner top after '#story' campaign=top;
    }\n"
} 1 .. 40;

$t->run(http => <<'EOC', server => $names . <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
    location = /lost {
        try_files /page.html =404;
        patron on;
        patron_banner lost before '#none' html=lost;
    }

    location = /status {
        patron_status_handler format=json;
    }
EOC

$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>top</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'top:one');
ok(wait_for(sub { $t->get('/1')->body =~ /top/ }), 'a campaign is there');

my (%whole, $page, $dead);


# Kills the worker so many instructions after it has come to a function.

sub dies_in {
    my ($function, $steps, $cause) = @_;

    my ($worker) = $t->workers;
    my $log = $t->dir . "/gdb-$function-$steps";
    my $gdb_pid = fork() // die "fork: $!\n";

    if (!$gdb_pid) {
        open(STDIN, '<', '/dev/null');
        open(STDOUT, '>', $log);
        open(STDERR, '>&', \*STDOUT);
        exec $gdb, '-nx', '-batch', '-p', $worker,
            '-ex', 'set breakpoint pending off',
            '-ex', "break $function",
            '-ex', 'echo ready\n',
            '-ex', 'continue',
            '-ex', "stepi $steps",
            '-ex', 'kill';
        POSIX::_exit(1);
    }

    wait_for(sub { $t->slurp("gdb-$function-$steps") =~ /^ready/m });
    plan_out($log) if $t->slurp("gdb-$function-$steps") !~ /^Breakpoint 1 at/m;

    my $client = fork() // die "fork: $!\n";
    if (!$client) {
        eval { $cause->() };
        POSIX::_exit(0);
    }

    my $gone = wait_for(sub { !kill(0, $worker) });
    kill('KILL', $gdb_pid) unless $gone;
    waitpid($gdb_pid, 0);
    kill('KILL', $client);
    waitpid($client, 0);
    $dead++;

    ok($gone, "dead in $function, $steps");
    like(eval { $t->get('/1')->body } // '', qr/<aside>1</, 'the next answers');
    $whole{1}++;
}


sub plan_out {
    diag($t->slurp($_[0] =~ s/.*\///r));
    $t->quit;
    BAIL_OUT('gdb does not find the functions') if $ENV{CI};
}


my $counted = 2;

for my $steps (90, 130, 170, 230, 300) {
    my $n = $counted++;
    dies_in('ngx_http_patron_zone_stat', $steps, sub { $t->get("/$n") });
}

for my $steps (150, 300) {
    dies_in('ngx_http_patron_zone_store', $steps,
        sub { $t->get('/1', token => token(sub => "ann$steps")) });
    dies_in('ngx_http_patron_zone_batch', $steps, sub { $t->get('/1') });
}

dies_in('ngx_http_patron_zone_blob_put', 120, sub {
    $redis->cmd('HSET', 'patron:campaign:top:one', html => '<b>again</b>');
});

dies_in('ngx_http_patron_zone_place_missed', $_, sub { $t->get('/lost') })
    for 120, 500;

$t->get('/lost');
like($t->get('/status')->body, qr/"lost"/, 'the place that is missed is told');

# What can be had again comes again.

ok(wait_for(sub { $t->get('/1')->body =~ /<b>again/ }), 'the campaign is read');

for my $n (1 .. 40) {
    like($t->get("/$n")->body, qr/<aside>$n</, "page $n");
}

# Each name is counted, none more often than a page was asked for.

my %asked = map { $_ => 1 } 1 .. 40;
$asked{$_}++ for 2 .. 6;

sub stat_of {
    my ($name) = @_;

    my $sum = 0;
    for my $day (-1, 0) {
        $sum += $redis->cmd('HGET', 'patron:stats:'
            . strftime('%Y-%m-%d', gmtime(time + 86400 * $day)),
            "shown.name$name") // 0;
    }

    return $sum;
}

my @wrong;

for my $n (2 .. 40) {
    wait_for(sub { stat_of($n) >= 1 });
    push @wrong, "$n: " . stat_of($n)
        if stat_of($n) < 1 || stat_of($n) > $asked{$n};
}

is("@wrong", '', 'every page is counted once');

$t->finish;
