# A page in a file is read no further than up to its last place, before its
# headers go: its length is known, and it comes out as it does with sendfile
# off, where it is edited as it streams.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_gunzip');

my %page;

for my $size (0, 700, 16_000, 40_000, 300_000, 1_300_000) {
    my $head = '<!DOCTYPE html><html><head><title>t</title></head><body><h1>T'
        . '</h1><article>';

    $page{$size} = $head . join('', map { "<p>$_ paragraph</p>\n" }
        1 .. $size / 20) . '<hr></article><footer>f</footer></body></html>';
}

# a tag over the end of the first piece, and of the second

for my $at (16_384, 32_768) {
    my $head = '<html><body><p>' . 'x' x ($at - 24);

    $page{"over$at"} = $head . '<article class="a"><p>a</p><hr></article>'
        . 'z' x 100_000;
}

$page{piece} = '<p>a piece</p>' x 4000;
$page{text} = 'no markup <h1>T</h1>' x 4000;
$page{utf16} = "\xff\xfe<\0h\0001\0>\0" x 9000;
$page{end} = '';

$t->file("html/$_.html", $page{$_}) for keys %page;
$t->file("html/inc.html", '<article><!--# echo var="arg_x" --></article>'
    . ' ' x 50_000);

my %places = (
    start  => 'prepend body',
    shadow => 'prepend article shadow',
    h1     => 'after h1',
    last   => 'before hr',
    append => 'append article',
    end    => 'append body',
    never  => 'before .none optional',
    every  => 'before p all',
);

my $server = '';

for my $place (sort keys %places) {
    for my $way ('on', 'off') {
        $server .= <<"EOC";
        location /$place/$way/ {
            alias %%DIR%%/html/;
            sendfile $way;
            patron on;
            patron_banner ask $places{$place} 'html=[ask]';
        }
EOC
    }
}

$t->run(http => <<'EOC', server => $server . <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
EOC
    tcp_nopush on;

    location /gzip/ {
        alias %%DIR%%/html/;
        gzip on;
        patron on;
        patron_banner ask after h1 'html=[ask]';
    }
    location /ssi/ {
        alias %%DIR%%/html/;
        ssi on;
        patron on;
        patron_banner ask append article 'html=[ask]';
    }
    location /sub/ {
        alias %%DIR%%/html/;
        sub_filter paragraph line;
        sub_filter_once off;
        patron on;
        patron_banner ask after h1 'html=[ask]';
    }
    location /cut/ {
        alias %%DIR%%/html/;
        patron on;
        patron_access members;
        patron_wall article keep=2 html=[wall];
        patron_banner ask after h1 'html=[ask]';
    }
EOC

wait_for(sub {
    !grep { time - (stat("$t->{dir}/html/$_.html"))[10] <= 3 } keys %page;
});

my $c = $t->client;

for my $place (sort keys %places) {
    my @wrong;

    for my $name (sort keys %page) {
        my $on = $c->request('GET', "/$place/on/$name.html");
        my $off = $c->request('GET', "/$place/off/$name.html");

        push @wrong, $name if $on->body ne $off->body || $on->truncated
            || $on->status != 200 || $on->header('ETag') ne
               $off->header('ETag');
        push @wrong, "$name: added" if $on->body =~ s/<template.*?<\/template>
            |\[ask\]//rgxs ne $page{$name};
    }

    is("@wrong", '', "$place: the same, with sendfile and without");
}

for my $case ([ '/h1/on/300000.html', 5 ], [ '/last/on/300000.html', 5 ],
              [ '/never/on/40000.html', 0 ])
{
    my ($uri, $more) = @$case;
    my ($size) = $uri =~ /(\d+)\.html/;

    is($t->get($uri)->header('Content-Length'), length($page{$size}) + $more,
        "$uri: its length is known");
    is($t->head($uri)->status, 200, "$uri: HEAD");
}

is($t->get('/last/on/1300000.html')->header('Content-Length'), '',
    'of a large file the end is edited as it streams');

my $r = $t->get('/h1/on/300000.html', headers => [Range => 'bytes=0-9']);
is($r->status . length($r->body), '200' . (length($page{300000}) + 5),
    'a range of an edited page is none');

$r = $t->get('/start/on/text.html', headers => [Range => 'bytes=0-9']);
is($r->status . $r->body, '206' . substr($page{text}, 0, 10),
    'of what is no page it is one');

(my $asked = $page{300000}) =~ s/<\/h1>\K/[ask]/;

is($t->get('/gzip/300000.html', headers => ['Accept-Encoding' => 'gzip'])
    ->text, $asked, 'gzip');
is($t->get('/sub/300000.html')->body, $asked =~ s/paragraph/line/gr,
    'sub_filter');
like($t->get('/ssi/inc.html?x=wall')->body, qr/^<article>wall\[ask\]</, 'ssi');

$r = $t->get('/cut/300000.html');
like($r->body, qr/<p>2 paragraph<\/p>\s*\[wall\]/, 'a wall');
unlike($r->body, qr/<p>3 paragraph/, 'nothing leaks');

$t->finish;
