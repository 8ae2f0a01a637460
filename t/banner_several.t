# Several banners in one page: each at its place, in the order of the
# configuration where they meet.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = '<html><body><h1>t</h1><article><p>one<p>two</article></body>'
    . '</html>';

$t->file('html/page.html', $page);

$t->run(server => <<'EOC');
    location = /meet {
        patron on;
        try_files /page.html =404;
        patron_banner a before  article 'html=[a]';
        patron_banner b prepend article 'html=[b]';
        patron_banner c before  article 'html=[c]';
        patron_banner d append  article 'html=[d]';
        patron_banner e after   article 'html=[e]';
        patron_banner f prepend article 'html=[f]';
        patron_banner g append  article 'html=[g]';
        patron_banner h after   article 'html=[h]';
    }
    location = /apart {
        patron on;
        try_files /page.html =404;
        patron_banner end append body 'html=[end]';
        patron_banner top prepend body 'html=[top]';
        patron_banner mid after 'article > p:first-child' 'html=[mid]';
    }
    location = /neighbours {
        patron on;
        try_files /page.html =404;
        patron_banner x before article 'html=[x]';
        patron_banner y after h1 'html=[y]';
    }
    location = /nested {
        patron on;
        try_files /page.html =404;
        patron_banner x append 'article p:nth-child(2)' 'html=[x]';
        patron_banner y append article 'html=[y]';
        patron_banner z append body 'html=[z]';
    }
EOC

like($t->get('/meet')->body,
    qr{</h1>\[a\]\[c\]<article>\[b\]\[f\]<p>one<p>two
       \[d\]\[g\]</article>\[e\]\[h\]</body>}x,
    'in the order of the configuration at each place');

is($t->get('/apart')->body,
    '<html><body>[top]<h1>t</h1><article><p>one[mid]<p>two</article>[end]'
    . '</body></html>', 'each at its own place');

like($t->get('/neighbours')->body, qr{</h1>\[(x\]\[y|y\]\[x)\]<article>},
    'two places at one offset');

is($t->get('/nested')->body,
    '<html><body><h1>t</h1><article><p>one<p>two[x][y]</article>[z]'
    . '</body></html>', 'ends that are implied at one offset: inner first');

$t->finish;
