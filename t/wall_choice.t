# Several patron_wall: the first that fits the level that closed the page and the
# reader stands, with its own selector and HTML; without one the page is refused.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Token;

my $t = Patron::Harness->new;

my $page = '<html><head><title>T</title></head><body>'
    . '<article class=story><p>one</p><p>two</p><p>three</p></article>'
    . '<section class=extra><p>a</p><p>b</p></section></body></html>';

$t->redis->member('ann', tier => 'silver');
$t->redis->member('gus', tier => 'gold');
$t->file("html/$_/page.html", $page)
    for qw(metered members tiers none);
$t->file('html/meta/page.html',
    $page =~ s/<title>/<meta property="article:content_tier" content="locked">$&/r);
$t->file('html/metered/other.html', $page);
$t->file('html/gone.html', $page);

# Old enough for their edits to be remembered.

utime 1e9, 1e9, glob($t->{dir} . '/html/*/page.html');

$t->file('member.html', '[members]');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone z:4m;
    patron_redis %%REDIS%%;
EOC
    patron on;
    patron_meter limit=1 period=month;

    patron_wall .story on=metered keep=1 'html=[used up]';
    patron_wall .story on=tiers for=silver keep=2 'html=[upgrade]';
    patron_wall .extra on=tiers if=$arg_extra keep=1 'html=[extra]';
    patron_wall .story on=members keep=1 file=%%DIR%%/member.html;

    location /metered/ { patron_access metered; }
    location /members/ { patron_access members; }
    location /tiers/ { patron_access gold; }
    location /meta/ { patron_access_meta on; }

    location /none/ {
        patron_access members;
        patron_wall .story on=tiers keep=1 html=[t];
    }

    location /more/ {
        alias %%DIR%%/html/members/;
        patron_access members;
        patron_banner ask append body html=[ask];
        patron_bypass $arg_bypass;
        patron_paywall_markup on;
    }

    location /gone/ {
        patron_access members;
        error_page 404 /gone.html;
    }

    location = /gone.html { patron_access members; }
EOC

my %token = map { $_ => token(sub => $_) } qw(ann gus);

sub text {
    my ($r) = @_;
    return $r->status if $r->status != 200;
    (my $text = $r->text) =~ s/^.*<body>|<\/?p>|<script.*?<\/script>//gs;
    $text =~ s/<(article|section)[^>]*>/</g;
    $text =~ s/<\/(article|section)>/>/g;
    return $text =~ s/<\/body>.*//sr;
}

sub get { text($t->get(@_)) }

my $r;

# Twice: read, and remembered.

for (1, 2) {
    is(get('/members/page.html'), '<one[members]><ab>', 'members only');
    is(get('/tiers/page.html', token => $token{ann}), '<onetwo[upgrade]><ab>',
        'a tier that the reader lacks');
    is(get('/tiers/page.html?extra=1'), '<onetwothree><a[extra]>',
        'one for a guest on a condition');
    is(get('/tiers/page.html'), 402, 'none fits');
    is(get('/tiers/page.html?extra=1', token => $token{gus}),
        '<onetwothree><ab>', 'and who may read it reads');
    is(get('/meta/page.html'), '<one[members]><ab>',
        'by the level of the head');
    is(get('/none/page.html'), 402, 'only one for another level');
    is(get('/more/page.html'), '<one[members]><ab>[ask]',
        'among rules of the location');
}

$r = $t->get('/gone/page.html');
is($r->status, 404, 'an error page');
like($r->body, qr/<p>one<\/p>\[members\]<\/article>/, 'has the wall of its level');

my $reader = Patron::Reader->new($t);

is(text($reader->get('/metered/page.html')), '<onetwothree><ab>',
    'the meter lets one pass');
is(text($reader->get('/metered/other.html')), '<one[used up]><ab>',
    'and the wall after it is that of the meter');

my %etag = map {
    my ($uri, @args) = @$_;
    $t->get($uri, @args)->header('ETag') => 1;
} ['/tiers/page.html', token => $token{ann}], ['/tiers/page.html?extra=1'],
    ['/tiers/page.html', token => $token{gus}];

is(scalar keys %etag, 3, 'the entity tags differ');

like($t->get('/more/page.html')->body, qr/"cssSelector":"\.story"/,
    'engines are told of the wall that stands');
like($t->get('/more/page.html?bypass=1')->body, qr/"cssSelector":"\.story"/,
    'and a crawler of the one that would');

my $said = $t->test_conf(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;

    location /a/ {
        patron_access members;
        patron_wall .a keep=1 html=a;
        patron_wall .b keep=1 html=b for=patron;
    }

    location /b/ {
        patron_access members;
        patron_wall .c keep=1 html=c on=members;
        patron_wall .d keep=1 html=d on=tiers;
        patron_wall .e keep=1 html=e on=members if=$arg_x;
        patron_wall .f keep=1 html=f;
    }
EOC

like($said, qr/"patron_wall \.b" never stands/, 'behind an unconditional one');
like($said, qr/"patron_wall \.e" never stands/, 'behind one for its level');
unlike($said, qr/"patron_wall \.[acdf]" never stands/, 'and no other');

$t->refused($_, qr/invalid/,
    server => "patron on; patron_wall .a keep=1 html=a $_;")
    for 'on=free', 'on=', 'for=a,b', 'on=guest';

$t->finish;
