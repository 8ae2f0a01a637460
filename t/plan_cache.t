# A page out of proxy_cache is known by its entry, one from upstream by a strong
# entity tag; any other is read each time. A tag is not enough for a wall, and an
# entry must have stayed for two seconds: renewed ones may look the same.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $origin = $t->origin('8081', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ m{/([a-z]+)};
    my $body = $t->slurp("origin/$name");

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . 'Content-Length: ' . length($body) . "\r\n"
        . ($name =~ /strong/ ? qq{ETag: "v1"\r\n}
            : $name =~ /weak/ ? qq{ETag: W/"v1"\r\n} : '')
        . "Connection: close\r\n\r\n$body";
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone members:1m;
    patron_key k1 %%DIR%%/k1.key;
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
EOC
    patron on;
    patron_banner ask append article html=[ask];

    location / {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
    }
    location /cached {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        proxy_cache pages;
        proxy_cache_valid 200 1h;
        proxy_cache_bypass $arg_fresh $http_renew;
    }
    location /walledstrong {
        proxy_pass http://127.0.0.1:%%PORT_8081%%;
        patron_access members;
        patron_wall article keep=1 html=[wall];
    }
EOC

my $one = '<html><body><article><p>a<p>b</article>z</body></html>';
my $two = '<html><body>z<article><p>a<p>b</article></body></html>';

sub edited { $_[0] =~ s/<\/article>/[ask]<\/article>/r }

# the cache

$t->file('origin/cached', $one);
is($t->get('/cached')->body, edited($one), 'a miss');

my $r = $t->get('/cached');
is($r->body, edited($one), 'a hit, read');
is($r->header('Content-Length'), '', 'an entry that is new has no identity');

wait_for(sub { $t->get('/cached')->header('Content-Length') ne '' });

$r = $t->get('/cached');
is($r->body, edited($one), 'a hit, by the plan');
is($r->header('Content-Length'), length(edited($one)), 'its length is known');

$t->file('origin/cached', $two);
is($t->get('/cached?fresh=1')->body, edited($two), 'another URL');
is($t->get('/cached')->body, edited($one), 'the old entry still');

# an entry that is renewed again and again

my $three = '<html><body>zz<article><p>a<p>b</article></body></html>';

for my $n (1 .. 40) {
    $t->file('origin/cached', $n % 2 ? $two : $three);
    $t->get('/cached', headers => [Renew => 1]);

    for (1, 2) {
        my $body = $t->get('/cached')->body;

        is($body, edited($n % 2 ? $two : $three), "renewed, $n") or last;
    }
}

# strong tags

$t->file('origin/strong', $one);
is($t->get('/strong')->body, edited($one), 'a strong tag, read');
$r = $t->get('/strong');
is($r->body, edited($one), 'by the plan');
is($r->header('Content-Length'), length(edited($one)), 'its length is known');
is($t->get('/strong?x')->header('Content-Length'), '', 'another URL is read');

# what has no identity

for my $name (qw(weak plain)) {
    $t->file("origin/$name", $one);
    is($t->get("/$name")->body, edited($one), "$name, read");
    $t->file("origin/$name", $two);
    is($t->get("/$name")->body, edited($two), "$name, changed in place");
    is($t->get("/$name")->header('Content-Length'), '', "$name, read again");
}

# a wall trusts no tag

$t->file('origin/walledstrong', $one);
like($t->get('/walledstrong')->body, qr/<p>a<\/p>\[wall\]/, 'walled');
$t->file('origin/walledstrong', $two);
like($t->get('/walledstrong')->body, qr/z<article><p>a<\/p>\[wall\]/,
    'changed under the same tag');
unlike($t->get('/walledstrong')->body, qr/<p>b/, 'nothing leaks');

$t->finish;
