# A page in a file that a wall cuts: with sendfile on it is read, cut and sent
# in one piece; it comes out as with sendfile off, where it is cut as it
# streams, and where it must not come out, it does not.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_gunzip');

sub page {
    my ($n, $head) = @_;
    return '<!DOCTYPE html><html><head>' . ($head // '') . '<title>t</title>'
        . '</head><body><h1>T</h1><article>'
        . join('', map { "<p>secret $_ \xc3\xa4 paragraph</p>\n" } 1 .. $n)
        . '</article><footer>f</footer></body></html>';
}

my %page = (
    small  => page(30),
    one    => page(3000),
    large  => page(6000),
    short  => page(2),
    none   => page(3000) =~ s/article/section/gr,
    nul    => page(3000) =~ s/secret 1 /secret\0 /r,
    utf16  => "\xff\xfe" . page(3000),
    late   => 'x' x 70_000 . page(400),
    piece  => '<p>a piece</p>' x 3000 . page(300) =~ s/.*?<article>/<article>/r,
    text   => 'no markup ' x 4000 . '<article>secret 3</article>',
    giveup => '<html><body>' . '<select><article><title>' x 600 . page(1000),
    app    => page(2500)
        =~ s/<footer>/<script>__NUXT__="secret 4"<\/script>$&/r,
    ld     => page(2500,
        '<script type="application/ld+json">{"@type":"Article",'
        . '"isAccessibleForFree":false}</script>'),
    sent   => page(2500) =~ s/.*?<\/p>\s*\K/[own]/sr,
);

length $page{one} < 131_072 && length $page{large} > 131_072 or die;

$t->file("html/$_.html", $page{$_}) for keys %page;

my %conf = (
    keep     => 'patron_wall article keep=2 html=[wall];',
    strip    => 'patron_wall article keep=2 html=[wall];'
        . ' patron_strip footer; patron_strip hydration;',
    buffer   => 'patron_wall article keep=0 html=[wall];'
        . ' patron_wall_buffer 64k;',
    latin    => 'charset iso-8859-1; override_charset on;'
        . ' patron_wall article keep=3 most=60 html=[wall];',
    markup   => 'patron_wall article keep=2 html=[wall];'
        . ' patron_paywall_markup on;',
    banner   => 'patron_wall article keep=2 html=[wall];'
        . q{ patron_banner ask after h1 'html=[ask]';},
    refuse   => 'patron_wall article keep=2 html=[wall];'
        . ' patron_leak_check refuse;',
    gzip     => 'patron_wall article keep=2 html=[wall]; gzip on;'
        . ' gzip_min_length 0;',
    sub      => 'patron_wall article keep=2 html=[wall];'
        . ' sub_filter paragraph line; sub_filter_once off;',
);


my $server = '';

for my $name (sort keys %conf) {
    for my $way ('on', 'off') {
        $server .= <<"EOC";
        location /$name/$way/ {
            alias %%DIR%%/html/;
            sendfile $way;
            add_header X-Decision \$patron_decision;
            add_header X-Reason \$patron_reason;
            patron on;
            patron_access members;
            $conf{$name}
        }
EOC
    }
}

$t->run(http => "patron_key k1 %%DIR%%/k1.key;",
    server => $server);

wait_for(sub {
    !grep { time - (stat("$t->{dir}/html/$_.html"))[10] <= 3 } keys %page;
});

my $token = token(sub => 'ann');

sub told {
    my ($r) = @_;
    return join ' ', $r->status, $r->truncated ? 'cut short' : '',
        map { $r->header($_) } 'ETag', 'Cache-Control', 'X-Decision',
        'X-Reason', 'Content-Type', 'Content-Encoding', 'Accept-Ranges';
}

my @ways = (
    [ 'a guest' ],
    [ 'HTTP/1.0', version => '1.0' ],
    [ 'a range', headers => [Range => 'bytes=300-90000'] ],
    [ 'a script', headers => ['Sec-Fetch-Dest' => 'empty',
        'Sec-Fetch-Mode' => 'cors', 'X-Requested-With' => 'XMLHttpRequest'] ],
    [ 'gzip', headers => ['Accept-Encoding' => 'gzip'] ],
    [ 'a member', token => $token ],
);

for my $name (sort keys %conf) {
    for my $way (@ways) {
        my ($who, %request) = @$way;
        my (@wrong, $leaks);

        for my $page (sort keys %page) {
            my ($on, $off) = map {
                $t->get("/$name/$_/$page.html", %request)
            } 'on', 'off';

            push @wrong, "$page: " . told($on) . ' for ' . told($off)
                if told($on) ne told($off);
            push @wrong, "$page: " . length($on->text) . ' bytes for '
                . length($off->text) if $on->text ne $off->text;

            $leaks = 1 if $on->text =~ /secret 4 / && $who ne 'a member';
        }

        is("@wrong", '', "$name, $who: the same, with sendfile and without");
        ok(!$leaks, 'and nothing leaks') if $who ne 'a member';
    }
}

my $c = $t->client;
my $r = $c->request('GET', '/keep/on/one.html');

is($r->header('Content-Length'), length $r->body, 'its length is known');
like($r->body, qr/secret 2 [^\n]*\s*\[wall\]/, 'it has its wall');
is($c->request('GET', '/keep/on/small.html')->header('X-Decision'), 'wall',
    'the next one on the connection');
is($t->get('/keep/on/large.html')->header('Content-Length'), '',
    'one of more than 128 KB is cut as it streams');
is($t->get('/keep/on/none.html')->status, 402, 'one without the place');
is($t->head('/keep/on/one.html')->status, 200, 'HEAD');

is($c->request('GET', '/keep/on/one.html', headers => ['If-None-Match'
    => $r->header('ETag')])->status, 304, 'it has not changed');

$t->finish;
