# SSI, addition, auth_request beside it: subrequests are left alone, the page
# gets its banner once.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has(qw(http_addition http_sub
    http_auth_request));
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

$t->file('html/page.html', '<html><body><!--# include virtual="/part.html" -->'
    . '<p>x</p><!--# include virtual="/part.html" --></body></html>');
$t->file('html/part.html', '<body>part</body>');
$t->file('html/plain.html', '<html><body><p>x</p></body></html>');
$t->file('ask.html', '<aside><!--# echo var="arg_x" -->ask</aside>');

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask prepend body 'html=[ask]';
    add_header X-State $patron_state;

    location / {
    }
    location = /ssi {
        rewrite ^ /page.html break;
        ssi on;
    }
    location = /part.html {
    }
    location = /addition {
        rewrite ^ /plain.html break;
        add_before_body /part.html;
        add_after_body /part.html;
    }
    location = /sub {
        rewrite ^ /plain.html break;
        sub_filter '[ask]<p>' '{ask}<p>';
        sub_filter 'x' 'y';
        sub_filter_once off;
    }
    location = /auth {
        rewrite ^ /plain.html break;
        auth_request /check;
    }
    location = /check {
        return 204;
    }
    location = /charset {
        rewrite ^ /plain.html break;
        charset utf-8;
    }
    location = /banner-ssi {
        rewrite ^ /plain.html break;
        ssi on;
        patron_banner ask prepend body file=%%DIR%%/ask.html;
    }
EOC

$redis->watch;

my $ann = token(sub => 'ann');

is($t->get('/ssi')->body, '<html><body>[ask]<body>part</body><p>x</p>'
    . '<body>part</body></body></html>', 'SSI');
is($t->get('/ssi', token => $ann)->body, '<html><body><body>part</body>'
    . '<p>x</p><body>part</body></body></html>', 'SSI, a patron');

my $before = $redis->lookups;
$t->get('/ssi', token => $ann);
is($redis->lookups - $before, 1, 'SSI, one lookup');

is($t->get('/addition')->body, '<body>part</body><html><body>[ask]<p>x</p>'
    . '</body></html><body>part</body>', 'addition');
is($t->get('/sub')->body, '<html><body>{ask}<p>y</p></body></html>',
    'sub_filter runs after us');
is($t->get('/banner-ssi?x=7')->body, '<html><body><aside>7ask</aside><p>x</p>'
    . '</body></html>', 'SSI in a banner');

is($t->get('/auth')->body, '<html><body>[ask]<p>x</p></body></html>',
    'auth_request');
my $r = $t->get('/auth', token => $ann);
is($r->body, '<html><body><p>x</p></body></html>', 'auth_request, a patron');
is($r->header('X-State'), 'patron', 'auth_request, the verdict');

$r = $t->get('/charset');
is($r->body, '<html><body>[ask]<p>x</p></body></html>', 'charset');

$t->finish;
