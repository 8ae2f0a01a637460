# What may go wrong, and where its cause is said: nginx -t, one line of the log at
# "error", or the first line of the status page.  The rows of the table in
# scripts/README.md are counted.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);
my $n = 0;

my $key = 'patron_key k1 %%DIR%%/k1.key;';
my $there = "patron_redis %%REDIS%%; $key";

$t->file('html/page.html', article());
$t->file('html/bare.html', '<html><body><p>nothing</p></body></html>');
$t->file('html/page.txt', 'text');
$t->file('short.key', 'short');
$t->file('wrong', "wrong\n");

# In nginx -t: what is refused, and what is warned of.

my $gone = 'file=%%DIR%%/gone';

for (['a selector with a comma at its end', qr/selector/,
        "patron_banner a append 'p,' html=x;"],
    ['a directive that swallows another', qr/"patron_wall" directive/,
        "patron_wall #story;\n keep=1 html=x;"],
    ['a banner\'s file that is gone', qr/gone/, "patron_banner a append p $gone;"],
    ['a wall\'s file that is gone', qr/gone/, "patron_wall p keep=1 $gone;"],
    ['a key that is gone', qr/gone/, 'patron_key k %%DIR%%/gone;'],
    ['a key that is short', qr/short\.key/, 'patron_key k %%DIR%%/short.key;'],
    ['for=members', qr/members/, 'patron_banner a append p for=members html=x;'],
    ['a campaign without a zone', qr/patron_zone/,
        "$there patron_banner a append p campaign=top;"],
    ['a password file that is gone', qr/gone/,
        'patron_redis redis://127.0.0.1 password_file=%%DIR%%/gone;'])
{
    my ($name, $like, $conf) = @$_;
    $t->refused($name, $like, server => "patron on; $conf");
    $n++;
}

for (['two zones of one name', qr/patron_zone/, 'patron_zone z:1m; patron_zone z:1m;'],
    ['a zone that is too small', qr/at least/, 'patron_zone z:1k;'])
{
    my ($name, $like, $conf) = @$_;
    $t->refused($name, $like, http => $conf);
    $n++;
}

# At work.

sub server {
    my ($name, $conf) = @_;

    return <<"EOS";
    server {
        listen 127.0.0.1:%%PORT_$name%%;
        root %%DIR%%/html;
        patron on;
        $conf
        location = /status { patron_status_handler format=json; }
    }
EOS
}

my $tcp = 'redis://%s@127.0.0.1:%%%%PORT_redis%%%% password_file=%%%%DIR%%%%/%s';

sub conf {
    return (http => "patron_zone z:1m;\n" . join('',
        server('fine', "$there location /b/ { alias %%DIR%%/html/;
            patron_banner gone append .gone html=x; }
            location /c/ { alias %%DIR%%/html/;
                patron_banner top append body campaign=top; }
            location /e/ { alias %%DIR%%/html/; add_header Content-Encoding br;
                patron_banner e append body html=x; }
            location /p/ { alias %%DIR%%/html/; patron_access members; }
            location /w/ { alias %%DIR%%/html/; patron_access members;
                patron_wall .gone keep=1 html=x; }"),
        server('prefix', "$key patron_redis %%REDIS%% prefix=elsewhere:;"),
        server('keyless', 'patron_banner a append body html=x;'),
        server('signed', 'patron_key k2 %%DIR%%/k2.key; patron_redis %%REDIS%% '
            . 'prefix=p2:;'),
        server('password', "$key patron_redis " . sprintf($tcp, 'one', 'wrong')
            . ';'),
        server('right', "$key patron_redis " . sprintf($tcp, 'two', 'wrong')
            . ';'),
        server('deaf', "$key patron_redis " . sprintf($tcp, 'three', 'wrong')
            . ' prefix=deaf:;'),
        @_), server => '');
}

$redis->cmd(qw(ACL SETUSER one on >right ~* &* +@all));
$redis->cmd(qw(ACL SETUSER two on >wrong ~* &* +@all -hmget));
$redis->cmd(qw(ACL SETUSER three on >wrong ~* &* +@all -client|tracking));
$redis->cmd(qw(CONFIG SET maxmemory 100mb));
$redis->cmd(qw(CONFIG SET maxmemory-policy allkeys-lru));
$redis->member('ann');

$t->run(conf());

sub ask {
    my ($server, $uri, $token) = @_;
    return $t->get($uri, port => $server, $token ? (token => $token) : ());
}

sub is_said {
    my ($name, $like) = @_;
    ok($t->wait_log(qr/\[error\][^\n]*$like/), "$name: in the log");
    $n++;
}

