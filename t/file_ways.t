# Pages in files, under the settings by which nginx sends them, to readers who
# take them slowly, as HTTP/1.0, HTTP/2 and over TLS: each byte of them, read
# for the first time and remembered, with a banner and cut by a wall.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_v2', 'http_ssl', 'threads',
    'http_gzip_static', 'http_gunzip');

my $args = '-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost';
qx(openssl req $args -keyout $t->{dir}/tls.key -out $t->{dir}/tls.crt 2>&1);

my %n = (small => 500, one => 2900, large => 8000);
my (%page, %asked, %walled);

for my $size (keys %n) {
    my $page = '<!DOCTYPE html><html><head><title>t</title></head><body>'
        . '<h1>T</h1><article>'
        . join('', map { "<p>paragraph $_ of it</p>\n" } 1 .. $n{$size})
        . '</article><footer>f</footer>'
        . ('<i>more</i>' x $n{$size}) . '</body></html>';

    $page{$size} = $page;
    ($asked{$size} = $page) =~ s/<\/article>/[ask]$&/;
    ($walled{$size} = $page)
        =~ s/^((?:.*?<\/p>){2}).*(?=<\/article>)/$1\[wall]/s;
}

length $page{one} < 131_072 && length $page{large} > 131_072 or die;

my %ways = (
    plain     => '',
    nopush    => 'tcp_nopush off;',
    nodelay   => 'tcp_nodelay off;',
    chunk     => 'sendfile_max_chunk 8k;',
    rate      => 'limit_rate 3m;',
    buffers   => 'output_buffers 1 1k; postpone_output 0;',
    off       => 'sendfile off;',
    directio  => 'directio 512;',
    threads   => 'aio threads;',
    cache     => 'open_file_cache max=10; open_file_cache_valid 1h;',
    gzip      => 'gzip on; gzip_min_length 0;',
    static    => 'gzip_static always; gunzip on;',
);

my $server = '';

for my $way (sort keys %ways) {
    $server .= <<"EOC";
        location /$way/banner/ {
            alias %%DIR%%/html/$way-banner/;
            $ways{$way}
            patron_banner ask append article 'html=[ask]';
        }
        location /$way/wall/ {
            alias %%DIR%%/html/$way-wall/;
            $ways{$way}
            patron_access members;
            patron_leak_check off;
            patron_wall article keep=2 html=[wall];
        }
EOC

    for my $kind ('banner', 'wall') {
        for my $size (sort keys %page) {
            my $file = "html/$way-$kind/$size.html";

            $t->file($file, $page{$size});
            qx(gzip -k $t->{dir}/$file) if $way eq 'static';
        }
    }
}

my $h2 = $t->version >= 1025001 ? 'http2 on;' : '';
my $listen = $h2 ? '' : ' http2';

$t->run(http => <<"EOC");
    patron_zone readers:4m;
    patron_key k1 %%DIR%%/k1.key;
    patron on;

    server {
        listen 127.0.0.1:%%PORT_slow%% sndbuf=8k;
$server
    }
    server {
        listen 127.0.0.1:%%PORT_h2%%$listen;
        listen 127.0.0.1:%%PORT_tls%% ssl$listen;
        $h2
        ssl_certificate %%DIR%%/tls.crt;
        ssl_certificate_key %%DIR%%/tls.key;
$server
    }
EOC

my $last = (stat("$t->{dir}/html/threads-wall/small.html"))[10];

wait_for(sub { time - $last > 3 });

sub wanted {
    my ($kind, $size) = @_;
    return $kind eq 'wall' ? $walled{$size} : $asked{$size};
}

for my $way (sort keys %ways) {
    for my $kind ('banner', 'wall') {
        for my $size (sort keys %page) {
            my $uri = "/$way/$kind/$size.html";
            my @wrong;

            my $c = Patron::Client->new(port => $t->port('slow'),
                rcvbuf => 4096, timeout => $Patron::Harness::TIMEOUT);

            # twice on a connection, and once after it

            for my $version ('1.1', '1.0', '1.1') {
                my $r = $c->request('GET', $uri, version => $version,
                    gzip => $way eq 'gzip');

                push @wrong, "HTTP/$version: " . length $r->text
                    if $r->truncated || $r->text ne wanted($kind, $size);

                $c = Patron::Client->new(port => $t->port('slow'),
                    rcvbuf => 4096, timeout => $Patron::Harness::TIMEOUT)
                    if lc $r->header('Connection') ne 'keep-alive';
            }

            is("@wrong", '', $uri);
        }
    }
}

my $curl = 'curl -s -k -m 20 --limit-rate 3m';

SKIP: {
    skip 'no curl with HTTP/2', 3 if qx(curl -V 2>/dev/null) !~ /HTTP2/;

    for my $how ("--http2-prior-knowledge http://127.0.0.1:" . $t->port('h2'),
        "--http2 https://127.0.0.1:" . $t->port('tls'),
        "--http1.1 https://127.0.0.1:" . $t->port('tls'))
    {
        my @wrong;

        for my $way (sort keys %ways) {
            for my $path (map { ("banner/$_", "wall/$_") } sort keys %page) {
                push @wrong, "$way/$path"
                    if qx($curl $how/$way/$path.html)
                       ne wanted(split /\//, $path);
            }
        }

        is("@wrong", '', $how =~ s/127.*//r);
    }
}

# More slow readers at a time than there are pieces to read files into.

my @slow = map {
    my $c = Patron::Client->new(port => $t->port('slow'), rcvbuf => 4096,
        timeout => $Patron::Harness::TIMEOUT);
    my $kind = $_ % 2 ? 'banner' : 'wall';
    $c->send_request('GET', "/plain/$kind/one.html");
    $c->fill(100);
    [ $c, $kind ];
} 1 .. 300;

is(join(' ', map { $_->[0]->response->body eq wanted($_->[1], 'one') } @slow),
    join(' ', (1) x 300), 'three hundred slow readers at a time');

$t->finish;
