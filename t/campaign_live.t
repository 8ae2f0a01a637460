# Campaigns live in Redis: published, edited and taken down while nginx runs,
# on every worker within 100 ms, and never asked for when a page is served.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time sleep);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->{workers} = 4;
$t->file('html/page.html', article());

$t->refused('no zone', qr/patron_zone/, server => <<'EOC', http => <<'EOH');
        location / { patron on; patron_banner a before '#story' campaign=top; }
EOC
    patron_redis %%REDIS%%;
EOH

$t->refused('no Redis', qr/patron_redis/, server => <<'EOC', http => <<'EOH');
        location / { patron on; patron_banner a before '#story' campaign=top; }
EOC
    patron_zone z:1m;
EOH

$t->refused('two sources', qr/invalid parameter "html=x"/, http => <<'EOH',
    patron_zone z:1m;
    patron_redis %%REDIS%%;
EOH
    server => <<'EOC');
        location / { patron on;
                     patron_banner a before '#story' campaign=top html=x; }
EOC

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone z:1m;
EOC
        add_header X-Worker $pid always;

        location / {
            patron on;
            patron_banner ask before '#story' campaign=top;
        }

        location /shared/ {
            patron on;
            alias %%DIR%%/html/;
            patron_banner ask before '#story' campaign=quiet;
        }
EOC


# What each worker shows, asked until all of them have answered.

sub all_workers {
    my ($path) = @_;

    my %seen;

    for (1 .. 200) {
        my $r = $t->get($path);
        my ($html) = $r->body =~ m{(<aside.*?</aside>)};
        $seen{$r->header('X-Worker')}{$html // ''} = 1;
        last if keys %seen == $t->{workers};
    }

    return \%seen;
}


# True when every worker shows exactly that, and the seconds it took.

sub shown {
    my ($html, $name, $path) = @_;

    my $start = time;
    my $took;

    my $ok = wait_for(sub {
        my $seen = all_workers($path // '/page.html');
        $took = time - $start;
        return !grep { join('|', keys %$_) ne $html } values %$seen;
    });

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    ok($ok, $name) && note(sprintf '%.3f s', $took);

    return $took;
}


shown('', 'nothing is published');

$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>one</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'top:one');
shown('<aside>one</aside>', 'published');

# In force on all workers within 100 ms: one page of each, once that time is
# over.

my @late;

for my $n (1 .. 10) {
    $redis->cmd('HSET', 'patron:campaign:top:one',
        html => "<aside>edit $n</aside>");
    sleep 0.1;
    my $seen = all_workers('/page.html');
    push @late, $n if grep { join('|', keys %$_) ne "<aside>edit $n</aside>" }
        values %$seen;
}

is("@late", '', 'ten edits were live on every worker within 100 ms');

$redis->cmd('SREM', 'patron:campaigns', 'top:one');
shown('', 'taken down');
$redis->cmd('SADD', 'patron:campaigns', 'top:one');
shown('<aside>edit 10</aside>', 'published again');

# Bad fields.

$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>bad', 'until',
    'soon');
ok($t->wait_log(qr/campaign "top:one" is refused: until "soon"/),
    'a bad date is told');
$redis->cmd('HDEL', 'patron:campaign:top:one', 'until');
ok($t->wait_log(qr/campaign "top:one" is refused: (?!until)/),
    'unbalanced HTML is told');
