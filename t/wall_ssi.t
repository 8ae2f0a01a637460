# A wall in a page with server-side includes: what an "if" or a "block" begins
# before the cut ends there, and the wall and the rest of the page are not part
# of it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my %article = (
    if => '<p>Open.</p><!--# if expr="$arg_x = 1" --><p>ONE</p><p>SECRET</p>'
        . '<!--# else --><p>TWO</p><p>SECRET</p><!--# endif --><p>SECRET</p>',
    behind => '<p>Open.</p><!--# if expr="$arg_x = 1" --><p>ONE</p>'
        . '<!--# endif --><p>SECRET</p>',
    block => '<p>Open.</p><!--# block name="one" --><p>ONE</p><p>SECRET</p>'
        . '<!--# endblock --><p>SECRET</p>',
);

$t->file("html/$_.html", "<!DOCTYPE html><html><body><article>$article{$_}"
    . '</article><footer>colophon</footer></body></html>') for keys %article;

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_access members;
    patron_wall article keep=2 html=<i>WALL</i>;
    ssi on;
    location / { }
EOC

for my $name (sort keys %article) {
    for my $x (0, 1) {
        my $r = $t->get("/$name.html?x=$x");
        like($r->body, qr{Open.*WALL</i></article><footer>colophon</footer>},
            "$name, $x: the wall stands, and what follows");
        unlike($r->body, qr/SECRET|error occurred/, 'in its place');
        is(scalar($r->body =~ /ONE/), $name ne 'block' && $x ? 1 : '',
            'beside what is kept');
    }
}

$t->finish;
