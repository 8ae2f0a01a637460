# Front ends built from npm, each behind its recipe and, once more, behind a wall
# that nginx alone holds: what their readers get by bytes, and what they see in
# Chromium.  t/fronts/setup builds them.

use strict;
use warnings;

use Cwd qw(getcwd);
use IO::Socket::INET;
use Test::More;

use lib 't/lib';
use Patron::Browser;
use Patron::Client;
use Patron::Harness;
use Patron::Reader;
use Patron::Recipe;
use Patron::Token;

my $root = getcwd();
my $fronts = ($ENV{BUILD} // "$root/build") . '/fronts';

# What starts one, the path of an article, and what else its text is asked for by:
# a path, with the name of the article in it, and a header.  As the application
# prefetches, where it marks that.  The list of its articles, and one for a wall of
# nginx alone, where an application must be told to load pages anew.

my %FRONT = (
    'next' => {
        recipe => 'next',
        start  => 'exec node_modules/.bin/next start -H 127.0.0.1 -p $PORT',
        page   => '/articles/%s',
        data   => ['/articles/%s', RSC => 1],
        prefetch => ['/articles/%s', RSC => 1, 'Next-Router-Prefetch' => 1],
    },
    'next-pages' => {
        site   => 'next',
        recipe => 'next',
        start  => 'exec node_modules/.bin/next start -H 127.0.0.1 -p $PORT',
        page   => '/posts/%s',
        list   => '/posts',
        data   => ['/_next/data/BUILD_ID/posts/%s.json'],
    },
    'nuxt' => {
        recipe => 'nuxt',
        start  => 'HOST=127.0.0.1 exec node .output/server/index.mjs',
        page   => '/articles/%s',
        plain  => '/plain',
        data   => ['/api/articles/%s'],
    },
    'sveltekit' => {
        recipe => 'sveltekit',
        start  => 'HOST=127.0.0.1 exec node build',
        page   => '/articles/%s',
        plain  => '/plain',
        data   => ['/articles/%s/__data.json'],
    },
    'react-router' => {
        recipe => ['sveltekit', '/__data\.json$', '\.data$'],
        start  => 'HOST=127.0.0.1 exec node_modules/.bin/react-router-serve '
            . 'build/server/index.js',
        page   => '/articles/%s',
        plain  => '/plain',
        data   => ['/articles/%s.data'],
    },
    'astro' => {
        recipe => 'sveltekit',
        start  => 'HOST=127.0.0.1 exec node dist/server/entry.mjs',
        page   => '/articles/%s',
    },
    'angular' => {
        recipe => 'nuxt',
        start  => 'exec node dist/server/server.mjs',
        page   => '/articles/%s',
        plain  => '/plain',
        data   => ['/api/articles/%s'],
    },
);

# $ENV{FRONT} names some of them.

my @names = grep { -d "$fronts/" . ($FRONT{$_}{site} // $_) . '/node_modules' }
    $ENV{FRONT} ? split(' ', $ENV{FRONT}) : sort keys %FRONT;

browser_or_skip($root);
plan(skip_all => 'no front ends: t/fronts/setup builds them') unless @names;

subtest($_ => \&walk, $_, $FRONT{$_}) for @names;
done_testing();


sub walk {
    my ($name, $front) = @_;

    my $site = "$fronts/" . ($front->{site} // $name);
    my $t = Patron::Harness->new;

    $t->redis->member('42', tier => 'gold');
    my $app = start($t, $site, @$front{qw(start page)});
    by_application($t, $name, $front, $site);
    kill('TERM', $app);
    waitpid($app, 0);
    $t->finish;
}


sub start {
    my ($t, $site, $command, $page) = @_;

    my $port = $t->port('app');
    my $pid = fork() // die "fork: $!\n";

    if (!$pid) {
        chdir $site or die "$site: $!\n";
        $ENV{PORT} = $port;
        open(STDOUT, '>', $t->dir . '/app.log');
        open(STDERR, '>&', \*STDOUT);
        exec('sh', '-c', $command) or die "sh: $!\n";
    }

    wait_for(sub {
        IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
    }, 60) or die 'it does not start: ', $t->slurp('app.log');

    # Its first answer may take its time, which is not nginx's.

    Patron::Client->new(port => $port, timeout => 60)
        ->request('GET', sprintf($page, 'notice'), close => 1);

    return $pid;
}


# How many paragraphs of the article a text has, whatever it is written in.

sub paragraphs {
    my ($text, $slug) = @_;

    my %seen = map { $_ => 1 } $text =~ /Paragraph (\w+) of the $slug/g;

    return scalar keys %seen;
}


sub by_application {
    my ($t, $name, $front, $site) = @_;

    my $id = '';

    if (open(my $fh, '<', "$site/.next/BUILD_ID")) {
        $id = <$fh>;
    }

    my $ask = sub {
        my ($reader, $form, $slug, %o) = @_;
        my ($path, @headers) = ref $front->{$form}
            ? @{$front->{$form}} : $front->{$form};

        return $reader->get(sprintf($path, $slug) =~ s/BUILD_ID/$id/r,
            headers => \@headers, %o);
    };

    # Behind the recipe, and beside it the same application behind a wall that
    # knows nothing of it.

    $t->file('conf.d/strip.conf', $t->expand(<<"EOC"));
server {
    listen 127.0.0.1:%%PORT_strip%%;
    server_name localhost;
    patron_key 2026 %%DIR%%/k1.key;
    gunzip on;
    proxy_set_header Host \$host;
    proxy_set_header Accept-Encoding "";
    proxy_set_header X-Patron-Decision full;
    patron on;
    patron_wall article keep=2 'html=<p class="offer">The rest is for patrons.';
    patron_strip hydration;
    location / {
        patron_access_header X-Article-Tier;
        proxy_pass http://127.0.0.1:%%PORT_app%%;
    }
}
EOC

    recipe($t, $front->{recipe}, '127.0.0.1:3000' => 'app');

    # By bytes: the wall that nginx alone holds.

    my $guest = Patron::Reader->new($t, port => 'strip');
    my $r = $ask->($guest, 'page', 'chart');
    is($r->status, 200, 'stripped: a page');
    is(paragraphs($r->text, 'chart'), 2, 'with two paragraphs, and no more');
    like($r->text, qr/class="offer"/, 'and the wall');
    is(paragraphs($ask->($guest, 'data', 'chart')->text, 'chart'), 0,
        'its data is refused') if $front->{data};
    is(paragraphs($ask->($guest, 'page', 'notice')->text, 'notice'), 12,
        'a free one is whole');

    # The application cuts.

    my @forms = ('page', $front->{data} ? 'data' : ());

    for my $form (@forms) {
        $r = $ask->(Patron::Reader->new($t), $form, 'chart');
        is($r->status, 200, "$form for a guest");
        is(paragraphs($r->text, 'chart'), 2, 'is cut');
        is($r->header('X-Article-Tier'), '', 'and says nothing of its level');

        $r = $ask->(Patron::Reader->new($t), $form, 'chart',
            token => token(sub => '42'));
        is(paragraphs($r->text, 'chart'), 12, 'for a patron it is whole');
        like($r->header('Cache-Control'), qr/private, no-store/, 'his own');
    }

    # The meter: three articles, whatever asks for them.

    my $reader = Patron::Reader->new($t);

    if ($front->{prefetch}) {
        is(paragraphs($ask->($reader, 'prefetch', $_)->text, $_), 0,
            "$_: a prefetch brings nothing") for qw(ferry lamp bell mast);
    }

    for my $slug (qw(ferry lamp bell)) {
        for my $form (reverse(@forms), $forms[-1]) {
            is(paragraphs($ask->($reader, $form, $slug)->text, $slug), 12,
                "$slug, $form");
        }
    }

    is(paragraphs($ask->($reader, $_, 'mast')->text, 'mast'), 2,
        "the fourth is cut, $_") for @forms;
    is(paragraphs($ask->($reader, $_, 'ferry')->text, 'ferry'), 12,
        "what was read is open, $_") for @forms;

    is(scalar @{$t->redis->cmd('SMEMBERS',
        $t->redis->cmd('KEYS', 'patron:meter:*')->[0])}, 3, 'three were counted');

    browser($root, '../fronts/walk.mjs', map({ 'http://localhost:' . $t->port($_) }
        undef, 'strip'), $front->{page}, $front->{list} // '/',
        $front->{plain} // $front->{list} // '/',
        $front->{data} ? 'drawn' : 'loaded');
}
