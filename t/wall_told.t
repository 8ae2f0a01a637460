# What keeps every guest out is told at "error", in its own words, and seldom.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $rest = '<article><p>a</p><p>SECRET</p></article></body></html>';

$t->file('html/none.html', '<html><body><p>SECRET</p></body></html>');
$t->file('html/join.html', '<html><body><p>join</p></body></html>');
$t->file('html/page.html', "<html><body>$rest");
$t->file('html/far.html', '<html><body>' . '<p>x</p>' x 20_000 . $rest);
$t->file('html/late.html', "<html><body>$rest" . 'x' x 90_000 . '<div>' x 5000);
$t->file('html/deep.html', '<html><body>' . '<div>' x 2000 . $rest);

$t->origin('8081', sub {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n<html><body><p>SECRET</p></body></html>";
});

my %where = (
    far => 'patron_wall_buffer 4k;',
    deep => '',
    late => '',
    same => 'error_page 402 /same/none.html;',
    other => 'error_page 402 /join.html;',
    named => 'error_page 402 @named;',
    behind => 'error_page 402 @named; proxy_pass http://127.0.0.1:%%PORT_8081%%;',
);

$t->run(server => <<'EOC' . join '', map { <<"EOL" } sort keys %where);
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_wall article keep=1 html=WALL;
    gunzip on;

    location @named {
        default_type text/html;
        return 402 "join";
    }
    location = /join.html {
    }
    location /metered/ {
        error_log %%DIR%%/metered.log warn;
        alias %%DIR%%/html/;
        patron_access metered;
        patron_meter limit=$arg_limit period=month store=cookie;
    }
EOC
    location /$_/ {
        alias %%DIR%%/html/;
        error_log %%DIR%%/$_.log error;
        patron_access members;
        $where{$_}
    }
EOL

sub told {
    my ($where, $like) = @_;

    return scalar grep { /patron: .*$like/ }
        split /\n/, $t->slurp("$where.log");
}

sub asked {
    my ($uri) = @_;

    return [ map { $t->get($uri)->status } 1 .. 3 ];
}

is_deeply(asked('/far/far.html'), [ 402, 402, 402 ], 'beyond the buffer');
is(told('far', '"/far/far.html" is refused: .*article" within '
    . '"patron_wall_buffer"'), 1, 'is told so');

is_deeply(asked('/deep/deep.html'), [ 402, 402, 402 ], 'too deep');
is(told('deep', '"/deep/deep.html" is refused: .*nested too deep'), 1,
    'is told so');

$t->get('/late/late.html') for 1 .. 3;
is(told('late', '"/late/late.html" is broken off: .*nested too deep'), 1,
    'so it is behind the article, once');

# An error page that is what was refused.

my $same = '"error_page" answers a refusal with the page that was refused';

for my $where (qw(other named behind)) {
    asked("/$where/none.html");
    is(told($where, $same), 0, "$where: an error page of its own");
}

asked('/same/none.html');
is(told('same', "$same: \"/same/none.html\""), 1, 'itself');

# A limit that is none.

is($t->get("/metered/page.html?limit=$_")->status, 200, "limit=$_")
    for 'x', '', -1;
is(told('metered', 'limit ".*" is no number'), 1, 'one line for all');
like($t->slurp('metered.log'), qr/\[error\].*is no number/, 'at "error"');

$t->finish;
