# if=$patron_whole: what stands at the end of an article does so only for who
# was shown the end, and the page may be cached as if it were not asked for.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $article = '<!DOCTYPE html><body><article><p>1</p><p>2</p></article></body>';

$t->file("html/$_.html", $article) for qw(free members gold);

$t->run(http => <<'EOC', server => <<'EOS');
    patron_key k1 %%DIR%%/k1.key;
EOC
    patron_wall article keep=1 "html=<b>wall</b>";
    patron_banner end append article for=all if=$patron_whole
                  "html=<i>the end</i>";
    add_header X-Whole [$patron_whole];

    location = /free.html {
        patron on;
    }

    location = /members.html {
        patron on;
        patron_access members;
    }

    location = /gold.html {
        patron on;
        patron_access gold;
    }

    location /off/ {
        alias %%DIR%%/html/;
    }
EOS

my $patron = token(sub => '42', 'patron:tier' => 'silver');

sub got {
    my ($r) = @_;

    return join ' ', $r->header('X-Whole'), $r->body =~ m{<[bi]>([\w ]+)}g;
}

is(got($t->get('/free.html')), '[1] the end', 'free, a guest');
is(got($t->get('/members.html')), '[] wall', 'for members, a guest');
is(got($t->get('/members.html', token => $patron)), '[1] the end',
    'for members, a patron');
is(got($t->get('/gold.html', token => $patron)), '[] wall',
    'for gold, a patron');
is(got($t->get('/off/free.html')), '[]', 'where the module is off');

my $r = $t->get('/members.html');

unlike($r->header('Cache-Control') // '', qr/private|no-store/,
    'a guest\'s page may be kept');
is($r->header('Vary'), 'Cookie', 'and the token is in a cookie');

$t->finish;
