# Files: with sendfile and without, directio, threads, empty and large.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new->has('threads');
my $redis = $t->redis;

$redis->member('ann', tier => 'gold');

my %page = (
    small => '<html><body></body></html>',
    empty => '',
    large => '<html><body><p>' . join("\n<p>", 1 .. 120_000) . '</body></html>',
    none  => 'no tag at all',
);

$t->file("html/$_.html", $page{$_}) for keys %page;

sub asked {
    my ($name) = @_;
    return $page{$name} =~ s/<\/body>/[ask]$&/r;
}

$t->run(server => <<'EOC');
    patron on;
    patron_key k1 %%DIR%%/k1.key;
    patron_redis %%REDIS%%;
    patron_banner ask append body 'html=[ask]';
    output_buffers 2 8k;

    location / {
    }
    location /nosendfile/ {
        alias %%DIR%%/html/;
        sendfile off;
    }
    location /directio/ {
        alias %%DIR%%/html/;
        directio 1;
        directio_alignment 512;
    }
    location /threads/ {
        alias %%DIR%%/html/;
        aio threads;
    }
    location /threads_sendfile/ {
        alias %%DIR%%/html/;
        aio threads;
        sendfile on;
        sendfile_max_chunk 64k;
    }
    location /limited/ {
        alias %%DIR%%/html/;
        limit_rate 4m;
    }
    location /open/ {
        alias %%DIR%%/html/;
        open_file_cache max=10;
    }
EOC

my $ann = token(sub => 'ann');

for my $where ('', qw(nosendfile/ directio/ threads/ threads_sendfile/
    limited/ open/))
{
    for my $name (sort keys %page) {
        my $body = $t->get("/$where$name.html")->body;
        ok($body eq asked($name), "/$where$name.html, a guest")
            || diag(length($body), ' for ', length(asked($name)));
        ok($t->get("/$where$name.html", token => $ann)->body eq $page{$name},
            "/$where$name.html, a patron");
    }
}

is($t->request('POST', '/small.html', body => 'x')->status, 405, 'POST');
is($t->get('/absent.html')->status, 404, 'absent');

$t->finish;
