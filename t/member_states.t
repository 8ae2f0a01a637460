# The state that the command line tells of a record is the one that its reader has,
# however a person has typed the record.

use strict;
use warnings;

use JSON::PP ();
use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $now = time;
my ($past, $ahead) = ($now - 900, $now + 900);

$t->file('html/page.html', article());

my @records = map { { @$_ } } ([tier => 'gold'], [status => 'Active'],
    [status => 'PAUSED'], [status => 'wat'], [status => ''], [status => 'grace'],
    [status => 'Grace', until => $past], [status => 'supporter'],
    [status => 'Revoked', gave_until => $ahead], [until => $ahead],
    [until => $past], [until => 0], [until => ''], [until => '2099-01-01'],
    [until => 'x'], [until => -1], [until => $ahead * 1000],
    [until => $past * 1000], [until => '9' x 22],
    [until => $past, grace_until => $ahead],
    [until => $past, grace_until => $past],
    [until => $past, grace_until => 'x'],
    [until => $past, gave_until => $ahead],
    [status => 'paused', gave_until => $ahead * 1000],
    [status => 'supporter', gave_until => 'x']);

for my $i (0 .. $#records) {
    $redis->cmd('HSET', "patron:member:$i", %{$records[$i]});
}

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    add_header X-State $patron_state;
    add_header X-Reason $patron_reason;
EOC

my $json = JSON::PP->new->utf8;
my %listed = map { $_->{sub} => $_->{state} }
    @{$json->decode((patron($t, qw(member list --json)))[1])};

for my $i (0 .. $#records) {
    my $r = $t->get('/page.html', token => token(sub => "$i"));
    my $state = $r->header('X-State');

    $state = $r->header('X-Reason') eq 'grace' ? 'grace' : 'active'
        if $state eq 'patron';

    my $name = join ' ', map { "$_=$records[$i]{$_}" } sort keys %{$records[$i]};

    is($listed{$i}, $state, "$name: listed");
    is($json->decode((patron($t, qw(member show --json), $i))[1])->{state},
        $state, "$name: shown");
}

$t->finish;
