package Patron::Handlers;

# Every way in which nginx makes a response, behind a wall, and what may become
# of it there: locations and origins for a test that goes through all of them.
#
# A handler is a location /HANDLER/ (members only, with a wall) and one
# /open/HANDLER/ (free, with a banner); below them are the events' pages.  With
# a replacement, /HANDLER/REPLACEMENT/ has an error_page for the refusal.  At
# /off/HANDLER/ nginx is alone: what fails there is the test's fault.

use strict;
use warnings;

use Exporter qw(import);
use POSIX ();

use Patron::Token;

our @EXPORT = qw(handlers_setup handlers_conf handlers_scenarios handlers_scripts
    handlers_table handlers_wrong);

my @EVENTS = (
    ['header', '/paper.pdf', 'refused by its header'],
    ['body', '/nothing.html', 'refused by its body'],
    ['broken', '/broken.html', 'breaks off before the wall'],
    ['late', '/late.html', 'breaks off behind it'],
    ['gzip', '/gzip.html', 'cannot be decoded'],
    ['cut', '/article.html', 'cut'],
    ['member', '/article.html', 'whole, for a member'],
    ['banner', '/article.html', 'with a banner'],
    ['feed', '/feed.xml', 'a feed, cut by item'],
    ['off', '/article.html', 'by nginx alone'],
);

my @REPLACEMENTS = qw(plain file return named proxied);

# A cache and a file do not break off, and nobody codes what is no response of
# an origin; a slice is a part of a page, which gets no banner; an application
# that cuts its pages is not refused, and what it codes is its own affair.  Feeds
# are made by a few.

my %NO = map { $_ => 1 } 'memcached/gzip', 'slice/banner',
    (map { "$_/feed" } qw(return spooled miss revalidated background slice
        fastcgi_unbuffered fastcgi_cached uwsgi scgi grpc memcached accel ssi
        addition mirror auth_request told told_file njs lua)),
    (map { "told/$_" } qw(header body late gzip)), map {
    my $handler = $_;
    map { "$handler/$_" } qw(broken late gzip);
} qw(static return ssi addition mirror auth_request accel hit revalidated background
    slice njs lua told_file);

# What is wanted of the events; other than that, a slice cannot be cut.

my %WANTED = (
    header => { status => 402, replaced => 1 },
    body   => { status => 402, replaced => 1 },
    broken => { broken => 1 },
    late   => { broken => 1 },
    gzip   => { broken => 1 },
    cut    => { status => 200, end => qr{<div id=wall>.*foot.*</body>}s },
    member => { status => 200, open => 1, end => qr{foot.*</body>} },
    banner => { status => 200, open => 1, end => qr{foot.*\[ask\]</body>} },
    feed   => { status => 200, end => qr{>1<.*wall.*>300<.*</rss>\n$}s },
    off    => { status => 200, open => 1, end => qr{foot.*</body>} },

    'slice/cut' => { status => 402, end => qr{</html>} },
    'told/cut' => { status => 200, end => qr{<p>first</p>.*foot.*</body>}s },
    'told_file/cut' => { status => 402, end => qr{</html>} },
);

my $PROXY = 'proxy_pass http://127.0.0.1:%%PORT_http%%/;';

