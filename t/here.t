# $patron_here: where a sign-in is to come back to.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/a.html', '<html><body><p>x</p></body></html>');

$t->run(server => <<'EOC');
    merge_slashes off;

    location / {
        rewrite ^ /a.html break;
        patron on;
        patron_banner in append p
            'html=[<a href="/signin/?to=${patron_here}">${patron_here}</a>]';
    }
EOC

sub here {
    my ($path) = @_;
    my ($link, $text) = $t->get($path)->body =~ m{to=([^"]*)">(.*)</a>\]};
    is($link =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger,
        $text =~ s/&amp;/&/gr, "$path: the same in the link");
    unlike($link, qr/[&?\/#]/, 'which it is one value of');
    return $text =~ s/&amp;/&/gr;
}

is(here('/story'), '/story', 'a path');
is(here('/story?a=1&b=%26'), '/story?a=1&b=%26', 'with its query, as it was');
is(here('/story?a=1&gift=x&b=2&patron_feed=y&patron_preview=z'),
    '/story?a=1&b=2', 'without what is the module\'s');
is(here('/story?gift=x'), '/story', 'and without the "?" then');
is(here('//evil.example/'), '/evil.example/', 'two slashes');
is(here('/\\evil.example/'), '/evil.example/', 'backslashes');
is(here('/' . 'a' x 2047), '/' . 'a' x 2047, 'as long as it may be');
is(here('/' . 'a' x 2046 . '?a'), '/', 'and longer');

$t->finish;
