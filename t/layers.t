# Who may call whom: each folder calls what lies below it and nothing else, as
# the linker sees it; the pure ones need next to nothing of the system; and a
# header declares what its source defines.

use strict;
use warnings;

use File::Basename;
use FindBin;
use Test::More;

my $root = dirname($FindBin::Bin) . '/ngx_module';
my $module = $ENV{TEST_NGINX_MODULE}
    || dirname($root) . '/build/ngx_http_patron_module.so';
my @objects = glob dirname($module) . '/nginx-*/objs/addon/*/*.o';

plan(skip_all => 'no objects beside the module') unless @objects;

# From the ground up.  Folders on one floor know nothing of each other.

my @floors = (
    [qw(base)],
    [qw(html rules redis)],
    [qw(feed identity)],
    [qw(nginx/zone)],
    [qw(nginx/conf)],
    [qw(nginx/redis)],
    [qw(nginx/members nginx/refresh)],
    [qw(nginx/request)],
    [qw(nginx/walls nginx/banners nginx/machines)],
    [qw(nginx/feeds)],
    [qw(nginx/sessions nginx/status)],
    [qw(nginx/page)],
    [qw(nginx)],
);

# What pure folders may ask of the system, and some of them of libraries.

my $plain = qr/^_*(?:mem(?:r?chr|cmp|cpy|move|set)|bcmp|strn?(?:len|cmp)
    |strr?chr|v?snprintf|strtod|qsort|tolower)(?:_chk)?$
    |^(?:malloc|realloc|free|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_
    |__cpu_model|__ctype_tolower_loc)$
    |^__(?:asan|ubsan|sanitizer|gcov|llvm|start___sanc|stop___sanc)/x;
my %library = (
    feed => qr/^json_/,
    identity => qr/^(?:EVP|OSSL_PARAM|json)_|^ERR_(?:set_mark|pop_to_mark)$
        |^OPENSSL_cleanse$
        |^CRYPTO_memcmp$|^OpenSSL_version_num$/x,
    redis => qr/^redisReader/,
    rules => qr/^(?:exp|log|sqrt)$/,
);

my (%floor, %room, %source);

for my $n (0 .. $#floors) {
    for my $folder (@{$floors[$n]}) {
        $floor{$folder} = $n;

        for my $file (glob "$root/$folder/*.c") {
            my $name = basename($file, '.c');
            ok(!$room{$name}, "$name: a name of its own") if $room{$name};
            $room{$name} = $folder;
            $source{$name} = $file;
        }
    }
}

my %known = map { $_ => 1 } map { @$_ } @floors;
my @folders = map { s{^\Q$root/}{}r =~ s{/$}{}r }
    glob("$root/*/ $root/nginx/*/");
is_deeply([ grep { !$known{$_} } @folders ], [], 'each folder has a floor');

# What objects define and ask for.

my (%seen, %defined, %wanted);

open(my $nm, '-|', 'nm', '-A', @objects) or die "nm: $!\n";

while (<$nm>) {
    my ($name, $type, $symbol)
        = m{([^/]+)\.o:[0-9a-f]* *([A-Za-z]) (\S+)$} or next;
    next unless $room{$name};           # nginx's own table of modules

    $seen{$name} = 1;

    if ($type eq 'U') {
        $wanted{$name}{$symbol} = 1;
    } elsif ($type =~ /[A-TV-Z]/) {
        $defined{$symbol} = $name;
    }
}

is_deeply([ grep { !$seen{$_} } sort keys %room ], [],
    'each source has an object');

# Calls.  The module is known to all: by it nginx finds its configuration.

my @up;

for my $name (sort keys %wanted) {
    for my $symbol (sort keys %{$wanted{$name}}) {
        my $other = $defined{$symbol};

        next if !defined $other || $symbol eq 'ngx_http_patron_module';
        next if $room{$name} eq $room{$other}
            || $floor{$room{$other}} < $floor{$room{$name}};

        push @up, "$room{$name}/$name calls $symbol of $room{$other}";
    }
}

is(join("\n", @up), '', 'no call goes up');

# Pure folders.

for my $folder (grep { !/^nginx/ } map { @$_ } @floors) {
    my %asked = map { $_ => 1 } map { keys %{$wanted{$_}} }
        grep { $room{$_} eq $folder && $wanted{$_} } keys %room;
    my @strange = grep { !defined $defined{$_} && !/$plain/
        && !($library{$folder} && /$library{$folder}/) } sort keys %asked;

    is(join("\n", @strange), '', "$folder asks nothing else of the system");
}

# Headers of the nginx side.

my (@bare, @foreign, @called);

for my $folder (grep { /^nginx/ } map { @$_ } @floors) {
    for my $name (grep { $room{$_} eq $folder } sort keys %room) {
        push @bare, "$folder/$name" if !-e $source{$name} =~ s/c$/h/r
            && $name ne 'ngx_http_patron_module';
    }

    for my $header (glob "$root/$folder/*.h") {
        my $name = basename($header, '.h');

        for my $symbol (declared($header)) {
            if ($name =~ /_(?:types|conf)$/ && !$room{$name}) {
                push @called, "$folder/$name: $symbol"
                    if $symbol ne 'ngx_http_patron_module';
            } elsif (!defined $defined{$symbol}
                || $defined{$symbol} ne $name)
            {
                push @foreign, "$folder/$name: $symbol";
            }
        }
    }
}

is(join("\n", @bare), '', 'each source has a header');
is(join("\n", @foreign), '', 'headers declare what their source defines');
is(join("\n", @called), '', 'headers of types declare no function');

done_testing();


sub declared {
    my ($file) = @_;

    open(my $in, '<', $file) or die "$file: $!\n";
    local $/;
    my $text = <$in>;
    $text =~ s{/\*.*?\*/}{}gs;
    $text =~ s/^#.*\n(?:(?<=\\\n).*\n)*//gm;
    $text =~ s/\{(?:[^{}]|\{[^{}]*\})*\}/{}/g;

    return $text =~ /^(?!typedef|static|\s)[^;{}()]*?\b(ngx_http_patron_\w+)
        (?:\([^;{}]*\))?;/gmx;
}
