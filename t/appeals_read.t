# Articles that a reader has read: once a path and day, in a small cookie that is
# kept with consent; as text, and as what campaigns ask for.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file("html/$_", article()) for 'a.html', 'b.html', 'home', 'cut.html',
    map { "n$_.html" } 1 .. 40;
$t->file('wall.html', '<p>wall</p>');
$t->file('html/feed.json', '{}');

$t->refused('no key', qr/"patron_read" directive: .* no "patron_key"/,
    http => '', server => 'location / { patron on; patron_read 1; }');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_consent $arg_yes;
        default_type text/html;

        patron_banner count before '#story' 'html=<i>${patron_read}</i>';
        patron_banner top after '#story' campaign=top;

        location / {
            patron_read 1;
        }
        location = /home { }
        location /bare/ {
            alias %%DIR%%/html/;
            patron off;
            location /bare/on/ {
                alias %%DIR%%/html/;
                patron on;
                patron_banner never before '#none' html=x for=gold optional;
                patron_read 1;
            }
        }
        location = /cut.html {
            patron_read 1;
            patron_access members;
            patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
        }
EOC

$redis->cmd('HSET', 'patron:campaign:top:fond', html => '<b>fond</b>',
    if_patron_read => '3-');
$redis->cmd('SADD', 'patron:campaigns', 'top:fond');


sub reads {
    my ($reader, $path, @headers) = @_;

    my $r = $reader->get("$path?yes=1", headers => \@headers);
    $r->{read} = $r->body =~ m{<i>(\d*)</i>} ? $1 : undef;
    return $r;
}


my $reader = Patron::Reader->new($t);

my $r = reads($reader, '/a.html');
is($r->{read}, 1, 'the first, itself included');
is($r->header('Cache-Control'), 'private, no-store', 'a page of the reader\'s own');
like($r->header('Set-Cookie'), qr/^patron_read=v2\.[\w.-]+; Max-Age=2592000; .*HttpOnly/,
    'a signed cookie');
$r = reads($reader, '/a.html');
is($r->{read}, 1, 'once a path and day');
ok(!$r->has('Set-Cookie'), 'and nothing to be said');
is($r->header('Cache-Control'), 'private, no-store', 'the reader\'s own all the same');
is(reads($reader, '/b.html')->{read}, 2, 'another');
reads($reader, '/feed.json');
reads($reader, '/n9.html', 'Sec-Purpose' => 'prefetch');
reads($reader, '/cut.html');
reads($reader, '/nothing.html');
$r = reads($reader, '/home');
is($r->{read}, 2, 'no page, a prefetch, a wall and an error are none');
is($r->header('Cache-Control'), 'private, no-store', 'where it is told, too');
unlike($r->body, qr/fond/, 'two are few');
ok(wait_for(sub { reads($reader, '/bare/on/a.html'); reads($reader, '/home')->body =~ /fond/ }),
    'a third, where nothing is put in: a campaign for who reads much');

reads($reader, "/n$_.html") for 1 .. 30;
is(reads($reader, '/home')->{read}, 33, 'many');
reads($reader, "/n$_.html") for 1 .. 30;
is(reads($reader, '/home')->{read}, 33, 'each once a day, though they are many');
reads($reader, "/n$_.html") for 31 .. 40;
my ($cookie) = map { "patron_read=$_" } $reader->{jar}{patron_read};
cmp_ok(length $cookie, '<', 250, 'in a small cookie');

# What is forged, or another's, counts nothing.

is($t->get('/home?yes=1', headers => [Cookie => $cookie =~ s/.$/-/r])->body
    =~ m{<i>(\d*)</i>} ? $1 : '', 0, 'forged');

# Without consent nothing is known and nothing kept.

$r = $t->get('/a.html', headers => [Cookie => $cookie]);
is($r->body =~ m{<i>(\d*)</i>} ? $1 : 'none', '', 'no consent, no number');
ok(!$r->has('Set-Cookie'), 'and no cookie');

$t->finish;
