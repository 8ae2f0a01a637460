# patron_dry_run changes nothing, and tells what a wall would do beyond cutting
# an article behind its paragraphs.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $short = '<html><head></head><body><article><p>one</p></article></body></html>';
my $lines = $short =~ s{<p>one</p>}{('words and more of them<br>' x 300)}er;
my $meta = '<meta property="article:content_tier" content="locked">';

$t->file('html/article.html', article());
$t->file('html/short.html', $short);
$t->file('html/lines.html', $lines);
$t->file('html/list.html', '<html><body><ul><li>one</ul></body></html>');
$t->file('html/paper.pdf', '%PDF');
$t->file('html/meta/list.html', "<head>$meta</head><ul><li>one</ul>");
$t->file('html/meta/article.html', "<head>$meta</head>"
    . '<article><p>one</p><p>two</p></article>');
$t->file('wall.html', '[wall]');

$t->origin('8081', sub {
    my ($r) = @_;
    my $body = $r->{path} =~ /list/ ? 'nothing' : article();
    return "HTTP/1.1 " . ($r->{path} =~ /(\d+)/)[0] . " So\r\n"
        . "Content-Type: text/html\r\nLocation: /else\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body";
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone z:1m;
EOC
    patron on;
    patron_wall article keep=1 file=%%DIR%%/wall.html;

    location / { patron_dry_run on; patron_access members; }
    location /meta/ { patron_dry_run on; patron_access_meta on; }

    location /as/ {
        patron_dry_run on;
        patron_access members;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location /left/ {
        patron_dry_run on;
        patron_access members;
        try_files /none @left;
    }

    location @left {
        patron off;
        rewrite ^ /as/200 break;
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }

    location = /status { patron_status_handler format=prometheus; }
EOC

my $told = 0;

for (
    ['/article.html', undef],
    ['/short.html', 'would pass whole: it is shorter than what patron_wall keeps'],
    ['/lines.html', 'would be cut by "most="'],
    ['/list.html', 'would be refused: no element matches patron_wall'],
    ['/paper.pdf', 'would be refused: it cannot be cut'],
    ['/meta/article.html', undef],
    ['/meta/list.html', 'would be refused: no element matches patron_wall'],
    ['/as/410', 'would be cut'],
    ['/as/404/list', undef],
    ['/as/302', 'would lose its body'],
    ['/left/page', 'would be refused: no patron_wall fits'],
) {
    my ($uri, $what) = @$_;

    my $r = $t->get($uri);
    unlike($r->body, qr/\[wall\]/, "$uri has no wall");
    isnt($r->status, 402, 'and is not refused');
    cmp_ok(length $r->body, '>', 0, 'nor emptied');

    $told += defined $what;

    my @lines = $t->slurp('error.log') =~ /dry run: "\Q$uri\E", status \d+, (.*?)(?: while [^,]*)?, client/g;
    is_deeply(\@lines, [defined $what ? $what : ()],
        defined $what ? $what : 'nothing to tell');
}

like($t->get('/status')->body, qr/^patron_dry_run_total $told$/m, 'counted');

$t->finish;
