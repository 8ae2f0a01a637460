# Crawlers: known by an address or a signature and never by User-Agent; what they
# read, what they pay, and the terms where they may not; a flood of bad
# signatures.

use strict;
use warnings;

use IO::Socket::INET;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_realip');
my $redis = $t->redis;
my $helper = ($ENV{BUILD} // "$t->{root}/build") . '/patron-helper';

plan(skip_all => 'no openssl')
    if system("openssl genpkey -algorithm ed25519 -out $t->{dir}/bot.pem "
        . '2> /dev/null');

$t->{workers} = 2;
$t->file('html/page.html', article());
$t->file('wall.html', '<p class=wall>Join</p>');

my %conf = (http => <<'EOH', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=500ms;
    patron_zone z:4m;
    set_real_ip_from 127.0.0.1;
    log_format who '$uri [$patron_bot] [$patron_bot_by] [$patron_bot_claims] '
                   '[$patron_bot_purpose] $patron_decision $patron_reason';
EOH
        access_log %%DIR%%/who.log who;
        patron on;
        patron_crawlers on;
        patron_paywall_markup on;
        patron_banner ask before '#story' html=<aside>give</aside>;
        patron_wall '#story' keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=month;
        add_header X-Bot "$patron_bot/$patron_bot_by/$patron_bot_claims";
        add_header X-Why "$patron_decision: $patron_reason";
        add_header X-Worker $pid;

        location / { }
        location = /members.html { try_files /page.html =404;
                                   patron_access members; }
        location = /metered.html { try_files /page.html =404;
                                   patron_access metered; }
        location = /gold.html { try_files /page.html =404;
                                patron_access gold; }
        location = /strict.html { try_files /page.html =404;
                                  patron_crawlers require nonce=required; }
        location = /short.html { try_files /page.html =404;
                                 patron_crawlers require max_age=10s; }
EOC

$t->refused('no zone', qr/patron_crawlers.*needs "patron_zone"/,
    http => 'patron_redis %%REDIS%%;',
    server => 'location / { patron on; patron_crawlers on; }');
$t->refused('another word', qr/patron_crawlers.*invalid value "yes"/,
    server => 'location / { patron_crawlers yes; }');
$t->refused('another parameter', qr/invalid parameter "nonce=maybe"/,
    server => 'location / { patron_crawlers on nonce=maybe; }');
$t->refused('no time', qr/invalid time in "max_age=x"/,
    server => 'location / { patron_crawlers on max_age=x; }');

my $jwks = qx($helper bot-jwks $t->{dir}/bot.pem);
chomp $jwks;

sub bot {
    my ($name, @fields) = @_;

    $redis->cmd('HSET', "patron:bot:$name", @fields);
    $redis->cmd('SADD', 'patron:bots', $name);
}

bot('search', addresses => '192.0.2.0/24', ua => 'SearchBot', level => 'all',
    purpose => 'search');
bot('cards', addresses => '198.51.100.7', level => 'metered');
bot('signer', keys => $jwks, agent => 'https://bot.example', level => 'members',
    purpose => 'archive', ua => 'Signer');
bot('wrong', keys => '{"keys":[]}', ua => 'WrongBot');

$t->run(%conf);

sub from {
    my ($address, $path, %headers) = @_;

    my $host = delete $headers{Host} // 'localhost';

    return $t->get($path // '/page.html', host => $host,
        headers => ['X-Real-IP' => $address, %headers]);
}

# The fields of a signed request: see patron-helper.

sub signed {
    my (%o) = @_;

    my @more = map { "'$_'" } @{$o{more} // []};
    my $url = 'http://' . ($o{host} // 'localhost') . ($o{path} // '/page.html');
    my $out = join "", map { $_ // '' } qx($helper bot-sign @{[ $o{key}
        // "$t->{dir}/bot.pem" ]} '$url' '@{[ $o{agent} // '' ]}' '@{[ $o{nonce}
        // 'random' ]}' @{[ $o{created} // time ]} @{[ $o{life} // 60 ]} @more);
    my %fields = map { split /: /, $_, 2 } split /\n/, $out;

    return (Host => $o{host} // 'localhost', %fields);
}

sub bot_of { $_[0]->header('X-Bot') }

ok(wait_for(sub {
    my %said;

    for (1 .. 60) {
        my $r = from('192.0.2.7');
        return 0 if bot_of($r) ne 'search/address/';
        $said{$r->header('X-Worker')} = 1;
        return 1 if keys %said == 2;
    }

    return 0;
}), 'by its address, on each worker');


# What it reads.

my $r = from('192.0.2.7', '/gold.html');
unlike($r->body, qr/wall/, 'an article for a tier is whole');
like($r->body, qr/isAccessibleForFree/, 'with the markup of a paywall');
unlike($r->body, qr/give/, 'and no appeal');
is($r->header('X-Robots-Tag'), 'noarchive', 'not to be shown by it');
is($r->header('Cache-Control'), 'private, no-store', 'nor kept by others');
is($r->header('X-Why'), 'bypass: a verified crawler', 'it is told why');
unlike(from('192.0.2.7', '/page.html')->body, qr/give/, 'a free page');
like(from('203.0.113.1', '/page.html')->body, qr/give/, 'which asks guests');

unlike(from('198.51.100.7', '/metered.html')->body, qr/wall/,
    'one for metered articles');
unlike(from('198.51.100.7', '/metered.html')->body, qr/wall/, 'is not metered')
    for 1 .. 2;

$r = from('203.0.113.1', '/gold.html', 'User-Agent' => 'x searchbot/1.0');
is(bot_of($r), '//search', 'User-Agent claims a name');
like($r->body, qr/wall/, 'and opens nothing');


# By a signature.

my %agent = (agent => '"https://bot.example"');

$r = from('203.0.113.1', '/members.html', signed(%agent));
is(bot_of($r), 'signer/signature/', 'a signature');
unlike($r->body, qr/wall/, 'opens what it may read');
is(bot_of(from('203.0.113.1', undef, signed())), 'signer/signature/',
    'without an agent');
is(bot_of(from('203.0.113.1', undef, signed(host => 'news.example:8080'))),
    'signer/signature/', 'with a port');
is(bot_of(from('203.0.113.1', undef, signed(more =>
    ['@method', '@path', '@request-target', 'x-any=a']))), 'signer/signature/',
    'more components');

my %once = signed(%agent);
is(bot_of(from('203.0.113.1', undef, %once)), 'signer/signature/', 'a nonce');
is(bot_of(from('203.0.113.1', undef, %once)), '//signer', 'is good once');

my %again = signed(%agent, nonce => '');
is(bot_of(from('203.0.113.1', undef, %again)), 'signer/signature/',
    'without one it may come again') for 1 .. 3;
is(bot_of(from('203.0.113.1', undef, %again, Host => 'other.example')),
    '//signer', 'but not for another host');
my %path = signed(nonce => '', more => ['@path']);
is(bot_of(from('203.0.113.1', undef, %path)), 'signer/signature/',
    'a path that is covered') for 1 .. 2;
is(bot_of(from('203.0.113.1', '/metered.html', %path)), '//signer',
    'is no other');


# What proves nothing.

sub refusal {
    my ($why, $name, %fields) = @_;

    my $r = from('203.0.113.2', '/short.html', %fields);
    is($r->status . ' ' . $r->body, "401 $why\n", $name);
    return $r;
}

$r = refusal('it is good for too long', 'for too long', signed(life => 11));
is($r->header('WWW-Authenticate'), 'Signature error="it is good for too long"',
    'a challenge');
is($r->header('Cache-Control'), 'private, no-store', 'for nobody to keep');
refusal('it has expired', 'expired', signed(created => time - 3600, life => 10));
refusal('it was created in the future', 'of tomorrow',
    signed(created => time + 3600, life => 10));
refusal('"signature-agent" is not covered', 'an agent beside it',
    signed(life => 10), 'Signature-Agent' => '"https://bot.example"');
refusal("Signature-Agent is another's", 'another agent',
    signed(life => 10, agent => '"https://other.example"'));
refusal('keyid is not known', 'a stranger\'s key', do {
    system("openssl genpkey -algorithm ed25519 -out $t->{dir}/other.pem");
    signed(life => 10, key => "$t->{dir}/other.pem");
});
refusal('the signature does not verify', 'of another host',
    signed(life => 10, host => 'other.example'), Host => 'localhost');
my %bad = signed(life => 10);
refusal('Signature-Input is no dictionary of lists', 'no dictionary',
    %bad, 'Signature-Input' => '(');
refusal('the signature is no byte sequence', 'no signature', %bad,
    Signature => 'sig1="x"');
is(from('203.0.113.2', '/short.html')->status, 200, 'who does not sign passes');

# A key that was taken out of use is listed on, with its end.

for (['"exp":2', 'the key has ended'],
    ['"nbf":' . (time + 3600), 'the key is not in use yet'])
{
    my ($life, $why) = @$_;
    $redis->cmd('HSET', 'patron:bot:signer', keys => $jwks =~ s/"x":/$life,$&/r);
    ok(wait_for(sub { from('203.0.113.2', '/short.html', signed(life => 10))
        ->body eq "$why\n" }), $why);
}

$redis->cmd('HSET', 'patron:bot:signer',
    keys => $jwks =~ s/"x":/'"exp":' . (time + 3600) . ',"x":'/er);
ok(wait_for(sub { bot_of(from('203.0.113.2', '/short.html', signed(life => 10)))
    eq 'signer/signature/' }), 'and in use');
$redis->cmd('HSET', 'patron:bot:signer', keys => $jwks);
is(from('203.0.113.2', '/short.html', %bad, 'Signature-Input' =>
    'a=("@method");tag="other"')->status, 200,
    'who signs for others, too');
is(from('203.0.113.2', '/strict.html', signed(nonce => ''))->body,
    "nonce is missing\n", 'a nonce is required');


# A flood from one address is not looked at, and takes nobody's name.

my %forged = signed(life => 10, host => 'other.example');
refusal('the signature does not verify', "forged $_", %forged,
    Host => 'localhost') for 1 .. 9;
refusal('too many signatures have failed', 'no more of it', %forged,
    Host => 'localhost');
is(from('203.0.113.2', '/short.html', signed(life => 10))->body,
    "too many signatures have failed\n", 'whatever it sends');
is(bot_of(from('203.0.113.1', undef, signed(%agent))), 'signer/signature/',
    'others are known as before');

# And one from many addresses, which comes all at once.

sub flood {
    my ($n, $many) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:' . $t->port)
        or die "connect: $!\n";
    my $sent = join '', map {
        my $from = "10.$n." . ($_ >> 8) . '.' . ($_ & 255);
        "GET /short.html HTTP/1.1\r\nHost: localhost\r\nX-Real-IP: $from\r\n"
            . join('', map { "$_: $forged{$_}\r\n" } grep { $_ ne 'Host' }
                keys %forged)
            . ($_ == $many ? "Connection: close\r\n\r\n" : "\r\n")
    } 1 .. $many;

    print $socket $sent or die "write: $!\n";
    local $/;
    my $got = <$socket>;

    return (scalar(() = $got =~ /error="the signature does not verify/g),
        scalar(() = $got =~ /error="too many signatures/g));
}

my @all = (0, 0);
my $began = time;

for my $n (1 .. 4) {
    my @came = flood($n, 130);
    $all[$_] += $came[$_] for 0, 1;
    is(bot_of(from('203.0.113.1', undef, signed(%agent))),
        'signer/signature/', 'who was good is known by its name');
}

is($all[0] + $all[1], 520, 'all of it is answered');
cmp_ok($all[0], '<=', 200 * (time - $began + 2),
    "$all[0] were tried, no more than 200 a second");

# Addresses by the thousand do not make the key's failures be forgotten.

$began = time;
my @many = (0, 0);

for my $n (5 .. 14) {
    my @came = flood($n, 900);
    $many[$_] += $came[$_] for 0, 1;
}

is($many[0] + $many[1], 9000, 'more of it');
cmp_ok($many[0], '<=', 200 * (time - $began + 2),
    "$many[0] were tried, no more than 200 a second");

# Live: a key that is taken away.

$redis->cmd('HDEL', 'patron:bot:signer', 'keys');
ok(wait_for(sub { bot_of(from('203.0.113.1', undef, %again)) eq '//signer' }),
    'a key that is gone proves nothing, though it was seen');
ok($t->wait_log(qr/"bot:wrong": keys have no Ed25519 key/), 'mistakes are told');
ok(wait_for(sub {
    my %stats = @{$redis->cmd('HGETALL',
        'patron:stats:' . $redis->cmd('KEYS', 'patron:stats:*')->[0] =~ s/.*://r)};
    return ($stats{'bot.search'} // 0) > 3 && $stats{'bot_claimed.signer'};
}), 'counted by name');
like($t->slurp('who.log'), qr/\[signer\] \[signature\] \[\] \[archive\] bypass/,
    'the log has it');

$t->finish;
