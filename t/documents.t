# Every document says what is so: nginx takes its configurations, its commands
# run, its links lead somewhere, and the files that it names are there.

use strict;
use warnings;

use JSON::PP ();
use POSIX qw(strftime);
use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Recipe;

my $t = Patron::Harness->new;
my $root = $t->{root};
my $dir = $t->dir;
my $port = do { $t->redis(tcp => 1); $t->port('redis') };

sub text {
    my ($file) = @_;

    open(my $fh, '<', "$root/$file") or die "$file: $!\n";
    local $/;
    return <$fh>;
}

my @docs = map { s{^\Q$root/}{}r } glob "$root/README.md $root/*/README.md
    $root/*/*/README.md $root/*/*/*/README.md";
@docs = grep { !m{^build/} } @docs;
cmp_ok(scalar(@docs), '>=', 10, 'documents');

# Blocks of a language, without the indentation of a list that they stand in.

sub blocks {
    my ($text, $language) = @_;
    my @blocks;

    while ($text =~ /^( *)```$language\n(.*?)^\1```$/msg) {
        my ($indent, $block) = ($1, $2);
        push @blocks, $block =~ s/^$indent//mgr;
    }

    return @blocks;
}

# What configurations and commands speak of.

system('mkdir', "$dir/patron", "$dir/work") == 0 or die;
system('cp', glob("$root/scripts/banners/{*.html,*/*.html}"),
    "$root/scripts/conf/log.conf", "$dir/patron") == 0 or die;
symlink("$root/scripts", "$dir/work/scripts") or die;
$t->file("patron/$_", $Patron::Token::SECRET{k1} . "\n", 0600)
    for qw(2026.key 2027.key stripe.key);

# A configuration is a whole file, or stands in http, or in a server; what it
# leaves out is put in.

