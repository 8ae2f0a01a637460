# A selector that matches nothing: told at "error", seldom, and on the status
# page; and one that matches many elements, told at "warn".

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', '<html><body><p>x</p></body></html>');
$t->file('html/other.html', '<html><body><p>x</p><main>y</main></body></html>');

$t->file('html/list.html', '<html><body>'
    . '<article><p>x</p></article>' x 5 . '</body></html>');

$t->run(http => <<'EOH', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone p:1m;
EOH
        error_log %%DIR%%/quiet.log error;
        patron on;

        location / {
            patron_banner gone before .gone 'html=[gone]';
            patron_banner rare after main 'html=[rare]';
            patron_banner may before .may 'html=[may]' optional;
        }
        location /list/ {
            error_log %%DIR%%/crowd.log warn;
            alias %%DIR%%/html/;
            patron_banner card append article 'html=[card]';
            patron_banner swap replace 'p' 'html=[swap]';
            patron_banner each append article all 'html=[each]';
        }
        location /walled/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_wall main keep=1 html=wall;
        }
        location = /status { patron_status_handler format=json; }
        location = /status.html { patron_status_handler; }
EOC

sub lines {
    my ($like) = @_;
    return scalar grep { /\[error\]/ && /$like/ }
        split /\n/, $t->slurp('quiet.log');
}

# The first page that a worker edits is counted, and then one of 64.

my $body = $t->get('/list/list.html')->body;
is(scalar(() = $body =~ /\[card\]/g), 1, 'it stands at the first');
is(scalar(() = $body =~ /\[swap\]/g), 1, 'of each');
is(scalar(() = $body =~ /<p>/g), 4, 'and the others are as they were');
my $told = $t->slurp('crowd.log');
like($told, qr{\[warn\].*"card" stands .* "/list/list.html" .*"article"},
    'which is told');
like($told, qr{\[warn\].*"swap" stands}, 'of each');
unlike($told, qr{"each" stands}, 'but not where all are meant');

$t->get('/other.html');
$t->get('/page.html?token=secret') for 1 .. 10;

is(lines(qr/"gone".*"\/other.html".*"\.gone"/), 1, 'told once');
is(lines(qr/"rare".*"\/page.html".*"main"/), 1,
    'once, too, where it was found before');
is(lines(qr/\.may/), 0, 'not at all of what is optional');
unlike($t->slurp('quiet.log'), qr/in "[^"]*secret/, 'without the query');

is($t->get('/walled/page.html')->status, 402, 'a wall refuses');
$t->get('/walled/page.html') for 1 .. 5;
is(lines(qr{"/walled/page.html" is refused: .*"patron_wall main"}), 1,
    'and tells');
is($t->get('/walled/other.html')->status, 200, 'but not a page with a match');

my $status = decode_json($t->get('/status')->body);
my %place = map { $_->{name} => $_ } @{$status->{unplaced}};

is($place{gone}{pages}, 11, 'how many pages');
is($place{gone}{uri}, '/page.html', 'the last one');
is($place{rare}{pages}, 10, 'of each');
is($place{patron_wall}{selector}, 'main', 'the wall');
is($place{patron_wall}{uri}, '/walled/page.html', 'with its page');
ok(!$place{may}, 'nothing of what is optional');
is($status->{counters}{patron_pages_without_place_total}, 11, 'counted');
like($t->get('/status.html')->body,
    qr{<b>gone</b> <code>\.gone</code> on 11 pages}, 'for people, too');

my %stats;
ok(wait_for(sub {
    %stats = map { @{$redis->cmd('HGETALL', $_)} }
        @{$redis->cmd('KEYS', 'patron:stats:*')};
    return ($stats{'unmatched.main'} // 0) == 6;
}), 'counted by the selector of a wall');
is($stats{'unplaced.gone'}, 11, 'and the name of a banner');
is($stats{'crowded.card'}, 1, 'as is one with many matches');

$t->finish;
