# if=: as nginx's own, empty or "0" is no, and if=! the other way about.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', '<html><body><p>x</p></body></html>');

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner ask append p if=$arg_x 'html=[ask]';
        patron_banner two append p if=$arg_x$arg_y 'html=[two]';
    }

    location /not/ {
        alias %%DIR%%/html/;
        patron on;
        patron_banner not append p if=!$arg_x 'html=[not]';
        patron_banner far append p if=!$arg_x$arg_y 'html=[far]';
    }
EOC

is($t->get('/page.html')->body, '<html><body><p>x</p></body></html>',
    'empty');
is($t->get('/page.html?x=0')->body, '<html><body><p>x</p></body></html>',
    'zero');
like($t->get('/page.html?x=1')->body, qr/x\[ask\]\[two\]</, 'one');
like($t->get('/page.html?x=no')->body, qr/x\[ask\]\[two\]</, 'a word');
like($t->get('/page.html?x=0&y=0')->body, qr/x\[two\]</, 'two zeros');
like($t->get('/page.html?x=00')->body, qr/x\[ask\]\[two\]</,
    'two zeros in one');

like($t->get('/not/page.html')->body, qr/x\[not\]\[far\]</, 'not empty');
like($t->get('/not/page.html?x=0')->body, qr/x\[not\]\[far\]</, 'not zero');
like($t->get('/not/page.html?x=1')->body, qr/>x</, 'not one');
like($t->get('/not/page.html?x=0&y=0')->body, qr/x\[not\]</,
    'not two zeros');

for my $if ('', '!') {
    $t->refused("if=$if", qr/invalid parameter "if=\Q$if\E"/,
        server => "patron on; patron_banner b append p if=$if html=x;");
}

$t->finish;
