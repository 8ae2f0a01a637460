# for=: who is shown a banner.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('gold', tier => 'gold');
$redis->member('silver', tier => 'silver');
$redis->member('paused', status => 'paused', tier => 'gold');
$redis->member('revoked', status => 'revoked');
$redis->member('grace', status => 'grace');

$t->file('html/page.html', '<html><body><p>x</p></body></html>');

my @for = qw(guest patron all invalid expired lapsed paused revoked gold);

$t->run(server => <<"EOC");
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;

    location / {
        patron on;
        patron_banner default append p 'html=[default]';
@{[ join "\n", map {
    "        patron_banner $_ append p for=$_ 'html=[$_]';" } @for ]}
    }
EOC

sub shown {
    my (%o) = @_;

    my $r = $t->get('/page.html', %o);

    return join ' ', $r->body =~ /\[(\w+)\]/g;
}

is(shown(), 'default guest all', 'no token');
is(shown(token => 'nonsense'), 'default guest all invalid', 'invalid');
is(shown(token => token(sub => 'gold', exp => time() - 3600)),
    'default guest all expired', 'expired');
is(shown(token => token(sub => 'nobody')), 'default guest all lapsed',
    'lapsed');
is(shown(token => token(sub => 'paused')), 'default guest all paused',
    'paused: its tier is nobody\'s');
is(shown(token => token(sub => 'revoked')), 'default guest all revoked',
    'revoked');
is(shown(token => token(sub => 'gold')), 'patron all gold', 'a tier');
is(shown(token => token(sub => 'silver')), 'patron all', 'another tier');
is(shown(token => token(sub => 'grace')), 'patron all', 'grace is active');

# A level is no tier: nobody is of it.

for my $for (qw(free metered members)) {
    $t->refused("for=$for", qr/"for=$for" is for nobody: it is a level/,
        server => "patron on; patron_banner b append p for=$for html=x;");
}

$t->refused('for=', qr/invalid parameter "for="/,
    server => "patron on; patron_banner b append p for= html=x;");

$t->finish;
