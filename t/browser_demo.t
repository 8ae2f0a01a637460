# The demo as its readers see it: phone and desktop, light and dark, with and
# without a token, without JavaScript.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Demo;
use Patron::Harness;
use Patron::Picture;

browser_or_skip('.');

my $t = Patron::Harness->new;

my $demo = Patron::Demo->start($t);

my $base = 'http://127.0.0.1:' . $demo->port;

# The picture in README.md is made anew where somebody asks for it.

if ($ENV{PICTURE}) {
    my $file = $t->dir . '/picture.png';
    browser($t->{root}, 'picture.mjs', "$base$Patron::Picture::PAGE", $file);
    picture_store($t->{root}, $file);

} else {
    browser($t->{root}, 'demo.mjs', $base);
}

ok($demo->stop('INT'), 'the demo stops');

$t->finish;
