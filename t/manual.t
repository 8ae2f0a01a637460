# The manual pages say what the reference and the command say.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

my $root = abs_path(dirname(__FILE__) . '/..');
my $manual = "$root/scripts/package.d/debian/manual";

# The words of a page: without roff's requests, fonts and escapes.

sub words {
    my ($page) = @_;

    $page =~ s/^\.(?:TP|PP|EX|EE|nf|fi|in|br).*\n//mg;
    $page =~ s/^\.(?:SS|SH) "(.*)"$/$1/mg;
    $page =~ s/^\.IP (?:\\\(bu|(\d+\.)) 4\n/$1 ? "$1 " : ''/mge;
    $page =~ s/\\f[BIR]//g;
    $page =~ s/\\\(aq/'/g;
    $page =~ s/\\\(en/\x{2013}/g;
    $page =~ s/\\&//g;
    $page =~ s/\\-/-/g;
    $page =~ s/\\e/\\/g;

    return $page;
}

sub slurp {
    my ($how, @what) = @_;

    open(my $fh, "$how:encoding(UTF-8)", @what) or die "@what: $!\n";
    local $/;
    my $text = <$fh>;
    close($fh);

    return $text;
}

my $readme = slurp('<', "$root/ngx_module/README.md");
my $page = slurp('-|', $manual, 'directives', "$root/ngx_module/README.md");
my $words = words($page);

# Every heading, every block, and every directive of the table of contents.

$readme =~ s/^## How it is made.*//ms;

for my $name ($readme =~ /^### (.*)$/mg) {
    like($page, qr/^\.SS "\Q$name\E"$/m, "a part on $name");
}

for my $block ($readme =~ /^```\w*\n(.*?)^```$/msg) {
    my ($line) = split /\n/, $block;
    ok(index($words, $block) >= 0, $line);
}

# And every word of the text, but for what is Markdown's.

my $text = $readme =~ s/^.*?(?=^Where a directive)//msr;
$text =~ s/^```.*?^```$//msg;
$text =~ s/^\|.*\n\|(?:-+\|)+\n//mg;
$text =~ s/\]\([^)]*\)//g;
$text =~ s/[`*|\[\]#]//g;
$text =~ s/^- //mg;

my %said = map { $_ => 1 } split ' ', lc($words =~ s/[`*|\[\]#]//gr);
my @missing = grep { !$said{lc $_} } split ' ', $text;
is("@missing", '', 'no word is missing');

# Nothing of Markdown is left in sentences.

my $plain = $page =~ s/^\.EX.*?^\.EE$//msgr;
unlike($plain, qr/\]\(|`|\*\*/, 'no Markdown is left');

my $help = slurp('-|', "$root/scripts/patron", 'help');
my $command = words(slurp('-|', $manual, 'command', "$root/scripts/patron"));

for my $line (grep { /^  \S/ } split /\n/, $help) {
    ok(index($command, $line) >= 0, $line =~ s/^\s+//r);
}

for my $group (qw(key token member switch campaign setup doctor)) {
    my $usage = slurp('-|', "$root/scripts/patron", $group, '--help');
    ok(index($command, $usage) >= 0, "patron $group --help");
}

# The formatter has nothing to say.

SKIP: {
    skip('no groff', 2) if system('command -v groff >/dev/null') != 0;

    for my $case ([ 'directives', 'ngx_module/README.md' ],
        [ 'command', 'scripts/patron' ])
    {
        my $out = qx{$manual $case->[0] $root/$case->[1] 2>&1 |
            groff -K utf8 -man -ww -T utf8 2>&1 >/dev/null};
        is($out, '', "groff: $case->[0]");
    }
}

done_testing();
