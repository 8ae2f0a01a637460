# scripts/prometheus-alerts.yml asks for what the status page gives.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $redis = $t->redis;

$t->run(http => '    patron_zone z:1m;', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;

    location / {
        patron on;
        patron_crawlers on;
    }

    location = /stripe {
        patron_webhook_handler stripe key=%%DIR%%/k1.key;
    }

    location = /status {
        patron_status_handler format=prometheus;
    }
EOC

my $file = "$t->{root}/scripts/prometheus-alerts.yml";
open(my $fh, '<', $file) or die "$file: $!\n";
my $rules = do { local $/; <$fh> };

$redis->cmd('HSET', 'patron:bot:search', purpose => 'search');
$redis->cmd('SADD', 'patron:bots', 'search');

my $body;

ok(wait_for(sub {
    $body = $t->get('/status')->body;
    return $body =~ /^patron_crawlers 1\./m;
}), 'a crawler');
like($body, qr/^patron_webhook_last_seconds\{provider="stripe"\} \d+$/m,
    'how long a provider is silent');

my %given = map { $_ => 1 } map { s/\{(?:provider|name)=.*//r } $body
    =~ /^(patron_\w+(?:\{[^}]*\})?) /mg;
my %asked = map { $_ => 1 } map { s/\{got=.*//r } $rules
    =~ /(patron_(?:\w+_total|redis_up|redis_listening|walls_open|banners_off
        |campaigns_refused|webhook_last_seconds)(?:\{\w+="\w+"\})?)/xg;
my @exprs = $rules =~ /^ +expr: /mg;
my @names = $rules =~ /- alert: (\w+)/g;

is(scalar(@exprs), scalar(@names), 'every alert asks');

open(my $readme, '<', "$t->{root}/scripts/README.md") or die;
my $guide = do { local $/; <$readme> };
my %part = map { lc(s/[^\w -]//gr) =~ tr/ /-/r => 1 } $guide =~ /^##+ (.*)$/mg;
my @runbooks = $rules =~ /^ +runbook: scripts\/README\.md#(\S+)$/mg;
is(scalar(@runbooks), scalar(@names), 'every alert has a runbook');
is_deeply([ grep { !$part{$_} } @runbooks ], [], 'which is there');
cmp_ok(scalar(keys %asked), '>', 8, 'for much');
is_deeply([ grep { $guide !~ /`$_`/ } @names ], [], 'and is told in the documents');
is_deeply([ grep { !$given{$_} } sort keys %asked ], [], 'all of it given');

my ($promtool) = grep { -x } $ENV{PROMTOOL} // (), "$t->{root}/build/promtool",
    map { "$_/promtool" } split /:/, $ENV{PATH};

SKIP: {
    skip 'no promtool', 1 unless $promtool;
    my $said = qx($promtool check rules $file 2>&1);
    is($?, 0, 'in a language that Prometheus understands') || diag($said);
}

# What they wake for: a series for each metric, and the alert after some time.

my @cases = (
    ['a theme that has changed, where most requests are of pictures',
        'PatronNoPlace', 'instance: a', {
            'patron_requests_total{instance="a"}' => '0+6000x60',
            'patron_pages_without_place_total{instance="a"}' => '0+60x60',
            'patron_pages_edited_total{instance="a"}' => '0+30x60' }],
    ['one page in twenty that lacks a place', 'PatronNoPlace', undef, {
            'patron_requests_total{instance="a"}' => '0+60x60',
            'patron_pages_without_place_total{instance="a"}' => '0+3x60',
            'patron_pages_edited_total{instance="a"}' => '0+57x60' }],
    ['a Redis that is full', 'PatronRedisRefuses', 'instance: a, what: writes', {
            'patron_redis_refused{instance="a",what="writes"}' => '1x60',
            'patron_redis_refused{instance="a",what="members"}' => '0x60' }],
    ['a Redis that is away', 'PatronRedisAway', 'instance: a', {
            'patron_redis_up{instance="a"}' => '0x60' }],
    ['a crawler that meets walls', 'PatronCrawlerMeetsWalls', 'name: g', {
            'patron_crawler_pages_total{name="g",purpose="search",got="cut"}'
                => '0+2x1000' }],
    ['one that is let through now and then', 'PatronCrawlerMeetsWalls', undef, {
            'patron_crawler_pages_total{name="g",purpose="search",got="cut"}'
                => '0+2x1000',
            'patron_crawler_pages_total{name="g",purpose="search",got="whole"}'
                => '0+1x1000' }],
);

SKIP: {
    skip 'no promtool', scalar @cases unless $promtool;

    for (@cases) {
        my ($name, $alert, $labels, $series) = @$_;
        my $after = $alert =~ /Crawler/ ? '15h' : '50m';
        my ($annotations) = $rules =~ /- alert: $alert\n.*?annotations:\n(.*?)(?=\n\n|\z)/s;
        $annotations =~ s/\{\{ \$labels\.what \}\}/writes/;
        $annotations =~ s/^/          /mg;

        my $test = $t->file('test.yml', join '', "rule_files: [$file]\n",
            "evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n",
            map({ "  - series: '$_'\n    values: '$series->{$_}'\n" } sort keys %$series),
            "  alert_rule_test:\n  - eval_time: $after\n    alertname: $alert\n",
            $labels ? "    exp_alerts:\n    - exp_labels: {$labels}\n"
                . "      exp_annotations:\n$annotations\n" : '');
        my $said = qx($promtool test rules $test 2>&1);
        is($?, 0, $name) || diag($said);
    }
}

$t->finish;
