# What an article is to the meter, and a page to a campaign: the path that was
# asked for, not what a front controller makes of all of them.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file('html/index.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_zone patron:1m;
EOC
        patron on;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=month store=redis;
        add_header X-Path $patron_path;

        location / {
            patron_access metered;
            try_files /none /index.html;
        }

        location = /index.html {
            patron_access metered;
        }

        location /rewritten/ {
            patron_access metered;
            rewrite ^ /index.html last;
        }

        location /named/ {
            patron_access metered;
            error_page 418 = @all;
            return 418;
        }

        location @all {
            patron_access metered;
            rewrite ^ /index.html break;
        }

        location /query/ {
            patron_access metered;
            patron_meter limit=2 period=month store=redis article=$arg_p;
            rewrite ^ /index.html break;
        }

        # a page cache on disk, whose files are made by the first who asks

        location /copied/ {
            patron_access metered;
            if (-f $document_root/copies$uri) {
                rewrite ^ /copies$uri last;
            }
            try_files /none /index.html;
        }

        location /copies/ {
            internal;
            patron_access metered;
        }

        location /about/ {
            patron_banner top before article campaign=top;
            rewrite ^ /index.html break;
        }
EOC

my $n = 0;

sub reader {
    my $sub = 'lapsed' . ++$n;
    return Patron::Reader->new($t, token => token(sub => $sub));
}

sub seen {
    my ($reader, @paths) = @_;
    return join '', map { $_->body =~ /third paragraph/ ? 'y' : 'n' }
        map { $reader->get($_) } @paths;
}

for my $at ('', '/rewritten', '/named') {
    is(seen(reader(), map { "$at/story-$_/" } 1, 2, 3, 1), 'yyny',
        "each is an article of its own at \"$at\"");
}

is(seen(reader(), '/one', '//one', '/./one', '/x/../one', '/%6fne', '/one?a=1',
        '/two', '/three'), 'yyyyyyyn', 'however its address is written');
is(seen(reader(), '/query/?p=1', '/query/?p=2', '/query/?p=3'), 'yyn',
    'by the query, where the site says so');

my $guest = Patron::Reader->new($t);

for my $who ($guest, reader()) {
    is(seen($who, '/copied/1', '/copied/2'), 'yy', 'before there is a copy');
    $t->file("html/copies/copied/$_", article()) for 1, 2, 3;
    is(seen($who, '/copied/1', '/copied/2', '/copied/3'), 'yyn',
        'the same articles, out of a page cache');
    unlink $t->dir . "/html/copies/copied/$_" for 1, 2, 3;
}

is($t->get('/%7Ejoe//a%2fb?x=%20')->header('X-Path'), '/~joe/a/b',
    'the path, as nginx reads it');
is($t->get('http://localhost?x')->header('X-Path'), '/', 'of no path, "/"');

# A campaign for a page

$redis->cmd('HSET', 'patron:campaign:top:here', html => '<aside>here</aside>',
    if_uri => '/about/us');
$redis->cmd('SADD', 'patron:campaigns', 'top:here');

ok(wait_for(sub { $t->get('/about/us')->body =~ /here/ }),
    'if_uri is the address');
unlike($t->get('/about/them')->body, qr/here/, 'of this page alone');

$t->finish;
