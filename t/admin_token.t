# scripts/patron: keys and tokens.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512);
use JSON::PP ();
use MIME::Base64 qw(decode_base64);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Admin;

my $t = Patron::Harness->new;
my $dir = $t->dir;
my ($status, $out, $err);

# Keys.

for ([HS256 => 64], [HS384 => 96], [HS512 => 128]) {
    my ($alg, $length) = @$_;

    ($status) = patron($t, qw(key new), "$dir/$alg.key", '--alg', $alg);
    is($status, 0, "a key for $alg");
    like($t->slurp("$alg.key"), qr/^[0-9a-f]{$length}\n\z/, 'is random text');
    is((stat "$dir/$alg.key")[2] & 07777, 0600, 'with mode 0600');
}

isnt($t->slurp('HS256.key'), substr($t->slurp('HS384.key'), 0, 64) . "\n",
    'no two keys are the same');

my $before = $t->slurp('HS256.key');
($status, undef, $err) = patron($t, qw(key new), "$dir/HS256.key");
is($status, 1, 'a key is not overwritten');
like($err, qr/exists/, 'and it says so');
is($t->slurp('HS256.key'), $before, 'the key is as it was');

symlink("$dir/nowhere", "$dir/link.key");
($status) = patron($t, qw(key new), "$dir/link.key");
ok($status == 1 && !-e "$dir/nowhere", 'no key through a dangling link');

my ($group) = getgrgid($) + 0);
($status) = patron($t, qw(key new), "$dir/cms.key", '--group', $group);
is((stat "$dir/cms.key")[2] & 07777, 0640, 'a group may read it if told so');

($status) = patron($t, qw(key new), "$dir/g.key", '--group', 'no-such-group');
ok($status == 1 && !-e "$dir/g.key", 'a group that is not there: no key');

# Tokens, checked by another HMAC than the one that made them: keys shorter
# than the hash's block, as long as it, and longer.

my %mac = (HS256 => \&hmac_sha256, HS384 => \&hmac_sha384,
    HS512 => \&hmac_sha512);

for my $length (64, 65, 127, 128, 129, 300) {
    my $key = join '', map { chr((11 + $_ * 7) % 256) } 1 .. $length - 1;
    $key .= 'z';
    $t->file('any.key', "$key\n");

    for my $alg (sort keys %mac) {
        my ($s, $token) = patron($t, qw(token mint --sub 42 --key),
            "$dir/any.key", '--alg', $alg);
        chomp $token;
        my ($text, $mac) = $token =~ /^(.*)\.(.*)$/;
        is(unurl($mac), $mac{$alg}->($text, $key),
            "$alg under a key of $length bytes");
    }
}

($status, my $token) = patron($t, qw(token mint --key), "$dir/HS256.key",
    '--sub', 'a"b\\c', qw(--ttl 2h --tier gold --kid 2026 --iss gazette),
    qw(--aud site --name), "Ada L\xc3\xb6velace");
is($status, 0, 'a token with every claim');
chomp $token;

my @part = map { JSON::PP->new->utf8->decode(unurl($_)) }
    (split /\./, $token)[0, 1];

is_deeply($part[0], { alg => 'HS256', typ => 'JWT', kid => '2026' },
    'its header');
my $iat = delete $part[1]{iat};
my $exp = delete $part[1]{exp};
ok(abs($iat - time()) < 60, 'issued now');
is($exp - $iat, 7200, 'for two hours');
is_deeply($part[1], { sub => 'a"b\\c', tier => 'gold', iss => 'gazette',
    aud => 'site', name => "Ada L\x{f6}velace" }, 'its claims');

# Inspection.

($status, $out) = patron($t, { stdin => "$token\n" }, qw(token inspect --key),
    "$dir/HS256.key");
is($status, 0, 'a good token');
like($out, qr/^signature +good$/m, 'is said to be good');
like($out, qr/"name":"Ada L\xc3\xb6velace"/, 'and is shown');

($status, $out) = patron($t, qw(token inspect), "Bearer $token");
is($status, 0, 'a token on the command line');
like($out, qr/not verified/, 'without a key it is read, not verified');

