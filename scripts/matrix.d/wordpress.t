# What readers get of the WordPress that scripts/matrix.d/wordpress has set up.
#
#   prove wordpress.t :: posts.json

use strict;
use warnings;

use HTTP::Tiny;
use JSON::PP;
use MIME::Base64;
use Test::More;

my $key = '/etc/nginx/patron/2026.key';
my $site = 'http://news.example';
my $posts = decode_json(slurp(shift));

sub slurp {
    my ($file) = @_;

    open(my $fh, '<', $file) or die "$file: $!\n";
    local $/;
    return <$fh>;
}


# A browser that keeps cookies and follows nothing.

package Reader;

sub new {
    my ($class, %self) = @_;
    return bless {cookies => {}, site => $site, %self}, $class;
}


sub ask {
    my ($self, $method, $uri, %options) = @_;

    my %headers = %{$options{headers} // {}};
    my $cookies = join('; ', map { "$_=$self->{cookies}{$_}" }
        sort keys %{$self->{cookies}});
    $headers{Cookie} = $cookies if $cookies ne '';

    if ($options{form}) {
        $headers{'Content-Type'} = 'application/x-www-form-urlencoded';
        $options{body} = HTTP::Tiny->new->www_form_urlencode($options{form});
    }

    my $r = HTTP::Tiny->new(max_redirect => 0, agent => 'Mozilla/5.0')
        ->request($method, $uri =~ /^http:/ ? $uri : "$self->{site}$uri",
            {headers => \%headers,
                defined $options{body} ? (content => $options{body}) : ()});

    my $set = $r->{headers}{'set-cookie'} // [];
    for (ref $set ? @$set : $set) {
        my ($name, $value) = /^([^=]+)=([^;]*)/;
        if (/max-age=0(?:;|$)/i || /expires=[^;]*(?:19\d\d|20[01]\d)/i) {
            delete $self->{cookies}{$name};
        } else {
            $self->{cookies}{$name} = $value;
        }
    }

    return $r;
}


sub get {
    my ($self, $uri, %options) = @_;
    return $self->ask('GET', $uri, %options);
}


sub post {
    my ($self, $uri, $form, %options) = @_;

    return $self->ask('POST', $uri, form => $form, %options,
        headers => {Origin => $self->{site}, %{$options{headers} // {}}});
}


# In WordPress, as a person does.

sub sign_in {
    my ($self, $name, $word) = @_;

    $self->get('/wp-login.php');
    return $self->post('/wp-login.php', {log => $name, pwd => $word,
        'wp-submit' => 'Log In', testcookie => 1, redirect_to => '/'});
}


package main;

# What a command says, which is good, or shown.

sub command {
    my ($name, $command, $like) = @_;

    my $out = qx{$command 2>&1};
    is($?, 0, "$name: done") || diag($out);
    like($out, $like, "$name: said") if $like;
}


# The numbers of the paragraphs of an article that stand in a text.

sub numbers {
    my ($name, $text) = @_;
    my %seen = map { $_ => 1 } $text =~ /Text $name (\d+)/g;
    return join ' ', sort { $a <=> $b } keys %seen;
}


sub looks {
    my ($r) = @_;
    my @seen = $r->{content}
        =~ /<\w+ class="patron-(support|appeal|thanks|wall|left)"/g;
    push @seen, $r->{status} if $r->{status} != 200;
    return join ' ', @seen;
}


my $all = join ' ', 1 .. 12;
my @locked = grep { !/^(?:free|metered.*|draft|latest|password)$/ } sort keys %$posts;
my $guest = Reader->new;

# What PHP was asked for, by its own note.

sub asked {
    my ($like) = @_;
    return scalar grep { /$like/ } split /\n/, slurp('/var/log/php-asked');
}


# Articles.

sub see_articles {
    my ($guest) = @_;

    my $r = $guest->get('/free/');
    is(looks($r), 'appeal', 'a free article, for a guest');
    is(numbers('free', $r->{content}), $all, 'is whole');
    like($r->{content}, qr/Comment on free/, 'with its comments');

    $r = $guest->get('/locked/');
    is(looks($r), 'wall', 'a locked one');
    is(numbers('locked', $r->{content}), '1 2 3', 'is cut');
    is($r->{headers}{'x-access'}, undef, 'the level stays inside');

    is(numbers('more', $guest->get('/more/')->{content}), '1', 'up to the mark');
    is(numbers('pages', $guest->get('/pages/')->{content}), '1 2 3',
        'of many pages');
    $r = $guest->get('/pages/2/');
    is(looks($r), 'wall', 'and their second');
    is(numbers('pages', $r->{content}), '', 'of which nothing is left');
    is(numbers('plain', $guest->get('/plain/')->{content}), '1 2 3',
        'of plain text');
}

# Everywhere else.

sub see_lists {
    my ($guest) = @_;
    my $r;

    my @lists = ('/', '/?s=Text', '/tag/members/', '/category/uncategorized/',
        '/author/editor/', '/?m=' . (1900 + (gmtime)[5]), '/latest/', '/feed/',
        '/feed/atom/', '/feed/rss/', '/feed/rdf/', '/tag/members/feed/',
        '/comments/feed/', '/wp-sitemap.xml', '/wp-json/wp/v2/posts?per_page=50',
        '/wp-json/wp/v2/posts?per_page=50&_envelope', '/wp-json/wp/v2/comments',
        '/?rest_route=/wp/v2/posts&per_page=50',
        '/wp-json/wp/v2/search?search=Text&per_page=50');

    for my $name (qw(locked pages more excerpt plain)) {
        my $id = $posts->{$name};

        push @lists, "/wp-json/wp/v2/posts/$id", "/?p=$id", "/index.php?p=$id",
            "/wp-json/wp/v2/posts/$id?_envelope", "/?p=$id&feed=rss2",
            "/wp-json/oembed/1.0/embed?url=$guest->{site}/$name/",
            "/?p=$id&preview=true", "/?attachment_id=$id", "/?embed=true&p=$id", "/?name=$name",
            "/index.php/$name/", map { "/$name$_" } '', qw(/feed/ /embed/
            /?print=1 /?withoutcomments=1&feed=rss2 /page/2/ /amp/ /trackback/
            /?replytocom=1);
    }

    for my $uri (@lists) {
        $r = $guest->get($uri);
        my @open = grep { numbers($_, $r->{content}) =~ /\b(?:[4-9]|1[0-2])\b/ }
            @locked;
        is("@open", '', "nothing of locked articles at $uri") || diag(looks($r));
        is(numbers('free', $r->{content}), $all, "free ones are whole at $uri")
            if $uri =~ m{^(?:/feed/|/feed/atom/|/wp-json/wp/v2/posts\?[^&]*)$}
                || $uri eq '/' && $guest->{site} eq $site;
    }

    is(looks($guest->get('/')), '', 'no banners on the front page');
}


my $r;

for my $reader ($guest, Reader->new(site => 'http://blocks.example')) {
    see_articles($reader);
    see_lists($reader);
}

# A patron.

is(system('scripts/patron member add 2 --tier gold --name Ada >/dev/null'), 0,
    'a member');

my $ada = Reader->new;
$r = $ada->sign_in(qw(ada reads));
is($r->{status}, 302, 'signs in');
ok($ada->{cookies}{patron}, 'and has a token');
$r = $ada->get('/locked/');
is(looks($r), 'thanks', 'a locked article, for a patron');
is(numbers('locked', $r->{content}), $all, 'is whole');
like($r->{headers}{'cache-control'}, qr/private/, 'and nobody keeps it');
is(looks($guest->get('/locked/')), 'wall', 'a guest gets none of that');

my $bob = Reader->new;
$bob->sign_in(qw(bob looks));
is(looks($bob->get('/locked/')), 'wall', 'who has not paid');
is(numbers('locked', $bob->get($_)->{content}) =~ /[4-9]/, '', "nor at $_")
    for '/', '/feed/', "/wp-json/wp/v2/posts/$posts->{locked}";

# A patron whose pages of WordPress are a guest's.

my $only = Reader->new(cookies => {patron => $ada->{cookies}{patron}});
is(looks($only->get('/locked/')), 'thanks', 'with the token alone');

# The commands that look at pages.

{
    open(my $fh, '>', '/tmp/token') or die "/tmp/token: $!\n";
    print $fh $ada->{cookies}{patron};
}

command('page check', "scripts/patron page check $site/locked/ --token /tmp/token");
command('explain', "scripts/patron explain $site/locked/ --key $key", qr/a level that the/);
command('doctor', "scripts/patron doctor --url $site/locked/");
command('doctor', "scripts/patron doctor --url $site/free/");

# Signing out.

$r = $ada->get('/wp-admin/profile.php');
is($r->{status}, 200, 'a profile');
is(looks($r), '', 'without banners');
my ($out) = $r->{content} =~ m{href=['"]([^'"]*action=logout[^'"]*)};
ok($out, 'a link to sign out') or $out = '/wp-login.php';
$out =~ s/&amp;|&#038;/&/g;
$r = $ada->get($out);
is($r->{status}, 302, 'signs out');
ok(!$ada->{cookies}{patron}, 'and has no token');
is(looks($ada->get('/locked/')), 'wall', 'is a guest again');

# Editors.

my $editor = Reader->new;
$editor->sign_in(qw(editor edits));
$r = $editor->get("/?p=$posts->{draft}&preview=true");
is($r->{status}, 200, 'a preview');
is(numbers('draft', $r->{content}), $all, 'is whole') || diag(looks($r));
is(numbers('locked', $editor->get('/locked/')->{content}), $all,
    'an editor reads a locked article');
$r = $editor->get("/wp-admin/post.php?post=$posts->{locked}&action=edit");
is($r->{status}, 200, 'edits it');
is(looks($r), '', 'without banners');
my ($nonce) = $r->{content} =~ /createNonceMiddleware\( "(\w+)" \)/;
ok($nonce, 'a nonce');
$r = $editor->get("/wp-json/wp/v2/posts/$posts->{locked}?context=edit",
    headers => {'X-WP-Nonce' => $nonce // ''});
is($r->{status}, 200, 'by REST');
is(numbers('locked', $r->{content}), $all, 'whole');
$r = $editor->ask('POST', "/wp-json/wp/v2/posts/$posts->{locked}",
    headers => {'X-WP-Nonce' => $nonce // '',
        'Content-Type' => 'application/json'},
    body => '{"title":"Title locked again"}');
is($r->{status}, 200, 'saves it') || diag($r->{content});
is(numbers('locked', $r->{content}), $all, 'and gets it whole');
like($guest->get('/wp-json/wp/v2/posts')->{content}, qr/Title/, 'a list');
is($guest->get("/?p=$posts->{draft}")->{status}, 404, 'no draft for a guest');

# A program with a password of its own.

my $basic = 'Basic ' . encode_base64("editor:$posts->{password}", '');
my $uri = "/wp-json/wp/v2/posts/$posts->{more}";
$guest->get($uri);
for my $context ('', '?context=edit') {
    $r = $guest->get("$uri$context", headers => {Authorization => $basic});
    is(numbers('more', $r->{content}), $all, "a program gets $context all");
}
is(numbers('more', $guest->get($uri)->{content}), '1', 'and nobody else');

# One copy.

my $before = asked(qr{^GET news\.example/excerpt/$});
$_->get('/excerpt/') for Reader->new, $only, Reader->new(cookies =>
    {patron => 'x', patron_seen => 'y'});
is(asked(qr{^GET news\.example/excerpt/$}) - $before, 1, 'one copy for three');

# Metered.

my $reader = Reader->new(site => 'http://metered.example');

for my $i (1 .. 9) {
    if ($i == 5) {
        $r = $reader->get("/metered$_/", headers =>
            {'Sec-Purpose' => 'prefetch;anonymous-client-ip'}) for 5 .. 10;
        is($r->{status}, 503, 'a prefetch is refused');
    }
    $r = $reader->get("/metered$i/");
    is(looks($r), 'appeal', "article $i");
    is(numbers("metered$i", $r->{content}), $all, 'is whole');
}

$r = $reader->get('/metered10/');
is(looks($r), 'wall', 'the tenth');
is(numbers('metered10', $r->{content}), '1 2 3', 'is cut');
is(looks($reader->get("/metered3/?again=1")), 'appeal', 'what was read, again');
is($reader->get("/?p=$posts->{metered4}")->{status}, 301, 'by its number');
is(looks($reader->get('/free/')), 'appeal', 'what is free');

# Of two pages, and one article.

$reader = Reader->new(site => 'http://metered.example');
$reader->get("/metered$_/") for 1 .. 8;
is(looks($reader->get('/metered-parts/')), 'appeal', 'an article of two pages');
is(looks($reader->get('/metered-parts/2/')), 'appeal', 'the second');
is(looks($reader->get('/metered-parts/')), 'appeal', 'and the first again');
is(looks($reader->get('/metered9/')), 'wall', 'are one');

# POST.

$r = $guest->post('/locked/', {x => 1});
is(numbers('locked', $r->{content}), '1 2 3', 'a POST to a locked article')
    || diag(looks($r));
$r = $guest->post('/wp-comments-post.php', {comment => 'I say', author => 'Dora',
    email => 'dora@news.example', comment_post_ID => $posts->{free}});
is($r->{status}, 302, 'a comment');
$r = $guest->get('/locked/');
is(looks($r), 'wall', 'of whom WordPress knows a name');
is(numbers('locked', $r->{content}), '1 2 3', 'who reads as before');
is($guest->get('/wp-cron.php')->{status}, 200, 'wp-cron');
is($guest->get('/xmlrpc.php')->{status}, 405, 'XML-RPC');
is($guest->get('/wp-admin/')->{status}, 302, 'wp-admin');
is($guest->get('/wp-admin/admin-ajax.php')->{status}, 400, 'admin-ajax');
is($guest->get('/nowhere/')->{status}, 404, 'nothing there');

# The log.

my $log = slurp('/var/log/nginx/error.log');
is($log, '', 'nothing in the error log');
is(join("\n", grep { /mu-plugins/ } split /\n/, slurp('/var/log/php-messages')),
    '', 'nor in that of PHP');

$r = $guest->get('http://127.0.0.1:8125/json');
is(decode_json($r->{content})->{verdict}{state}, 'good', 'the status page')
    || diag($r->{content});

done_testing;
