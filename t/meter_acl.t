# The ACL that the README gives is enough for meters, gifts and devices.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis(tcp => 1);

open(my $readme, '<', "$t->{root}/README.md") or die;
my ($acl) = map { s/^redis-cli |'//gr }
    grep { /^redis-cli ACL SETUSER patron / } <$readme>;
ok($acl, 'the README has an ACL');

my (undef, undef, @words) = split ' ', $acl =~ s/>\S+/>secret/r;
is($redis->acl(@words), 'OK', 'Redis takes it');
$t->file('password', "secret\n", 0600);

$t->file('wall.html', '<aside class="wall">wall</aside>');
$t->file("html/$_.html", article()) for qw(a b c);

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_redis redis://patron@127.0.0.1:%%PORT_redis%%
                 password_file=%%DIR%%/password timeout=1s;
    patron_zone patron:1m;
EOC
        patron on;
        patron_access metered;
        patron_access_header X-Level;
        patron_wall article keep=1 file=%%DIR%%/wall.html;
        patron_meter limit=2 period=month store=redis;
        patron_devices limit=1 window=1d;
        patron_gift;
        add_header X-State "$patron_state/$patron_reason";

        location / { }
        location = /gift { patron_gift_handler; }
EOC

$redis->member('paula');

sub open_page { $_[0]->body =~ /third paragraph/ }

my $reader = Patron::Reader->new($t);
ok(open_page($reader->get("/$_.html")), "metered: $_") for qw(a b);
ok(!open_page($reader->get('/c.html')), 'and no more');
ok(!open_page($reader->get('/c.html', headers => [ Purpose => 'prefetch' ])),
    'looked at');
my ($key) = @{$redis->cmd('KEYS', 'patron:meter:*')};
is($redis->cmd('SCARD', $key), 2, 'by Redis');

my $lapsed = Patron::Reader->new($t, token => token(sub => 'lena'));
$lapsed->get('/missing.html');
ok(wait_for(sub { $redis->calls('srem') >= 2 }), 'taken back');

my @device = map { Patron::Reader->new($t, token => token(sub => 'paula')) }
    1 .. 2;
$_->get('/a.html') for @device;
is($device[0]->get('/a.html')->header('X-State'), 'guest/devices',
    'devices');

my $r = $device[1]->request('POST', '/gift', body => 'path=/c.html',
    headers => [ Origin => 'http://localhost' ]);
is($r->status, 201, 'gifts');

is(scalar(grep { /NOPERM|refused a script/ }
        split /\n/, $t->slurp('error.log')), 0, 'nothing was forbidden');

$t->finish;
