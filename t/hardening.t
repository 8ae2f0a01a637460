# What is given to keep nginx small: systemd takes the settings, and nginx the
# configuration of the container.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $dir = $t->dir;

sub given {
    my ($file) = @_;

    open(my $fh, '<', "$t->{root}/scripts/$file") or die "$file: $!\n";
    local $/;
    return scalar <$fh>;
}

my ($unit) = grep { -e } map { "$_/systemd/system/nginx.service" } '/lib',
    '/usr/lib';

SKIP: {
    skip('no systemd-analyze, or no unit of nginx', 2)
        unless $unit && grep { -x "$_/systemd-analyze" } split /:/, $ENV{PATH};

    system('cp', $unit, "$dir/nginx.service") == 0 or die;
    $t->file('nginx.service.d/hardening.conf', given('conf/hardening.conf'));

    is(scalar(qx(systemd-analyze verify $dir/nginx.service 2>&1)), '',
        'systemd: nothing to complain of');

    my ($exposure) = qx(SYSTEMD_UNIT_PATH=$dir: systemd-analyze security \\
        --offline=yes nginx.service 2>&1) =~ /level for \S+: ([\d.]+)/;
    cmp_ok($exposure // 10, '<', 4, 'and little is exposed');
}

mkdir "$dir/conf.d";
$t->file('conf.d/patron.conf', given('conf/patron.conf')
    =~ s{/etc/nginx/patron/}{$dir/}gr);
$t->file('log.conf', given('conf/log.conf'));
$t->file('mime.types', 'types { text/html html; }');

my ($status, $said) = $t->test_conf(conf => given('container/nginx.conf')
    =~ s{/etc/nginx/|/tmp/}{$dir/}gr
    =~ s{^load_module .*}{$t->{module} ? "load_module $t->{module};" : ''}mer);
is($status, 0, 'nginx in a container: its configuration') || diag($said);

$t->finish;
