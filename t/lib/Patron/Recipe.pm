package Patron::Recipe;

# A configuration of scripts/recipes, run as it stands: only places are changed,
# paths, ports and Redis, and a CMS of the test's own stands behind it.

use strict;
use warnings;

use Exporter qw(import);
use Test::More;

use Patron::Harness;
use Patron::Token;

our @EXPORT = qw(recipe story looks places);


# An nginx that runs the recipe, beside what stands once for all sites: recipe($t, 'ghost', '127.0.0.1:2368' => 'cms')
# puts the port of that name in the place of each address.  For a list of a recipe,
# a text and another in its place, that stands for the text first.

sub recipe {
    my ($t, $name, %address) = @_;

    ($name, my ($old, $new)) = ref $name ? @$name : $name;

    my $text = "    include /etc/nginx/conf.d/*.conf;\n"
        . slurp("$t->{root}/scripts/recipes/$name.conf");

    $text =~ s/\Q$old\E/$new/ or die "$name: no $old\n" if defined $old;

    $t->file('patron/2026.key', $Patron::Token::SECRET{k1} . "\n", 0600);
    system('cp', glob("$t->{root}/scripts/banners/*.html"),
        "$t->{root}/scripts/conf/log.conf", $t->dir . '/patron') == 0
        or die "cp: $?\n";

    my $conf = places($t, "%%MAIN%%\nhttp {\n    %%HTTP%%\n$text}\n", %address);

    my ($status, $said) = $t->test_conf(conf => $conf);
    is($status, 0, 'nginx -t takes it') || diag($said);
    unlike($said, qr/\[warn\]/, 'without a warning');

    $t->run(conf => $conf);
}


sub slurp {
    my ($file) = @_;

    open(my $fh, '<', $file) or die "$file: $!\n";
    local $/;
    return <$fh>;
}


# The text with the test's own places in it.

sub places {
    my ($t, $text, %address) = @_;

    my $dir = $t->dir;

    # As Debian's nginx has it.

    $t->file('fastcgi.conf', <<'EOC');
fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
fastcgi_param QUERY_STRING    $query_string;
fastcgi_param REQUEST_METHOD  $request_method;
fastcgi_param CONTENT_TYPE    $content_type;
fastcgi_param CONTENT_LENGTH  $content_length;
fastcgi_param SCRIPT_NAME     $fastcgi_script_name;
fastcgi_param REQUEST_URI     $request_uri;
fastcgi_param DOCUMENT_ROOT   $document_root;
fastcgi_param REMOTE_ADDR     $remote_addr;
EOC

    # As the first page has it copied.

    $t->file('conf.d/patron.conf', slurp("$t->{root}/scripts/conf/patron.conf")
        =~ s{/etc/nginx/}{$dir/}gr);

    $text =~ s{/etc/nginx/conf\.d/}{$dir/conf.d/}g;
    $text =~ s{/etc/nginx/fastcgi\.conf}{$dir/fastcgi.conf}g;
    $text =~ s{/etc/nginx/patron/}{$dir/patron/}g;
    $text =~ s{/var/cache/nginx/}{$dir/cache-}g;
    $text =~ s{/var/log/nginx/}{$dir/}g;
    $text =~ s{/var/www/}{$dir/www/}g;
    $text =~ s{listen 80;}{listen 127.0.0.1:%%PORT%%;}g;
    $text =~ s{redis://127\.0\.0\.1:6379}{%%REDIS%%}g;

    for my $from (keys %address) {
        my $to = $address{$from};
        $to = '127.0.0.1:' . $t->port($to) if $to =~ /^\w+$/;
        $text =~ s{\Q$from\E(?![\d.])}{$to}g;
    }

    return $text;
}


# An article whose second half is not for everyone; of the element's class,
# with more in its head.

sub story {
    my ($class, $head) = @_;

    return '<!DOCTYPE html><html><head><title>x</title>' . ($head // '')
        . "</head><body><article><h1>x</h1><div class=\"$class\">"
        . join('', map { "<p>Open $_.</p>" } 1 .. 3)
        . join('', map { "<p>SECRET $_.</p>" } 1 .. 3)
        . '</div></article><footer>colophon</footer></body></html>';
}


# What was put into a page, in its order, and "cut" where its end is missing.

sub looks {
    my ($r) = @_;

    my $text = $r->text;
    my @seen = $text =~ /<\w+ class="patron-(support|appeal|thanks|wall)"/g;

    push @seen, 'cut' if $text =~ /Open 1/ && $text !~ /SECRET/;
    push @seen, $r->status if $r->status != 200;

    return join ' ', @seen;
}


1;
