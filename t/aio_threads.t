# Pages that come out of files by threads, in small buffers, with sendfile and
# without, and around the page cache; from the disk, from a cache, and from what
# an upstream has left in a temporary file.  To readers who read slowly, several
# at a time.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('threads');

# Every place is in a part of its own, none at the same offset in its buffer.

my $page = "<!DOCTYPE html>\n<title>Long</title>\n<body>\n<article>\n"
    . join('', map {
        ($_ % 97 == 0 ? "<h2 class=part>Part $_</h2>\n" : '')
        . "<p id=p$_>" . substr("$_ is a number. " x 12, 0, 40 + $_ * 7 % 131)
        . "</p>\n"
    } 1 .. 3000)
    . "</article>\n<footer>end</footer>\n";

my $asked = $page =~ s/(?=<h2 )/[before]/gr;
$asked =~ s/(?=<\/article>)/[append]/;
$asked =~ s/<footer>\K/[prepend]/;

my ($walled) = $page =~ /^(.*<p id=p5>.*?<\/p>)/s;
$walled .= "[wall][append]</article>\n<footer>end</footer>\n";

$t->file('html/page.html', $page);

my $origin = $t->origin('origin', sub {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
        . length($page) . "\r\nConnection: close\r\n\r\n$page";
});

my @files = (
    [ 'sendfile off;' ],
    [ 'sendfile on; sendfile_max_chunk 20k;' ],
    [ 'directio 512; directio_alignment 512;' ],
    [ 'sendfile on; directio 100k;' ],
    [ 'sendfile off; read_ahead 64k; open_file_cache max=10;' ],
);
my @buffers = ('1 1k', '2 4k', '3 32k');

my ($server, @paths) = ('');

for my $i (0 .. $#files) {
    for my $j (0 .. $#buffers) {
        my $common = "aio threads; output_buffers $buffers[$j]; @{$files[$i]}";

        $server .= <<"EOC";
        location /file$i$j/ {
            alias %%DIR%%/html/;
            $common
        }
        location /walled/file$i$j/ {
            alias %%DIR%%/html/;
            $common
            patron_access members;
        }
        location /cache$i$j/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%;
            proxy_cache c;
            proxy_cache_valid 200 1h;
            proxy_cache_key page;
            $common
        }
        location /temp$i$j/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%;
            proxy_buffers 2 4k;
            proxy_buffer_size 4k;
            proxy_busy_buffers_size 4k;
            proxy_temp_file_write_size 8k;
            aio_write on;
            $common
        }
EOC
        push @paths, "/file$i$j/", "/walled/file$i$j/", "/cache$i$j/",
            "/temp$i$j/";
    }
}

$t->run(http => <<'EOC', server => <<"EOC");
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
EOC
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_banner one before h2 all 'html=[before]';
    patron_banner two append article 'html=[append]';
    patron_banner three prepend footer 'html=[prepend]';
    patron_wall article keep=5 'html=[wall]';
$server
EOC

sub wanted { $_[0] =~ /walled/ ? $walled =~ s/<footer>\K/[prepend]/r : $asked }

# Six readers at a time, each of whom takes a little in turn.

while (my @round = splice @paths, 0, 6) {
    my %client;

    for my $path (@round) {
        $client{$path} = Patron::Client->new(port => $t->port,
            timeout => $Patron::Harness::TIMEOUT, rcvbuf => 4096);
        $client{$path}->send_request('GET', "${path}page.html", close => 1);
    }

    my @open = @round;

    while (@open) {
        @open = grep { $client{$_}->fill(8192) } @open;
    }

    for my $path (@round) {
        my $body = $client{$path}->response->body;
        ok($body eq wanted($path), $path)
            || diag(length($body), ' for ', length(wanted($path)));
    }
}

# The next one on the same connection, for a patron: the file as it is.

my $token = token(sub => 'ann');
my $client = $t->client;

for my $path (map { ("/file$_/", "/cache$_/", "/temp$_/", "/walled/file$_/") }
    qw(00 11 22 32 40))
{
    my $body = $client->request('GET', "${path}page.html", token => $token)
        ->body;
    ok($body eq $page, "$path, a patron")
        || diag(length($body), ' for ', length($page));
}

$t->finish;
