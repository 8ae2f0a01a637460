# The demo as its readers see it: phone and desktop, light and dark, with and
# without a token, without JavaScript.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Demo;
use Patron::Harness;

browser_or_skip('.');

my $t = Patron::Harness->new;

my $demo = Patron::Demo->start($t);

browser($t->{root}, 'demo.mjs', 'http://127.0.0.1:' . $demo->port);

ok($demo->stop('INT'), 'the demo stops');

$t->finish;
