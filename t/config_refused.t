# A mistake is refused by nginx -t with the directive, the word and the reason.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('short.key', 'x' x 31 . "\n", 0600);
$t->file('edge.key', 'x' x 32 . "\n", 0600);
$t->file('ask.html', '<p>x</p>');

sub refused {
    my ($name, $directive, $like) = @_;
    return $t->refused($name, $like, server => "    patron on; $directive");
}

# patron_banner

refused("shadow $_ an element", "patron_banner a $_ p shadow html=x;",
    qr/patron_banner.*"shadow" goes with prepend and append/)
    for qw(before after replace);
refused("a shadow root in $_", "patron_banner a append '$_' shadow html=x;",
    qr/patron_banner.*"shadow" goes into/)
    for 'figure', 'my-app', 'p, ul', 'main > form.x', 'li:first-child';
refused('a selector that does not parse',
    "patron_banner a before 'p[' html=x;", qr/patron_banner.*p\[/);
refused('a selector that ends in a comma',
    "patron_banner a before 'p,' html=x;", qr/patron_banner.*p,/);
refused('an empty selector',
    "patron_banner a before '' html=x;", qr/patron_banner/);
refused('a pseudo-class that is not known',
    "patron_banner a before 'p:hover' html=x;", qr/patron_banner.*p:hover/);
refused('a pseudo-element',
    "patron_banner a before 'p::before' html=x;", qr/patron_banner/);
refused('a sibling combinator',
    "patron_banner a before 'p + p' html=x;", qr/patron_banner/);
refused('a position that is not known',
    'patron_banner a inside p html=x;', qr/patron_banner.*"inside"/);
refused('a banner without HTML',
    'patron_banner a before p;', qr/patron_banner/);
refused('a banner with two', 'patron_banner a before p html=x html=y;',
    qr/patron_banner.*html=y/);
refused('a file that is not there',
    'patron_banner a before p file=%%DIR%%/absent.html;',
    qr/"patron_banner" directive: .*absent\.html/);
refused('a file that is none', 'patron_banner a before p file=%%DIR%%;',
    qr/"patron_banner" directive: ".*patron-\w+" is not a file/);
refused('an option that is not known',
    'patron_banner a before p often html=x;', qr/patron_banner.*"often"/);
refused('an audience that cannot be',
    'patron_banner a before p for= html=x;', qr/patron_banner.*"for="/);
refused('a name that cannot be one',
    "patron_banner 'a b' before p html=x;", qr/patron_banner.*a b/);
refused('a campaign without a zone',
    'patron_banner a before p campaign=ask;', qr/campaign|patron_zone/);

# A '#' that is not quoted: what a reader of the file takes for a selector is
# a comment to nginx, which goes on with the next line.

$t->refused('a selector that is a directive\'s name', qr/patron_banner.*"root"/,
    server => <<'EOC');
    patron on;
    patron_banner a before #comments html=x;
    root %%DIR%%/html;
EOC

# Names of headers

for my $directive (qw(patron_grant_header patron_access_header
    patron_appeals_header))
{
    refused("$directive $_", "$directive '$_';",
        qr/"$directive" directive: "\Q$_\E" is no header's name/)
        for '$host', 'X:Y', 'X Y', "X-\xc3\xa4", 'X Access', 'X-Access:',
            "X-\xd0\x90";
}

# patron_cookie

refused('a cookie that no browser keeps',
    'patron_cookie samesite=none secure=off;',
    qr/patron_cookie.*no browser keeps.*samesite=none.*secure=off/);

# patron_webhook_handler

$t->refused("a signature of $_", qr/patron_webhook_handler.*what is signed/,
    http => 'patron_redis redis://127.0.0.1:1;',
    server => "location /h { patron_webhook_handler generic
        key=%%DIR%%/edge.key 'signed=$_'; }")
    for 'words', '${now}', '${header:X-Time}', '${key}';

# patron_key

refused('a key that is too short', 'patron_key k %%DIR%%/short.key;',
    qr/patron_key.*"k".*short\.key/);
refused('a key that is too short for HS384',
    'patron_key k %%DIR%%/edge.key alg=HS384;', qr/patron_key.*edge\.key/);
refused('a key that is too short for HS512',
    'patron_key k %%DIR%%/edge.key alg=HS512;', qr/patron_key.*edge\.key/);
refused('a key\'s id with a variable', 'patron_key $host %%DIR%%/edge.key;',
    qr/patron_key.*"\$host".*variables/);
refused('no algorithm', 'patron_key k %%DIR%%/edge.key alg=none;',
    qr/patron_key.*alg=none/);
refused('an algorithm of another kind',
    'patron_key k %%DIR%%/edge.key alg=RS256;', qr/patron_key.*alg=RS256/);
refused('a key\'s id used twice', 'patron_key k %%DIR%%/edge.key;
    patron_key k %%DIR%%/edge.key;', qr/patron_key.*"k"/);
refused('a key\'s file that is not there', 'patron_key k %%DIR%%/no.key;',
    qr/"patron_key" directive: .*no\.key/);

$t->accepted('a key of 32 bytes with its newline',
    server => '    patron on; patron_key k %%DIR%%/edge.key;');

# the others

refused('claims', 'patron_claims leeway=soon;', qr/patron_claims.*leeway=soon/);
refused('claims that are not known', 'patron_claims sub=x;',
    qr/patron_claims.*sub=x/);
refused("no such word: $_", "$_;",
    qr/"@{[(split)[0]]}" directive: invalid value "@{[(split)[1]]}"/)
    for 'patron_fallback hope', 'patron_leak_check maybe', 'patron_wall_code x',
        'patron_wall_code 399', 'patron_wall_code 600', 'patron_wall_buffer much';
refused('an attribute of a set', 'patron_strip hydration attr=x;',
    qr/"patron_strip" directive: invalid parameter "attr=x"/);
refused('a URL of Redis', 'patron_redis http://127.0.0.1;',
    qr{^(?=.*patron_redis).*http://}m);
refused('an option of Redis', 'patron_redis unix:/tmp/x speed=9;',
    qr/^(?=.*patron_redis).*speed=9/m);
refused('a timeout of Redis', 'patron_redis unix:/tmp/x timeout=fast;',
    qr/^(?=.*patron_redis).*timeout=fast/m);
refused('a cookie\'s option', 'patron_cookie samesite=maybe;',
    qr/patron_cookie.*samesite=maybe/);
refused("a cookie's $_", "patron_cookie $_;", qr/patron_cookie.*"\Q$_\E"/)
    for qw(name=__Host- name=__Secure- name=a-b domain= domain=.
        domain=a..b domain=-a.b domain=a-.b domain=a.b. domain=https://a.b
        domain=a.b:8080 domain=*.a.b domain=a.b/ former=a_b* pass=maybe);
refused('a domain that was and is', 'patron_cookie domain=a.b former=.A.b;',
    qr/patron_cookie.*"former=\.A\.b" is its domain still/);
refused("a cookie's $_ with a prefix", "patron_cookie name=__Host-p $_;",
    qr/patron_cookie.*no browser keeps "__Host-p" with "@{[s{=\K[^o].*}{}r]}"/)
    for qw(domain=a.b former=a.b path=/a secure=off);
refused('a secure cookie that is not', 'patron_cookie name=__Secure-p secure=off;',
    qr/patron_cookie.*no browser keeps "__Secure-p" with "secure=off"/);
refused('a cookie\'s domain by a variable', 'patron_cookie domain=$host;',
    qr/patron_cookie.*domain=\$host.*variables/);
refused('patron neither on nor off', 'patron_token;', qr/patron_token/);

$t->refused('a zone without a size', qr/^(?=.*patron_zone).*"z"/m,
    http => '    patron_zone z;');
$t->refused('a zone that is too small', qr/^(?=.*patron_zone).*z:1k/m,
    http => '    patron_zone z:1k;');
$t->refused('a zone\'s option', qr/^(?=.*patron_zone).*ttl=x/m,
    http => '    patron_zone z:1m ttl=x;');
$t->refused('a zone in a location', qr/patron_zone.*not allowed/,
    server => '    location / { patron_zone z:1m; }');

# warnings

my ($status, $out);

$t->file('open.key', 'x' x 32, 0644);
($status, $out) = $t->test_conf(
    server => '    patron on; patron_key k %%DIR%%/open.key;');
is($status, 0, 'a key that others can read is taken');
like($out, qr/\[warn\].*patron_key.*open\.key/, 'with a warning');

($status, $out) = $t->test_conf(
    server => '    patron on; patron_key k %%DIR%%/edge.key;');
unlike($out, qr/\[warn\]/, 'no warning for one of mode 0600');

SKIP: {
    skip 'nginx has no gunzip', 3 if qx($t->{nginx} -V 2>&1) !~ /gunzip/;

    my $banner = "patron_banner a append body html=x; "
        . "proxy_pass http://127.0.0.1:1;";

    ($status, $out) = $t->test_conf(
        server => "    location / { patron on; $banner }");
    is($status, 0, 'edited pages without gunzip are taken');
    like($out, qr/\[warn\].*gunzip/, 'with a warning');

    ($status, $out) = $t->test_conf(
        server => "    location / { patron on; gunzip on; $banner }");
    unlike($out, qr/\[warn\]/, 'no warning where gunzip is on');
}

$t->finish;
