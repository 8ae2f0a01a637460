# scripts/patron: a list of nothing is no failure, and an empty list.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;

$t->redis;

for my $list ([qw(member list)], [qw(campaign list)], [qw(gift list)]) {
    my ($status, $out, $err) = patron($t, @$list);
    is($status, 0, "@$list") || diag($err);
    is($err, '', 'nothing to complain of');
    unlike($out, qr/^(?![A-Z]{3})./m, 'a heading at the most');
}

$t->finish;
