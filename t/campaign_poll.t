# Against a Redis that tells nobody of changes, campaigns, tickers and switches
# are looked for every second.  Tickers in banners of the configuration.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

$t->{workers} = 2;
$t->file('html/page.html', article());
$t->file('password', 'secret', 0600);
$t->file('total.html', '<aside title="${ticker:fund}">file</aside>');

$redis->cmd('ACL', 'SETUSER', 'deaf', 'on', '>secret', '~*', '&*', '+@all',
    '-client|tracking');

my $server = <<'EOC';
        add_header X-Worker $pid always;

        location /total/ {
            alias %%DIR%%/html/;
            patron on;
            patron_banner total before '#story' file=%%DIR%%/total.html;
            patron_banner raised after '#story'
                'html=<aside>${ticker:fund} of $5</aside>';
        }
EOC

my $http = <<'EOC';
    patron_zone z:1m;
    patron_redis redis://deaf@127.0.0.1:%%PORT_redis%%
        password_file=%%DIR%%/password timeout=500ms;
EOC

for (['no Redis', qr/"total": a ticker needs "patron_redis"/,
        'patron_zone z:1m;'],
    ['no zone', qr/"total": a ticker needs "patron_zone"/,
        'patron_redis %%REDIS%%;'])
{
    my ($name, $why, $conf) = @$_;
    $t->refused($name, $why, http => $conf, server => $server);
}


# A second, and what the machine takes besides; sanitizers take their time.

my $most = ($ENV{TEST_TIMEOUT} // 20) > 20 ? 9 : 3;

# What each worker shows.

sub shows {
    my ($path, $html, $name) = @_;

    my $start = time;
    my $ok = wait_for(sub {
        my %seen;
        for (1 .. 100) {
            my $r = $t->get($path);
            $seen{$r->header('X-Worker')} = join '', $r->body
                =~ m{(<aside.*?</aside>)}g;
            last if keys %seen == $t->{workers};
        }
        return !grep { $_ ne $html } values %seen;
    });

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    return $ok && cmp_ok(time - $start, '<', $most, $name)
        || ok(0, "$name: not shown");
}

$redis->cmd('SET', 'patron:ticker:fund', '34,120 "<b>');

# Tickers alone: there is no campaign anywhere.

$t->run(http => $http, server => $server);

sub total {
    my ($text) = @_;

    return qq(<aside title="$text">file</aside><aside>$text of \$5</aside>);
}

ok($t->wait_log(qr/\[warn\].*does not tell of changes: its ACL forbids/),
    'Redis tells nothing');
shows('/total/page.html', total('34,120 &quot;&lt;b&gt;'), 'a ticker');
$redis->cmd('SET', 'patron:ticker:fund', '34,130');
shows('/total/page.html', total('34,130'), 'moves');
$redis->cmd('DEL', 'patron:ticker:fund');
shows('/total/page.html', total(''), 'there is none');
$redis->cmd('RPUSH', 'patron:ticker:fund', 'x');
shows('/total/page.html', total(''), 'it is no string');

# With campaigns.

$t->reload(http => $http, server => $server . <<'EOC');
        location / {
            patron on;
            patron_banner top before '#story' campaign=top;
        }
EOC

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<aside>one</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');
shows('/page.html', '<aside>one</aside>', 'published');
$redis->cmd('HSET', 'patron:campaign:top:a',
    html => '<aside>${ticker:fund}</aside>');
$redis->cmd('SET', 'patron:ticker:fund', '34,140');
shows('/page.html', '<aside>34,140</aside>', 'changed, with a ticker');
shows('/total/page.html', total('34,140'), 'which banners show too');
$redis->cmd('HSET', 'patron:switches', 'banners', 'off');
shows('/page.html', '', 'silenced');
$redis->cmd('DEL', 'patron:switches');
shows('/page.html', '<aside>34,140</aside>', 'and let speak');
$redis->cmd('SREM', 'patron:campaigns', 'top:a');
shows('/page.html', '', 'taken down');

# As soon as it may, it hears.

$redis->cmd('ACL', 'SETUSER', 'deaf', '+client');
ok($t->wait_log(qr/tells of changes now/), 'Redis tells of changes now');
$redis->cmd('SADD', 'patron:campaigns', 'top:a');
shows('/page.html', '<aside>34,140</aside>', 'published again');

$t->finish;
