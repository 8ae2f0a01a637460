#!/usr/bin/perl
#
# Prints one table of the bench: table.pl RESULTS VARIANTS NAME
#
# RESULTS has the measurements, a line each (see measure.sh); titles and goals
# come from VARIANTS.
#

use strict;
use warnings;

use File::Basename qw(dirname);

my ($results, $variants, $table) = @ARGV;
my $dir = dirname($0);

my (%value, %of, @names);
my $none = '-';

open my $file, '<', $results or die "$results: $!\n";

while (<$file>) {
    chomp;
    my ($metric, $name, $source, $page, $value) = split /\t/;
    $value{$metric}{$name}{$source}{$page} = $value;
}

open $file, '<', $variants or die "$variants: $!\n";

my $name;

while (<$file>) {
    if (/^== (\S+)/) {
        $name = $1;
        push @names, $name;

    } elsif ($name && /^(\w+): *(.*)/) {
        $of{$name}{$1} = $2;
    }
}


sub value {
    my ($metric, $name, $source, $page) = @_;

    my $v = $value{$metric}{$name};

    return undef unless $v && $v->{$source};
    return $v->{$source}{$page};
}


sub measured {
    my ($metric) = @_;

    return grep { $value{$metric}{$_} } @names;
}


# 9.0k, 153k, 2.31M

sub count {
    my ($n) = @_;

    return $none unless defined $n && $n ne '';

    my $a = abs $n;

    return sprintf '%.2fM', $n / 1e6 if $a >= 999_500;
    return sprintf '%.0fk', $n / 1e3 if $a >= 99_950;
    return sprintf '%.1fk', $n / 1e3 if $a >= 950;
    return sprintf '%.0f', $n;
}


# As count, and what is small by two digits more.

sub fine {
    my ($n) = @_;

    return $n ne '' && $n < 100 && $n != int $n ? sprintf '%.2f', $n
                                                : count($n);
}


sub plus {
    my ($n) = @_;

    return $none unless defined $n;
    return ($n >= 0 ? '+' : '') . count($n);
}


sub over {
    my ($name, $source, $page) = @_;

    my $base = $of{$name}{reader} eq 'member' ? 'bare-token' : 'bare';
    my ($a, $b) = map { value('ir', $_, $source, $page) } $base, $name;

    return defined $a && defined $b ? $b - $a : undef;
}


# The bytes that it has to read of a page.

sub bytes_read {
    my ($name, $page) = @_;

    my $place = $of{$name}{reads};

    return defined $place ? value('read', $place, '-', $page) : undef;
}


sub goal {
    my ($name, $page) = @_;

    my $text = $of{$name}{goal};

    return undef unless defined $text;

    my $read = bytes_read($name, $page);

    $text =~ s/\bread\b/$read/;

    return eval $text;
}


sub heading {
    print "\n$_[0]\n\n";
}


sub row {
    my ($format, @cells) = @_;

    my $line = sprintf "  %-40s$format", @cells;

    $line =~ s/ +$//;
    print "$line\n";
}