sub whole {
    my ($block) = @_;

    my $core = qr/^(?:worker_rlimit_core|working_directory) .*\n/m;
    my $main = join '', $block =~ /$core/g;
    my $http = '';
    my $server = "patron_key old $dir/patron/2026.key;";
    my $zone = 'patron_zone readers:1m; map $uri $ask { default 1; }';

    $block =~ s/$core//g;

    if ($block =~ /^http \{/m) {
        $block =~ s/^(?:load_module|user|worker_processes|pid) .*\n//mg;
        $block =~ s/^events \{.*?^\}\n//ms;
        $block =~ s/^ +include \/etc\/nginx\/mime.types;\n//m;
        $block =~ s/^http \{\n/"$&    %%HTTP%%\n"/me;
        return places($t, "%%MAIN%%\n$block");
    }

    if ($block =~ /^(?:server|map|geo|log_format|include) /m) {
        $http = $block;
        $block = '';
    }

    return places($t, <<"EOC");
%%MAIN%%
$main
http {
    %%HTTP%%
    @{[ $http =~ /patron_zone/ ? '' : $zone ]}
    $http
    server {
        listen 127.0.0.1:%%PORT%%;
        @{[ $block =~ /patron_key/ ? '' : $server ]}
        @{[ $block =~ /patron_redis/ ? '' : 'patron_redis %%REDIS%%;' ]}
        $block
    }
}
EOC
}

for my $doc (@docs) {
    my $n = 0;

    for my $block (blocks(text($doc), 'nginx')) {
        my ($status, $said) = $t->test_conf(conf => whole($block));
        is($status, 0, "$doc: nginx " . ++$n) || diag($block, $said);
    }
}

# The lines of a document run one after the other, as a person types them.

symlink("$root/scripts/patron", "$dir/work/patron") or die;
my ($cli) = grep { -x } map { "$_/redis-cli" } split /:/, $ENV{PATH};
$t->file('work/redis-cli', "#!/bin/sh\nexec $cli -p $port \"\$@\"\n", 0755);

$ENV{PATRON_REDIS} = "redis://127.0.0.1:$port";
delete @ENV{qw(PATRON_PREFIX PATRON_LIB)};

for my $doc (@docs) {
    $t->redis->cmd('FLUSHALL');
    $t->redis->cmd('HSET', 'patron:stats:' . strftime('%Y-%m-%d', gmtime),
        'shown.appeal', 1);
    unlink "$dir/patron/2026.key";

    for my $line (map { split /\n/ } blocks(text($doc), 'sh')) {
        next if $line !~ m{^(?:scripts/)?(?:patron|redis-cli) };

        my $run = $line =~ s{/etc/nginx/patron/}{$dir/patron/}gr;
        $run =~ s{/var/backups/}{$dir/}g;

        # A document that makes no key has the test's.

        my $key = "$dir/patron/2026.key";
        $t->file('patron/2026.key', $Patron::Token::SECRET{k1} . "\n", 0600)
            if $run =~ /\Q$key/ && $run !~ / key new / && !-e $key;

        my $said = qx(cd $dir/work && PATH="$dir/work:\$PATH" && { $run\n} 2>&1);
        ok($? == 0 && $said !~ /^(?:\(error\)|ERR|WRONGTYPE|NOPERM|NOAUTH)/m,
            "$doc: $line") || diag($said);
    }
}

# Links, and the headings they name, as GitHub makes anchors of them.

sub anchors {
    my ($text) = @_;

    $text =~ s/^( *)```.*?^\1```$//msg;

    return map { s/ /-/gr } map { s/[^\w -]//gr } map { lc }
        $text =~ /^#+ (.*)$/mg;
}

for my $doc (@docs) {
    my ($base) = $doc =~ m{^(.*/)?};
    $base //= '';

    my $text = text($doc);
    my @broken;

    for my $link ($text =~ /\]\((?!https?:)([^)]+)/g) {
        my ($file, $anchor) = split /#/, $link, 2;
        my $to = $file eq '' ? $doc : "$base$file";

        1 while $to =~ s{(?:^|/)\K(?!\.\.)[^/]+/\.\./}{};
        push @broken, $link and next if !-e "$root/$to";
        push @broken, $link if defined $anchor
            && !grep { $_ eq $anchor } anchors(text($to));
    }

    is("@broken", '', "$doc: links");
}

# The maps of the pure folders, and that of the doors, name every file and no
# other; those of the folders beside the doors name at least every file.

for my $doc (grep { m{^ngx_module/\w+/} } @docs) {
    my ($folder, $name) = $doc =~ m{^(.*/(\w+))/};
    my $text = text($doc);
    my %named;

    if ($folder =~ m{/nginx/}) {
        my @missing = grep { $text !~ /`$_`/ }
            map { s{.*/ngx_http_patron_|\.c$}{}gr } glob "$root/$folder/*.c";

        is("@missing", '', "$doc: files");
        next;
    }

    if ($name eq 'nginx') {
        my ($map) = $text =~ /^(\|.*?)\n\n/ms;
        %named = map { ("ngx_http_patron_$_.c" => 1) }
            $map =~ /^\| `(\w+)`/mg;

        my %folder = map { $_ => 1 } $text =~ /`(\w+)\/`/g;
        my @missing = grep { !$folder{$_} }
            map { m{(\w+)/$} } glob "$root/$folder/*/";

        is("@missing", '', "$doc: folders");
    } else {
        %named = map { $_ => 1 } $text =~ /\b(patron\w*\.c)\b/g;
    }

    # Some have a header alone.

    delete $named{$_} for grep { -e "$root/$folder/" . s/c$/h/r
        && !-e "$root/$folder/$_" } keys %named;

    is_deeply([ sort keys %named ],
        [ sort map { s{.*/}{}r } glob "$root/$folder/*.c" ], "$doc: files");
}

# Tests and tools that a document speaks of.

for my $doc (@docs) {
    my $text = text($doc);
    my @missing;

    while ($text =~ m{`((?:t|scripts)/[\w./*-]+)((?: \w+\.c)*)`}g) {
        my ($first, @more) = ($1, split ' ', $2);
        my ($folder) = $first =~ m{^(.*/)};
        push @missing, grep { !grep { -e } glob "$root/$_" }
            $first, map { "$folder$_" } @more;
    }

    is("@missing", '', "$doc: what it names");
}

# What is kept about readers: every key and every cookie that is written.

my $source = join '', map { text(s{^\Q$root/}{}r) }
    glob "$root/ngx_module/nginx/{,*/}*.c";
my ($kept) = text('scripts/README.md')
    =~ /^### What is kept about readers\n(.*?)^## /ms;
my ($suffixes) = $source =~ /cookie_suffixes\[\w*\] = \{(.*?)\};/s;
my %written = map { ("patron:$_:" => 1) }
    grep { $_ ne 'unix' } 'stats',
    $source =~ /(?:ngx_cpymem|redis_key)\(\w+, (?:[\w>-]+, )?"([a-z]+):/g;
$written{$_} = 1 for map { "patron$_`" } '', $suffixes =~ /"(_\w+)"/g;
cmp_ok(scalar(keys %written), '>=', 12, 'keys and cookies');
is_deeply([ grep { index($kept, "`$_") < 0 } sort keys %written ], [],
    'are all accounted for');

# What a zone holds, to one in fifty.

# The index of the reference.

{
    my ($body, $index) = split /^## Index$/m, text('ngx_module/README.md');
    my @words = ($body =~ /^### (patron\w*)$/mg,
        map { "\\\$$_" } $body =~ /^\| .*?`\$(patron\w*)`.* \|.*\|$/mg);

    cmp_ok(scalar(@words), '>', 50, 'directives and variables');
    is(join(' ', grep { $index !~ /`$_`/ } @words), '', 'all are in the index');
}

my %size = text('scripts/README.md')
    =~ /^\| `(\d+m)` \| ([\d,]+ \| [\d,]+ \| [\d,]+) KB \|$/mg;
cmp_ok(scalar(keys %size), '>', 2, 'a table of sizes');

for my $size (sort keys %size) {
    my %part = (http => "    patron_zone z$size:$size;", server => <<'EOC');
        patron_key k1 %%DIR%%/k1.key;
        patron_redis %%REDIS%%;
        location = /status {
            patron_status_handler format=json;
        }
EOC
    $t->{pid} ? $t->reload(%part) : $t->run(%part);

    my $zone = JSON::PP->new->decode($t->get('/status')->body)->{zone};
    my ($members, undef, $campaigns) = split / \| /, $size{$size} =~ s/,//gr;
    my $room = $zone->{free_pages} * 4096 / 2 / 1024;

    cmp_ok(abs($members - $zone->{cells}), '<', $zone->{cells} / 50,
        "$size: members");
    cmp_ok(abs($campaigns - $room), '<', $room / 50 + 1, "$size: campaigns");
}

# A script that is asked for help does nothing else.

for my $script (qw(build test soak lint fuzz matrix package bench demo)) {
    my $said = qx(scripts/$script --help 2>&1);
    is($?, 0, "scripts/$script --help");
    like($said, qr/\A[^\n]{20}/, 'prints what it does');
}

$t->finish;
