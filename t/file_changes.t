# A file that is replaced, rewritten, cut short or grows while its page is sent:
# the page is the old one, or broken off, and of what a wall cuts nothing is
# shown.  With open_file_cache and without; read for the first time, and
# remembered.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

# What nginx itself says of a file that became shorter.

$t->{allowed} = [ qr/was truncated at|pread\(\) read only/ ];

sub page {
    my ($word, $n, $more) = @_;
    return '<!DOCTYPE html><html><head><title>t</title></head><body><h1>T</h1>'
        . '<article>' . join('', map {
            sprintf "<p>%s paragraph %05d of it</p>\n", $word, $_
        } 1 .. $n) . '</article><aside>'
        . join('', map { sprintf "<p>other paragraph %05d</p>\n", $_ }
            1 .. $n * ($more // 1)) . '</aside></body></html>';
}

my %n = (one => 1300, large => 6000);
my @changes = qw(replaced rewritten longer truncated grown);

my $server = '';

for my $cache ('off', 'max=100 inactive=1h') {
    my $name = $cache eq 'off' ? 'plain' : 'cached';

    $server .= <<"EOC";
        location /$name/banner/ {
            alias %%DIR%%/html/;
            open_file_cache $cache;
            open_file_cache_valid 1h;
            patron_banner ask after h1 'html=[ask]';
        }
        location /$name/wall/ {
            alias %%DIR%%/html/;
            open_file_cache $cache;
            open_file_cache_valid 1h;
            patron_access members;
            patron_leak_check off;
            patron_wall article keep=2 html=[wall];
        }
EOC
}

my @cases;

for my $cache ('plain', 'cached') {
    for my $kind ('banner', 'wall') {
        for my $size (sort keys %n) {
            for my $change (@changes) {
                for my $times (1, 2) {
                    my $file = "$cache-$kind-$size-$change-$times.html";
                    $t->file("html/$file", page('old', $n{$size}));
                    push @cases, [ $cache, $kind, $size, $change, $times,
                        $file ];
                }
            }
        }
    }
}

$t->run(http => <<"EOC");
    patron_zone readers:4m;
    patron_key k1 %%DIR%%/k1.key;

    server {
        listen 127.0.0.1:%%PORT_slow%% sndbuf=8k;
        patron on;
        sendfile_max_chunk 32k;
$server
    }
EOC

my $last = (stat("$t->{dir}/html/$cases[-1][5]"))[10];

wait_for(sub { time - $last > 3 });

sub change {
    my ($file, $how, $n) = @_;

    my $path = "$t->{dir}/html/$file";

    if ($how eq 'replaced') {
        $t->file("html/$file.new", page('new', $n, 2));
        rename "$path.new", $path or die;
        return;
    }

    if ($how eq 'truncated') {
        truncate $path, 30_000 or die;
        return;
    }

    open my $f, $how eq 'grown' ? '>>' : '+<', $path or die "$path: $!\n";
    syswrite $f, $how eq 'grown' ? 'grown' x 1000
        : page('new', $how eq 'longer' ? $n + 300 : $n);
    close $f;
}

for my $case (@cases) {
    my ($cache, $kind, $size, $how, $times, $file) = @$case;

    my $old = page('old', $n{$size});
    my $uri = "/$cache/$kind/$file";
    my $what = "$uri, " . ($times == 1 ? 'read' : 'remembered');

    my $c = Patron::Client->new(port => $t->port('slow'), rcvbuf => 4096,
        timeout => $Patron::Harness::TIMEOUT);

    for (2 .. $times) {
        $c->request('GET', $uri);
    }

    $c->send_request('GET', $uri, close => 1);
    $c->fill(2048);

    change($file, $how, $n{$size});

    my $r = $c->response;
    my $body = $r->body;

    if ($kind eq 'banner') {
        $old =~ s/<\/h1>\K/[ask]/;
    } else {
        $old =~ s/^(?:.*?<\/p>){2}\K\n.*(?=<\/article>)/[wall]/s;
        $old =~ s/\n\[wall\]/[wall]/;
    }

    my $whole = !$r->truncated;
    my $same = $body eq $old;

    is($r->status, 200, "$what: $how");

    if ($kind eq 'wall') {
        my @shown = $body =~ /(?:old|new) paragraph 0*(\d+)/g;
        ok(!grep({ $_ > 2 } @shown), 'what is cut is not shown')
            || diag("paragraphs @shown[0 .. 5]");
    }

    # what is remembered, and no wall cuts, is sent from the file

    my $read = $size eq 'one' && ($kind eq 'wall' || $times == 1);

    if ($read || $how eq 'replaced'
        || ($how eq 'grown' && $kind eq 'banner'))
    {
        ok($whole && $same, 'it is the old one, whole') || diag($whole, ' ',
            length $body, ' for ', length $old);

    } elsif ($how eq 'truncated') {
        ok(!$whole, 'it is broken off') || diag(length $body);

    } elsif ($kind eq 'wall') {
        ok($same || !$whole, 'it is the old one, or broken off');
    }
}

$t->finish;
