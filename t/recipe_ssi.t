# scripts/recipes/ssi.conf: includes beside a banner and a wall.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new->has('http_gunzip');

$t->redis->member('42', tier => 'gold');

my $cms = $t->origin('cms', sub {
    my ($r) = @_;

    my $head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n";

    return "$head\r\n<body>part of $r->{path}</body>" if $r->{path} =~ /parts/;

    my $page = story('text');
    $page =~ s{(?=<article)}{<!--# include virtual="/parts/head" -->};
    $page =~ s{(?=<p>Open 2)}{<!--# include virtual="/parts/teaser" -->};
    $page =~ s{(?=<p>SECRET 2)}{<!--# include virtual="/parts/inner" -->};
    $page =~ s{(?=</body)}{<!--# include virtual="/parts/foot" -->};

    return [ ($r->{path} =~ /members/ ? "${head}X-Access: members\r\n" : $head)
        . "\r\n", $page =~ /.{1,53}/gs ];
});

recipe($t, 'ssi', '127.0.0.1:3000' => 'cms');

my $ada = token(sub => '42');

sub parts { join ' ', $_[0]->text =~ m{part of /parts/(\w+)}g }

my $r = $t->get('/free');
is(looks($r), 'support', 'a guest, once');
is(parts($r), 'head teaser inner foot', 'and all parts');

$r = $t->get('/free', token => $ada);
is(looks($r), 'thanks', 'a patron');
is(parts($r), 'head teaser inner foot', 'and all parts');
is($r->header('Cache-Control'), 'private, no-store', 'not to be kept');

$cms->forget;
$r = $t->get('/members/a');
is(looks($r), 'support wall cut', 'a wall');
is(parts($r), 'head teaser foot', 'and the parts outside it');
ok(!(grep { m{/parts/inner} } $cms->requests),
    'what was cut is not asked for');

$r = $t->get('/members/a', token => $ada);
is(looks($r), 'thanks', 'for a patron');
is(parts($r), 'head teaser inner foot', 'all of it');

is($t->get('/parts/inner')->status, 404, 'no part by itself');

$t->finish;