sub is_first {
    my ($name, $server, $like) = @_;
    my $reason;
    ok(wait_for(sub {
        my $verdict = decode_json(ask($server, '/status')->body)->{verdict};
        $reason = "$verdict->{state}: $verdict->{reason}";
        return $verdict->{state} ne 'good' && $reason =~ $like;
    }), "$name: on the status page") || diag($reason);
    $n++;
}

my $ann = token(sub => 'ann');

ask('signed', '/page.html', $ann) for 1 .. 3;
is_first('tokens that are signed with another key', 'signed',
    qr/no token verifies/);

is_said('a policy that evicts', qr/evicts keys.*allkeys-lru/);
is_said('a wrong password', qr/is away.*(?:password|WRONGPASS)/i);
is_first('the same', 'password', qr/Redis is away \(.*password/i);

ask('right', '/page.html', $ann);
is_said('a right that is missing', qr/member "ann" cannot be read/);
is_first('the same', 'right', qr/members cannot be read.*ACL forbids/);
is_first('changes that are not heard of', 'deaf', qr/not heard of/);

ask('fine', '/page.html', $ann);
ask('prefix', '/page.html', $ann);
is_said('a prefix that nobody writes under', qr/elsewhere:member:ann/);
is_first('the same', 'prefix', qr/nobody is a member/);

ask('keyless', '/page.html', $ann);
is_said('a token where there is no key', qr/no "patron_key" here/);

ask('fine', '/e/page.html');
is_said('pages that are compressed', qr/left alone: Content-Encoding "br"/);

ok(wait_for(sub { ask('fine', '/c/page.html');
    $t->slurp('error.log') =~ /no campaign is published/ }), 'asked for');
is_said('a slot without a campaign', qr/banner "top", "campaign=top"/);

$redis->cmd(qw(HSET patron:campaign:top:a html), '<p>a', 'cap', 'often');
$redis->cmd(qw(SADD patron:campaigns top:a));
is_first('a campaign that is refused', 'fine', qr/campaign "top:a" is refused/);
$redis->cmd(qw(SREM patron:campaigns top:a));

$redis->cmd(qw(HSET patron:switches walls open));
is_first('walls that are open', 'fine', qr/every wall is open/);
$redis->cmd(qw(DEL patron:switches));
$redis->cmd(qw(HSET patron:switches banners off));
is_first('appeals that are silenced', 'fine', qr/every appeal is silenced/);
$redis->cmd(qw(DEL patron:switches));
ok(wait_for(sub { decode_json(ask('fine', '/status')->body)->{switches}{banners}
    eq 'on' }), 'they speak again');

$redis->cmd(qw(HSET patron:switches walls OPEN banners Off));
ok(wait_for(sub { join(' ', @{decode_json(ask('fine', '/status')->body)->{switches}}
    {qw(walls banners)}) eq 'open off' }), 'in any case of letters');
$redis->cmd(qw(HSET patron:switches walls opened banners on));
is_said('a word that is none', qr/"patron:switches": "walls" is neither open nor closed/);
ok(wait_for(sub { join(' ', @{decode_json(ask('fine', '/status')->body)->{switches}}
    {qw(walls banners)}) eq 'closed on' }), 'and nothing is switched');
$redis->cmd(qw(DEL patron:switches));

ask('fine', '/b/bare.html');
is_said('a banner without a place', qr/banner "gone" found no place.*bare\.html/);
is_first('the same', 'fine', qr/banner "gone" finds no place.*bare\.html/);

ask('fine', '/p/page.txt') for 1 .. 3;
is_first('more is refused than cut', 'fine', qr/more is refused than cut/);

ask('fine', '/w/bare.html');
is_said('a wall that matches nothing', qr{/w/bare\.html" is refused});
is_first('the same', 'fine', qr{articles are refused.*\.gone.*/w/bare\.html});

$redis->freeze;
ok(wait_for(sub { ask('fine', '/page.html', token(sub => 'bob'));
    $t->slurp('error.log') =~ /is away: it does not answer/ }), 'it is asked');
is_said('Redis that does not answer', qr/is away: it does not answer/);
is_first('the same', 'fine', qr/Redis is away \(it does not answer/);
$redis->thaw;

$redis->down;
is_said('Redis away', qr/is away/);
is_first('the same', 'fine', qr/Redis is away/);

open(my $readme, '<', "$t->{root}/scripts/README.md") or die;
my ($table) = join('', <$readme>) =~ /^### What goes wrong.*?\n\n(\|.*?)\n\n/ms;
is(scalar(() = $table =~ /^\|/mg) - 2, 35, 'each in the table');

$t->finish;
