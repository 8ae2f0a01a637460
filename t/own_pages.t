# The pages that the module writes itself, of a gift, of an activation and of a
# feed's address, and of why there is none: in six languages, or from the publisher's own template.

use strict;
use warnings;

use Encode qw(decode FB_CROAK);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Token;

my @languages = qw(en uk de fr es pl);

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ada', tier => 'gold');
$t->file('own.html', <<'EOF');
<!doctype html><html lang="${page:language}"><title>${page:title}</title>
<link rel="stylesheet" href="/our.css">
<main data-state="${patron_state}" data-uri="${uri}">
<!--patron:gift--><a href="${page:link}">${page:text}</a><!--/patron-->
<!--patron:activate--><form method="post" action="?">
<input name="token" value="${page:token}"><input name="to" value="${page:to}">
<button>Los, $5!</button></form><!--/patron-->
<!--patron:feed--><input value="${page:link}"><!--/patron-->
<!--patron:refused--><em>${page:text}</em><!--/patron-->
</main></html>
EOF

my $http = <<'EOC';
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=5s;
    patron_zone z:1m;
    patron_language de;
EOC

my $server = <<'EOC';
        patron on;
        patron_gift limit=100;

        location = /gift { patron_gift_handler; if ($http_x_if) { } }
        location = /if/activate {
            patron_activate_handler ttl=7d;
            if ($http_x_if) { add_header X-If $http_x_if; }
        }
        location = /if/hook {
            patron_webhook_handler stripe key=%%DIR%%/k1.key;
            if ($http_x_if) { }
        }
        location = /own/gift { patron_gift_handler file=%%DIR%%/own.html; }
        location = /own/feed {
            patron_feed_handler file=%%DIR%%/own.html networks=2;
        }
        location = /own/activate {
            patron_activate_handler ttl=7d file=%%DIR%%/own.html;
            patron_language fr;
        }
        location = /bare/activate {
            patron_activate_handler file=%%DIR%%/bad.html;
        }
EOC

$server .= <<"EOC" for @languages;
        location /$_/ {
            patron_language $_;
            location = /$_/gift { patron_gift_handler; }
            location = /$_/activate { patron_activate_handler; }
            location = /$_/feed { patron_feed_handler; }
        }
EOC

