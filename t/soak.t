# Half a minute of scripts/soak: mixed readers, while everything changes.

use strict;
use warnings;

use FindBin qw($Bin);

chdir "$Bin/.." or die "$Bin/..: $!\n";
do './scripts/soak.d/soak.pl' or die $@ || $!;
