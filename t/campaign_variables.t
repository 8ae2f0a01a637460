# Campaigns for values of variables, many in a slot: each page is by the values
# of its own request, whatever the last one had, and by the campaigns of now.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(time);

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->{workers} = 2;
$t->file('html/page.html', article());

my %conf = (http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_zone z:4m;
    map $http_x_desk $desk { default $http_x_desk; hidden ''; }
    map $arg_two $Two { volatile; default $arg_two; }
EOC
        add_header X-Worker $pid;

        location / {
            patron on;
            patron_banner top before '#story' campaign=top;
        }

        location = /dismiss { patron_dismiss_handler; }

        # reads $desk before the campaigns do
        location /indexed/ {
            alias %%DIR%%/html/;
            add_header X-Desk $desk;
            patron on;
            patron_banner top before '#story' campaign=top;
        }
EOC

sub publish {
    my ($name, %field) = @_;

    $redis->cmd('DEL', "patron:campaign:top:$name");
    $redis->cmd('HSET', "patron:campaign:top:$name",
        html => "<aside>$name \${ticker:edit}</aside>", %field);
    $redis->cmd('SADD', 'patron:campaigns', "top:$name");
}


# All at once, so that no worker knows a part of them only.

my $edit = 0;

sub in_force {
    my ($name) = @_;

    for (1, 2) {
        $redis->cmd('SET', 'patron:ticker:edit', ++$edit);

        my %seen;
        my $ok = wait_for(sub {
            %seen = ();
            for (1 .. 50) {
                my $r = $t->get('/page.html?edit=yes');
                return if $r->body !~ m{<aside>edit $edit<};
                $seen{$r->header('X-Worker')} = 1;
            }
            return keys %seen == 2;
        });

        return fail("$name: in force") if !$ok;
    }

    return pass("$name: in force");
}


# What a reader of that number sees with these arguments and headers.

sub shows {
    my ($args, $reader, @headers) = @_;

    my $r = $t->get("/page.html?$args", headers => [
        'User-Agent' => 'agent ' . ($reader // 1), @headers]);

    return $r->body =~ m{<aside>(\w+) } ? $1 : '';
}


publish('edit', priority => 9, if_arg_edit => 'yes');

# By one variable, ten to a value; by two; by none of them for a few.

publish("s$_", if_arg_s => 'v' . $_ % 10) for 0 .. 79;
publish("d$_", if_desk => "d$_, all", if_arg_s => '', priority => 2)
    for 0 .. 9;
publish("n$_", if_desk => '!news, sport', if_arg_s => 'none') for 0 .. 2;
publish('two', if_Two => 'x', priority => 3);
publish('long', if_arg_s => 'L' x 300 . ',short');
publish('comma', if_arg_s => ' spaced out , x,,', priority => 1,
    if_arg_empty => 'yes');

$t->run(%conf);
in_force('all');

# Alternating, many readers each: values that are listed, and others.

my @wrong;

for my $n (1 .. 60) {
    for my $v (0 .. 9) {
        my $got = shows("s=v$v", $n);
        push @wrong, "v$v: $got" if $got !~ /^s\d*$v$/;
    }

    my $got = shows('s=v' . (10 + $n), $n);
    push @wrong, "$n: $got" if $got ne '';
}

is("@wrong", '', 'a tenth by the value of each request');

@wrong = grep { shows("s=v$_") ne shows("s=v$_") } 0 .. 9;
is("@wrong", '', 'a reader keeps to one for a value');

# Far more values than are listed, and close to those that are.

@wrong = ();

for my $n (1 .. 500) {
    my $v = join '', map { chr(97 + ($n * $_) % 26) } 1 .. 1 + $n % 40;
    push @wrong, $v if shows("s=$v", $n) ne '';
}

is("@wrong", '', 'any other value suits none');
is(shows($_), '', "$_: none") for 's=v', 's=V1', 's=v1x', 's=v01', 's=x%2cv1',
    's=' . 'L' x 299, 's=' . 'L' x 301, 's=' . 'x' x 3000;
is(shows('s=' . 'L' x 300), 'long', 'a long one');
like(shows('s=v1'), qr/^s\d*1$/, 'and as before in between');

is(shows('empty=yes'), 'comma', 'an empty item is an empty value');
is(shows('empty=yes&s=x'), 'comma', 'or the next');
is(shows('two=x&s=v1'), 'two', 'a name in capitals');
like(shows('two=y&s=v1'), qr/^s\d*1$/, 'and its other values');

# Two variables, one of a map that may have been read before.

for my $path ('/page.html', '/indexed/page.html') {
    my %got;

    for my $d (0 .. 9, 'all', 'news', 'hidden', 'x') {
        my $r = $t->get("$path?s=", headers => [
            'X-Desk' => $d =~ /\d/ ? "d$d" : $d]);
        $got{$d} = $r->body =~ m{<aside>(\w+) } ? $1 : '';
    }

    is(join(' ', map { $got{$_} } 0 .. 9), join(' ', map { "d$_" } 0 .. 9),
        "$path: by two");
    like($got{all}, qr/^d\d$/, 'one of ten');
    is("$got{news}$got{hidden}$got{x}", '', 'the rest');
}

like(shows('s=none', 1, 'X-Desk' => 'culture'), qr/^n\d/, 'not of a list');
is(shows('s=none', 1, 'X-Desk' => 'sport'), '', 'of it');
like(shows('s=none'), qr/^n\d/, 'no value is not of a list');

# Conditions that change: each value means another group.

publish("s$_", if_arg_s => 'v' . ($_ + 1) % 10) for 0 .. 79;
in_force('changed');

@wrong = ();

for my $v (0 .. 9) {
    my $got = shows("s=v$v", $_);
    my $digit = ($v + 9) % 10;
    push @wrong, "v$v: $got" if $got !~ /^s\d*$digit$/;
}

is("@wrong", '', 'no page is by what was');

# A value that was nobody's is now; one is taken down.

publish('s0', if_arg_s => 'late');
$redis->cmd('SREM', 'patron:campaigns', 'top:two');
in_force('come and gone');
is(shows('s=late'), 's0', 'a value that is new');
like(shows('two=x&s=v2'), qr/^s\d*1$/, 'one that is gone');

# Time passes with no change in Redis: the same request, before and after.

my $before = shows('s=v5');
like($before, qr/^s\d*4$/, 'before its time');

my $from = int(time) + 3;
my $until = $from + 3;
publish('soon', if_arg_s => 'v5', priority => 5, from => $from,
    until => $until);
in_force('soon');

ok(wait_for(sub { shows('s=v5') eq 'soon' }), 'from then on');
ok(wait_for(sub { shows('s=v5') ne 'soon' }), 'and no longer');
cmp_ok(time, '>=', $until, 'than until');
is(shows('s=v5'), $before, 'as before');
$redis->cmd('SREM', 'patron:campaigns', 'top:soon');

# Who has sent one away, or seen enough of it, gets another for the same values;
# others are not moved by that.

publish('a', if_arg_s => 'away', cap => '1/7d');
publish('b', if_arg_s => 'away', priority => -1);
in_force('away');

my $r = $t->get('/page.html?s=away');
my ($seen) = $r->header('Set-Cookie') =~ /(patron_seen=[^;]+)/;
like($r->body, qr/<aside>a /, 'the one');
is(shows('s=away', 1, Cookie => $seen), 'b', 'seen enough of it');
is(shows('s=away'), 'a', 'another reader');

$r = $t->request('POST', '/dismiss', body => 'name=top:b', headers => [
    Origin => 'http://localhost', Cookie => $seen]);
($seen) = $r->header('Set-Cookie') =~ /(patron_seen=[^;]+)/;
is(shows('s=away', 1, Cookie => $seen), '', 'sent the other away');
is(shows('s=away'), 'a', 'another reader still');

# Variants stand where their original does.

publish('c', if_arg_s => 'tried');
publish('cc', variant_of => 'c', if_arg_s => 'ignored');
in_force('variants');

my %n;
$n{shows('s=tried', $_)}++ for 1 .. 60;
is(join(' ', sort keys %n), 'c cc', 'both');
cmp_ok($n{$_} // 0, '>', 10, "$_ has its share") for qw(c cc);
is(shows('s=ignored'), '', 'its own targets are none');

# Ranges, patterns, and the language that a reader likes best.

publish('few', if_arg_n => '2-4, 9');
publish('most', if_arg_n => '5-', if_arg_p => '!/news/*');
publish('uk', if_language => 'uk', if_arg_l => '1');
publish('en', if_language => 'en', if_arg_l => '1');
in_force('patterns');

is(shows($_->[0]), $_->[1], "$_->[0]: \"$_->[1]\"")
    for ['n=2', 'few'], ['n=4', 'few'], ['n=9&p=/news/', 'few'], ['n=1', ''],
        ['n=5', 'most'], ['n=700&p=/newsletter', 'most'], ['n=7&p=/news/1', ''],
        ['n=x', ''];

is(shows('l=1', 1, 'Accept-Language' => $_->[0]), $_->[1], "$_->[0]: \"$_->[1]\"")
    for ['uk-UA,uk;q=0.9,en-US;q=0.8,en;q=0.7', 'uk'],
        ['en-US,en;q=0.9,uk;q=0.8', 'en'], ['en;q=0.2, ru, uk;q=0.3', 'uk'],
        ['uk;q=0, *;q=0.1', 'en'], ['fr', ''];
is(shows('l=1'), '', 'no language said');
like($t->get('/page.html?l=1')->header('Vary'), qr/Accept-Language/,
    'caches are told');

$t->reload;
in_force('a reload');
like(shows('s=v5'), qr/^s\d*4$/, 'over a reload');

$t->finish;
