# The status page as HTML, JSON and for Prometheus; the dashboard asks for what
# is there.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

$redis->cmd('HSET', 'patron:bot:<b>"', purpose => 'search');
$redis->cmd('SADD', 'patron:bots', '<b>"');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_crawlers on;
        patron_institutions on;
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
            patron_banner top after '#story' campaign=top;
            patron_banner thanks before '#story' 'html=<i>thanks</i>' for=patron;
            patron_banner gift after '#story' 'html=<i>gift</i>' for=gold;
        }
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/k1.key;
        }
        location = /status { patron off; patron_status_handler; }
        location = /status.json { patron off; patron_status_handler format=json; }
        location = /metrics { patron off; patron_status_handler format=prometheus; }
EOC

my $name = 'top:<b>"\\' . "\n" . "\xff\xc3\xa9";
$redis->cmd('HSET', "patron:campaign:$name", html => '<aside>a</aside>');
$redis->cmd('HSET', 'patron:campaign:top:bad', html => '<aside>b',
    cap => '<script>');
$redis->cmd('SADD', 'patron:campaigns', $name, 'top:bad');
$redis->member('alice', tier => 'gold');

ok(wait_for(sub { $t->get('/page.html')->body =~ m{<aside>a</aside>}
    && $t->get('/status.json')->body =~ /"crawlers":\[\{/ }), 'there');
$t->get('/page.html') for 1 .. 4;
$t->get('/page.html', token => token(sub => 'alice'));


# JSON

my $r = $t->get('/status.json');
is($r->status, 200, 'JSON');
is($r->header('Cache-Control'), 'private, no-store', 'not for caches');
my $json = JSON::PP->new->utf8->decode($r->body);
my %today = map { $_->{name} => $_ } @{$json->{today}};
my ($clean) = grep { /^top/ } keys %today;
is($clean, "top:<b>\"\\??\x{e9}", 'a name, cleaned');
ok($today{$clean}{campaign}, 'a campaign');
ok(!$today{ask}{campaign}, 'a banner');
cmp_ok($today{ask}{shown}, '>=', 5, 'shown');
is(scalar @{$today{ask}{hours}}, 24, 'hours');
my $sum = 0;
$sum += $_ for @{$today{ask}{hours}};
is($sum, $today{ask}{shown}, 'which add up');
is_deeply([map { "$_->{name}: $_->{reason}" } @{$json->{refused}}],
    ['top:bad: cap "<script>" is not valid: expected as in 3/7d'], 'refused');
is($json->{redis}{rung}, 'redis', 'the rung');
is($json->{counters}{patron_readers_total_patron}, 1, 'a patron');
is($json->{crawlers}[0]{name}, '<b>"', 'a crawler');

# HTML

$r = $t->get('/status');
is($r->status, 200, 'HTML');
like($r->header('Content-Security-Policy'), qr/default-src 'none'/, 'closed');
ok($r->body =~ m/top:&lt;b&gt;&quot;\\/, 'names are escaped');
ok($r->body !~ m/<script/, 'no script');
ok($r->body !~ m{(?:src|href)\s*=|url\(|\@import}, 'nothing from outside');
ok($r->body =~ m/Refused campaigns.*cap &quot;&lt;script/s, 'refused');
ok($r->body =~ m{</html>\s*$}, 'whole');
is($today{$_}{shown}, 1, "$_: shown, to the patron") for 'thanks', 'gift';
is($r->body =~ m{<b>(\d+)</b><span>appeals shown} ? $1 : '',
    $today{ask}{shown} + $today{$clean}{shown}, 'and no appeal');
is(() = $r->body =~ /<rect class="[he]"/g, 96, 'a curve for each');

# Prometheus: the text format, strictly.

$r = $t->get('/metrics');
like($r->header('Content-Type'), qr{^text/plain; version=0\.0\.4}, 'the type');
my (%type, %help, %value, @wrong, %done, $last);

for my $line (split /\n/, $r->body) {
    if ($line =~ /^# HELP (\w+) \S.*$/) {
        push @wrong, "HELP again: $line" if $help{$1}++ || $type{$1};
    } elsif ($line =~ /^# TYPE (\w+) (counter|gauge)$/) {
        push @wrong, "TYPE again: $line" if $type{$1};
        $type{$1} = $2;
    } elsif ($line =~ /^([a-z_][a-z0-9_]*)(\{(?:\w+="(?:[^"\\\n]|\\["\\n])*"(?:,(?=\w))?)*\})? (-?\d+(?:\.\d+)?)$/) {
        my ($metric, $series) = ($1, $1 . ($2 // ''));
        push @wrong, "no TYPE: $line" unless $type{$metric};
        push @wrong, "no HELP: $line" unless $help{$metric};
        push @wrong, "twice: $line" if exists $value{$series};
        push @wrong, "not together: $line"
            if ($last // '') ne $metric && $done{$metric}++;
        push @wrong, "a counter's name: $line"
            if ($type{$metric} eq 'counter') != ($metric =~ /_total$/ ? 1 : 0);
        $value{$series} = $3;
        $last = $metric;
    } else {
        push @wrong, "not understood: $line";
    }
}

is(join("\n", @wrong), '', 'every line is as it should be');
ok((grep { /^patron_appeals_total\{event="shown",name="ask"\}$/ } keys %value),
    'appeals');
ok((grep { $_ eq "patron_appeals_total{event=\"shown\",name=\"top:<b>\\\"\\\\??\xc3\xa9\"}" }
    keys %value), 'a label, escaped');
is($value{patron_campaigns_refused}, '1.0000', 'a gauge');

my ($promtool) = grep { -x } $ENV{PROMTOOL} // (), "$t->{root}/build/promtool",
    map { "$_/promtool" } split /:/, $ENV{PATH};

SKIP: {
    skip 'no promtool', 1 unless $promtool;
    my $file = $t->file('metrics', $r->body);
    is(qx($promtool check metrics < $file 2>&1), '', 'promtool finds nothing');
}

# The dashboard.

open(my $fh, '<', 'scripts/grafana-dashboard.json') or die "dashboard: $!\n";
my $dashboard = JSON::PP->new->utf8->decode(join '', <$fh>);
my @exprs = map { $_->{expr} } map { @{$_->{targets} // []} }
    @{$dashboard->{panels}};

cmp_ok(scalar @exprs, '>', 8, 'the dashboard asks');

# The alerts, too

open($fh, '<', 'scripts/prometheus-alerts.yml') or die "alerts: $!\n";
my $alerts = join '', <$fh>;
my @conditions = map { s/\s+/ /gr }
    $alerts =~ /^    expr: (?:>-\n)?((?:.+\n(?=      ))*.+)$/mg;
is(scalar @conditions, scalar(() = $alerts =~ /- alert:/g), 'so do the alerts');
push @exprs, @conditions;

my %label = map { $_ => 1 } 'instance', map { /(\w+)="/g } keys %value;
my @unknown;

for my $expr (@exprs) {
    push @unknown, grep { !$type{$_} } $expr =~ /\b(patron_\w+)/g;
    push @unknown, grep { !$label{$_} }
        map { split /\s*,\s*/ } $expr =~ /\bby \(([^)]*)\)/g;
    push @unknown, grep { !$label{$_} } $expr =~ /[{,](\w+)[=!]/g;
    push @unknown, "rate of no counter: $expr"
        if grep { $type{$_} ne 'counter' }
            $expr =~ /(?:rate|increase)\((patron_\w+)/g;
    push @unknown, "counter without rate: $expr"
        if grep { $type{$_} eq 'counter' }
            $expr =~ /(?<!rate\()(?<!increase\()\b(patron_\w+_total)/g;
}

is("@unknown", '', 'for what is there');

SKIP: {
    skip 'no promtool', 1 unless $promtool;
    my $n = 0;
    my $file = $t->file('rules.json', JSON::PP->new->encode({ groups => [
        { name => 'dashboard', rules => [ map { { record => 'q' . ++$n,
            expr => s/\$__rate_interval/5m/gr } } @exprs ] } ] }));
    is(system("$promtool check rules $file >/dev/null 2>&1"), 0,
        'in a language that Prometheus understands');
}

is($t->head('/status')->status, 200, 'HEAD');
is($t->request('POST', '/status')->status, 405, 'POST');

# Switches.

is($json->{switches}{walls} . $json->{switches}{banners}, 'closedon',
    'switches as they should be');
unlike($t->get('/status')->body, qr/Switches:/, 'are not spoken of');
$redis->cmd('HSET', 'patron:switches', 'walls', 'open', 'banners', 'off');
ok(wait_for(sub { $t->get('/status')->body
    =~ /Switches:.*every wall is open, every appeal is silenced/ }),
    'others are');
$json = JSON::PP->new->utf8->decode($t->get('/status.json')->body);
is($json->{switches}{walls} . $json->{switches}{banners}, 'openoff', 'JSON');
$r = $t->get('/metrics');
ok($r->body =~ /^patron_walls_open 1\.0/m && $r->body =~
    /^patron_banners_off 1\.0/m, 'Prometheus');

# Redis away.

$redis->down;
ok(wait_for(sub {
    JSON::PP->new->utf8->decode($t->get('/status.json')->body)->{redis}{state}
        eq 'away' }), 'Redis is away');
like($t->get('/status')->body, qr/class="on low"/, 'the rung below');

$t->finish;
