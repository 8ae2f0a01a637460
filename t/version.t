# The version is one, wherever it is said.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;

sub text {
    my ($file) = @_;

    open(my $fh, '<', "$t->{root}/$file") or die "$file: $!\n";
    local $/;
    return <$fh>;
}

my ($version) = text('ngx_module/base/patron.h')
    =~ /^#define PATRON_VERSION +"(\d+\.\d+\.\d+)"$/m;
ok($version, 'the source has a version');

my ($newest) = text('CHANGES.md') =~ /^## (.*)$/m;
is($newest, $version, 'it is the newest in CHANGES.md');

is((patron($t, '--version'))[1], "patron $version\n", 'the command says it');

$t->run(http => '    patron_zone z:1m;', server => <<'EOC');
        location / {
            add_header X-Version $patron_version;
            return 204;
        }
        location = /status { patron_status_handler; }
        location = /status.json { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

is($t->get('/')->header('X-Version'), $version, '$patron_version');
like($t->get('/status')->body, qr/, version \Q$version\E,/, 'the status page');
is(JSON::PP->new->decode($t->get('/status.json')->body)->{version}, $version,
    'in JSON');
like($t->get('/metrics')->body,
    qr/^patron_build_info\{version="\Q$version\E"\} 1$/m, 'and for Prometheus');

$t->finish;
