# Bash and zsh complete patron's commands and options: all that there are.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $scripts = "$t->{root}/scripts";

$ENV{SCRIPTS} = $scripts;
$ENV{PATH} = "$scripts:$ENV{PATH}";

my %try = (bash => <<'EOS', zsh => <<'EOS');
. "$SCRIPTS/patron.d/completion.bash"
COMP_WORDS=(patron "$@")
COMP_CWORD=$#
_patron
printf '%s\n' "${COMPREPLY[@]}"
EOS
compadd() { shift; print -rl -- ${(M)@:#${words[CURRENT]}*} }
_files() { }
words=(patron "$@")
CURRENT=${#words}
. "$SCRIPTS/patron.d/completion.zsh"
EOS

# The commands that there are.

my %verbs;

for my $file (glob "$scripts/patron.d/*.sh") {
    open(my $fh, '<', $file) or die "$file: $!\n";
    my ($group) = $file =~ /(\w+)\.sh$/;
    my $text = join '', <$fh>;
    $verbs{$group} = [ sort split ' ', $1 ] if $text =~ /^verbs="(.*)"$/m;
    $verbs{$group} = [] if $text =~ /^$group\(\)$/m;
}

for my $shell (sort keys %try) {
    SKIP: {
        skip("no $shell", 1)
            unless grep { -x "$_/$shell" } split /:/, $ENV{PATH};

        my $try = $t->file("try.$shell", $try{$shell});
        my $offered = sub { return offered($shell, $try, @_) };

        is_deeply($offered->(''), [ sort keys %verbs ], "$shell: all groups");

        for my $group (grep { @{$verbs{$_}} } sort keys %verbs) {
            is_deeply($offered->($group, ''), $verbs{$group},
                "$shell: what $group does");
        }

        is_deeply($offered->('ca'), ['campaign'], "$shell: a group");
        is_deeply($offered->('member', 're'), [qw(remove resume revoke)],
            "$shell: its commands");
        is_deeply($offered->(qw(member import --dr)), ['--dry-run'],
            "$shell: an option");
        is_deeply($offered->(qw(switch walls --re)), ['--redis'],
            "$shell: for Redis");
        is_deeply($offered->(qw(member list --status l)), ['lapsed'],
            "$shell: a state");
    }
}

$t->finish;


# The words offered for the last of those given.

sub offered {
    my ($shell, $try, @words) = @_;

    open(my $fh, '-|', $shell, $shell eq 'zsh' ? '-f' : (), $try, @words)
        or die "$shell: $!\n";
    chomp(my @offered = <$fh>);

    return [ sort grep { length } @offered ];
}
