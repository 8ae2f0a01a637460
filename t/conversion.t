# A membership that follows a campaign's click is counted for the campaign,
# once, by the reader's own cookie.

use strict;
use warnings;

use JSON::PP ();
use MIME::Base64 qw(encode_base64url decode_base64url);
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

my $origin = $t->origin('8081', sub {
    my ($q) = @_;

    my $say = $q->{header}->('X-Say') // '';
    my $status = $q->{header}->('X-Status') || '200 OK';

    return "HTTP/1.0 $status\r\nContent-Type: text/html\r\n"
        . (length $say ? "X-Patron-Grant: $say\r\n" : '') . "\r\n" . article();
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;
        patron_key k2 %%DIR%%/k2.key;

        location / { patron_banner top after '#story' campaign=top; }
        location /cms/ {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
            patron_grant_header X-Patron-Grant;
            patron_banner top after '#story' campaign=top;
            error_page 402 /cms/sorry;
        }
        location = /click {
            patron_consent $http_x_consent;
            patron_click_handler;
        }
        location = /click-anyway { patron_click_handler; }
        location = /activate { patron_activate_handler; }
        location = /status { patron_status_handler; }
        location = /status.json { patron_status_handler format=json; }
        location = /metrics { patron_status_handler format=prometheus; }
EOC

# By their priorities none of them is in an experiment with another.

for my $name (qw(a b c)) {
    $redis->cmd('HSET', "patron:campaign:top:$name", html => '<aside>x</aside>',
        url => '/join', priority => ord $name);
    $redis->cmd('SADD', 'patron:campaigns', "top:$name");
}

ok(wait_for(sub { live() == 3 }), 'there');

sub reader {
    my ($name) = @_;

    my $reader = Patron::Reader->new($t);
    my $r = $reader->get("/click?c=top:$name", headers => ['X-Consent' => 1]);
    is($r->header('Location'), '/join', "follows $name");

    return $reader;
}


sub grant {
    my ($reader, $say, @headers) = @_;

    return $reader->get('/cms/a', headers => ['X-Say' => $say, @headers]);
}


sub activate {
    my ($reader, %claim) = @_;

    my $token = token(aud => 'patron:activate', jti => 'j' . rand(), %claim);

    return $reader->request('POST', '/activate', body => "token=$token",
        headers => ['Content-Type' => 'application/x-www-form-urlencoded',
                    Origin => 'http://localhost']);
}


sub joined {
    my $json = JSON::PP->new->utf8->decode($t->get('/status.json')->body);

    return join ' ', map { "$_->{name}=$_->{granted}" }
        sort { $a->{name} cmp $b->{name} }
        grep { $_->{granted} } @{$json->{today}};
}

sub live {
    return $t->get('/metrics')->body =~ /^patron_campaigns (\d+)/m ? $1 : -1;
}

# The cookie

my $ada = reader('a');
like($ada->{jar}{patron_seen}, qr/^v1\.[\w-]+\.[\w-]+$/, 'a small cookie');
my $r = $ada->get('/page.html');
is($r->header('Set-Cookie'), '', 'is left alone by pages');

my $forged = $ada->{jar}{patron_seen} =~ s{\.([\w-]+)\.}{
    my $p = decode_base64url($1); substr($p, 1, 4) ^= "\1\2\3\4";
    '.' . encode_base64url($p) . '.' }er;

# Counted

$r = grant($ada, 'sub=ada');
like($r->header('Set-Cookie'), qr/patron=.*patron_seen=/, 'a membership');
is(() = $r->header('Set-Cookie') =~ /patron_seen=/g, 1, 'the mark goes at once');
is(joined(), 'top:a=1', 'is counted for the campaign');
is($r->header('Cache-Control'), 'private, no-store', 'kept by nobody');

delete $ada->{jar}{patron};
grant($ada, 'sub=ada');
is(joined(), 'top:a=1', 'once');

my $bob = reader('b');
is(activate($bob, sub => 'bob')->status, 303, 'an activation');
is(joined(), 'top:a=1 top:b=1', 'counts too');
activate($bob, sub => 'bob2');
is(joined(), 'top:a=1 top:b=1', 'once');

my $last = reader('a');
$last->get('/click?c=top:b', headers => ['X-Consent' => 1]);
grant($last, 'sub=cy');
is(joined(), 'top:a=1 top:b=2', 'the last one followed');

my $late = reader('b');
$r = grant($late, 'sub=cy', 'X-Status' => '402 Payment Required');
like($r->header('Set-Cookie'), qr/patron_seen=/, 'with an error page');
is(joined(), 'top:a=1 top:b=3', 'counted once');

# Not counted

my $was = joined();

grant(Patron::Reader->new($t), 'sub=dan');
is(joined(), $was, 'another reader');

my $liar = Patron::Reader->new($t);
$liar->{jar}{patron_seen} = $forged;
grant($liar, 'sub=dan');
is(joined(), $was, 'a forged cookie');

my $shy = Patron::Reader->new($t);
is($shy->get('/click?c=top:a')->header('Set-Cookie'), '',
    'no consent, no mark');
is($shy->get('/click-anyway?c=top:a', headers => ['User-Agent' => 'a bot'])
    ->header('Set-Cookie'), '', 'nor for a machine');
grant($shy, 'sub=dan');
is(joined(), $was, 'and no count');

my $bad = reader('a');
grant($bad, 'tier=gold');
is(joined(), $was, 'a grant that is none');
grant($bad, 'sub=dan');
isnt(joined(), $was, 'takes no mark away');
$was = joined();

# Renewals

$redis->member('fay', tier => 'silver');
my $fay = reader('a');
$fay->{jar}{patron} = token(sub => 'fay');
grant($fay, 'sub=fay');
grant($fay, 'sub=fay; tier=silver');
activate($fay, sub => 'fay');
is(joined(), $was, 'a patron who stays one is none');
grant($fay, 'sub=fay; tier=gold');
is(joined(), $was =~ s/top:a=(\d+)/'top:a=' . ($1 + 1)/er, 'more is one');
$was = joined();

# Taken down meanwhile

my $gone = reader('c');
$redis->cmd('SREM', 'patron:campaigns', 'top:c');
ok(wait_for(sub { live() == 2 }), 'down');
$r = grant($gone, 'sub=gil');
is(joined(), $was, 'what is no more is not counted');
like($r->header('Set-Cookie'), qr/patron_seen=/, 'the mark goes');
$redis->cmd('SADD', 'patron:campaigns', 'top:c');
ok(wait_for(sub { live() == 3 }), 'up');
delete $gone->{jar}{patron};
grant($gone, 'sub=gil');
is(joined(), $was, 'and stays away');

# Told

my ($a) = $was =~ /top:a=(\d+)/;
ok($t->get('/status')->body
    =~ m{top:a <em>campaign</em>.*?<span>$a<small>joined}s, 'the page');
ok($t->get('/metrics')->body
    =~ m/^patron_appeals_total\{event="granted",name="top:a"\} $a$/m,
    'Prometheus');
my ($all) = $t->get('/metrics')->body =~ m/^patron_granted_total (\d+)$/m;
cmp_ok($all, '>', 10, 'and all of them');

$t->quit;
my %n = @{$redis->cmd('HGETALL',
    'patron:stats:' . strftime('%Y-%m-%d', gmtime))};
is($n{'granted.top:a'}, $a, 'Redis');
is($n{'granted.header'} + $n{'granted.activation'}, $all, 'in all');
ok(!exists $n{'granted.top:c'}, 'nothing that did not exist');

$t->finish;
