# A dynamic module shows nginx what it asks for and nothing else: modules are
# loaded with their symbols global.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

if ($t->{module} eq '') {
    $t->{finished} = 1;
    $t->clean;
    plan(skip_all => 'the module is linked into nginx');
}

my @symbols = sort map { (split)[2] } grep { / [A-TV-Z] / }
    qx(nm -D --defined-only $t->{module});

is_deeply(\@symbols, [qw(ngx_module_names ngx_module_order ngx_modules)],
    'symbols');

unlike(qx(ldd $t->{module}), qr/hiredis/, 'hiredis is inside');

$t->finish;