($status, $out) = patron($t, { stdin => $token }, qw(token inspect --key),
    "$dir/cms.key");
is($status, 3, 'a token of another key');
like($out, qr/^signature +wrong: bad signature$/m, 'is said to be wrong');

(undef, my $old) = patron($t, qw(token mint --sub 42 --until 2020-01-01),
    '--key', "$dir/HS256.key");
($status, $out) = patron($t, { stdin => $old }, qw(token inspect --key),
    "$dir/HS256.key");
is($status, 3, 'an expired token');
like($out, qr/^exp +2020-01-02 00:00:00 UTC  expired$/m, 'and since when');

($status, $out) = patron($t,
    { stdin => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.AA' },
    qw(token inspect --key), "$dir/HS256.key");
is($status, 3, 'an algorithm that is none');

($status, $out) = patron($t, { stdin => 'rubbish' }, qw(token inspect));
is($status, 3, 'what is no token');

my $escape = join '.', 'e30', url("{\"exp\":9999999999,\"a\":\"\e[31m\x9b\"}"),
    'AA';
(undef, $out) = patron($t, { stdin => $escape }, qw(token inspect));
unlike($out, qr/\e/, 'a terminal is not at the mercy of a token');

# Mistakes.

for (
    [ 'no key' => 2, qw(token mint --sub 42) ],
    [ 'no sub' => 2, qw(token mint --key), "$dir/HS256.key" ],
    [ 'a sub of 129 bytes' => 2, qw(token mint --key), "$dir/HS256.key",
      '--sub', 'x' x 129 ],
    [ 'a sub beyond ASCII' => 2, qw(token mint --key), "$dir/HS256.key",
      '--sub', "L\xc3\xb6" ],
    [ 'a key that is too short' => 1, qw(token mint --sub 42 --alg HS512),
      '--key', "$dir/HS256.short" ],
    [ 'no such key' => 1, qw(token mint --sub 42 --key), "$dir/none" ],
    [ 'a time without a unit' => 2, qw(token mint --sub 42 --ttl 30 --key),
      "$dir/HS256.key" ],
    [ 'an unknown algorithm' => 2, qw(token mint --sub 42 --alg none --key),
      "$dir/HS256.key" ],
    [ 'a name that is not UTF-8' => 2, qw(token mint --sub 42 --key),
      "$dir/HS256.key", '--name', "\xff" ],
    [ 'a tier that is a level' => 2, qw(token mint --sub 42 --tier metered),
      '--key', "$dir/HS256.key" ],
    [ 'an unknown option' => 2, qw(token mint --colour red) ],
    [ 'an unknown command' => 2, qw(token burn) ],
    [ 'a key that is a directory' => 1, qw(token mint --sub 42 --key), $dir ],
    [ 'no command' => 2 ],
) {
    my ($what, $want, @args) = @$_;
    $t->file('HS256.short', 'x' x 63 . "\n");
    ($status, $out, $err) = patron($t, @args);
    ok($status == $want && $out eq '' && $err ne '', "refused: $what")
        || diag("status $status, $out$err");
}

for (['--help'], [qw(key --help)], [qw(token mint --help)]) {
    ($status, $out) = patron($t, @$_);
    ok($status == 0 && $out =~ /^Usage: patron/, "patron @$_");
}

# No key was ever on a command line, neither as it is nor in hexadecimal.

my $seen = seen($t);
like($seen, qr/^patron-helper mint/m, 'command lines were watched');

for my $file (grep { -s } glob "$dir/*.key") {
    my $key = $t->slurp(substr $file, 1 + length $dir);
    chomp $key;
    my $hex = unpack 'H*', $key;
    ok(index($seen, $key) < 0 && index(lc $seen, $hex) < 0,
        'never on a command line: ' . $file =~ s{.*/}{}r);
}

$t->finish;


sub unurl {
    my ($text) = @_;

    $text =~ tr{-_}{+/};

    return decode_base64($text);
}


sub url {
    return Patron::Token::base64url(@_);
}