my @HANDLERS = (
    [static => 'alias %%DIR%%/html/;'],
    [return => ''],
    [proxy => $PROXY],
    [unbuffered => "$PROXY proxy_buffering off;"],
    [spooled => "$PROXY proxy_buffers 2 4k; proxy_buffer_size 4k;"
        . ' proxy_busy_buffers_size 4k;'],
    [miss => "$PROXY proxy_cache c; proxy_cache_valid 200 1h;"
        . ' proxy_cache_key $uri$is_args$args;'],
    [hit => "$PROXY proxy_cache c; proxy_cache_valid 200 1h;"
        . ' proxy_cache_key hit$uri;'],
    [revalidated => "$PROXY proxy_cache c; proxy_cache_revalidate on;"
        . ' proxy_cache_key revalidated$uri;'
        . ' proxy_set_header X-Stale 1;'],
    [background => "$PROXY proxy_cache c; proxy_cache_background_update on;"
        . ' proxy_cache_use_stale updating; proxy_set_header X-Stale 1;'
        . ' proxy_cache_key background$uri;'],
    [slice => "$PROXY slice 16k; proxy_set_header Range \$slice_range;"
        . ' proxy_cache c; proxy_cache_valid 200 206 1h;'
        . ' proxy_cache_key slice$uri$is_args$args$slice_range;'],
    [fastcgi => 'fastcgi_pass 127.0.0.1:%%PORT_fastcgi%%;'
        . ' fastcgi_param REQUEST_URI $page;'],
    [fastcgi_unbuffered => 'fastcgi_pass 127.0.0.1:%%PORT_fastcgi%%;'
        . ' fastcgi_param REQUEST_URI $page; fastcgi_buffering off;'],
    [fastcgi_cached => 'fastcgi_pass 127.0.0.1:%%PORT_fastcgi%%;'
        . ' fastcgi_param REQUEST_URI $page; fastcgi_cache f;'
        . ' fastcgi_cache_key $uri$is_args$args; fastcgi_cache_valid 200 1h;'],
    [uwsgi => 'uwsgi_pass 127.0.0.1:%%PORT_uwsgi%%;'
        . ' uwsgi_param REQUEST_URI $page;'],
    [scgi => 'scgi_pass 127.0.0.1:%%PORT_scgi%%;'
        . ' scgi_param REQUEST_URI $page;'],
    [grpc => 'rewrite ^ $page break; grpc_pass grpc://127.0.0.1:%%PORT_grpc%%;'],
    [memcached => 'set $memcached_key $page;'
        . ' memcached_pass 127.0.0.1:%%PORT_memcached%%;'],
    [accel => "$PROXY proxy_set_header X-Accel \$kind;"],
    [ssi => 'alias %%DIR%%/html/; ssi on;'],
    [addition => 'alias %%DIR%%/html/; add_before_body /part;'
        . ' add_after_body /part;'],
    [mirror => 'alias %%DIR%%/html/; mirror /part;'],
    [auth_request => 'alias %%DIR%%/html/; auth_request /allowed;'],
    [told => "$PROXY proxy_set_header X-Decision \$patron_decision;"],
    [told_file => 'alias %%DIR%%/html/;'],
    [njs => 'js_content page.page;'],
    [lua => 'content_by_lua_file %%DIR%%/page.lua;'],
);

# Modules that come in packages of their own.

my %PACKAGED = (
    njs => ['ngx_http_js_module'],
    lua => ['ndk_http_module', 'ngx_http_lua_module'],
);


# Modules that nginx may be built without.

sub _has {
    my ($t, $handler) = @_;

    return _packaged($t, $handler) if $PACKAGED{$handler};

    my %needs = (addition => 'http_addition', auth_request =>
        'http_auth_request', slice => 'http_slice', grpc => 'http_v2');

    return !$needs{$handler}
        || $t->v =~ /--with-$needs{$handler}(_module)?\b/;
}


# Where they are, for the nginx as installed: no other would load them.

sub _packaged {
    my ($t, $handler) = @_;

    my ($dir) = $t->v =~ /--modules-path=(\S+)/ or return;
    $dir = $ENV{TEST_NGINX_MODULES} // $dir;
    return if $t->{nginx} !~ m{^/usr/};

    my @files = map { "$dir/$_.so" } @{$PACKAGED{$handler}};
    return (grep { !-e } @files) ? () : @files;
}


# All of them, or with each handler and event that is refused one replacement
# beside none: { name, path, want }.

