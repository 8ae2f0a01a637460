# Memory that is not there, at any allocation: each way to make a response, and
# each thing that may become of it behind a wall.  Nothing of what is closed is
# sent, no answer looks whole that is not, the worker lives, and no request is
# left.

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

# njs throws where a body cannot be sent, and answers 500 behind the header: with
# nginx alone, too.

$t->allow(qr{header already sent.*"GET /(?:off/)?njs/});

# Pools so small that nearly each allocation from them is one of the system.

my %conf = handlers_conf($t);
$conf{http} .= 'request_pool_size 112;';
$t->run(%conf);

$t->allow(qr/(malloc|posix_memalign)\([\d, ]+\) failed|inflateInit2\(\) failed/,
    qr/lua entry thread aborted/, qr/stalled cache updating/);

my $requests = 0;


# An error is as good as what was asked for.

sub wrong {
    my ($want, $r) = @_;

    return if !$r;
    return 'a leak' if !$want->{open} && $r->body =~ /SECRET/;
    return if $r->truncated || $r->status >= 500;

    return handlers_wrong($want, $r);
}


for my $scenario (handlers_scenarios($t, $again->all)) {
    my ($name, $want) = @$scenario{qw(name want)};
    next if $name !~ $only;

    # A subrequest that there is no memory for keeps its request for ever, with
    # nginx alone, too.

    next if $name =~ /^(mirror|background)/;

    my ($wrong, $tried) = $again->all_n($scenario->{path}, 'X-Fail-Alloc',
        sub { wrong($want, @_) }, token => $scenario->{token});

    $requests += $tried;
    ok(!defined $wrong, $name) || diag("$name: $wrong");
}

note("$requests requests");

$t->finish;
