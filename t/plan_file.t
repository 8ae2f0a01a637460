# A static page edited before is not read again: it is told by its length,
# which is known then; so sendfile is off, with which it always is. Whatever
# changes the page makes a new plan.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $page = '<html><body><nav>n</nav><article><h1>T</h1><p>a<p>b<p>c'
    . '</article>z</body></html>';

$t->file('html/page.html', $page);
$t->file('html/other.html', $page);
$t->file('ask.html', '<aside>ask</aside>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone members:1m;
    patron_key k1 %%DIR%%/k1.key;
EOC
    sendfile off;
    patron on;
    patron_banner ask append article file=%%DIR%%/ask.html;
    patron_banner top prepend article 'html=[${arg_x}]';
    patron_banner thanks append article for=patron html=[thanks];

    location / {
    }
    location /elsewhere/ {
        alias %%DIR%%/html/;
        patron_banner ask before h1 html=[h1];
    }
    location /kept/ {
        alias %%DIR%%/html/;
        open_file_cache max=10;
    }
    location /walled/ {
        alias %%DIR%%/html/;
        patron_access members;
        patron_wall article keep=1 html=[wall];
    }
EOC

sub settle {
    my ($file) = @_;

    wait_for(sub { time - (stat($t->{dir} . "/html/$file"))[10] > 3 });
}

sub body { $t->get(@_)->body }

settle($_) for qw(page.html other.html);

my $edited = '<html><body><nav>n</nav><article>[]<h1>T</h1><p>a<p>b<p>c'
    . '<aside>ask</aside></article>z</body></html>';

my $first = $t->get('/page.html');
is($first->body, $edited, 'read');
is($first->header('Content-Length'), '', 'the length is not known yet');

my $again = $t->get('/page.html');
is($again->body, $edited, 'by the plan');
is($again->header('Content-Length'), length($edited), 'its length is known');
is($again->header('ETag'), $first->header('ETag'), 'the validator is the same');

is($t->head('/page.html')->header('Content-Length'), length($edited),
    'HEAD says it too');

$again = $t->get('/page.html?x=12345');
is($again->body, $edited =~ s/\[\]/[12345]/r, 'what goes in may vary');
is($again->header('Content-Length'), length($edited) + 5, 'so does the length');

like(body('/page.html', token => token(sub => 'ann')),
    qr/<p>c\[thanks\]<\/article>/, 'another reader, another plan');
like(body('/page.html', token => token(sub => 'ann')),
    qr/<p>c\[thanks\]<\/article>/, 'and again');

like(body('/elsewhere/page.html'), qr/\[h1\]<h1>/, 'another location');
like(body('/elsewhere/page.html'), qr/\[h1\]<h1>/, 'and again');

my $walled = '<html><body><nav>n</nav><article><h1>T</h1><p>a</p>[wall]'
    . '</article>z</body></html>';

for my $n (1, 2) {
    my $r = $t->get('/walled/page.html');
    my $body = $r->body =~ s/\[\]|<aside>ask<\/aside>//gr;

    is($body, $walled, "a wall, $n");
    unlike($r->body, qr/<p>[bc]/, "nothing leaks, $n");
}

# the page changes in every way

my $name = $t->{dir} . '/html/page.html';
my @old = stat($name);

(my $longer = $page) =~ s/<h1>/<h1 class="x">/;
$t->file('html/page.html', $longer);
like(body('/page.html'), qr/<article>\[\]<h1 class="x">/, 'longer');

settle('page.html');
like(body('/page.html'), qr/<article>\[\]<h1 class="x">/, 'read');
like(body('/page.html'), qr/<article>\[\]<h1 class="x">/, 'by the plan');

(my $same = $longer) =~ s/<nav>n<\/nav><article>/<article><nav>n<\/nav>/;
is(length($same), length($longer), 'of the same length');
$t->file('html/page.html', $same);
utime($old[8], $old[9], $name);
like(body('/page.html'), qr/<article>\[\]<nav>/,
    'in place, with the old time and length');
settle('page.html');
like(body('/page.html'), qr/<article>\[\]<nav>/, 'settled');
like(body('/page.html'), qr/<article>\[\]<nav>/, 'by the plan');

(my $moved = $same) =~ s/<article><nav>n<\/nav>/<nav>n<\/nav><article>/;
$t->file('html/new.html', $moved);
utime($old[8], $old[9], $t->{dir} . '/html/new.html');
settle('new.html');
rename($t->{dir} . '/html/new.html', $name);
like(body('/page.html'), qr/<\/nav><article>\[\]<h1/, 'another file renamed');
like(body('/page.html'), qr/<\/nav><article>\[\]<h1/, 'and again');

unlink($name);
symlink($t->{dir} . '/html/other.html', $name);
is(body('/page.html'), $edited, 'a link to another');

# a descriptor that is kept open while another file takes the name

my $kept = $t->{dir} . '/html/kept.html';

for my $name (qw(kept.html next.html)) {
    (my $text = $page) =~ s/<nav>n<\/nav><article>/<article><nav>n<\/nav>/
        if $name eq 'next.html';
    $t->file("html/$name", $text // $page);
    utime($old[8], $old[9], $t->{dir} . "/html/$name");
    settle($name);
}

is(body('/kept/kept.html'), $edited, 'kept open, read') for 1, 2;
is($t->get('/kept/kept.html')->header('Content-Length'), length($edited),
    'kept open, by the plan');

rename($t->{dir} . '/html/next.html', $kept);
settle('kept.html');

is(body('/kept/kept.html'), $edited, 'the old one is still sent') for 1, 2;
like(body('/kept.html'), qr/<article>\[\]<nav>/, 'the new one elsewhere')
    for 1, 2;

# the configuration changes

$t->file('ask.html', '<b>new</b>');
$t->reload;
is(body('/other.html'), $edited =~ s/<aside>ask<\/aside>/<b>new<\/b>/r,
    'another banner at the same place');
like(body('/kept/kept.html'), qr/<article>\[\]<nav>/,
    'the new one, when it is opened') for 1, 2;

$t->finish;
