# The nginx.conf, the shell lines and the ACL of README.md do what it says.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;
my $root = $t->{root};
my $dir = $t->dir;

open(my $fh, '<', "$root/README.md") or die "README.md: $!\n";
my $readme = do { local $/; <$fh> };

my ($conf) = $readme =~ /^```nginx\n(.*?)^```$/ms;
my ($acl) = $readme =~ /^redis-cli (ACL SETUSER .*)$/m;
my ($redis) = $readme =~ /`(patron_redis redis:\/\/patron\@[^`]*)`/;
ok($conf && $acl && $redis, 'README.md has a configuration and an ACL');
$acl =~ s/'//g;

# The shell lines, with the directory of the test in place of the machine's.

my $url = $t->redis(tcp => 1)->url;
my $port = $t->port('redis');
my ($shell) = $readme =~ /^```sh\n(scripts\/patron member.*?)^```$/ms;
my ($key) = $readme =~ m{^(scripts/patron key new .*)$}m;

mkdir "$dir/$_" for qw(patron conf.d);
$ENV{PATRON_REDIS} = "redis://127.0.0.1:$port";

my @out = map { s{/etc/nginx/patron}{$dir/patron}gr =~ s{^}{cd $root && }r }
    $key, split /\n/, $shell;
$_ = qx($_) for @out;

is($out[0], "$dir/patron/2026.key\n", 'a key');
chomp(my $token = $out[2]);
like($token, qr/^[\w-]+\.[\w-]+\.[\w-]+$/, 'a token');

my ($copy) = $readme =~ m{^cp (scripts/\S+ .*) /etc/nginx/patron/$}m;
system("cd $root && cp $copy $dir/patron/");

my ($once) = $readme =~ m{^cp (scripts/\S+) /etc/nginx/conf\.d/$}m;
open($fh, '<', "$root/$once") or die "$once: $!\n";
$t->file('conf.d/patron.conf', join('', <$fh>) =~ s{/etc/nginx/}{$dir/}gr);

# The origin of the configuration.

my $origin = $t->origin('origin', sub {
    my ($q) = @_;

    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        . 'X-Encoding: ' . ($q->{header}->('Accept-Encoding') || 'none')
        . "\r\n\r\n" . article();
});

# Only places are changed; what a test run needs besides comes before it.

sub placed {
    my ($text) = @_;

    my $user = $> == 0 ? 'user root;' : '';
    my $origin_port = $t->port('origin');

    $text =~ s{^load_module .*;\n}{$t->{module} ne ''
        ? "load_module $t->{module};\n" : ''}me;
    $text =~ s{^user www-data;\n}{$user daemon off;\n}m;
    $text =~ s{/run/nginx\.pid}{$dir/nginx.pid};
    $text =~ s{/var/log/nginx/}{$dir/};
    $text =~ s{/etc/nginx/(patron|conf\.d)/}{$dir/$1/}g;
    $text =~ s{127\.0\.0\.1:8125\b}{'127.0.0.1:' . $t->port('status')}ge;
    $text =~ s{listen 80;}{listen 127.0.0.1:%%PORT%%;};
    $text =~ s{127\.0\.0\.1:3000\b}{127.0.0.1:$origin_port}g;
    $text =~ s{127\.0\.0\.1:6379\b}{127.0.0.1:$port}g;
    $text =~ s{^(http \{\n)}{$1    proxy_temp_path $dir/p;
    client_body_temp_path $dir/b; fastcgi_temp_path $dir/f;
    uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;\n}m;
    $text =~ s{worker_processes auto;}{worker_processes 1;};

    return "error_log $dir/error.log info;\n$text";
}

my ($status, $said) = $t->test_conf(conf => placed($conf));
is($status, 0, 'nginx -t takes it') || diag($said);
unlike($said, qr/\[warn\]/, 'without a warning');

sub banners {
    my ($r) = @_;

    return join ' ', $r->body =~ /class="patron-(support|appeal|thanks)"/g;
}

$t->run(conf => placed($conf));

my $r = $t->get('/');
is(banners($r), 'support appeal', 'a guest');
is($r->header('X-Encoding'), 'none', 'the origin is asked for a plain page');
is(banners($t->get('/', token => $token)), 'thanks', 'a patron');
is(banners($t->get('/join/')), '', 'nobody is asked where the banners lead');
like($t->get('/', port => 'status')->body, qr/<html/,
    'the status page');
ok($t->wait_log(qr/state=guest source=none decision=free reason="[^"]*" banners=support,appeal/,
    'access.log'), 'a line of the log for the guest');
ok($t->wait_log(qr/state=patron source=redis decision=free reason="[^"]*" banners=thanks/, 'access.log'),
    'and one for the patron');

# The redis-cli lines, one after the other.

my @lines = $readme =~ /^redis-cli (HSET.*?|DEL.*?)(?: +#.*)?$/mg;
my @want = ('support appeal', 'thanks', 'support appeal');

for my $i (0 .. $#want) {
    $t->redis->cmd(split ' ', $lines[$i]);
    ok(wait_for(sub {
        banners($t->get('/', token => $token)) eq $want[$i];
    }), "$lines[$i]: $want[$i]");
}

# The ACL, and nothing but it.

$t->redis->member('42', tier => 'gold');
$t->redis->cmd(split ' ', $acl);
$t->file('patron/redis.password', "a-long-password\n", 0600);
(my $limited = $conf) =~ s{patron_redis .*;}{$redis};
$t->redis->cmd('ACL', 'LOG', 'RESET');
$t->reload(conf => placed($limited));

ok(wait_for(sub {
    banners($t->get('/', token => $token)) eq 'thanks'
        && $t->slurp('access.log') =~ /source=(?:zone|redis)[ ]decision=free
            [ ]reason="[^"]*"[ ]banners=thanks[ ]redis=\S*\n\z/x;
}), 'a patron under the ACL');
is_deeply($t->redis->cmd('ACL', 'LOG'), [], 'and nothing was denied');
cmp_ok(scalar(grep { /\buser=patron\b/ } $t->redis->clients), '>', 0,
    'the connection is of that user');

$t->redis->cmd('HSET', 'patron:member:42', 'status', 'paused');
ok(wait_for(sub {
    banners($t->get('/', token => $token)) eq 'support appeal';
}, 5), 'a change is seen under the ACL');

$t->redis->cmd('HSET', 'patron:switches', 'banners', 'off');
ok(wait_for(sub { banners($t->get('/')) eq '' }, 5),
    'banners off');

is_deeply($t->redis->cmd('ACL', 'LOG'), [], 'still nothing denied');

# All that writes.

(my $all = $limited) =~ s{^( +)(location / \{\n +proxy_pass)}{<<"EOC" . "$1$2"}me;
        location /all/ {
            patron on;
            patron_access metered;
            patron_meter limit=1 period=day;
            patron_devices limit=1 window=1d;
            patron_wall article keep=1 html=<hr>;
            patron_gift;
            patron_banner top prepend body for=all campaign=top;
            proxy_pass http://127.0.0.1:3000;
        }
        location = /gift {
            patron on;
            patron_gift;
            patron_gift_handler;
        }
EOC
isnt($all, $limited, 'a location with all that writes');
$t->reload(conf => placed($all));

$t->redis->cmd('DEL', 'patron:switches');
$t->redis->cmd('HSET', 'patron:member:42', 'status', 'active');
$t->redis->cmd('HSET', 'patron:campaign:top:winter', 'html',
    'winter ${ticker:fund}');
$t->redis->cmd('SET', 'patron:ticker:fund', '34120');
$t->redis->cmd('SADD', 'patron:campaigns', 'top:winter');

ok(wait_for(sub { $t->get('/all/1')->body =~ /winter 34120/ }), 'a campaign');

sub cookies {
    my ($r, $cookies) = @_;

    for (@{$r->{fields}}) {
        $cookies->{$1} = $2 if $_->[0] eq 'Set-Cookie'
            && $_->[1] =~ /^(\w+)=([^;]*)/;
    }

    return [Cookie => join '; ', map { "$_=$cookies->{$_}" } keys %$cookies];
}

my $jar = {};
my $cookie = cookies($t->get('/all/1'), $jar);
$cookie = cookies($t->get('/all/2', headers => $cookie), $jar) for 1 .. 3;
like($t->get('/all/2', headers => $cookie)->body, qr/<hr>/, 'a meter');

for my $device (1 .. 3) {
    $jar = { patron => $token };
    $cookie = cookies(
        $t->get('/all/3', headers => cookies({ fields => [] }, $jar)), $jar);
    $t->get('/all/3', headers => $cookie);
}

like($t->request('POST', '/gift', token => $token, body => 'path=/all/3',
    headers => [Origin => 'http://localhost', 'Content-Type',
        'application/x-www-form-urlencoded'])->body, qr/gift=/, 'a gift');

ok(wait_for(sub {
    @{$t->redis->cmd('KEYS', 'patron:stats:*')}
        && @{$t->redis->cmd('KEYS', 'patron:gift:*')}
        && @{$t->redis->cmd('KEYS', 'patron:meter:*')}
        && @{$t->redis->cmd('KEYS', 'patron:devices:*')}
}), 'meters, gifts, devices and counters were written')
    || diag(join ' ', @{$t->redis->cmd('KEYS', '*')});

is_deeply([ map { my %e = @$_; "$e{reason} $e{object}" }
    @{$t->redis->cmd('ACL', 'LOG')} ], [], 'and nothing was denied');

# The reference knows every directive and variable, and no other; of each it says
# where it may stand, as the module does.

sub strings {
    my ($file) = @_;

    open(my $in, '<', "$root/ngx_module/nginx/$file") or die "$file: $!\n";
    my $text = do { local $/; <$in> };

    return { map { $_ => 1 } grep { !/_$/ }
        $text =~ /^ +\{ ngx_string\("(patron\w*)"\),/mg };
}

open(my $in, '<', "$root/ngx_module/README.md") or die "README.md: $!\n";
my $reference = do { local $/; <$in> };
my ($variables) = $reference =~ /^### Variables\n(.*?)^#/ms;

is_deeply({ map { $_ => 1 } $reference =~ /^### (patron\w*)$/mg },
    strings('ngx_http_patron_module.c'), 'the directives');
open($in, '<', "$root/ngx_module/nginx/ngx_http_patron_module.c") or die;
my $table = do { local $/; <$in> };
my %context;

while ($table =~ /\{ ngx_string\("(patron\w*)"\),\n +(NGX_HTTP_\S+)/g) {
    my ($name, $flags) = ($1, $2);
    $context{$name} = join ', ', map { $_->[1] }
        grep { $flags =~ /NGX_HTTP_$_->[0]_CONF/ }
        [ MAIN => 'http' ], [ SRV => 'server' ], [ LOC => 'location' ];
}

my %said;

while ($reference =~ /^\#\#\#[ ](patron\w*)\n\n```\nSyntax:[ ]+\1\b(?:.*\n)+?
    Default:[ ].*\nContext:[ ]+(.*)\nPhase:[ ]+\w.*\n```$/xmg)
{
    $said{$1} = $2;
}

is_deeply(\%said, \%context, 'their contexts and phases');
is_deeply({ map { $_ => 1 } map { /\$(patron\w*)/g }
    $variables =~ /^\| (.*?) \|/mg },
    strings('ngx_http_patron_variables.c'), 'the variables');

$t->finish;
