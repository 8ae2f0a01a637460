# ${name} in a banner: escaped for where it stands, refused where nothing can
# be escaped safely.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', '<html><body></body></html>');
$t->file('ask.html', <<'EOB' =~ s/\n\z//r);
<p title="${arg_x}">Hello ${arg_x}, $5 or $arg_x? <a href="/j?n=${arg_x}">j</a>
EOB

$t->run(server => <<'EOC');
    location / {
        patron on;
        patron_banner ask prepend body file=%%DIR%%/ask.html;
    }
EOC

is($t->get('/page.html?x=Ann')->body,
    '<html><body><p title="Ann">Hello Ann, $5 or $arg_x? '
    . '<a href="/j?n=Ann">j</a></body></html>', 'a plain value');

my $evil = q{"><script>'&};

is($t->get("/page.html?x=$evil")->body =~ s/&#(?:39|x27);/&apos;/gr
                                       =~ s/&#34;/&quot;/gr,
    '<html><body><p title="&quot;&gt;&lt;script&gt;&apos;">Hello '
    . '&quot;&gt;&lt;script&gt;&apos;, $5 or $arg_x? '
    . '<a href="/j?n=%22%3E%3Cscript%3E%27">j</a></body></html>',
    'a hostile value');

is($t->get('/page.html')->body,
    '<html><body><p title="">Hello , $5 or $arg_x? '
    . '<a href="/j?n=">j</a></body></html>', 'no value');

my %refused = (
    'in a script'           => '<script>var x = "${arg_x}";</script>',
    'in a style'            => '<style>a { color: ${arg_x} }</style>',
    'in an event handler'   => '<a onclick="f(${arg_x})">x</a>',
    'in srcdoc'             => '<iframe srcdoc="${arg_x}"></iframe>',
    'unquoted'              => '<a title=${arg_x}>x</a>',
    'as a URL\'s beginning' => '<a href="${arg_x}">x</a>',
    'as a tag\'s name'      => '<${arg_x}>x',
    'as a tag\'s end'       => '<b${arg_x}>x</b>',
    'as an end tag'         => '<b>x</${arg_x}>',
    'after a value'         => '<a title="x"${arg_x}>y</a>',
    'as an attribute'       => '<a ${arg_x}>x</a>',
    'in a comment'          => '<!-- ${arg_x} -->',
    'in a style attribute'  => '<a style="color: ${arg_x}">x</a>',
    'as a form\'s action'   => '<form action="${arg_x}"></form>',
);

for my $where (sort keys %refused) {
    $t->file('bad.html', $refused{$where});
    $t->refused("refused $where", qr/patron_banner.*bad.*arg_x|arg_x.*line 1
        |patron_banner.*"bad"/x, server => <<'EOC');
    location / {
        patron on;
        patron_banner bad prepend body file=%%DIR%%/bad.html;
    }
EOC
}

$t->file('bad.html', '<p>${no_such_variable}</p>');
$t->refused('an unknown variable', qr/no_such_variable/, server => <<'EOC');
    location / {
        patron on;
        patron_banner bad prepend body file=%%DIR%%/bad.html;
    }
EOC

$t->finish;