for (['a language that is none', qr/unknown language "it", it is one of en, uk/,
        'patron_language it;'],
    ['a file that is not there', qr/"[^"]*none\.html".*No such file/,
        'location /a { patron_activate_handler file=none.html; }'],
    ['an empty file=', qr/empty parameter "file="/,
        'location /a { patron_activate_handler file=; }'],
    ['a part that does not end', qr/bad\.html": line 2: a part without/,
        'location /a { patron_activate_handler file=bad.html; }',
        "<p>\n<!--patron:gift--><p>"],
    ['a part for nobody', qr/line 1: parts are for "gift", "activate", "feed" or/,
        'location /a { patron_activate_handler file=bad.html; }',
        '<!--patron:other-->x<!--/patron-->'],
    ['a part in a part', qr/line 1: a part in a part/,
        'location /a { patron_activate_handler file=bad.html; }',
        '<!--patron:gift--><!--patron:refused--><!--/patron-->'],
    ['the end of no part', qr/the end of a part that has not begun/,
        'location /a { patron_activate_handler file=bad.html; }',
        '<!--/patron-->'],
    ['a field that is none', qr/unknown variable "\$\{page:name\}"/,
        'location /a { patron_activate_handler file=bad.html; }',
        '${page:name}'],
    ['a gift with ttl=', qr/invalid parameter "ttl=1d"/,
        'location /g { patron_gift_handler ttl=1d; }'])
{
    my ($name, $why, $conf, $html) = @$_;

    $t->file('bad.html', $html // '');
    $t->refused($name, $why, http => 'patron_redis %%REDIS%%;', server =>
        "patron on; patron_gift; patron_key k1 %%DIR%%/k1.key; $conf");
}

$t->file('bad.html', '<p>Ours</p>');
$t->run(http => $http, server => $server);

my $n = 0;
my $cookie = token(sub => 'ada');

sub activation {
    return token(aud => 'patron:activate', sub => 'ada', jti => 'j' . ++$n,
        exp => time() + 600);
}

sub post {
    my ($path, $body, @headers) = @_;

    return $t->request('POST', $path, body => $body, token => $cookie,
        headers => [ Accept => 'text/html', 'Content-Type' =>
            'application/x-www-form-urlencoded', @headers ]);
}

my @own = (Origin => 'http://localhost');
my %seen;

sub page {
    my ($r, $status, $language, $name) = @_;

    my $html = $r->body;
    $name = "$language, $name";

    is($r->status, $status, "$name: $status");
    like($html, qr/\A<!DOCTYPE html>\n<html lang="$language">/, "$name: lang");
    like($html, qr/<title>.*<style>/s, "$name: styled");
    like($html, qr/rel="icon" href="data:,"/, "$name: asks for no icon");
    ok(eval { decode('UTF-8', my $copy = $html, FB_CROAK); 1 }, "$name: UTF-8");
    unlike($html, qr/\$\{|patron:|<p><\/p>/, "$name: nothing left to fill in");
    like($r->header('Content-Security-Policy'),
        qr/default-src 'none';.* style-src [^;]*'unsafe-inline'/, "$name: CSP");

    my ($said) = $html =~ m{<body>(.*)</body>}s;
    $said =~ s/value="[^"]*"|href="[^"]*"//g;
    $said =~ s/<[^>]*>//g;
    is($seen{$said}, undef, "$name: in its own words");
    $seen{$said} = $name;
}

for my $language (@languages) {
    my $base = "/$language";

    page(post("$base/gift", 'path=/a', @own), 201, $language, 'a gift');
    page(post("$base/feed", 'path=/a.rss', @own), 201, $language, 'a feed');
    page(post("$base/feed", 'path=/a.rss'), 403, $language, 'no feed');
    page(post("$base/gift", 'path=//a', @own), 400, $language,
        'no gift of such a path');
    page(post("$base/gift", 'path=/a'), 403, $language, 'no gift by others');
    page($t->get("$base/gift", headers => [ Accept => 'text/html' ]), 405,
        $language, 'no gift without a form');
    page($t->get("$base/activate?token=" . activation()), 200, $language,
        'an activation');
    page($t->get("$base/activate?token=x"), 400, $language,
        'none by half a link');
    page(post("$base/activate", 'token=' . activation()), 403, $language,
        'none from elsewhere');

    my $token = activation();
    $t->request('POST', "$base/activate", body => "token=$token",
        headers => [ @own ]);
    page($t->request('POST', "$base/activate", body => "token=$token",
        headers => [ @own ]), 410, $language, 'none by a used link');
}

# A program is told in the language of the site.

my $r = $t->request('POST', '/gift', body => 'path=/a',
    headers => [ 'Content-Type' => 'application/x-www-form-urlencoded' ]);
like($r->body, qr/\A\{"error":"Verschenken k/, 'JSON, by patron_language');

# "if" in a location changes nothing of what its handler does.

my @if = ('X-If' => 1);
my $link = activation();

$r = $t->get("/if/activate?token=$link", headers => \@if);
like($r->body, qr/lang="de".*value="\Q$link\E"/s, 'a page, in an "if"');
is($r->header('X-If'), 1, 'with what stands there');
like(post('/if/activate', "token=$link", @own, @if)->header('Set-Cookie'),
    qr/Max-Age=604800;/, 'an activation, in an "if"');
is(post('/gift', 'path=/a', @own, @if)->status, 201, 'a gift, in an "if"');
is(post('/if/hook', '{}', @if)->status, 400, 'a webhook, in an "if"');

# The publisher's own

$r = post('/own/gift', 'path=/a%3Fx=1%26y=2', @own);
is($r->status, 201, 'own template: a gift');
like($r->body, qr{<html lang="de"><title>Ihr Geschenklink</title>}, 'the words');
like($r->body, qr{<main data-state="patron" data-uri="/own/gift">},
    q{nginx's variables});
like($r->body, qr{<a href="http://localhost/a\?x=1&amp;y=[^"]+">Wer },
    'the link, whole');
unlike($r->body, qr/<form|<em>|patron:/, 'and nothing of other pages');

like(post('/own/feed', 'path=/a.rss', @own)->body,
    qr{<input value="http://localhost/a\.rss\?patron_feed=[^"]+">}, 'a feed');

my $token = activation();
$r = $t->get("/own/activate?token=$token&to=/x");
like($r->body, qr{lang="fr".*value="\Q$token\E".*value="/x".*Los,\ \$5!}sx,
    'own template: an activation');
unlike($r->body, qr/<a |<em>/, 'and nothing of other pages');
like($t->get('/own/activate?token=x')->body, qr{<em>Ce lien est incomplet},
    'own template: a refusal');
is($t->get('/bare/activate?token=' . activation())->body, '<p>Ours</p>',
    'own template: with nothing to fill in');

$t->finish;