sub handlers_scenarios {
    my ($t, $all) = @_;

    my ($turn, @scenarios) = (0);

    for my $handler (map { $_->[0] } @HANDLERS) {
        next if !_has($t, $handler);

        for my $row (@EVENTS) {
            my ($event, $page) = @$row;
            next if $NO{"$handler/$event"};

            my $want = $WANTED{"$handler/$event"} // $WANTED{$event};
            my @replacements = !$want->{replaced} ? 'plain'
                : $all ? @REPLACEMENTS
                : ('plain', $REPLACEMENTS[1 + $turn++ % $#REPLACEMENTS]);

            for my $replacement (@replacements) {
                my $end = !$want->{replaced} ? $want->{end}
                    : $replacement eq 'plain' ? qr{</html>}
                    : qr{END OF THE REPLACEMENT$};

                push @scenarios, {
                    name => "$handler/$event"
                        . ($want->{replaced} ? "/$replacement" : ''),
                    path => $event eq 'banner' ? "/open/$handler$page"
                          : $event eq 'off' ? "/off/$handler$page"
                          : "/$handler/$replacement$page",
                    want => { %$want, end => $end },
                    ($event eq 'member' ? (token => token(sub => 'ann')) : ()),
                };
            }
        }
    }

    return @scenarios;
}


# What is wrong with the response, undef where nothing is; none where the
# connection ended before its header.

sub handlers_wrong {
    my ($want, $r) = @_;

    return $want->{broken} ? undef : 'no answer' if !$r;
    return 'a leak' if !$want->{open} && $r->body =~ /SECRET/;

    my $looks = join ' ', $r->status, ($r->truncated ? 'cut short' : ());

    if ($want->{broken}) {
        return $looks eq '200' ? 'it looks whole' : undef;
    }

    return "$looks, not $want->{status}" if $looks ne $want->{status};
    return 'another body' if $r->body !~ $want->{end};
    return;
}


# Handlers and events as a table: what a reader gets.

sub handlers_table {
    my $table = '| |' . join('|', map { " $_->[2] " } @EVENTS[0 .. 8])
        . "|\n|---|" . '---|' x 9 . "\n";

    for my $handler (map { $_->[0] } @HANDLERS) {
        $table .= "| $handler |" . join('|', map {
            my $want = $WANTED{"$handler/$_"} // $WANTED{$_};
            $NO{"$handler/$_"} ? ' – '
                : $want->{broken} ? ' error ' : " $want->{status} "
        } map { $_->[0] } @EVENTS[0 .. 8]) . "|\n";
    }

    return $table;
}


my $SECRET = "<p>SECRET line of the article.</p>\n";

my $HEAD = "<!DOCTYPE html>\n<html><head><title>t</title></head><body>\n";

my %PAGES = (
    '/article.html' => "$HEAD<!--# include virtual=\"/part\" -->"
        . "<article><p>first</p>\n" . $SECRET x 900 . "</article>\n"
        . '<p>open</p>' x 3000 . "<footer>foot</footer></body></html>\n",
    '/nothing.html' => $HEAD . $SECRET x 1800 . "</body></html>\n",
    '/paper.pdf' => "%PDF-1.4\n" . $SECRET x 1800,
    '/feed.xml' => '<rss version="2.0"><channel>' . join('', map {
        "<item><title>$_</title><description>&lt;p>first&lt;/p>"
        . ($SECRET =~ s/<(\/?p)>/&lt;$1>/gr) x 30 . "</description></item>\n"
        } 1 .. 300) . "</channel></rss>\n",
    '/broken.html' => $HEAD . $SECRET x 1200,
    '/late.html' => "$HEAD<article><p>first</p>" . $SECRET x 900
        . '</article>' . '<p>open</p>' x 900,
);

# What an application makes of them that is told of a wall.

my %CUT = map { $_ => $PAGES{$_} =~ s/\Q$SECRET\E//gr } keys %PAGES;

sub _told { $_[0]{header} && $_[0]{header}->('X-Decision') eq 'wall' }


# Files and origins.

sub handlers_setup {
    my ($t) = @_;

    $t->file("html$_", $PAGES{$_}) for keys %PAGES;
    $t->file('wall.html', '<div id=wall>wall</div>');
    $t->file('html/replacement.html', _replacement());

    # Not deflated, so that what leaks can be read; then a block of no type.

    my $text = $HEAD . $SECRET x 900;
    my $gzip = "\x1f\x8b\x08\0\0\0\0\0\0\x03\0"
        . pack('vv', length $text, ~length($text) & 0xffff) . $text
        . "\x07" . 'x' x 5000;

    my $answer = sub {
        my ($r) = @_;

        my $path = '/' . ($r->{path} =~ s{.*/}{}r);
        my $pages = _told($r) ? \%CUT : \%PAGES;

        return _page(_replacement(), 'text/html') if $path =~ /replacement/;

        return ["Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n",
            _pieces($gzip)] if $path =~ /gzip/;

        return ["Content-Type: text/html\r\nX-Length: 200000\r\n"
            . "Content-Length: 200000\r\n\r\n",
            _pieces($pages->{$path}), sub { POSIX::_exit(0) }]
            if $path =~ /broken|late/;

        # A variable that there was no memory for.

        return ["Status: 500\r\nContent-Type: text/html\r\n\r\n", 'what?']
            if !$pages->{$path};

        return _page($pages->{$path},
            $path =~ /pdf/ ? 'application/pdf'
            : $path =~ /xml/ ? 'text/xml' : 'text/html');
    };

    handlers_scripts($t);

    $t->origin($_, $answer, speaks => $_)
        for qw(fastcgi uwsgi scgi grpc memcached);

    $t->origin('http', sub {
        my ($r) = @_;

        my $path = '/' . ($r->{path} =~ s{.*/}{}r);

        return "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /inner/"
            . $r->{header}->('X-Accel') . "$path\r\n\r\n"
            if $r->{header}->('X-Accel') ne '';

        return "HTTP/1.1 304 Not Modified\r\nX-Accel-Expires: \@1\r\n\r\n"
            if $r->{header}->('If-None-Match');

        if ($r->{header}->('Range') =~ /^bytes=(\d+)-(\d+)/ && $PAGES{$path}) {
            my ($from, $to, $len) = ($1, $2, length $PAGES{$path});
            $to = $len - 1 if $to >= $len;

            my $type = $path =~ /pdf/ ? 'application/pdf' : 'text/html';

            return "HTTP/1.1 206 Partial Content\r\nContent-Type: $type\r\n"
                . "ETag: \"v1\"\r\nContent-Range: bytes $from-$to/$len\r\n"
                . 'Content-Length: ' . ($to - $from + 1) . "\r\n\r\n"
                . substr($PAGES{$path}, $from, $to - $from + 1);
        }

        my ($head, @rest) = @{$answer->($r)};
        my $stale = $r->{header}->('X-Stale')
            ? "ETag: \"v1\"\r\nX-Accel-Expires: \@1\r\n" : '';

        return ["HTTP/1.1 200 OK\r\n$stale$head", @rest];
    });
}


# Content that is made by scripts, piece by piece: page.js and page.lua send the
# file of html/ that the URI names.  Returns which of njs and lua there are.

sub handlers_scripts {
    my ($t) = @_;

    push @{$t->{modules}}, map { _packaged($t, $_) } qw(njs lua);

    $t->file('page.js', <<"EOF");
import fs from 'fs';

function page(r) {
    let name = r.uri.replace(/.*\\//, '');
    let text = fs.readFileSync('$t->{dir}/html/' + name, 'utf8');

    r.status = 200;
    r.headersOut['Content-Type'] = /pdf/.test(name) ? 'application/pdf'
                                                    : 'text/html';
    r.sendHeader();

    for (let i = 0; i < text.length; i += 9000) {
        r.send(text.slice(i, i + 9000));
    }

    r.finish();
}

export default { page };
EOF

    $t->file('page.lua', <<"EOF");
local name = ngx.var.uri:gsub('.*/', '')
local file = io.open('$t->{dir}/html/' .. name, 'rb')

ngx.header.content_type = name:find('pdf') and 'application/pdf'
                          or 'text/html'

while true do
    local text = file:read(9000)
    if not text then break end
    if not ngx.print(text) then break end
end

file:close()
EOF

    return grep { _packaged($t, $_) } qw(njs lua);
}


sub _page {
    my ($page, $type) = @_;

    return ["Content-Type: $type\r\nContent-Length: " . length($page)
        . "\r\n\r\n", _pieces($page)];
}


sub _pieces { unpack '(a9000)*', $_[0] }


# 600 KB, more than any socket takes.

sub _replacement {
    return '<h1>join</h1>' . '<p>Join us, please.</p>' x 26_000
        . 'END OF THE REPLACEMENT';
}


# The configuration of http and of the server.

sub handlers_conf {
    my ($t) = @_;

    my $http = <<'EOC';
    proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
    fastcgi_cache_path %%DIR%%/fcache keys_zone=f:1m;
    gunzip on;
    uwsgi_buffers 8 4k;

    map $uri $page { ~(/[^/]*)$ $1; }
    map $uri $kind { ~^/accel/([^/]*)/ $1; ~^/([^/]*)/ $1; }
EOC

    $http .= "    js_import page from %%DIR%%/page.js;\n" if _has($t, 'njs');

    my $server = <<'EOC';
        patron_key k1 %%DIR%%/k1.key;
        types { text/html html; application/pdf pdf; text/xml xml; }

        location /again { again_status; }
        location /allowed { return 204; }
        location /part { return 200 "[part]"; }
        location = /replacement.html { }
        location = /join { rewrite ^ /replacement.html break;
            proxy_pass http://127.0.0.1:%%PORT_http%%; }
        location = /text { return 402 $long4; }
        location @named { rewrite ^ /replacement.html break;
            proxy_pass http://127.0.0.1:%%PORT_http%%; }
EOC

    my $text = 'Join us, please. ' x 100;
    $server .= "set \$long1 '$text'; set \$long2 '"
        . '$long1' x 20 . "'; set \$long3 '" . '$long2' x 18
        . "'; set \$long4 '\${long3}END OF THE REPLACEMENT';\n";

    my %error_page = (
        plain => '',
        file => 'error_page 402 /replacement.html;',
        return => 'error_page 402 /text;',
        named => 'error_page 402 @named;',
        proxied => 'error_page 402 /join;',
    );

    my $wall = 'patron on; patron_access members; patron_wall article keep=1'
        . ' file=%%DIR%%/wall.html; patron_feed;';

    my $told = 'patron on; patron_access members; patron_wall upstream;';

    my $open = 'patron on; patron_banner ask append body html=[ask];';

    my $inner = 'internal; alias %%DIR%%/html/;';
    $server .= "location /inner/$_/ { $inner $wall $error_page{$_} }\n"
        for @REPLACEMENTS;
    $server .= "location /inner/open/ { $inner $open }\n"
        . "location /inner/off/ { $inner }\n";

    for my $handler (@HANDLERS) {
        my ($name, $conf) = @$handler;
        next if !_has($t, $name);

        $server .= _location("/open/$name/", $name, $conf, $open);

        $server .= _location("/off/$name/", $name, $conf, '');

        my $closed = $name =~ /^told/ ? $told : $wall;
        $server .= _location("/$name/$_/", $name, $conf,
            "$closed $error_page{$_}") for @REPLACEMENTS;
    }

    return (http => $http, server => $server);
}


sub _location {
    my ($path, $name, $conf, $rules) = @_;

    return "location $path { $rules $conf }\n" if $name ne 'return';

    my $text = 'SECRET line ' x 100;

    return <<"EOC";
        location $path {
            location ${path}article.html { $rules return 200
                '<body><article><p>first</p><p>$text</p></article>foot</body>';
            }
            location ${path}nothing.html { $rules return 200
                '<body><p>$text</p></body>'; }
            location ${path}paper.pdf { $rules default_type application/pdf;
                return 200 '%PDF-1.4 $text'; }
        }
EOC
}


1;
