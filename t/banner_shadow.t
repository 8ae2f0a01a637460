# Banners in a declarative shadow root: whole before the element's first child,
# whatever the chunks; several share a root; counted, remembered, by campaign.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('http_gunzip');
my $redis = $t->redis;

my $root = '<template shadowrootmode=open>';
my $slot = '<slot></slot>';

my %page = (
    page => '<!doctype html><title>t</title><body><main class=x><p>one</p>'
        . '</main></body>',
    own => '<!doctype html><title>t</title><main class=x> <!-- a -->'
        . '<template shadowrootmode=closed><slot></slot></template></main>',
    figure => '<!doctype html><title>t</title><main>a</main><figure class=x>'
        . '</figure>',
);

$t->origin('8081', sub {
    my ($r) = @_;

    my ($name) = $r->{path} =~ /(\w+)$/;
    my @pieces = $r->{args} =~ /split/ ? split(//, $page{$name})
        : $page{$name};

    return ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . "Connection: close\r\n\r\n", @pieces];
});

$t->file('html/page.html', $page{page});
utime(time - 100, time - 100, $t->dir . '/html/page.html');

$t->run(http => <<'EOC', server => <<'EOS');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone main:1m;
    patron_redis %%REDIS%%;
EOC
        patron on;
        patron_banner end append .x shadow 'html=<style nonce="${request_id}">i{color:red}</style><i>end</i>';
        patron_banner top prepend main shadow html=[top];
        patron_banner slot append main shadow optional campaign=story;
        patron_banner light append main optional html=[light];

        location / {
            proxy_pass http://127.0.0.1:%%PORT_8081%%;
        }
        location = /page.html {
            patron_banner end append .x shadow html=[end];
            patron_banner top prepend main shadow html=[top];
        }
        location = /status {
            patron_status_handler format=json;
        }
EOS

my $made = qr{<main\ class=x>\Q$root\E\[top\]\Q$slot\E
    <style\ nonce="\w{32}">i\{color:red\}</style><i>end</i></template>
    <p>one</p>\[light\]</main>}x;

like($t->get('/page')->body, $made, 'they share a root, each on its side');
like($t->get('/page?split')->body, $made, 'in pieces, too');

$redis->cmd(qw(HSET patron:campaign:story:winter html), '<b>cold</b>');
$redis->cmd(qw(SADD patron:campaigns story:winter));

my $asked;

ok(wait_for(sub {
    $asked++;
    $t->get('/page')->body =~ m{<i>end</i><b>cold</b></template><p>};
}), 'a campaign goes there');

# An element that has a root, or can have none, is left, and counted.

is($t->get('/own')->body, $page{own} =~ s/(?=<\/main>)/[light]/r,
    'an element with a root of its own');
is($t->get('/own?split')->body, $page{own} =~ s/(?=<\/main>)/[light]/r,
    'in pieces, too');
like($t->get('/figure')->body,
    qr/<main>\Q$root\E\[top\].*<figure class=x><\/figure>/,
    'an element that can have none');

like($t->slurp('error.log'), qr/\[error\].*"end" found no place in "\/own": the element that matches/,
    'which is told');

# The same page again is edited by heart.

my @bodies = map { $t->get('/page.html')->body } 1 .. 3;
is($bodies[0], $page{page} =~ s/<main class=x>/$&${root}[top]${slot}[end]<\/template>/r,
    'a file');
is($bodies[$_], $bodies[0], "the same, $_") for 1, 2;
my $shown = 2 + $asked + 3;
like($t->get('/status')->body,
    qr/"name":"end","campaign":false,"shown":$shown,/, 'they are counted');

$t->finish;
