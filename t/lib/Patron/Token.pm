package Patron::Token;

# Membership tokens as any JWT library would make them, and broken ones.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512);
use Exporter qw(import);
use JSON::PP ();
use MIME::Base64 qw(encode_base64);

our @EXPORT = qw(token);

# The secrets of the keys that every test has: k1 of 64 bytes, k2 of 32.

our %SECRET = (
    k1 => 'first-key-' x 6 . '0123',
    k2 => 'second-key-second-key-second-key',
);

my %MAC = (
    HS256 => \&hmac_sha256,
    HS384 => \&hmac_sha384,
    HS512 => \&hmac_sha512,
);


sub base64url {
    my ($bytes) = @_;

    my $text = encode_base64($bytes, '');
    $text =~ tr{+/}{-_};
    $text =~ s/=+$//;

    return $text;
}


# token(sub => 'alice', exp => ..., other claims) with, in capitals, what
# belongs to the signature: KEY (k1), KID, ALG (HS256), TYP, HEADER and PAYLOAD
# as JSON text of one's own, MAC as bytes of one's own.  An undefined claim is
# left out; exp is an hour away.

sub token {
    my (%claim) = @_;

    my %o = map { $_ => delete $claim{$_} } grep { /^[A-Z]+$/ } keys %claim;

    $claim{exp} = time() + 3600 unless exists $claim{exp};
    delete $claim{$_} for grep { !defined $claim{$_} } keys %claim;

    my $json = JSON::PP->new->canonical->utf8;

    my %header = (alg => $o{ALG} // 'HS256', typ => $o{TYP} // 'JWT');
    $header{kid} = $o{KID} if defined $o{KID};

    my $text = base64url($o{HEADER} // $json->encode(\%header)) . '.'
        . base64url($o{PAYLOAD} // $json->encode(\%claim));

    my $mac = $MAC{$o{ALG} // 'HS256'} // $MAC{HS256};
    my $secret = $o{SECRET} // $SECRET{$o{KEY} // 'k1'};

    return "$text." . base64url($o{MAC} // $mac->($text, $secret));
}


1;
