# Any pieces in which the page comes make the same output, byte for byte.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = article() . '<!-- ' . 'long ' x 50 . '--><script>"</scrip"</script>'
    . "<p title='a>b'>\xc3\xa9\xff</p>" . '<p>end';

# The pieces travel in the URI: sizes, of which the last counts for the rest.

$t->origin('8081', sub {
    my ($r) = @_;

    my @size = split /,/, $r->{args};
    my $chunked = $r->{path} =~ /chunked/;
    my @pieces = ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . ($chunked ? "Transfer-Encoding: chunked\r\n" : '')
        . "Connection: close\r\n\r\n");

    for (my $at = 0; $at < length $page; ) {
        my $size = @size > 1 ? shift @size : $size[0];
        my $piece = substr($page, $at, $size);
        push @pieces, $chunked
            ? sprintf("%x\r\n%s\r\n", length $piece, $piece) : $piece;
        $at += $size;
    }

    push @pieces, "0\r\n\r\n" if $chunked;

    return \@pieces;
});

$t->file('html/page.html', $page);

$t->run(server => <<'EOC');
    patron on;
    patron_banner a before '#story' 'html=[a]';
    patron_banner b after '#story > p:nth-child(2)' 'html=[b]';
    patron_banner c append '#story' 'html=[c]';
    patron_banner d replace 'footer' 'html=[d]';
    patron_banner e append body 'html=[e]';
    patron_banner f prepend 'li:first-child' 'html=[f]';

    location / {
    }
    location /p/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_http_version 1.1;
        proxy_buffering off;
    }
    location /buffered/ {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_http_version 1.1;
        proxy_buffer_size 1k;
        proxy_buffers 4 1k;
        proxy_busy_buffers_size 2k;
    }
EOC

my $expected = $t->get('/page.html')->body;

is($expected =~ s/\[[a-f]\]//gr, $page =~ s{<footer>.*</footer>}{}sr,
    'output minus what was inserted is the page, minus what was replaced');
is(join('', $expected =~ /\[([a-f])\]/g), 'abfcde', 'each banner once');

sub same {
    my ($uri) = @_;
    my $body = $t->get($uri)->body;
    return 1 if $body eq $expected;
    diag("$uri:\n$body");
    return 0;
}

ok(same('/p/x?1'), 'byte by byte');
ok(same('/p/chunked?1'), 'byte by byte, chunked');
ok(same('/buffered/x?1'), 'byte by byte, buffered');

srand(7);

for my $i (1 .. 20) {
    my $sizes = join ',', map { 1 + int rand(rand() < 0.5 ? 4 : 200) } 1 .. 40;
    ok(same("/p/x?$sizes"), "random pieces $i");
    ok(same("/buffered/chunked?$sizes"), "random pieces $i, chunked");
}

my $bad = 0;
for my $split (1 .. length($page) - 1) {
    next if $split % 7;
    $bad++ if !same("/p/x?$split,100000");
}
is($bad, 0, 'two pieces, at every seventh offset');

$t->finish;
