# A signed link shows a campaign before it starts, to whoever holds it.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256);
use JSON::PP ();
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());
$t->file('wall.html', '<b>wall</b>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        add_header X-Args $args;
        add_header X-Uri $request_uri;

        location / {
            patron_banner top before '#story' campaign=top for=guest;
            patron_banner low after '#story' campaign=low;
        }
        location /walled/ {
            alias %%DIR%%/html/;
            patron_access members;
            patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
            patron_banner top before '#story' campaign=top if=$arg_top;
            patron_banner thanks after '#story' for=patron 'html=<i>thanks</i>';
        }
EOC

$redis->cmd('HSET', 'patron:campaign:top:now', html => '<aside>now</aside>');
$redis->cmd('HSET', 'patron:campaign:top:next', html => '<aside>next</aside>',
    from => '2099-01-01', for => 'gold', cap => '1/1d', weight => 0,
    if_remote_addr => '192.0.2.1');
$redis->cmd('HSET', 'patron:campaign:low:draft', html => '<aside>draft</aside>',
    status => 'draft');
$redis->cmd('HSET', 'patron:campaign:low:later', html => '<aside>later</aside>',
    hours => (qw(sun mon tue wed thu fri sat))[(gmtime(time + 3 * 86400))[6]]);
$redis->cmd('SADD', 'patron:campaigns', 'top:now', 'top:next', 'low:draft',
    'low:later');
$redis->cmd('HSET', 'patron:campaign:top:unseen', weight => 0,
    html => '<aside>unseen</aside>');
$redis->cmd('HSET', 'patron:campaign:top:broken', html => '<aside>broken');
$redis->member('alice');

ok(wait_for(sub { $t->get('/page.html')->body =~ /now/ }), 'there');


# RFC 5869, as patron_link makes its keys: no salt, one block.

sub derived {
    my ($purpose) = @_;

    return hmac_sha256("patron:$purpose\x01",
        hmac_sha256($Patron::Token::SECRET{k1}, "\0" x 32));
}


sub preview {
    my ($campaign, %o) = @_;

    return token(SECRET => derived($o{purpose} // 'preview'), KID => 'k1',
        aud => $o{aud} // 'patron:preview', exp => $o{exp} // time + 600,
        campaign => $campaign);
}


sub asides {
    my ($query, %o) = @_;

    my $r = $t->get("/page.html$query", %o);
    $r->{asides} = join ' ', $r->body =~ m{<aside>(\w+)}g;
    return $r;
}


is(asides('')->{asides}, 'now', 'without');

my $link = preview('top:next');
my $r = asides("?a=1&patron_preview=$link&b=2");
is($r->{asides}, 'next', 'before it starts, for another, elsewhere');
is($r->header('Cache-Control'), 'private, no-store', 'private');
like($r->header('X-Robots-Tag'), qr/noindex/, 'not for indexes');
is($r->header('Referrer-Policy'), 'no-referrer', 'told to nobody');
is($r->header('X-Args'), 'a=1&b=2', 'taken out of $args');
is($r->header('X-Uri'), '/page.html?a=1&b=2', 'and of $request_uri');
is($r->header('Set-Cookie'), '', 'no showing counted');
is(asides("?patron_preview=$link")->{asides}, 'next', 'again');
is(asides("?patron_preview=$link", token => token(sub => 'alice'))->{asides},
    'next', 'by a patron');
is(asides('?patron_preview=' . preview('low:draft'))->{asides}, 'now draft',
    'a draft, in its slot alone');

is(asides('?patron_preview=' . preview('low:later'))->{asides}, 'now later',
    'whatever its hours');

for (1 .. 2) {
    $r = asides('?patron_preview=' . preview('top:unseen'));
    is($r->{asides}, 'unseen', 'what is not published');
    is($r->header('Cache-Control'), 'private, no-store', 'private, too');
}

is(asides('')->{asides}, 'now', 'for this page alone');
asides('?patron_preview=' . preview('top:broken'));
ok($t->wait_log(qr/campaign "top:broken" cannot be previewed: /),
    'the log says why one is not shown');

for my $case (
    ['what would swallow the page', preview('top:broken')],
    ['expired', preview('top:next', exp => time - 100)],
    ['another purpose\'s key', preview('top:next', purpose => 'gift')],
    ['another purpose', preview('top:next', aud => 'patron:gift')],
    ['a membership key', token(KID => 'k1', aud => 'patron:preview',
        campaign => 'top:next')],
    ['nothing', ''],
    ['a campaign that is not', preview('top:none')],
    ['not a slot', preview('top')],
    ['forged', $link =~ s/.$/$& eq 'A' ? 'B' : 'A'/er],
) {
    my $r = asides("?patron_preview=$case->[1]");
    is($r->{asides}, 'now', $case->[0]);
    is($r->header('Cache-Control'), 'private, no-store', "$case->[0]: private");
}

is($t->get('/page.html', token => $link)->body =~ /now/ ? 1 : 0, 1,
    'a preview is no membership');

# Why?  By a link of its own, for one host and path.

sub explained {
    my ($path, %o) = @_;

    my $query = delete $o{query} // '';
    my $token = token(SECRET => derived($o{purpose} // 'explain'), KID => 'k1',
        aud => 'patron:explain', exp => $o{exp} // time + 300,
        host => $o{host} // 'localhost', path => $o{path} // $path);

    return $t->get("$path?${query}patron_explain=$token",
        ($o{as} ? (token => $o{as}) : ()));
}

$r = explained('/page.html');
is($r->header('Content-Type'), 'application/json', 'JSON instead of the page');
is($r->header('Cache-Control'), 'private, no-store', 'stored by nobody');
my $why = JSON::PP->new->decode($r->body);
is($why->{state}, 'guest', 'the reader');
my %banner = map { $_->{name} => $_ } @{$why->{banners}};
ok($banner{top}{shown} && !exists $banner{top}{reason}, 'a banner');
my %campaign = map { $_->{name} => $_ } @{$banner{top}{campaigns}};
ok($campaign{now}{shown}, 'its campaign');
is($campaign{next}{reason}, 'its weight is 0', 'the first reason of another');
is($banner{low}{reason}, 'no campaign of the slot is for this reader',
    'an empty slot');
%campaign = map { $_->{name} => $_->{reason} } @{$banner{low}{campaigns}};
is($campaign{draft}, 'its status is paused or draft', 'and why');
is($campaign{later}, 'it is not one of its hours', 'or why');
is($why->{decision}, 'free', 'no wall');

$why = JSON::PP->new->decode(explained('/walled/page.html')->body);
is("$why->{level} $why->{decision}", 'members wall', 'a level');
ok($why->{walls}[0]{shown}, 'and its wall');
is($why->{banners}[0]{reason}, 'if= does not hold', 'a condition');
is($why->{banners}[1]{reason}, 'it is for other readers', 'an audience');

$why = JSON::PP->new->decode(explained('/walled/page.html', query => 'top=1&',
    as => token(sub => 'alice'))->body);
is("$why->{state} $why->{decision}", 'patron full', 'for a patron');
ok(!$why->{walls}[0]{shown} && $why->{banners}[1]{shown}, 'sees it all');

my ($status, $out, $err) = patron($t, 'explain', '--key', $t->dir . '/k1.key',
    '--kid', 'k1', '--as', token(sub => 'alice'),
    'http://localhost:' . $t->port . '/walled/page.html?top=1');
is($status, 0, 'from the command line') or diag($err);
is(eval { JSON::PP->new->decode($out)->{state} }, 'patron', 'as a reader');
($status) = patron($t, 'explain', '--key', $t->dir . '/k1.key', 'ftp://x/');
is($status, 2, 'not a URL');

unlike(explained('/page.html', @{$_->[1]})->body, qr/"banners"/,
    "$_->[0]: the page")
    for [ 'another path', [ path => '/other' ] ],
        [ 'another host', [ host => 'example.org' ] ],
        [ 'late', [ exp => time - 3600 ] ],
        [ 'a preview\'s key', [ purpose => 'preview' ] ];

$redis->down;
is(asides('?patron_preview=' . preview('top:unseen'))->{asides}, 'now',
    'Redis is away: the page as it is');
$redis->up;

$t->quit;
my %n = @{$redis->cmd('HGETALL',
    'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
ok(!$n{'shown.top:next'} && !$n{'shown.low:draft'}, 'counted nowhere');

$t->finish;
