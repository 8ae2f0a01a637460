# An answer that cannot be sent yet is sent later, and one that nobody waits for
# any longer is given up: no request is forgotten.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::H2;
use Patron::Harness;

my $t = Patron::Harness->new->has('http_v2');

$t->redis->member('paula');
$t->file('hook.key', "whsec_of-this-test-of-this-test-of-this\n", 0600);

my $h2 = $t->version >= 1025001
    ? 'listen 127.0.0.1:%%PORT_h2%%; http2 on;'
    : 'listen 127.0.0.1:%%PORT_h2%% http2;';

$t->run(http => <<"EOC", server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;

    server {
        $h2
        server_name localhost;

        location = /activate { patron_activate_handler; }
        location = /gift { patron_gift_handler; patron_gift; }
        location = /stripe {
            patron_webhook_handler stripe key=%%DIR%%/hook.key;
        }
    }
EOC
EOC


# The sockets that the worker has open.

sub sockets {
    my ($pid) = $t->workers;

    opendir(my $dir, "/proc/$pid/fd") or return 0;

    return scalar grep { (readlink("/proc/$pid/fd/$_") // '') =~ /^socket/ }
        readdir $dir;
}


my $before = sockets();
my @own = (['origin', 'http://localhost'],
    ['cookie', 'patron=' . token(sub => 'paula')]);

for my $case (
    ['/activate', 'token=x', 'no good token'],
    ['/gift', 'path=//x', 'a path elsewhere'],
    ['/gift', 'path=/a', 'a gift'],
    ['/stripe', '{}', 'no signature'],
) {
    my ($path, $body, $name) = @$case;

    # Not a byte of a body may be sent: the head comes, and the reader goes.

    my $c = $t->client(port => 'h2');
    $c->write(h2_preface(4 => 0) . h2_request(1, 'POST', $path, \@own, $body));

    ok(wait_for(sub {
        $c->fill;
        $c->{buffer} =~ /\0..\x01.\0\0\0\x01/s;
    }), "$path, $name: the head comes");

    $c->close;

    ok(wait_for(sub { sockets() <= $before + 2 }), "$path, $name: given up");

    # And where the window opens later, the body comes too.

    $c = $t->client(port => 'h2');
    $c->write(h2_preface(4 => 0) . h2_request(1, 'POST', $path, \@own, $body));
    wait_for(sub { $c->fill; $c->{buffer} =~ /\0..\x01.\0\0\0\x01/s });
    $c->write(h2_frame(8, 0, 1, pack 'N', 65535));

    ok(wait_for(sub {
        $c->{buffer} =~ /\0..\0\x01\0\0\0\x01/s || ($c->fill, 0)[1];
    }), "$path, $name: the body comes when it may");
    $c->close;
}

$t->finish;
