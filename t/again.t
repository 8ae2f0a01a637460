# A reader who cannot be written to, at any call: each way to make a response,
# and each thing that may become of it behind a wall.  The last filter answers
# NGX_AGAIN at its Nth call, for every N: nothing of what is closed is sent, the
# answer is whole in the end, and no request is left.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Again;
use Patron::Handlers;
use Patron::Harness;

my $t = Patron::Harness->new->has('http_gunzip');
my $again = Patron::Again->new($t);
my $only = $ENV{TEST_AGAIN_ONLY} // '';

handlers_setup($t);
$t->run(handlers_conf($t));

my $requests = 0;

for my $scenario (handlers_scenarios($t, $again->all)) {
    my ($name, $want) = @$scenario{qw(name want)};
    next if $name !~ $only;

    my ($wrong, $tried) = $again->all_n($scenario->{path}, 'X-Again',
        sub { handlers_wrong($want, @_) }, token => $scenario->{token});

    $requests += $tried;
    ok(!defined $wrong, $name) || diag("$name: $wrong");
}

note("$requests requests");

open(my $fh, '<', "$t->{root}/t/README.md") or die "t/README.md: $!\n";
ok(index(join('', <$fh>), handlers_table()) >= 0,
    't/README.md has the table of handlers and events')
    || diag(handlers_table());

$t->finish;