sub instructions {
    my @sources = qw(static proxy cache);

    heading 'Instructions a request, page of 100 KB, user space, one worker'
            . ' (callgrind)';
    row('%24s   %24s', '', '------ in all ------',
        '----- over bare -----');
    row('%8s%8s%8s   %8s%8s%8s  %8s  %-8s%s', '', ('static', 'proxied',
        'cached') x 2, 'goal', '', 'Redis/req');

    for my $name (measured('ir')) {
        my @over = map { over($name, $_, '100k') } @sources;
        my $goal = goal($name, '100k');
        my $met = '';

        if (defined $goal) {
            my @seen = grep { defined } $goal < 1000 ? @over[0, 2] : @over;

            $met = !@seen ? '' : (grep { $_ > $goal } @seen) ? 'over' : 'met';
        }

        my $redis = value('redis', $name, 'static', '100k');

        row('%8s%8s%8s   %8s%8s%8s  %8s  %-8s%s', $of{$name}{title},
            (map { count(value('ir', $name, $_, '100k')) } @sources),
            ($name =~ /^bare/ ? ('') x 3 : map { plus($_) } @over),
            defined $goal ? plus($goal) : '', $met, $redis // '');
    }

    print "\n  Over bare: over bare nginx with the same request.  Proxied"
          . " counts vary with how\n  the origin's bytes arrive: each is the"
          . " least of three, and none is held against\n  a goal below 1k."
          . "  callgrind has no SHA instructions: a MAC counts for more\n"
          . "  than it takes.\n";
}


sub sizes {
    for my $source (qw(static proxy cache)) {
        next unless defined value('ir', 'bare', $source, '1m');

        heading "Over bare nginx by the size of the page, $source;\nthe last"
                . ' but one is what one more byte costs that has to be read';
        row('%10s%10s%10s%12s%9s%7s  %s', '', '20 KB', '100 KB', '1 MB',
            'of it read', 'Ir/byte', 'goal', '');

        for my $name (measured('ir')) {
            next if $name =~ /^bare/;

            my ($s, $m, $l) = map { over($name, $source, $_) }
                              qw(20k 100k 1m);
            my ($low, $high) = map { bytes_read($name, $_) } qw(20k 1m);
            my $slope = defined $s && defined $l && defined $low
                        ? ($l - $s) / ($high - $low) : undef;
            my $goal = $of{$name}{byte};

            row('%10s%10s%10s%12s%9s%7s  %s', $of{$name}{title}, plus($s),
                plus($m), plus($l), count($high),
                defined $slope ? sprintf '%.2f', $slope : $none, $goal // '',
                !defined $goal || !defined $slope ? ''
                : $slope > $goal ? 'over' : 'met');
        }
    }

    print "\n  A banner is read for up to the place it has, a wall to the"
          . " page's end.  One page\n  with a banner in 64 is read to its end,"
          . " and counted with the rest.\n";
}


sub ratio {
    my ($v, $digits) = @_;

    return defined $v && $v ne '' ? sprintf "%.${digits}f", $v : $none;
}


sub throughput {
    my @sources = qw(static proxy cache);

    heading 'Against bare nginx, interleaved runs of wrk, page of 100 KB,'
            . " tcp_nopush on, keep-alive;\nCPU is the worker's time a"
            . ' request, kernel included';
    row('%24s  %-16s%24s', '', '------- rate -------', '  goals',
        '----- CPU time -----');
    row('%8s%8s%8s  %-16s%8s%8s%8s', '', 'static', 'proxied', 'cached', '',
        'static', 'proxied', 'cached');

    for my $name (measured('ratio')) {
        row('%8s%8s%8s  %-16s%8s%8s%8s', $of{$name}{title},
            (map { ratio(value('ratio', $name, $_, '100k'), 2) } @sources),
            '  ' . ($of{$name}{ratio} // ''),
            (map { ratio(value('cpu', $name, $_, '100k'), 2) } @sources));
    }

    my ($first) = measured('ratio') or return;

    for my $source (@sources) {
        printf "\n  bare nginx, %s: %.0f requests a second, %.1f us of CPU",
               $source, map { $_ // 0 }
               value('rate-a', $first, $source, '100k'),
               (value('cpu-a', $first, $source, '100k') // 0) / 1000;
    }

    print "\n";
}


sub memory {
    heading "Growth of a worker at its peak, KB, while 200 MB of HTML stream"
            . " to a fast client\nand 24 MB to a slow one (8 MB/s); the goal"
            . " is 128 KB. Last, bytes an idle\nkeep-alive connection holds"
            . ' after one page';
    row('%9s%9s%9s%9s%12s', '', 'static', 'slow', 'proxied', 'slow',
        'idle, B');

    for my $name (measured('growth')) {
        row('%9s%9s%9s%9s%12s', $of{$name}{title},
            (map { my $s = $_;
                   map { value('growth', $name, $s, $_) // $none }
                   qw(fast slow) } qw(static proxy)),
            value('idle', $name, 'static', '100k') // $none);
    }
}


sub nopush {
    heading 'Rate with tcp_nopush on, off being 1: one keep-alive connection,'
            . ' page of 100 KB';
    row('%10s%10s', '', 'static', 'cached');

    for my $name (@names) {
        next unless $value{ratio}{"nopush:$name"};

        row('%10s%10s', $of{$name}{title},
            map { ratio(value('ratio', "nopush:$name", $_, '100k'), 2) }
            qw(static cache));
    }

    print "\n  On the usual loopback, MTU 65536, where a stall shows;"
          . " there nginx itself\n  stalls on files it serves from its cache."
          . "\n";
}


sub members {
    my @counts = (1, 1000, 1_000_000);
    my @heads = ('1', '1,000', '1,000,000');

    heading 'By the number of members in Redis: instructions a request, page'
            . " of 20 KB, readers in turn;\nin brackets, Redis commands a"
            . ' request';
    row('%18s%18s%18s', '', @heads);

    for my $name (measured('members-ir')) {
        row('%18s%18s%18s', $of{$name}{title}, map {
                my $n = value('members-ir', $name, 'static', $_);
                my $r = value('members-redis', $name, 'static', $_);

                defined $n ? count($n) . " ($r)" : $none;
            } @counts);
    }

    print "\n  A token seen for the first time is parsed, which is what many"
          . " readers cost more\n  than one; a lookup is what it costs over"
          . " the token alone.\n";

    return unless $value{'zone-ns'};

    heading 'By the number of members in the zone: CPU time of the worker, us'
            . ' a request, readers drawn at random';
    row('%18s%18s%18s', '', @heads);

    for my $when (qw(quiet changing)) {
        row('%18s%18s%18s', $when eq 'quiet' ? 'patron, member known'
                            : 'patron, 1,000 records change a second', map {
                my $n = value('zone-ns', 'known', $when, $_);
                my $r = value('zone-redis', 'known', $when, $_);

                !defined $n ? $none
                : sprintf '%.1f%s', $n / 1000, defined $r ? " ($r)" : '';
            } @counts);
    }
}


sub lookups {
    my %title = (token => 'token alone, no Redis',
                 known => 'member known',
                 lookup => 'a lookup for each page, no zone',
                 new => 'new readers, token alone',
                 cold => 'new readers, a lookup, kept in the zone');

    for my $connections (1, 64, 512) {
        next unless defined value('pages', 'lookup', 'rate', $connections);

        my $get = sub { value('pages', $_[0], $_[1], $connections) // 0 };

        heading 'Lookups, one worker, a page of 55 bytes, '
                . ($connections == 1 ? 'one connection'
                                     : "$connections connections");
        row('%10s%12s%12s%12s%10s', '', 'pages/s', 'CPU, us', 'Redis, us',
            'commands', 'at once');

        for my $name (qw(token known lookup new cold)) {
            row('%10.0f%12.1f%12.1f%12s%10s', $title{$name},
                $get->($name, 'rate'), $get->($name, 'cpu') / 1000,
                $get->($name, 'redis') / 1000,
                $get->($name, 'commands'), $get->($name, 'depth'));
        }

        for (['lookup', 'token'], ['cold', 'new']) {
            my $cost = $get->($_->[0], 'cpu') - $get->($_->[1], 'cpu');

            next if $cost <= 0;
            printf "\n  %s: %.1f us of CPU more than %s,\n    or %s lookups a"
                   . ' second of it; redis-benchmark makes %s, %.2f times as'
                   . " many\n", $title{$_->[0]}, $cost / 1000,
                   $title{$_->[1]}, count(1e9 / $cost),
                   count($get->('redis-benchmark', 'rate')),
                   $get->('redis-benchmark', 'rate') * $cost / 1e9;
        }
    }

    print "\n  A lookup is HMGET of five fields and PTTL. Last column: commands"
          . " in one read of\n  Redis, redis-benchmark's too: one connection,"
          . " the same socket and commands,\n  random keys. Best runs; most of"
          . " a page is the page itself: read, parse, send.\n";
}


sub campaigns {
    my @sets = ('one-if' => 'one, by a variable',
                plain => 'a hundred, for everybody',
                tenth => 'by that variable, ten for the reader',
                apart => 'by that variable, one for the reader',
                map => 'by one of a map, ten for the reader',
                two => 'by two variables, ten for the reader');

    heading 'A hundred campaigns in a slot, instructions over a slot of one,'
            . " for everybody;\nstatic page of 100 KB, edited before";
    row('%12s%9s%12s%9s', '', 'browser seen', '', 'new', '');

    while (my ($set, $title) = splice @sets, 0, 2) {
        my @cells;

        for my $browser (qw(seen new)) {
            my ($one, $n) = map { value('campaigns', $_, $browser, '100k') }
                                'one', $set;

            push @cells, $one && $n
                ? (plus($n - $one), sprintf '%+.1f%%', 100 * ($n / $one - 1))
                : ($none, $none);
        }

        row('%12s%9s%12s%9s', $title, @cells);
    }

    printf "\n  a slot of one: %s instructions a page\n",
        count(value('campaigns', 'one', 'seen', '100k'));
}


sub appeals {
    my @cases = (rest => 'rest, of the slot and of all', 400,
                 quiet => 'twenty quiet sections', 400,
                 read => 'articles read', 5500,
                 all => 'all of these', 6000,
                 experiment => 'an experiment of ten', 11000);

    heading 'What appeals add, instructions over a page with a campaign;'
            . "\nstatic page of 100 KB, edited before";
    row('%14s%14s%10s%6s', '', 'new reader', 'who is back', 'goal', '');

    while (my ($case, $title, $goal) = splice @cases, 0, 3) {
        my @more = map {
            my ($plain, $n) = map { value('appeals', $_, 'new', '100k') }
                              'plain', $case;
            $n = value('appeals', $case, $_, '100k');
            $plain && $n ? $n - $plain : undef;
        } qw(new back);
        my @seen = grep { defined } @more;

        row('%14s%14s%10s%6s', $title,
            (map { defined $_ ? plus($_) : $none } @more), plus($goal),
            !@seen ? '' : (grep { $_ > $goal } @seen) ? 'over' : 'met');
    }

    printf "\n  a page with a campaign: %s instructions.  Who is back sends"
           . " cookies, which nginx\n  reads too: 15 a byte.  callgrind has no"
           . " SHA instructions: of an experiment 5k are\n  those of one MAC.\n",
        count(value('appeals', 'plain', 'new', '100k'));
}


sub latency {
    my %title = (static => 'Static page of 100 KB, 200 connections, 500'
                           . ' requests a second',
                 proxy => 'Proxied page of 100 KB, 200 connections, 300'
                          . ' requests a second',
                 trickle => 'Upstream that sends 2 KB every 20 ms, page of'
                            . ' 20 KB, 20 connections');

    for my $what (qw(static proxy trickle)) {
        next unless $value{"latency-$what"};

        heading "$title{$what};\nms: the median and the 99th percentile, of"
                . ' the rounds the medians; and how far those spread';
        row('%24s%24s%24s', '', 'headers', 'first byte', 'last byte');

        for my $name (measured("latency-$what")) {
            my @v = map {
                [ split / /, value("latency-$what", $name, $_, '100k') // '' ]
            } 1 .. 6;

            row('%24s%24s%24s', $of{$name}{title}, map {
                    @{$v[$_]} ? sprintf '%.2f %.2f', $v[$_][0], $v[$_ + 1][0]
                              : $none;
                } 0, 2, 4);
            row('%24s%24s%24s', '', map {
                    my ($p50, $p99) = @v[$_, $_ + 1];

                    @$p50 ? sprintf '(%.1f-%.1f %.1f-%.1f)', @$p50[1, 2],
                                    @$p99[1, 2]
                          : '';
                } 0, 2, 4);
        }
    }
}


# By least squares of the logarithms.

sub exponent {
    my (%at) = @_;

    my ($n, $sx, $sy, $sxx, $sxy) = (0) x 5;

    while (my ($x, $y) = each %at) {
        next unless $y > 0;
        ($x, $y) = (log $x, log $y);
        $n++;
        $sx += $x;
        $sy += $y;
        $sxx += $x * $x;
        $sxy += $x * $y;
    }

    my $d = $n * $sxx - $sx * $sx;

    return $d > 0 ? sprintf '%.2f', ($n * $sxy - $sx * $sy) / $d : $none;
}


# A row for each of what was measured: at each number the value, and the exponent,
# also that of the last two alone, where what is always the same weighs least.

sub grown {
    my (@rows) = @_;

    while (my ($what, $title, $unit) = splice @rows, 0, 3) {
        my $v = $value{growth}{$what} or next;
        my %at = %{$v->{'-'}};
        my @last = (sort { $a <=> $b } keys %at)[-2, -1];

        printf "  %-40s%-22sexponent %s, at the end %s\n", $title, $unit,
            exponent(%at), exponent(map { ($_, $at{$_}) } grep { defined } @last);
        print '    ', join('  ', map { count($_) . ': ' . fine($at{$_}) }
                                 sort { $a <=> $b } keys %at), "\n";
    }
}


sub growth {
    my ($page, $bare) = map { $value{growth}{$_}{'-'} // {} }
                        qw(page-first page-bare);

    $value{growth}{'page-more'}{'-'}{$_} = $page->{$_} - $bare->{$_}
        for grep { $bare->{$_} } keys %$page;

    heading 'How cost grows: at each number the instructions of a page, and the'
            . ' exponent over all';
    grown('page-first' => 'bytes of a proxied page that is read', '',
          'page-bare' => 'the same, bare nginx', '',
          'page-more' => 'what the module adds', '',
          banners => 'banners in the page', '',
          campaigns => 'campaigns of a slot', '');
}


sub scale {
    heading 'How cost grows with members, workers and connections, and the'
            . ' exponent over all';
    grown('looked-up' => 'members in Redis, one looked up', 'instructions',
          'looked-up-commands' => '', 'commands',
          'looked-up-redis' => '', 'us of Redis',
          'looked-up-median' => 'the page, alone: median', 'us',
          'looked-up-99th' => 'and 99th percentile', 'us',
          'redis-bytes' => 'what each takes in Redis', 'bytes',
          members => 'members in the zone, one known', 'ns of CPU',
          changed => 'members that change at once, each',
          'ns of CPU of a worker',
          'workers-ir' => 'workers on one zone, members known',
          'instructions',
          workers => 'the same, 64 connections', 'ns of CPU',
          locks => 'takings of the zone, a page', '',
          held => 'how long, each', 'ns',
          waits => 'waits for it, 1,000 pages', '',
          slept => 'of them asleep, 1,000 pages', '',
          waited => 'all waits together, a page', 'ns',
          connections => 'idle connections, each', 'bytes');

    print "\n  A wait: the zone was another worker's when it was asked for, or"
          . " took more than\n  a microsecond. With more workers than cores it"
          . " mostly is one that was put\n  aside while it held the zone.\n";
}


sub feeds {
    my %of = map { $_ => $value{feeds}{$_}{'-'} }
        qw(size bare bare-token bare-proxy again member first);
    my $over = sub {
        my ($what, $base, $form) = @_;
        my ($a, $b) = map { $of{$_}{$form} } $what, $base;
        return $a && $b ? $a - $b : undef;
    };

    heading 'Feeds of 50 items: instructions over bare nginx';

    printf "  %-10s%10s%10s%14s%14s%14s%10s\n", 'form', 'bytes', 'bare',
        'cut before', 'for a member', 'cut first', 'a byte';

    for my $form (qw(cdata escaped atom xhtml json)) {
        my $first = $over->('first', 'bare-proxy', $form);

        printf "  %-10s%10s%10s%14s%14s%14s%10s\n", $form,
            $of{size}{$form} // $none, count($of{bare}{$form}),
            plus($over->('again', 'bare', $form)),
            plus($over->('member', 'bare-token', $form)), plus($first),
            defined $first ? sprintf('%.2f', $first / $of{size}{$form}) : $none;
    }
}


# A mark for each peer: what is right is left empty.

sub wrong {
    my @peers = grep { $value{wrong}{$_->[0]} }
        ['sub-1', 'sub'], ['subs', 'subs'], ['njs-banner', 'njs'],
        ['lua-banner', 'Lua'], ['lol-html', 'lol-html'], ['behind', 'patron'];
    my @pages = map { chomp; $_ } `perl $dir/pieces.pl list $dir/hostile.html`;
    my %wrong;

    heading 'Where they are wrong on the page: a banner behind the first article';
    print ' ' x 42, (map { sprintf '%-10s', $_->[1] } @peers), "\n";

    for my $n (1 .. @pages) {
        printf '  %-40s', $pages[$n - 1];

        for my $peer (@peers) {
            my $verdict = value('wrong', $peer->[0], '-', $n) // $none;

            $wrong{$peer->[0]}++ if $verdict ne 'right';
            printf '%-10s', $verdict eq 'right' ? '' : $verdict;
        }

        print "\n";
    }

    printf '  %-40s', 'wrong, of ' . @pages;
    print map { sprintf '%-10s', $wrong{$_->[0]} // 0 } @peers;
    print "\n\n  What is right is left empty. sub is sub_filter, subs"
        . " subs_filter; Lua and njs are\n  as people write them.\n";
}


my %tables = (wrong => \&wrong,
              latency => \&latency, growth => \&growth, scale => \&scale,
              feeds => \&feeds,
              instructions => \&instructions, sizes => \&sizes,
              lookups => \&lookups, campaigns => \&campaigns, appeals => \&appeals,
              throughput => \&throughput, memory => \&memory,
              nopush => \&nopush, members => \&members);

die "table.pl: what is '$table'?\n" unless $tables{$table};

$tables{$table}->();
