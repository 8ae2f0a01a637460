# A signed link shows a campaign before it starts, to whoever holds it.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

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
EOC

$redis->cmd('HSET', 'patron:campaign:top:now', html => '<aside>now</aside>');
$redis->cmd('HSET', 'patron:campaign:top:next', html => '<aside>next</aside>',
    from => '2099-01-01', for => 'gold', cap => '1/1d', weight => 0,
    if_remote_addr => '192.0.2.1');
$redis->cmd('HSET', 'patron:campaign:low:draft', html => '<aside>draft</aside>',
    status => 'draft');
$redis->cmd('SADD', 'patron:campaigns', 'top:now', 'top:next', 'low:draft');
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

$redis->down;
is(asides('?patron_preview=' . preview('top:unseen'))->{asides}, 'now',
    'Redis is away: the page as it is');
$redis->up;

$t->quit;
my %n = @{$redis->cmd('HGETALL',
    'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
ok(!$n{'shown.top:next'} && !$n{'shown.low:draft'}, 'counted nowhere');

$t->finish;
