# Bash completes patron's commands and options.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $scripts = "$t->{root}/scripts";

my $try = $t->file('try', <<'EOS', 0755);
. "$SCRIPTS/patron.d/completion.bash"
COMP_WORDS=(patron "$@")
COMP_CWORD=$#
_patron
printf '%s\n' "${COMPREPLY[@]}"
EOS

$ENV{SCRIPTS} = $scripts;
$ENV{PATH} = "$scripts:$ENV{PATH}";

# The words offered for the last of those given.

sub offered {
    my (@words) = @_;

    open(my $fh, '-|', 'bash', $try, @words) or die "bash: $!\n";
    chomp(my @offered = <$fh>);

    return [ sort @offered ];
}

is_deeply(offered('ca'), ['campaign'], 'a group');
is_deeply(offered('member', 're'), [qw(remove resume revoke)], 'its commands');
ok((grep { $_ eq '--dry-run' } @{offered(qw(member import --dr))}), 'an option');
ok((grep { $_ eq '--redis' } @{offered(qw(switch walls --re))}), 'for Redis');
is_deeply(offered(qw(member list --status l)), ['lapsed'], 'a state');

$t->finish;