shown('<aside>edit 10</aside>', 'the last good version stays');
$redis->cmd('HSET', 'patron:campaign:top:one', html => '<p>' . 'x' x 70000);
ok($t->wait_log(qr/top:one" is refused: html has 65537 bytes/),
    'HTML that is too long is told');
$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>${remote_addr}</aside>');
ok($t->wait_log(qr/top:one" is refused: html reads "remote_addr"/),
    'a variable that is not allowed is told');
shown('<aside>edit 10</aside>', 'the last good version stays');
$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>ok</aside>');
shown('<aside>ok</aside>', 'good again');

$redis->cmd('SET', 'patron:campaign:top:str', 'x');
$redis->cmd('SADD', 'patron:campaigns', 'top:str', 'top:none', 'noslot');
ok($t->wait_log(qr/"top:str" is refused: it is no hash/), 'a string is told');
ok($t->wait_log(qr/"top:none" is refused: there is no such hash/),
    'a missing one is told');
shown('<aside>ok</aside>', 'the others are shown');
$redis->cmd('SREM', 'patron:campaigns', 'top:str', 'top:none', 'noslot');

# Tickers.

$redis->cmd('SET', 'patron:ticker:fund-2026', '34,120 <b>');
$redis->cmd('HSET', 'patron:campaign:top:one',
    html => '<aside>raised ${ticker:fund-2026} of $50,000</aside>');
shown('<aside>raised 34,120 &lt;b&gt; of $50,000</aside>', 'a ticker');
$redis->cmd('SET', 'patron:ticker:fund-2026', '34,130');
shown('<aside>raised 34,130 of $50,000</aside>', 'a ticker moves');
$redis->cmd('HSET', 'patron:campaign:top:one', html => '<aside>ok</aside>');
shown('<aside>ok</aside>', 'no ticker');

# No Redis in the way of a page.

my $before = $redis->calls('');
$t->get('/page.html') for 1 .. 50;
cmp_ok($redis->calls('') - $before, '<', 20, 'no command for a page');

$redis->down;
shown('<aside>ok</aside>', 'kept while Redis is away');
$t->reload;
shown('<aside>ok</aside>', 'kept over a reload while Redis is away');
$redis->up;
shown('', 'an empty Redis has no campaigns');
$redis->cmd('HSET', 'patron:campaign:top:two', html => '<aside>two</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'top:two');
shown('<aside>two</aside>', 'live again after a restart of Redis');

$redis->cmd('FLUSHALL');
shown('', 'FLUSHALL');

# Hours of the week, by the clocks of a place: 14 hours ahead of UTC.

my $hour = (gmtime(time + 14 * 3600))[2];
my $now = sprintf '%d:00-%d:00', ($hour + 23) % 24, ($hour + 2) % 24;
my $day = (qw(sun mon tue wed thu fri sat))[(gmtime(time + 3 * 86400))[6]];

$redis->cmd('HSET', 'patron:campaign:top:hours', html => '<aside>now</aside>',
    hours => $now, tz => 'Pacific/Kiritimati');
$redis->cmd('SADD', 'patron:campaigns', 'top:hours');
shown('<aside>now</aside>', "$now there");
$redis->cmd('HSET', 'patron:campaign:top:hours', tz => 'UTC');
shown('', 'not in UTC');
$redis->cmd('HSET', 'patron:campaign:top:hours', tz => '<+14>-14');
shown('<aside>now</aside>', 'a zone by its rule');
$redis->cmd('HSET', 'patron:campaign:top:hours', hours => $day);
shown('', "on $day alone");
$redis->cmd('HSET', 'patron:campaign:top:hours', hours => 'sun-sat', tz => 'Mars/X');
ok($t->wait_log(qr/top:hours" is refused: tz "Mars\/X" is no zone of this system/),
    'a zone that is none');
$redis->cmd('HSET', 'patron:campaign:top:hours', tz => '../../../etc/passwd');
ok($t->wait_log(qr/top:hours" is refused: tz ".*" is not valid/), 'nor a name');
$redis->cmd('HSET', 'patron:campaign:top:hours', hours => 'at night');
ok($t->wait_log(qr/top:hours" is refused: hours "at night" is not valid/),
    'hours that are none');
$redis->cmd('SREM', 'patron:campaigns', 'top:hours');
shown('', 'taken down');

# Caches.

$redis->cmd('HSET', 'patron:campaign:quiet:a', html => '<aside>a</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'quiet:a');
shown('<aside>a</aside>', 'one campaign', '/shared/page.html');
unlike($t->get('/shared/page.html')->header('Cache-Control'), qr/private/,
    'a page that all guests are sent may be kept');
$redis->cmd('HSET', 'patron:campaign:quiet:a', if_http_x_country => 'DE');
ok(wait_for(sub { $t->get('/shared/page.html')->body !~ /aside/ }),
    'targeted at a header');
my $r = $t->get('/shared/page.html', headers => ['X-Country' => 'DE']);
like($r->body, qr/<aside>a/, 'the header is there');
like($r->header('Vary'), qr/X-Country/, 'Vary says so');
unlike($r->header('Cache-Control'), qr/private/, 'which may be kept');
$redis->cmd('HDEL', 'patron:campaign:quiet:a', 'if_http_x_country');
$redis->cmd('HSET', 'patron:campaign:quiet:a', if_remote_addr => '127.0.0.1');
ok(wait_for(sub { $t->get('/shared/page.html')->header('Cache-Control')
    eq 'private, no-store' }), 'targeted at what Vary cannot express');
$redis->cmd('HDEL', 'patron:campaign:quiet:a', 'if_remote_addr');
$redis->cmd('HSET', 'patron:campaign:quiet:b', html => '<aside>b</aside>');
$redis->cmd('SADD', 'patron:campaigns', 'quiet:b');
ok(wait_for(sub { $t->get('/shared/page.html')->header('Cache-Control')
    eq 'private, no-store' }), 'a choice between two is the reader\'s own');

# The choice sticks.

ok(wait_for(sub {
    grep { $t->get('/shared/page.html', headers => ['User-Agent' => "agent $_"])
        ->body =~ /<aside>b/ } 1 .. 10;
}), 'the second is there');
sleep 0.1;

my %choice;

for my $n (1 .. 60) {
    my %html = map { $_ => 1 } map {
        $t->get('/shared/page.html', headers => ['User-Agent' => "agent $n"])
            ->body =~ m{<aside>(\w)} ? $1 : '' } 1 .. 3;
    $choice{join '', sort keys %html}++;
}

is(join(',', sort keys %choice), 'a,b', 'each reader keeps to one');

$t->finish;
