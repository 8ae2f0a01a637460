# Directives merge as nginx's own do: a level's banners replace those above.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', '<html><body></body></html>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron on;
    patron_banner h1 append body 'html=[h1]';
    patron_banner h2 append body 'html=[h2]';
    patron_key k1 %%DIR%%/k1.key;
EOC
    location / {
    }
    location = /own {
        try_files /page.html =404;
        patron_banner own append body 'html=[own]';
        add_header X-State $patron_state;
    }
    location = /off {
        patron off;
        try_files /page.html =404;
        add_header X-State "state=$patron_state";
    }
    location = /key {
        try_files /page.html =404;
        patron_key k2 %%DIR%%/k2.key;
        add_header X-State $patron_state;
    }
EOC

sub shown { join ' ', $t->get(@_)->body =~ /\[(\w+)\]/g }

is(shown('/page.html'), 'h1 h2', 'inherited from http');
is(shown('/own'), 'own', 'a level of its own');
is(shown('/off'), '', 'off');
is($t->get('/off')->header('X-State'), 'state=', 'no state where it is off');

my $k1 = token(sub => 'a', KEY => 'k1');
my $k2 = token(sub => 'a', KEY => 'k2');

is($t->get('/own', token => $k1)->header('X-State'), 'patron', 'key above');
is($t->get('/own', token => $k2)->header('X-State'), 'invalid',
    'key of another level');
is($t->get('/key', token => $k2)->header('X-State'), 'patron', 'own key');
is($t->get('/key', token => $k1)->header('X-State'), 'invalid',
    'key above is replaced');

$t->finish;
