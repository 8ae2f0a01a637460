# Who gave is not asked for a while, and who is overdue is not walled at once:
# by the record, by a grant, by an activation link and from the command line.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Admin;
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;
my $now = time();

$t->file('html/page.html', article());

$t->origin('8081', sub {
    my ($request) = @_;
    my ($grant) = $request->{path} =~ m{/grant/(.*)};
    return "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        . "X-Patron-Grant: " . ($grant =~ s/_/; /gr) . "\r\n\r\nok";
});

$t->run(http => <<'EOC', server => <<'EOC');
    patron_zone z:1m;
    patron_key k1 %%DIR%%/k1.key;
    add_header X-State "$patron_state,$patron,$patron_tier,$patron_reason";
    patron on;

    server {
        listen 127.0.0.1:%%PORT_token%%;
        patron_key k1 %%DIR%%/k1.key;
        add_header X-State "$patron_state,$patron,$patron_tier,$patron_reason";
    }
EOC
        patron_redis %%REDIS%%;
        patron_banner ask prepend body 'html=<i>ask</i>';
        patron_banner thanks prepend body for=supporter 'html=<i>thanks</i>';
        patron_banner due prepend body for=grace all 'html=<i>due</i>';
        patron_access $arg_level;
        patron_wall article keep=1 'html=<i>wall</i>';

        location / { }
        location /grace/ {
            alias %%DIR%%/html/;
            patron_claims grace=1h;
        }
        location /grant/ {
            patron_grant_header X-Patron-Grant;
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /activate { patron_activate_handler; }
EOC

sub state_of {
    my ($reader, $path) = @_;

    my $r = ref $reader ? $reader->get($path // '/page.html')
        : $t->get($path // '/page.html', token => token(sub => $reader));
    my ($state) = split /,/, $r->header('X-State');
    return join ' ', $state, $r->body =~ m{<i>(\w+)</i>}g;
}

my %future = (gave_until => $now + 600);

# The record.  Twice: from Redis, and from the zone.

for (
    [ 'one that a gift made', 'supporter thanks', status => 'supporter',
        %future ],
    [ 'its thanks over', 'lapsed ask', status => 'supporter',
        gave_until => $now - 9 ],
    [ 'never a membership', 'supporter thanks', status => 'supporter',
        %future, until => $now + 600, grace_until => $now + 600 ],
    [ 'a patron who gave', 'patron', %future ],
    [ 'lapsed, and gave', 'supporter thanks', until => $now - 9, %future ],
    [ 'paused, and gave', 'supporter thanks', status => 'paused', %future ],
    [ 'revoked', 'revoked ask', status => 'revoked', %future ],
    [ 'signed out', 'invalid ask', not_before => $now + 9, %future ],
    [ 'thanked till no time', 'lapsed ask', until => 1, gave_until => 'soon' ],
    [ 'overdue', 'patron due', until => $now - 9, grace_until => $now + 600 ],
    [ 'overdue by its status', 'patron due', status => 'grace' ],
    [ 'too long', 'lapsed ask', until => $now - 9, grace_until => $now - 1 ],
    [ 'with a long name', 'supporter thanks', name => 'n' x 200,
        tier => 't' x 99, until => $now - 9, %future ],
) {
    my ($name, $state, @fields) = @$_;
    my $sub = "m" . length($name) . ($name =~ s/\W//gr);

    $redis->member($sub, @fields);
    is(state_of($sub), $state, $name) for 1 .. 2;
}

# Whoever has an expired token, or no record, may be one; a wall is a wall.

$redis->member('sue', status => 'supporter', %future);
my $old = $t->get('/page.html',
    token => token(sub => 'sue', exp => $now - 3600));
is($old->header('X-State'), 'supporter,,,gave, and is thanked', 'expired');
$old = $t->get('/page.html', token => token(sub => 'bo', exp => $now - 3600));
like($old->header('X-State'), qr/^expired,/, 'and of whom nothing is known');
like($t->get('/page.html?level=members', token => token(sub => 'sue'))->body,
    qr/thanks.*wall/s, 'for walls a guest');

# patron_claims grace=

$redis->member('due', until => $now - 60);
$redis->member('late', until => $now - 7200);
$redis->member('own', until => $now - 60, grace_until => $now - 10);
is(state_of('due'), 'lapsed ask', 'over');
is(state_of('due', '/grace/page.html'), 'patron due', 'within grace');
is(state_of('late', '/grace/page.html'), 'lapsed ask', 'after it');
is(state_of('own', '/grace/page.html'), 'lapsed ask', 'its own goes before');

# Grants and links.

my $reader = Patron::Reader->new($t);
$reader->get('/grant/sub=gina_gave=90d');
is(state_of($reader), 'supporter thanks', 'by a grant');
my ($age) = $reader->get('/grant/sub=gina_gave=90d')->header('Set-Cookie')
    =~ /Max-Age=(\d+)/;
is($age, 90 * 86400, 'remembered as long');
$redis->member('gina');
ok(wait_for(sub { state_of($reader) eq 'patron' }), 'who becomes a member');

for my $grant (qw(sub=x_gave=0 sub=x_gave=soon sub=x_gave=1d_gave=1d
    sub=x_gave=99y))
{
    my $r = $t->get("/grant/$grant");
    ok(!$r->has('Set-Cookie'), "no grant: $grant");
}

$reader = Patron::Reader->new($t);
$reader->request('POST', '/activate', headers => [
    'Content-Type' => 'application/x-www-form-urlencoded',
    Origin => 'http://localhost' ], body => 'token='
    . token(sub => 'ada', aud => 'patron:activate', jti => 'j1',
        gave_until => $now + 600));
is(state_of($reader), 'supporter thanks', 'by a link');

# Without Redis the token says it.

for (
    [ { gave_until => $now + 600 }, 'supporter' ],
    [ { gave_until => $now - 1 }, 'lapsed' ],
    [ { gave_until => $now + 600, tier => 'gold' }, 'patron' ],
    [ { gave_until => $now + 600, exp => $now - 600 }, 'supporter' ],
    [ { gave_until => 'soon' }, 'invalid' ],
    [ { exp => $now - 600 }, 'expired' ],
) {
    my ($claims, $state) = @$_;
    my $r = $t->get('/page.html', port => 'token',
        token => token(sub => 'x', %$claims));
    like($r->header('X-State'), qr/^$state,/, "without Redis: $state");
}

# From the command line.

is((patron($t, qw(member add max --gave 90d)))[0], 0, 'one who gave');
is(state_of('max'), 'supporter thanks', 'is a supporter');
like((patron($t, qw(member show max)))[1],
    qr/^status +supporter\n.*^\(state\) +supporter$/ms, 'and shown as one');
is((patron($t, qw(member add max --tier gold)))[0], 0, 'a tier');
ok(wait_for(sub { state_of('max') eq 'patron' }), 'makes a member');
is((patron($t, qw(member add due --gave 90d)))[0], 0, 'one who has a record');
is($redis->cmd('HGET', 'patron:member:due', 'status'), undef,
    'keeps the status');
ok(wait_for(sub { state_of('due') eq 'supporter thanks' }), 'is thanked');
is((patron($t, qw(member add max --gave soon)))[0], 2, 'no time');
like((patron($t, qw(member list --status supporter)))[1],
    qr/^due +- +supporter /m, 'listed');
like((patron($t, qw(member count)))[1], qr/^supporter +[1-9]/m, 'counted');
is((patron($t, qw(member add x --tier supporter)))[0], 2, 'no tier');

like($t->get('/page.html')->body, qr/<i>ask/, 'a guest is asked');

$t->finish;
