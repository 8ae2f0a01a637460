package Patron::Picture;

# The picture in README.md: an article of the demo with an appeal at its end.  It
# has a stamp of what it was made of, so that it is never older than the looks.
#
#   PICTURE=1 prove -It/lib t/browser_demo.t     makes it anew

use strict;
use warnings;

use Compress::Zlib qw(crc32);
use Digest::SHA;
use Exporter qw(import);

our @EXPORT = qw(picture_made_of picture_stamp picture_store);

our $PICTURE = 'scripts/appeal.png';
our $PAGE = '/harbour/the-ferry-that-learned-to-wait/';

my $SIGNATURE = "\x89PNG\r\n\x1a\n";


sub picture_made_of {
    my ($root) = @_;

    my $sha = Digest::SHA->new(256);

    $sha->addfile("$root/scripts/$_")
        for 'banners/appeal.html', 'demo.d/site/gazette.css',
            "demo.d/site${PAGE}index.html";

    return $sha->hexdigest;
}


# What the picture says that it was made of.

sub picture_stamp {
    my ($root) = @_;

    return _slurp("$root/$PICTURE") =~ /tEXtlooks\0([0-9a-f]{64})/ ? $1 : '';
}


# Takes a screenshot as the picture, with its stamp behind the header.

sub picture_store {
    my ($root, $screenshot) = @_;

    my $png = _slurp($screenshot);

    $png =~ s/^(\Q$SIGNATURE\E.{25})//s or die "$screenshot: no PNG\n";

    my $text = "tEXtlooks\0" . picture_made_of($root);
    my $chunk = pack('N', length($text) - 4) . $text . pack('N', crc32($text));

    open(my $fh, '>:raw', "$root/$PICTURE") or die "$PICTURE: $!\n";
    print $fh $1 . $chunk . $png;
    close($fh) or die "$PICTURE: $!\n";
}


sub _slurp {
    my ($file) = @_;

    open(my $fh, '<:raw', $file) or die "$file: $!\n";
    local $/;
    return scalar <$fh>;
}


1;
