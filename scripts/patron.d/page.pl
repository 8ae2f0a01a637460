# patron page check: in the directory DIR two pages, guest and patron, both as the
# CMS wrote them but for the wall.  A sentence of the patron's is taken out of the
# guest's if that has it less often; where the guest's page has it still, it
# stands somewhere else than where the wall cut.
#
# Compared are letters and digits alone, so that neither spaces nor markup,
# quotes nor escapes make a difference.  Tags are told apart as a browser would,
# but for what only a parser with a tree could know.

use strict;
use warnings;

my $LEAST = 24;

my @latin = qw(nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo
    not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1
    ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde
    Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute
    THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute
    ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde
    ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml);

# Other names, of punctuation for the most part, say nothing in letters.

my %entity = (lt => '<', gt => '>', amp => '&', quot => '"', apos => "'",
    OElig => "\x{152}", oelig => "\x{153}", Scaron => "\x{160}",
    scaron => "\x{161}", Yuml => "\x{178}",
    map { $latin[$_] => chr(160 + $_) } 0 .. $#latin);

my %inline = map { $_ => 1 } qw(a abbr b bdi bdo cite code data dfn em font i
    ins kbd mark q s samp small span strong sub sup time tt u var wbr);


sub slurp {
    my ($file) = @_;

    open(my $fh, '<:raw', $file) or die "$file: $!\n";
    my $text = do { local $/; <$fh> } // '';

    utf8::decode($text);

    return $text;
}


sub character {
    my ($code) = @_;

    return $code < 0x110000 && ($code < 0xd800 || $code > 0xdfff)
        ? chr $code : ' ';
}


sub unescape_html {
    my ($text) = @_;

    $text =~ s{&(?:\#([0-9]{1,7})|\#[xX]([0-9a-fA-F]{1,6})|(\w{2,8}));?}{
        defined $1 ? character($1) : defined $2 ? character(hex $2)
            : $entity{$3} // ' '
    }gex;

    return $text;
}


sub unescape_json {
    my ($text) = @_;

    $text =~ s{\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})
        |u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))}{
        defined $1 ? chr(0x10000 + ((hex($1) & 0x3ff) << 10 | hex($2) & 0x3ff))
            : defined $3 ? character(hex $3) : defined $4 ? chr hex $4
            : $5 =~ /[bfnrt]/ ? ' ' : $5
    }gexs;

    return $text;
}


sub letters {
    my ($text) = @_;

    return $text =~ s/[^\p{L}\p{N}]+//gr;
}


# What stands in a string of data: JSON in HTML, HTML in JSON, or both.

sub data {
    my ($text) = @_;

    for (1, 2) {
        $text = unescape_json(unescape_html($text));
        $text =~ s{</?[a-zA-Z][^<>]{0,200}>}{}g;
    }

    return letters($text);
}


# Lists of [where, text]; the page's own text comes first, with a line's end
# where a tag parts words.

sub parts {
    my ($page) = @_;
    my $text = '';
    my @parts;

    for ($page) {
        while (!/\G\z/gc) {

            if (/\G<!--(.*?)(?:-->|\z)/gcs) {
                push @parts, [ 'a comment', data($1) ];

            } elsif (/\G<(script|style)\b([^>]*)>(.*?)(?:<\/\1\b|\z)/gcsi) {
                my ($name, $attrs, $data) = (lc $1, $2, $3);
                my ($type) = $attrs =~ /\btype\s*=\s*["']?([\w\/+.-]+)/i;

                push @parts, [ $name . ($type ? " $type" : ''), data($data) ];

            } elsif (m{\G</?([a-zA-Z][^\s/>]*)
                    ((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>}gcsx)
            {
                my ($name, $attrs) = (lc $1, $2);

                $text .= "\n" if !$inline{$name};

                push @parts, [ "<$name $1>", data($2 // $3) ]
                    while $attrs =~ /([^\s"'=]+)\s*=\s*
                        (?:"([^"]*)"|'([^']*)')/gx;

            } else {
                /\G(<?[^<]*)/gc;
                $text .= $1;
            }
        }
    }

    return [ 'text', unescape_html($text) ], @parts;
}


sub sentences {
    my ($text) = @_;
    my (%seen, @sentences);

    for my $sentence (split /\n+|(?<=[.!?\x{2026}\x{3002}])\W*?\s+/,
        $text =~ s/[^\S\n]+/ /gr)
    {
        my $letters = letters($sentence);

        push @sentences, [ $sentence, $letters ]
            if length $letters >= $LEAST && !$seen{$letters}++;
    }

    return @sentences;
}


# A list of them as a terminal may show it.

sub show {
    my ($title, @sentences) = @_;

    print "$title:\n";

    for my $sentence (@sentences) {
        $sentence =~ s/[[:cntrl:]\s]+/ /g;
        $sentence =~ s/^ //;
        print '  ', length $sentence > 72 ? substr($sentence, 0, 69) . '...'
            : $sentence, "\n";
    }
}


sub count {
    my ($letters, $text) = @_;
    my ($n, $at) = (0, 0);

    while (($at = index($text, $letters, $at)) >= 0) {
        $at += length $letters;
        $n++;
    }

    return $n;
}


binmode(STDOUT, ':encoding(UTF-8)');

my ($dir, $words) = @ARGV;

utf8::decode($words);

my @guest = parts(slurp("$dir/guest"));
my @patron = parts(slurp("$dir/patron"));
my @sentences = sentences($patron[0][1]);

$_->[0][1] = letters($_->[0][1]) for \@guest, \@patron;

my $left = 0;
my (@taken, @places, %found);

for my $s (@sentences) {
    my $letters = $s->[1];

    next if count($letters, $guest[0][1]) >= count($letters, $patron[0][1]);

    my %in = map { $_->[0] => 1 } grep { index($_->[1], $letters) >= 0 } @guest;

    push @taken, $s->[0];
    $left++ if %in;

    for my $where (sort keys %in) {
        push @places, $where if !$found{$where};
        push @{$found{$where}}, $s->[0];
    }
}

if ($words ne '') {
    my $letters = letters($words);

    if (!count($letters, $patron[0][1])) {
        print "the patron's page has not the words of --cut\n";
        exit 1;
    }

    if (count($letters, $guest[0][1])) {
        print "the guest's page has the words of --cut: they are not cut out\n";
        exit 1;
    }

} elsif (!@taken) {
    print "nothing is taken out of the guest's page: no wall stands there, or"
        . " the token is no patron's\n";
    exit 1;
}

# Who sees the first and the last knows what was cut.

print 'sentences that are cut out of the guest\'s page: ', scalar(@taken),
    "; found in it all the same: $left\n";

show('from', $taken[0]) if @taken;
show('to', $taken[-1]) if @taken;
show($_, @{$found{$_}}) for @places;

exit($left ? 1 : 0);
