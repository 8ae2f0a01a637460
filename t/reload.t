# A reload under load loses no request, old workers go, and Redis is left with
# the connections of the new.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
$t->{workers} = 2;
my $redis = $t->redis;

$redis->member("m$_", tier => 'gold') for 1 .. 50;
$t->file('html/page.html', '<html><body></body></html>');

my $conf = <<'EOC';
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    keepalive_requests 50;
EOC

$t->run(server => $conf, http => '    patron_zone z:1m ttl=1s;');

# Readers who go on as long as nginx lives, each its own process.

my $stop = $t->dir . '/stop';
my @readers;

for my $reader (1 .. 4) {
    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        my ($n, $bad) = (0, 0);
        my $i = $reader * 10;

        while (!-e $stop || $n < 20) {
            my $token = token(sub => 'm' . (1 + $i++ % 50));
            my $r = eval {
                $t->get('/page.html', $i % 3 ? (token => $token) : ());
            };
            $n++;
            my $expected = $i % 3 ? '<html><body></body></html>'
                : '<html><body>[ask]</body></html>';
            $bad++ if !$r || $r->body ne $expected;
        }

        open(my $fh, '>', $t->dir . "/reader.$reader");
        print $fh "$n $bad\n";
        close($fh);
        POSIX::_exit(0);
    }

    push @readers, $pid;
}

for my $i (1 .. 5) {
    my %old = map { $_ => 1 } $t->workers;
    $t->reload;
    ok(wait_for(sub { !grep { $old{$_} } $t->workers }),
        "reload $i: the old workers are gone");
}

open(my $fh, '>', $stop);
close($fh);
waitpid($_, 0) for @readers;

my ($n, $bad) = (0, 0);
for (1 .. 4) {
    my ($some, $wrong) = split ' ', $t->slurp("reader.$_");
    $n += $some // 0;
    $bad += $wrong // 1;
}

cmp_ok($n, '>=', 80, "readers: $n requests");
is($bad, 0, 'none was lost, none was wrong');

my $left = wait_for(sub { my @c = $redis->clients; return @c <= 4; });
ok($left, 'Redis has the connections of two workers')
    || diag(join "\n", $redis->clients);

# A configuration that is wrong leaves the old one at work.

$t->file('nginx.conf', 'bogus;');
kill('HUP', $t->{pid});
$t->allow(qr/unknown directive "bogus"/);
ok($t->wait_log(qr/unknown directive "bogus"/), 'a wrong configuration');
is($t->get('/page.html')->body, '<html><body>[ask]</body></html>',
    'changes nothing');

$t->finish;
