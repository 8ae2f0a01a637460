# The programs in scripts/README.md that make tokens make good ones.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $root = $t->{root};
my $key = $t->dir . '/sample.key';
my $patron = "$root/scripts/patron";

open(my $fh, '<', "$root/scripts/README.md") or die "scripts/README.md: $!\n";
my $readme = do { local $/; <$fh> };

is(qx($patron key new $key), "$key\n", 'a key');

for my $language ([ php => 'php' ], [ python => 'python3' ], [ js => 'node' ]) {
    my ($name, $program) = @$language;
    my ($code) = $readme =~ /^```$name\n(.*?)^```$/ms;

    ok($code, "there is a sample: $name");

    SKIP: {
        skip("no $program", 2)
            if system("command -v $program >/dev/null") != 0;

        $code = "<?php\n$code\necho patron_token('42', 30);\n"
            if $name eq 'php';
        $code =~ s{/etc/nginx/patron/2026\.key}{$key}g;

        my $file = $t->file("sample.$name", $code);
        my $token = $t->file('token', scalar qx($program $file));
        my $said = qx($patron token inspect --key $key < $token 2>&1);

        is($?, 0, "$name: a good token") || diag($said);
        like($said, qr/\b42\b/, "$name: of that member");
    }
}

$t->finish;
