#!/usr/bin/perl
#
# The campaigns of the bench, all in the slot "bench", as Redis's protocol:
#
#     campaigns.pl SET HTML
#
# HTML is the file that all of them show.  The sets:
#
#     one       one for everybody
#     one-if    one by a variable
#     plain     a hundred for everybody
#     tenth     a hundred by that variable: each value is that of ten of them
#     apart     a hundred, each with a value of its own
#     map       a hundred by a variable of a map: as tenth
#     two       a hundred by two variables: as tenth, and all but a few
#     NUMBER    so many, as tenth
#
# The request is for "?section=s3", which suits one or ten of them, and comes
# with no cookie.
#

use strict;
use warnings;

my ($set, $html) = @ARGV;

my %targets = (
    one => sub { },
    'one-if' => sub { (if_arg_section => 's3') },
    plain => sub { },
    tenth => sub { (if_arg_section => 's' . $_[0] % 10) },
    apart => sub { (if_arg_section => "s$_[0]") },
    map => sub { (if_desk => 'desk' . $_[0] % 10) },
    two => sub { (if_arg_section => 's' . $_[0] % 10 . ', t',
                  if_cookie_seen => '!twice, c' . $_[0] % 7) },
);

my $target = $targets{$set =~ /^\d+$/ ? 'tenth' : $set}
    or die "campaigns.pl: what is '$set'?\n";
my $count = $set =~ /^\d+$/ ? $set : $set =~ /^one/ ? 1 : 100;


sub command {
    print '*' . @_ . "\r\n", map { '$' . length . "\r\n$_\r\n" } @_;
}


open my $file, '<', $html or die "$html: $!\n";
local $/;
$html = <$file>;

for my $i (1 .. $count) {
    command('HSET', "patron:campaign:bench:c$i", html => $html,
            $target->($i));
    command('SADD', 'patron:campaigns', "bench:c$i");
}
