# The check neither opens nor closes a door: "satisfy any" is left to those
# who allow and deny, and a request that another module let in without the
# check is a guest's.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');
$t->file('html/page.html', '<html><body></body></html>');
$t->file('passwd', "u:{PLAIN}p\n");

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    add_header X-State $patron_state always;
    auth_basic_user_file %%DIR%%/passwd;

    location = /any {
        try_files /page.html =404;
        satisfy any;
        deny all;
        auth_basic x;
    }
    location = /all {
        try_files /page.html =404;
        satisfy all;
        allow all;
        auth_basic x;
    }
    location = /allowed {
        try_files /page.html =404;
        satisfy any;
        allow all;
        auth_basic x;
    }
    location = /denied {
        try_files /page.html =404;
        deny all;
    }
EOC

my $ann = token(sub => 'ann');
my @basic = (headers => [Authorization => 'Basic dTpw']);

is($t->get('/any', token => $ann)->status, 401,
    'a patron is not let in for being one');
is($t->get('/any')->status, 401, 'nor is a guest');

my $r = $t->get('/any', token => $ann, @basic);
is($r->status, 200, 'with the password');
like($r->header('X-State'), qr/^(?:patron|guest)$/, 'with a verdict or none');

$r = $t->get('/allowed', token => $ann);
is($r->status, 200, 'let in by another module');
is($r->body =~ /\[ask\]/ ? 'guest' : 'patron', $r->header('X-State'),
    'the page is the verdict\'s');

is($t->get('/all', token => $ann)->status, 401, 'satisfy all');
$r = $t->get('/all', token => $ann, @basic);
is($r->status, 200, 'satisfy all, with the password');
is($r->header('X-State'), 'patron', 'a patron there');

is($t->get('/denied', token => $ann)->status, 403, 'deny all');

$t->finish;
