# Many campaigns in a slot: each reader keeps to one, on every worker, whatever
# is edited; one that comes takes its own share, and gives it back as it goes.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->{workers} = 2;
$t->file('html/page.html', article());

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:4m;
EOC
        add_header X-Worker $pid;
        location / {
            patron on;
            patron_banner top before '#story' campaign=top;
        }
EOC

sub publish {
    my ($name, %field) = @_;

    $redis->cmd('HSET', "patron:campaign:top:$name",
        html => "<aside>$name \${ticker:edit}</aside>", %field);
    $redis->cmd('SADD', 'patron:campaigns', "top:$name");
}

publish("c$_", weight => 10) for 1 .. 40;
$t->run(%conf);


# What readers see on each worker, once the edit of that number is in force;
# edits and tickers come with the campaigns themselves.  A loading that was under
# way may have read the campaigns before, and the ticker after: the next one has
# not.

my $edit = 0;

sub in_force {
    $redis->cmd('SET', 'patron:ticker:edit', ++$edit);

    my %seen;
    return wait_for(sub {
        %seen = ();
        for my $worker (1 .. 50) {
            my $r = $t->get('/page.html', headers => ['User-Agent' => 'one']);
            next if $seen{$r->header('X-Worker')}++;
            return if $r->body !~ m{<aside>\w+ $edit<};
        }
        return keys %seen == 2;
    });
}

sub choices {
    my ($name) = @_;

    ok(in_force() && in_force(), "$name: in force");

    my (%choice, @late);

    for my $n (1 .. 300) {
        my $r = $t->get('/page.html', headers => ['User-Agent' => "agent $n"]);
        my ($c, $e) = $r->body =~ m{<aside>(\w+) (\d+)};
        $choice{$n} = $c;
        push @late, $n if $e != $edit;
    }

    is("@late", '', 'on every page');

    return \%choice;
}


sub moved {
    my ($from, $to) = @_;

    return map { "$from->{$_}-$to->{$_}" }
        grep { $from->{$_} ne $to->{$_} } keys %$from;
}

my $first = choices('forty');
my %n;
$n{$_}++ for values %$first;
cmp_ok(scalar keys %n, '>', 34, 'nearly all are shown to somebody');

is(join(' ', moved($first, choices('again'))), '', 'each reader keeps to one');

publish('c7', weight => 10, url => '/x');
is(join(' ', moved($first, choices('an edit'))), '', 'over an edit');

publish('new', weight => 100);
my $with = choices('one more');
my @moved = moved($first, $with);
cmp_ok(scalar @moved, '>', 20, 'one that comes takes its share');
is(join(' ', grep { !/-new$/ } @moved), '', 'and no other moves');

publish('new', weight => 10);
my $less = choices('it weighs less');
@moved = moved($with, $less);
ok(@moved > 10 && !grep({ !/^new-/ } @moved), 'it gives some of it back');

$redis->cmd('SREM', 'patron:campaigns', 'top:new');
is(join(' ', moved($first, choices('gone'))), '', 'and all as it goes');

publish('c3', weight => 10, priority => 1, for => 'gold');
is(join(' ', grep { !/^c3-/ } moved($first, choices('not for them'))), '',
    'what is for others moves its own readers');

$t->reload;
publish('c3', weight => 10, priority => 0, for => 'all');
is(join(' ', moved($first, choices('a reload'))), '', 'over a reload');

$t->finish;
