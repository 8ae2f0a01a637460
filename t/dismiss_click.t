# Appeals that are sent away by a form and followed by a link, without
# JavaScript; caps that hold over workers and restarts.

use strict;
use warnings;

use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->{workers} = 2;
$t->file('html/page.html', article());

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_key k2 %%DIR%%/k2.key;

        location / {
            patron_banner ask before '#story' 'html=<aside>ask</aside>';
            patron_banner top after '#story' campaign=top;
        }
        location = /dismiss { patron_dismiss_handler; }
        location = /click { patron_click_handler; }
        location = /go { patron_click_handler default=/join/; }
EOC

$t->refused("click: $_->[0]", qr/"patron_click_handler" directive: $_->[1]/,
    %conf, server => $conf{server} . "location = /x { $_->[0]; }")
    for ['patron_click_handler default=https://evil.example/', 'invalid parameter'],
        ['patron_click_handler default=', 'invalid parameter'],
        ['patron_click_handler to=/join/', 'invalid parameter'];

$t->refused('no key', qr/"patron_dismiss_handler" directive: .* no "patron_key"/,
    server => 'location / { patron_dismiss_handler; }');
$t->refused('no Redis', qr/"patron_click_handler" directive: .* no "patron_redis"/,
    server => 'location / { patron_click_handler; }');

$t->run(%conf);

$redis->cmd('HSET', 'patron:campaign:top:a', html => '<aside>camp</aside>',
    url => 'https://pay.example/?x=1', cap => '2/7d');
$redis->cmd('HSET', 'patron:campaign:top:no-url', html => '<aside>n</aside>',
    weight => 0);
$redis->cmd('SADD', 'patron:campaigns', 'top:a', 'top:no-url');

ok(wait_for(sub { $t->get('/page.html')->body =~ /camp/ }), 'there');


# The cookie that a response sets, name=value.

sub seen {
    my ($r) = @_;

    return $r->header('Set-Cookie') =~ /(patron_seen=[^;]+)/ ? $1 : undef;
}


