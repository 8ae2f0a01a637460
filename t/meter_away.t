# Redis goes away: the meter's cookie carries on, and what it counted is in
# the set once Redis is back.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for 'a' .. 'h';

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%% timeout=200ms;
    patron_zone patron:1m;
EOC
        patron on;
        patron_access metered;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=4 period=month store=redis;
        add_header X-Left $patron_left;
        add_header X-Time $patron_redis_time;

        location / { }
        location = /ping { patron off; return 204; }
EOC

sub open_page { $_[0]->status == 200 && $_[0]->body =~ /third paragraph/ }
sub walled { $_[0]->body =~ /class="wall"/ && $_[0]->body !~ /third para/ }

sub sets {
    return [ sort map { @{$redis->cmd('SMEMBERS', $_)} }
        @{$redis->cmd('KEYS', 'patron:meter:*')} ];
}

# Is Redis asked again?  A reader of one's own finds out.

sub back {
    my $probe = Patron::Reader->new($t, token => token(sub => 'probe'));

    return wait_for(sub {
        $probe->get('/a.html');
        my @keys = @{$redis->cmd('KEYS', 'patron:*:probe*')};
        return @keys && $redis->cmd('DEL', @keys);
    });
}

my $reader = Patron::Reader->new($t);
$reader->get("/$_.html") for qw(a b);
is_deeply(sets(), [ 'localhost/a.html', 'localhost/b.html' ], 'two in Redis');

$redis->freeze;

my $r = $reader->get('/c.html');
ok(open_page($r), 'Redis says nothing: the third');
is($r->header('X-Left'), '1', 'the count goes on');
ok(open_page($reader->get('/a.html')), 'read before');
ok(open_page($reader->get('/d.html')), 'the fourth');
ok(walled($reader->get('/e.html')), 'the wall');

my $new = Patron::Reader->new($t);
ok(open_page($new->get('/a.html')), 'a new reader');
ok(open_page($new->get("/$_.html")), "reads $_") for qw(b c d);
ok(walled($new->get('/e.html')), 'up to the limit');

$redis->thaw;
ok(back(), 'Redis is back');

ok(walled($reader->get('/e.html')), 'nothing is forgotten');
ok(open_page($reader->get('/c.html')), 'what the cookie knew is read before');

my @set = @{sets()};
is(scalar(grep { m{^localhost/[ab]\.html$} } @set), 2, 'the two');
is(scalar(@set), 4, 'and two more, none of them twice');

my $asked = $redis->calls('sadd');
ok(open_page($reader->get('/d.html')), 'another');
is($redis->calls('sadd'), $asked, 'merged once');

ok(walled($new->get('/f.html')), 'the new reader too');
is(scalar(@{sets()}), 8, 'four each');
ok(open_page($new->get("/$_.html")), "$_ is read before") for qw(a b c d);

# Killed, in the middle of it.

$redis->down;

my $third = Patron::Reader->new($t);
my $open = grep { open_page($third->get("/$_.html")) } 'a' .. 'h';
is($open, 4, 'no Redis: four of eight');
ok(walled($reader->get('/h.html')), 'and none more for who has read four');

$redis->up;
ok(back(), 'an empty Redis');

is(scalar(grep { open_page($third->get("/$_.html")) } 'a' .. 'h'), 4,
    'the same four');
is(scalar(@{sets()}), 4, 'they are in the set');

# A client that gives up while Redis says nothing.

$redis->freeze;
my $client = $t->client;
$client->send_request('GET', '/g.html',
    headers => [ Cookie => join '; ',
        map { "$_=$third->{jar}{$_}" } sort keys %{$third->{jar}} ]);
$t->get('/ping');
$client->reset;
is($t->get('/ping')->status, 204, 'a client that goes while it waits');
$redis->thaw;

$t->finish;
