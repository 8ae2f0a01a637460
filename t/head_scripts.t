# HEAD where a script makes the content: the status and the headers of GET, also
# where a wall refuses it, and an end.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Handlers;
use Patron::Harness;

my $t = Patron::Harness->new;
my @scripts = handlers_scripts($t);

if (!@scripts) {
    $t->{finished} = 1;
    plan(skip_all => 'no njs and no Lua here');
}

$t->file('html/article.html', '<html><body><article><p>open</p><p>SECRET</p>'
    . '</article></body></html>');
$t->file('html/nothing.html', '<html><body><p>SECRET</p></body></html>');
$t->file('html/paper.pdf', '%PDF SECRET');

my %handler = (njs => 'js_content page.page;',
    lua => 'content_by_lua_file %%DIR%%/page.lua;');

$t->run(
    http => (join '', map { $_ eq 'njs'
        ? "js_import page from %%DIR%%/page.js;\n" : '' } @scripts),
    server => "patron_key k1 %%DIR%%/k1.key; patron on; gunzip on;\n"
        . "patron_wall article keep=1 html=WALL;\n"
        . (join '', map { "location /$_/ { patron_access members;"
            . " $handler{$_} }\n location /open/$_/ { $handler{$_} }\n" }
            @scripts)
        . ((grep { $_ eq 'lua' } @scripts) ? <<'EOC' : ''));
    location /later {
        patron_access members;
        content_by_lua_block {
            ngx.header.content_type = 'application/pdf'
            ngx.send_headers()
            ngx.sleep(0.2)
            ngx.print('SECRET')
        }
    }
EOC

my @later = (grep { $_ eq 'lua' } @scripts) ? ['/later', 402] : ();

for my $asked (@later, map {
        ["/$_/article.html", 200],
        ["/$_/paper.pdf", 402],
        ["/open/$_/article.html", 200],
        ["/open/$_/paper.pdf", 200],
    } @scripts)
{
    my ($uri, $status) = @$asked;
    my $c = $t->client;

    # the second would find a body of the first in its way

    is($c->request('HEAD', $uri)->status, $status, "HEAD $uri");
    is($c->request('GET', $uri)->status, $status, "GET $uri");
}

$t->finish;
