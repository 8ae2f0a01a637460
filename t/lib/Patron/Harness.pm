package Patron::Harness;

# Runs a private nginx with the module, a private Redis and origins written in
# Perl for one test, and takes them down again.  See t/README.md.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Spec;
use File::Temp ();
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Test::More;
use Time::HiRes qw(time sleep);

use Patron::Client;
use Patron::Origin;
use Patron::Redis;
use Patron::Token;

our @EXPORT = qw(article token wait_for);

our $TIMEOUT = $ENV{TEST_TIMEOUT} || 20;

# Nothing from nginx for so long is looked into, and fails the test.

our $WATCHDOG = $TIMEOUT / 4;

# Every reader of every test is a slow one, with a small socket on both sides.

our $SLOW = ($ENV{TEST_READER} // '') eq 'slow';

my @live;


sub new {
    my ($class) = @_;

    my $root = abs_path(dirname(__FILE__) . '/../../..');
    my $dir = File::Temp::tempdir('patron-XXXXXXXX', TMPDIR => 1);
    chmod 0755, $dir;

    my $self = bless {
        root    => $root,
        dir     => $dir,
        owner   => $$,
        nginx   => $ENV{TEST_NGINX_BINARY} || _which('nginx'),
        module  => $ENV{TEST_NGINX_MODULE}
                   // "$root/build/ngx_http_patron_module.so",
        ports   => {},
        locks   => [],
        origins => [],
        allowed => [],
        workers => 1,
    }, $class;

    push @live, $self;

    # Files of a test are read by nginx's workers only, and the key's mode
    # is what nginx -t looks at.

    $self->file('k1.key', $Patron::Token::SECRET{k1} . "\n", 0600);
    $self->file('k2.key', $Patron::Token::SECRET{k2} . "\n", 0600);

    return $self;
}


# Skips the whole test where nginx was built without a module or option:
# has('http_v2', 'http_sub'), in the words of nginx -V.

sub has {
    my ($self, @features) = @_;

    for my $feature (@features) {
        next if $self->v =~ /--with-\Q$feature\E(_module)?\b/;

        $self->{finished} = 1;
        plan(skip_all => "nginx has no $feature");
    }

    return $self;
}


# The version of nginx as a number that compares: 1022001.

sub version {
    my ($self) = @_;

    return $self->v =~ m{/(\d+)\.(\d+)\.(\d+)}
        ? $1 * 1_000_000 + $2 * 1_000 + $3 : 0;
}


sub v { $_[0]{v} //= qx($_[0]{nginx} -V 2>&1) }


sub dir { $_[0]{dir} }


# A free port of the loopback address by a name of the test's own, kept for
# the test by a lock: below the kernel's own range, and not taken twice by
# tests that run side by side.

sub port {
    my ($self, $name) = @_;

    $name //= 8080;

    return $self->{ports}{$name} if $self->{ports}{$name};

    my $locks = File::Spec->tmpdir . "/patron-ports-$>";
    mkdir $locks, 0700;

    for my $i (0 .. 2999) {
        my $port = 20000 + ($$ * 37 + $i) % 12000;

        open(my $lock, '>>', "$locks/$port") or next;

        if (flock($lock, LOCK_EX | LOCK_NB)
            && IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1',
                LocalPort => $port, ReuseAddr => 1))
        {
            push @{$self->{locks}}, $lock;
            return $self->{ports}{$name} = $port;
        }
    }

    die "no free port\n";
}


# Writes a file below the test's directory and returns its path.

sub file {
    my ($self, $name, $content, $mode) = @_;

    my $path = "$self->{dir}/$name";
    my $dir = dirname($path);

    make_path($dir, { mode => 0755 }) unless -d $dir;

    open(my $fh, '>:raw', "$path.new") or die "$path: $!\n";
    print $fh $content;
    close($fh) or die "$path: $!\n";

    chmod $mode // 0644, "$path.new";
    rename("$path.new", $path) or die "$path: $!\n";

    return $path;
}


sub slurp {
    my ($self, $name) = @_;

    open(my $fh, '<:raw', "$self->{dir}/$name") or return '';
    local $/;
    return scalar(<$fh>) // '';
}


# Starts a private Redis (once) and returns its handle.

sub redis {
    my ($self, %options) = @_;

    return $self->{redis} //= Patron::Redis->start($self, %options);
}


# An origin that answers on a port of its own name by the handler: see
# Patron::Origin.

sub origin {
    my ($self, $name, $handler, %options) = @_;

    my $origin = Patron::Origin->start($self, $name, $handler, %options);
    push @{$self->{origins}}, $origin;

    return $origin;
}


# The whole nginx.conf for fragments: main, events, http, server.  With conf,
# the text itself is taken.  %%NAME%% are replaced in all.

sub conf {
    my ($self, %part) = @_;

    my $text = $part{conf};

    if (!defined $text) {
        my %p = map { $_ => $part{$_} // '' } qw(main http server);
        my $sndbuf = $SLOW ? ' sndbuf=4k' : '';

        $text = <<"EOC";
%%MAIN%%
$p{main}
http {
    %%HTTP%%
$p{http}
    server {
        listen       127.0.0.1:%%PORT%%$sndbuf;
        server_name  localhost;
$p{server}
    }
}
EOC
    }

    return $self->expand($text);
}


sub expand {
    my ($self, $text) = @_;

    my $dir = $self->{dir};
    my $level = $ENV{TEST_NGINX_DEBUG} ? 'debug' : 'info';
    my $load = join "\n", map { "load_module $_;" }
        grep { $_ ne '' } $self->{module}, @{$self->{modules} // []};
    my $user = $> == 0 ? 'user root;' : '';
    my $globals = $ENV{TEST_NGINX_GLOBALS} // '';
    my $output = $ENV{TEST_NGINX_HTTP} // 'sendfile on; tcp_nopush on;';

    $text =~ s{%%MAIN%%}{<<"EOC"}ge;
$load
$user
daemon off;
master_process on;
worker_processes $self->{workers};
worker_shutdown_timeout 30s;
error_log $dir/error.log $level;
pid $dir/nginx.pid;
$globals

events {
    worker_connections  1024;
}
EOC

    $text =~ s{%%HTTP%%}{<<"EOC"}ge;
access_log off;
    default_type  text/html;
    root  $dir/html;
    types { text/html html; application/xhtml+xml xhtml; text/plain txt;
            application/pdf pdf; text/css css; application/json json; }
    $output

    client_body_temp_path  $dir/tmp_body;
    proxy_temp_path        $dir/tmp_proxy;
    fastcgi_temp_path      $dir/tmp_fastcgi;
    uwsgi_temp_path        $dir/tmp_uwsgi;
    scgi_temp_path         $dir/tmp_scgi;
EOC

    $text =~ s{%%DIR%%}{$dir}g;
    $text =~ s{%%REDIS%%}{$self->redis->url}ge;
    $text =~ s{%%PORT%%}{$self->port}ge;
    $text =~ s{%%PORT_(\w+)%%}{$self->port($1)}ge;

    return $text;
}


# Starts nginx with the configuration and waits until its workers accept.

sub run {
    my ($self, %part) = @_;

    mkdir "$self->{dir}/html";
    $self->file('nginx.conf', $self->conf(%part));

    my $pid = fork() // die "fork: $!\n";

    if ($pid == 0) {
        $self->_exec('error.log', '-c', "$self->{dir}/nginx.conf");
    }

    $self->{pid} = $pid;

    my $port = $self->port;

    wait_for(sub {
        return 1 if $self->workers >= $self->{workers}
            && IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                PeerPort => $port);
        die "nginx did not start:\n" . $self->slurp('error.stderr')
            . $self->slurp('error.log')
            if waitpid($pid, WNOHANG) == $pid && delete $self->{pid};
        return;
    }) or die "nginx does not accept\n" . $self->slurp('error.log');

    return $self;
}


sub _exec {
    my ($self, $log, @args) = @_;

    my $supp = "$self->{root}/t/lib/lsan.supp";

    # nginx -t that fails leaves its first pool to the system.

    my $leaks = "@args" =~ /^-t / ? 0 : 1;

    $ENV{ASAN_OPTIONS} //= "log_path=$self->{dir}/sanitizer"
        . ":detect_leaks=$leaks:exitcode=99";
    $ENV{UBSAN_OPTIONS} //= "log_path=$self->{dir}/sanitizer"
        . ':print_stacktrace=1';
    $ENV{LSAN_OPTIONS} //= "suppressions=$supp:print_suppressions=0";

    $ENV{$_} = $self->{env}{$_} for keys %{$self->{env} // {}};

    if ($self->{preload}) {
        $ENV{LD_PRELOAD} = $self->{preload};
        $ENV{ASAN_OPTIONS} .= ':verify_asan_link_order=0';
    }

    open(STDIN, '<', '/dev/null');
    open(STDERR, '>>', "$self->{dir}/" . ($log =~ s/log$/stderr/r));
    open(STDOUT, '>&', \*STDERR);

    exec($self->{nginx}, '-p', "$self->{dir}/", '-e',
        "$self->{dir}/$log", @args)
        or POSIX::_exit(127);
}


# nginx -t with the configuration: its output, and in list context the exit
# status before it.

sub test_conf {
    my ($self, %part) = @_;

    # With logs of its own: what is refused here is no fault of this test.

    my $conf = $self->conf(%part);
    $conf =~ s{\Q$self->{dir}\E/error\.log}{$self->{dir}/test.log}g;

    mkdir "$self->{dir}/html";
    $self->file('test.conf', $conf);

    my $pid = fork() // die "fork: $!\n";
    $self->_exec('test.log', '-t', '-c', "$self->{dir}/test.conf")
        if $pid == 0;
    waitpid($pid, 0);

    my $status = $? >> 8 || ($? & 127 ? 128 + ($? & 127) : 0);
    my $out = $self->slurp('test.stderr');
    unlink "$self->{dir}/test.stderr", "$self->{dir}/test.log";

    return wantarray ? ($status, $out) : $out;
}


# A test that nginx -t refuses the configuration with words that match.

sub refused {
    my ($self, $name, $like, %part) = @_;

    my ($status, $out) = $self->test_conf(%part);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    return ok($status == 1 && $out =~ /\[emerg\]/ && $out =~ $like, $name)
        || diag("status $status, not like $like:\n$out");
}


sub accepted {
    my ($self, $name, %part) = @_;

    my ($status, $out) = $self->test_conf(%part);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    return ok($status == 0, $name) || diag("status $status:\n$out");
}


# A new configuration (where given), HUP, and a wait until workers of it run and
# the old ones accept no more.

sub reload {
    my ($self, %part) = @_;

    $self->file('nginx.conf', $self->conf(%part)) if %part;

    my %old = map { $_ => 1 } $self->workers;
    kill('HUP', $self->{pid});

    wait_for(sub {
        my @new = grep { !$old{$_} } $self->workers;
        return @new >= $self->{workers}
            && !grep { $old{$_} && !$self->shutting_down($_) }
                $self->workers;
    }) or die "nginx did not reload\n" . $self->slurp('error.log');
}


# Is the worker one of an old configuration, or gone?

sub shutting_down {
    my ($self, $pid) = @_;

    open(my $fh, '<', "/proc/$pid/cmdline") or return 1;

    return (<$fh> // '') =~ /shutting down/;
}


# The process ids of nginx's workers, those that shut down too.

sub workers {
    my ($self) = @_;

    my $pid = $self->{pid} or return;

    return $self->_children($pid);
}


# The resident memory of a process in kilobytes, without what it maps of files.

sub rss {
    my ($self, $pid) = @_;

    open(my $fh, '<', "/proc/$pid/status") or return 0;
    my ($kb) = grep { /^RssAnon:/ } <$fh>;

    return ($kb // '') =~ /(\d+)/ ? $1 : 0;
}


# Waits until the error log (or another file of the test) has a line like it.

sub wait_log {
    my ($self, $like, $name) = @_;

    return wait_for(sub { $self->slurp($name // 'error.log') =~ $like });
}


sub allow {
    my ($self, @like) = @_;

    push @{$self->{allowed}}, @like;

    return $self;
}


# Requests.  get('/path', token => ..., headers => [...], port => name, ...):
# see Patron::Client::request for the rest.

sub client {
    my ($self, %options) = @_;

    return Patron::Client->new(
        timeout  => $TIMEOUT,
        watchdog => $WATCHDOG,
        silent   => sub { $self->look_at_workers(@_) },
        ($SLOW ? (rcvbuf => 1024, pause => 0.02) : ()),
        %options,
        port     => $self->port($options{port}));
}


# Says what each worker is at, when nginx has been silent; the test fails at
# its end.

sub look_at_workers {
    my ($self, $seconds) = @_;

    $self->{silent} = $seconds;

    for my $pid ($self->workers) {
        diag("worker $pid, after $seconds s of silence:",
            qx(gdb -p $pid -batch -ex bt 2>/dev/null </dev/null));
    }
}


sub request {
    my ($self, $method, $path, %options) = @_;

    return $self->client(port => $options{port})
        ->request($method, $path, close => 1, %options);
}


sub get {
    my ($self, $path, %options) = @_;

    return $self->request('GET', $path, %options);
}


sub head {
    my ($self, $path, %options) = @_;

    return $self->request('HEAD', $path, %options);
}


# Stops nginx gracefully and says whether it exited with 0.

sub quit {
    my ($self, $signal) = @_;

    my $pid = delete $self->{pid} or return 1;

    kill($signal // 'QUIT', $pid);

    my $status;
    my $done = wait_for(sub {
        my $got = waitpid($pid, WNOHANG);
        $status = $? if $got == $pid;
        return $got == $pid || $got == -1;
    }, 2 * $TIMEOUT);

    if (!$done) {
        diag('nginx does not quit');
        kill('KILL', $self->_children($pid), $pid);
        waitpid($pid, 0);
        return 0;
    }

    diag(sprintf 'nginx: wait status 0x%x', $status) if $status;

    return !$status;
}


sub _children {
    my ($self, $pid) = @_;

    open(my $fh, '<', "/proc/$pid/task/$pid/children") or return;
    my @children = split ' ', <$fh> // '';

    return @children;
}


# The end of every test: nginx quits, leaves no connection, and its log is
# clean; then the plan.

sub finish {
    my ($self) = @_;

    if ($self->{pid}) {
        ok($self->quit, 'nginx quits with 0');

        if ($self->{redis} && $self->{redis}->alive) {
            my $left = wait_for(sub { !$self->{redis}->clients });
            ok($left, 'no connection is left at Redis')
                || diag(join "\n", $self->{redis}->clients);
        }
    }

    fail("nginx was silent for $self->{silent} s") if $self->{silent};

    my @bad = $self->bad_lines;
    is(scalar(@bad), 0, 'the log is clean')
        || diag(join "\n", @bad[0 .. ($#bad > 79 ? 79 : $#bad)]);

    $self->{finished} = 1;
    done_testing();
    $self->clean;
}


# Lines that no test may leave: alerts and worse, sanitizers' reports.

sub bad_lines {
    my ($self) = @_;

    my @lines = split /\n/,
        $self->slurp('error.log') . $self->slurp('error.stderr');

    my @bad = grep {
        my $line = $_;
        $line =~ /\[(alert|emerg|crit)\]|Sanitizer|runtime\ error:
                  |zero\ size\ buf/x
            && !grep { $line =~ $_ } @{$self->{allowed}}
    } @lines;

    for my $file (glob "$self->{dir}/sanitizer.*") {
        open(my $fh, '<', $file) or next;
        push @bad, "$file:", map { chomp; $_ } <$fh>;
    }

    return @bad;
}


sub clean {
    my ($self) = @_;

    return if $self->{cleaned}++;

    if (my $pid = delete $self->{pid}) {
        my @children = $self->_children($pid);
        kill('TERM', $pid);
        if (!wait_for(sub { waitpid($pid, WNOHANG) != 0 }, 5)) {
            kill('KILL', $pid, @children);
            waitpid($pid, 0);
        }
    }

    $_->stop for @{$self->{origins}};
    $self->{redis}->stop if $self->{redis};

    close($_) for @{$self->{locks}};

    if ($ENV{TEST_KEEP}) {
        diag("kept $self->{dir}");
    } else {
        remove_tree($self->{dir});
    }
}


END {
    my $status = $?;

    for my $self (grep { $_->{owner} == $$ } @live) {
        if (!$self->{finished}) {
            my @bad = $self->bad_lines;
            diag('the test did not reach its end', @bad);
            $status ||= 1;
        }
        $self->clean;
    }

    $? = $status;
}

# The servers of a test go when the test is told to.

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
$SIG{PIPE} = 'IGNORE';


# Asks again until the condition holds; what it returned, or false when the
# time is up.

sub wait_for {
    my ($condition, $timeout) = @_;

    my $until = time() + ($timeout // $TIMEOUT);

    while (1) {
        my $result = $condition->();
        return $result if $result;
        return if time() > $until;
        sleep 0.01;
    }
}


# A small article of this suite's own.

sub article {
    return <<'EOP';
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bridge reopens</title>
</head>
<body class="news">
<header><h1>Bridge reopens</h1></header>
<!-- <article>not this one</article> -->
<article id="story">
<p class="lead">The bridge is open again.
<p>Trains run <b>every</b> ten minutes.
<p>The third paragraph.</p>
<ul><li>one<li>two</ul>
</article>
<footer>colophon</footer>
</body>
</html>
EOP
}


sub _which {
    my ($name) = @_;

    for my $dir (split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin') {
        return "$dir/$name" if -x "$dir/$name";
    }

    die "no $name in PATH\n";
}


1;