sub dismiss {
    my ($body, %o) = @_;

    return $t->request('POST', '/dismiss', body => $body, headers => [
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Origin' => 'http://localhost', @{$o{headers} // []}]);
}


sub page {
    my ($cookie) = @_;

    my $r = $t->get('/page.html', headers => [$cookie ? (Cookie => $cookie)
        : ()]);
    $r->{asides} = join ' ', $r->body =~ m{<aside>(\w+)}g;

    return $r;
}


# Caps.

my $r = page();
is($r->{asides}, 'ask camp', 'the first showing');
like($r->header('Set-Cookie'), qr/^patron_seen=v1\.[\w.-]+; Max-Age=31536000; Path=\/; SameSite=Lax; HttpOnly$/,
    'the cookie');
is($r->header('Cache-Control'), 'private, no-store', 'which is private');
my $cookie = seen($r);
$r = page($cookie);
is($r->{asides}, 'ask camp', 'the second');
my $capped = seen($r);
$r = page($capped);
is($r->{asides}, 'ask', 'capped');
is(seen($r), undef, 'and nothing to be said');
is($r->header('Cache-Control'), 'private, no-store', 'the reader\'s own page');

is(page($capped)->{asides}, 'ask', 'capped on any worker') for 1 .. 6;
$t->reload;
is(page($capped)->{asides}, 'ask', 'capped after a reload');
$t->quit;
$t->run(%conf);
ok(wait_for(sub { page()->{asides} =~ /camp/ }), 'nginx starts anew');
is(page($capped)->{asides}, 'ask', 'capped after a restart');
is(page($capped =~ s/.$/X/r)->{asides}, 'ask camp', 'a forged one is none');

$r = $t->get('/page.html', headers => ['Sec-Purpose' => 'prefetch']);
is($r->status, 503, 'a prefetch is refused, and does not count');

# Dismissal.

$r = dismiss('name=ask&to=/page.html%3Fa=1');
is($r->status, 303, 'sent away');
is($r->header('Location'), '/page.html?a=1', 'and back');
is($r->header('Cache-Control'), 'private, no-store', 'not for caches');
my $away = seen($r);
is(page($away)->{asides}, 'camp', 'gone');
like($t->get('/page.html')->header('Vary'), qr/Cookie/, 'caches are told');

$r = dismiss('name=top:a&days=2', headers => [Cookie => $away,
    Referer => 'http://localhost/page.html?b=2']);
is($r->header('Location'), '/page.html?b=2', 'back to where it came from');
is(page(seen($r))->{asides}, '', 'the campaign too');

$r = dismiss('name=top');
is($r->status, 303, 'a place that has campaigns');
is(page(seen($r))->{asides}, 'ask', 'rests, whatever campaign it had')
    for 1 .. 2;

is(dismiss('name=ask')->header('Location'), '/', 'or to the front page');

for my $case (
    [400, 'nothing', ''],
    [400, 'no name', 'days=1'],
    [400, 'too few days', 'name=ask&days=0'],
    [400, 'too many days', 'name=ask&days=4000'],
    [400, 'no number', 'name=ask&days=x'],
    [400, 'another host', 'name=ask&to=//evil.example/'],
    [400, 'another scheme', 'name=ask&to=https://evil.example/'],
    [400, 'a backslash', 'name=ask&to=/%5Cevil.example'],
    [400, 'a line', 'name=ask&to=/%0d%0aSet-Cookie:a=b'],
    [404, 'a name that is not', 'name=nobody'],
    [404, 'a campaign that is not', 'name=top:b'],
) {
    my ($status, $name, $body) = @$case;
    my $r = dismiss($body);
    is($r->status, $status, $name);
    is(seen($r), undef, "$name: no cookie");
}

for my $headers ([], [Origin => 'http://evil.example'], [Origin => 'null'],
    [Referer => 'http://evil.example/'])
{
    is($t->request('POST', '/dismiss', body => 'name=ask',
        headers => $headers)->status, 403, "from: @$headers");
}

is($t->get('/dismiss?name=ask')->status, 405, 'GET');
is(dismiss('name=ask&x=' . 'x' x 9000)->status, 413, 'a large form');

# Clicks.

$r = $t->get('/click?c=top:a&to=https://evil.example/');
is($r->status, 303, 'a click');
is($r->header('Location'), 'https://pay.example/?x=1', 'goes to the url');
is($r->header('Cache-Control'), 'private, no-store', 'not for caches');
is($t->get('/click?c=top%3Aa')->status, 303, 'encoded');
is($t->head('/click?c=top:a')->status, 303, 'HEAD');
$t->get('/click?c=top:a', headers => ['User-Agent' => 'a crawler']);
is($t->get("/click$_")->status, 404, "/click$_")
    for '', '?c=', '?c=top:b', '?c=ask', '?c=top:no-url';
is($t->request('POST', '/click?c=top:a')->status, 405, 'POST');
is($t->get("/go$_")->header('Location'), '/join/', "/go$_: to default=")
    for '', '?c=', '?c=top:b', '?c=top%0Ab:c', '?c=' . 'x' x 200;
is($t->get('/go?c=top:a')->header('Location'), 'https://pay.example/?x=1',
    'default= is for what there is not');

# What was taken down: its record is read.

my %down = (
    old => [url => 'https://pay.example/?old'],
    odd => [url => 'javascript:alert(1)'],
    bare => [html => '<p>no url</p>'],
);

$redis->cmd('HSET', "patron:campaign:top:$_", @{$down{$_}}) for keys %down;
$redis->cmd('SET', 'patron:campaign:top:text', 'no hash');

is($t->get('/click?c=top:old')->header('Location'), 'https://pay.example/?old',
    'a click on a campaign that was taken down arrives');
is($t->head('/click?c=top:old')->status, 303, 'HEAD, too');
is($t->get("/click?c=top:$_")->status, 404, "$_: 404")
    for 'odd', 'bare', 'text', 'old%00', 'old%0D';
is($t->get('/go?c=top:odd')->header('Location'), '/join/', 'or to default=');

# Browsers send the brackets of a query as they are.

$r = dismiss('name=top', headers => [
    Referer => 'http://localhost/page.html?filter[tag]=x|y']);
is($r->header('Location'), '/page.html?filter[tag]=x|y', 'with its query');

# What was counted.

$t->quit;
my %n = @{$redis->cmd('HGETALL', 'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
is($n{'clicked.top:a'}, 3, 'clicks');
is($n{'clicked.top:old'}, 1, 'and of what was taken down');
is($n{'dismissed.ask'}, 2, 'dismissals of a banner');
is($n{'dismissed.top:a'}, 1, 'dismissals of a campaign');
ok(!(grep { /nobody|top:b|evil/ } keys %n), 'nothing that does not exist');

$t->finish;
