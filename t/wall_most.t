# A text that is not made of paragraphs: how much of it a wall shows.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

my $text = 'A line of a longer text, so many times. ' x 20;    # 800
my @texts = (($text) x 12, 'SECRET');

sub page {
    my ($article) = @_;
    return '<!DOCTYPE html><html><head><title>x</title></head><body>'
        . "<article>$article</article><footer>foot</footer></body></html>";
}

my %article = (
    br => join('<br>', @texts),
    div => join('', map { "<div>$_</div>" } @texts),
    list => '<p>a</p><ul>' . join('', map { "<li>$_" } @texts) . '</ul>',
    table => '<table>' . join('', map { "<tr><td>$_" } @texts) . '</table>',
    one => '<p>' . join('', @texts) . '</p>',
    spaceless => '<p>' . ('&#26085;' x 6000) . 'SECRET</p>',
    shadow => '<template shadowrootmode="open"><div>'
        . join('', map { "<p>$_</p>" } @texts) . '</div></template>',
);
$t->file("html/$_.html", page($article{$_})) for keys %article;
$t->file('html/short.html', page("<div>$text</div><div>b</div>"));
$t->file('html/long.html',
    page(join('', map { "<p>$_</p>" } ($text x 3) x 3) . '<p>SECRET</p>'));
$t->file('html/marker.html',
    page(join('<br>', ($text) x 12) . '<br>last<!--more-->SECRET'));
$t->file('wall.html', '<b>wall</b>');

$t->file('html/bytes.html', page('<div>' . "\xd0\x96 " x 700 . '</div>'
    . '<div>b</div>' x 30 . 'SECRET'));

$t->run(http => <<'EOH', server => <<'EOC');
    log_format wall '$uri [$patron_wall]';
    patron_redis %%REDIS%%;
    patron_zone p:1m;
EOH
        access_log %%DIR%%/wall.log wall;
        patron on;
        patron_access members;
        patron_wall article keep=3 file=%%DIR%%/wall.html;

        location / { }
        location /few/ {
            alias %%DIR%%/html/;
            patron_wall article keep=3 most=100 file=%%DIR%%/wall.html;
        }
        location /bytes/ {
            alias %%DIR%%/html/;
            types { }
            default_type 'text/html; charset=windows-1251';
            patron_wall article keep=30 most=1500 file=%%DIR%%/wall.html;
        }
        location /chars/ {
            alias %%DIR%%/html/;
            types { }
            default_type 'text/html; charset=utf-8';
            patron_wall article keep=30 most=1500 file=%%DIR%%/wall.html;
        }
        location = /status {
            patron_access free;
            patron_status_handler format=json;
        }
        location /all/ {
            alias %%DIR%%/html/;
            patron_wall article keep=3 most=off file=%%DIR%%/wall.html;
        }
        location /marker/ {
            alias %%DIR%%/html/;
            patron_wall article marker=<!--more--> file=%%DIR%%/wall.html;
        }
EOC

for my $name (sort keys %article) {
    my $r = $t->get("/$name.html");
    is($r->status, 200, $name);
    unlike($r->body, qr/SECRET/, "$name: cut");
    like($r->body, qr{wall</b>.*</article><footer>foot</footer>}s,
        "$name: with its wall");
    cmp_ok(length($r->body), '>', 2000, "$name: not at once");
}

is($t->get('/short.html')->body,
    page("<div>$text</div><div>b</div>")
        =~ s{(?=</body>)}{<b>wall</b>}r, 'a short text passes');
is($t->get('/short.html')->status, 200, 'and again, from its plan');
like($t->get('/chars/bytes.html')->body, qr/SECRET/, 'characters count');
unlike($t->get('/bytes/bytes.html')->body, qr/SECRET/,
    'bytes, where the encoding is not UTF-8');

ok($t->wait_log(qr{^/chars/bytes.html \[uncut\]$}m, 'wall.log'), 'in the log');
is(() = $t->slurp('wall.log') =~ m{^/short.html \[uncut\]$}mg, 2,
    'both times');
like($t->slurp('wall.log'), qr{^/br.html \[1\]$}m, 'but not where it was cut');
is(decode_json($t->get('/status')->body)->{counters}{patron_uncut_total}, 3,
    'counted');
like($t->slurp('error.log'),
    qr{"/short.html" is walled and passes whole: .* "patron_wall article"},
    'told');

like($t->get('/long.html')->body, qr{<article>(<p>[^<]{2400,}</p>){2}<b>wall},
    'long paragraphs are kept as far as the limit goes');

cmp_ok(length($t->get('/few/br.html')->body), '<', 2000, 'a limit of its own');
like($t->get('/all/br.html')->body, qr/SECRET/, 'and none');
like($t->get('/marker/marker.html')->body, qr{last<b>wall</b></article>},
    'a marker alone sets no limit');

# What nginx -t refuses.

for (
    [ 'keep=1 most=0', qr/invalid parameter "most=0"/ ],
    [ 'keep=1 most=many', qr/invalid parameter "most=many"/ ],
    [ 'of=p', qr/"keep=" or "marker=", and "file=" must be given/ ],
) {
    my ($words, $like) = @$_;
    $t->refused("patron_wall $words", $like,
        server => "patron on; patron_wall p $words html=x;");
}

$t->finish;
