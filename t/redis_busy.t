# A Redis that is busy with a long script refuses all else.  Once it is done, a
# worker listens for changes soon again: it does not wait as long as it does where
# an ACL forbids it.

use strict;
use warnings;

use IO::Socket::UNIX;
use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->cmd('CONFIG', 'SET', 'lua-time-limit', 10);
$redis->member('ada', tier => 'gold');
$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
EOC
        patron on;
        location / {
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
        }
        location = /status { patron off; patron_status_handler format=json; }
EOC

sub listening { $t->get('/status')->body =~ /"listening": ?true/ }

ok(wait_for(\&listening), 'it listens');

my $script = IO::Socket::UNIX->new($redis->{socket}) or die "redis: $!\n";
print $script "EVAL \"while true do end\" 0\r\n";
$script->flush;

# What Redis answers, by a socket of its own: the harness's client dies of errors.

sub answer {
    my $s = IO::Socket::UNIX->new($redis->{socket}) or return '';
    print $s "$_[0]\r\n";
    $s->flush;
    return scalar(<$s>) // '';
}

ok(wait_for(sub { answer('PING') =~ /^-BUSY/ }), 'Redis is busy');
like($t->get('/page.html')->body, qr/ask/, 'pages are served');
ok($t->wait_log(qr/does not tell of changes: [^\n]*busy with a script/),
    'the log says why');
ok(!listening(), 'it does not listen');
like(answer('SCRIPT KILL'), qr/^\+OK/, 'the script is ended');
close $script;

my $since = time();
ok(wait_for(\&listening), 'it listens again');
cmp_ok(time() - $since, '<', 8, 'within the longest pause between two tries');

$t->finish;
