# Where a place cannot be known for sure there is none: the page passes byte
# for byte, and the log says so.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my %page = (
    # a text-mode tag within select is where parsers differ
    ambiguous => '<html><body><select><xmp><p id=x></select></body></html>',
    deep      => '<html><body>' . '<div>' x 5000 . '<p id=x>y</p>',
    comment   => '<html><body><!-- <p id=x> </body></html>',
    quoted    => '<html><body><a title="<p id=x>">y</a></body></html>',
    script    => '<html><body><script><!--<script><p id=x></script>--></script>'
                 . '</body></html>',
    unfinished => '<html><body><p id=x',
    empty     => '',
);

$t->file("html/$_.html", $page{$_}) for keys %page;

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner ask before '#x' 'html=[ask]';
    }
EOC

is($t->get("/$_.html")->body, $page{$_}, $_) for sort keys %page;

my @lines = grep { /patron: .*place/ } split /\n/, $t->slurp('error.log');
cmp_ok(scalar(@lines), '>=', 6, 'the log says so');

$t->finish;
