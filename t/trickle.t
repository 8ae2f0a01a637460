# A page that an upstream makes slowly, in drops: each goes on as soon as it has
# come, but for a tag that has no end yet; so of a page that is remembered.  A
# member's walled page, too; a guest's up to the wall when it has its place, and
# what is behind it.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

my $text = 'The quick brown fox jumps over the lazy dog. ' x 4;
my $page = <<"EOP";
<!DOCTYPE html>
<html lang=en>
<head>
<meta charset=utf-8>
<title>A title that is not short &amp; has more of it</title>
<style>body { color: red } p { margin: 0 }</style>
<script>var a = 1, text = "and some more text in a script";</script>
</head>
<body class="single post">
<header><h1>A headline</h1></header>
<main><article class=entry><p>$text</p>
<p>Next <b>bold</b>, <a href="http://example.org/a/long/way">a link</a> &eacute;
$text</p><!-- a comment that goes on and on for a while -->
<ul><li>one<li>two</ul><table><tr><td>cell</td></tr></table><hr>$text</article>
</main>
$text
<footer>f</footer></body></html>
EOP

my $gate = $t->dir . '/gate';

$t->origin('origin', sub {
    my ($r) = @_;

    my ($n, $drop) = (0, $r->{path} =~ /(\d+)$/);

    return [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            . ($r->{path} =~ /told/ ? "X-Accel-Buffering: no\r\n" : '')
            . qq(ETag: "one"\r\nContent-Length: ) . length($page)
            . "\r\n\r\n",
        map {
            my $at = $n++;
            (sub {
                select(undef, undef, undef, 0.001)
                    while (-s $gate // 0) < $at;
                return;
            }, $_)
        } unpack "(a$drop)*", $page
    ];
});

my %conf = (
    none => 'patron_banner ask before .none optional html=[ask];',
    shadow => 'patron_banner ask prepend article shadow html=[ask];',
    before => 'patron_banner ask before hr html=[ask];',
    after => 'patron_banner ask after h1 html=[ask];',
    append => 'patron_banner ask append article html=[ask];',
    end => 'patron_banner ask append body html=[ask];',
    every => 'patron_banner ask after p all html=[ask];',
    head => 'patron_appeals_meta on; patron_banner ask append body html=[ask];',
    member => 'patron_access members; patron_wall article keep=1 html=[wall];',
);

my $server = '';

for my $name (sort keys %conf) {
    $server .= <<"EOC";
        location /$name/off/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%;
            proxy_buffering off;
            $conf{$name}
        }
        location /$name/told/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%;
            $conf{$name}
        }
EOC
}

$t->run(http => <<'EOH', server => <<"EOC");
    patron_key k1 %%DIR%%/k1.key;
    patron_zone readers:1m;
EOH
        patron on;
        location /wall/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%;
            proxy_buffering off;
            patron_access members;
            patron_wall article keep=1 html=[wall];
        }
$server
EOC


sub body {
    my ($raw) = @_;

    my ($head) = $raw =~ /^(.*?\r\n\r\n)/s or return '';
    my $body = substr $raw, length $head;

    ($raw, $body) = ($body, '') if $head =~ /chunked/i;

    while ($raw =~ s/^([0-9a-f]+)\r\n//) {
        my $len = hex $1;
        $body .= substr $raw, 0, $len;
        substr($raw, 0, $len + 2) = '' if length $raw >= $len + 2;
    }

    return $body =~ s/<template shadowrootmode.*?<\/template>|\[ask\]//rgs;
}


# True if each drop brings what it decides: of so many bytes that the page has
# by then, due() says how many.

sub trickles {
    my ($uri, $drop, $due, %request) = @_;

    unlink $gate;

    my $c = $t->client;
    my $came = 0;

    $c->send_request('GET', "$uri$drop", %request);

    for my $drops (1 .. int(length($page) / $drop)) {
        my $due_now = $due->(substr $page, 0, $drops * $drop);

        open my $f, '>>', $gate or die;
        syswrite $f, '.';
        close $f;

        while (length body($c->{buffer}) < $due_now) {
            eval { $c->fill } or return "after $drops drops of $drop: "
                . length(body($c->{buffer})) . " of $due_now";
        }
    }

    open my $f, '>>', $gate or die;
    syswrite $f, '.' x length $page;

    return 'each';
}


sub tags { length $_[0] =~ s/<[^<>]*\z//r }

for my $name (sort keys %conf) {
    for my $how ('off', 'off', $name eq 'append' ? 'told' : ()) {
        my %request = $name eq 'member'
            ? (token => token(sub => 'ann')) : ();

        is(trickles("/$name/$how/", 9, \&tags, %request), 'each',
            "$name, $how");
    }
}

is(trickles('/append/off/', 1, \&tags), 'each', 'byte by byte');

# Up to where the wall stands, when its article has come, and from its end on.

my ($open) = $page =~ /^(.*?<article[^>]*>)/s;
my ($lead) = $page =~ /^(.*?<p>.*?<\/p>)/s;
my ($before) = $page =~ /^(.*)<\/article>/s;
my $cut = length($before) - length $lead;

is(trickles('/wall/', 9, sub {
    my ($so_far) = @_;
    my $tags = tags($so_far);

    return $tags < length $open ? 0
        : $tags < length $lead ? $tags
        : $tags < length $before ? length $lead
        : $tags - $cut + length '[wall]';
}), 'each', 'a wall');

$t->finish;
