# The recipes of applications that cut by themselves, in front of a server that does
# patron.js does: whatever asks for an article, it is one.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;
use Patron::Recipe;
use Patron::Token;

my %DATA = (
    next      => '/_next/data/b1/articles/%s.json',
    nuxt      => '/api/articles/%s',
    sveltekit => '/articles/%s/__data.json',
);

subtest($_ => \&recipe_of, $_) for sort keys %DATA;
done_testing();


sub recipe_of {
    my ($name) = @_;
    my $t = Patron::Harness->new->has('http_gunzip');

    $t->redis->member('42', tier => 'gold');

    $t->origin('app', sub {
        my ($r) = @_;
        my $told = sub { $r->{header}->("X-Patron-$_[0]") };

        my $level = $r->{path} =~ /locked/ ? 'members' : 'metered';
        my $whole = $told->('Decision') eq 'unknown'
            ? $told->('State') eq 'patron'
                || $level eq 'metered' && $told->('Left')
            : $told->('Decision') =~ /^(?:free|full|meter|gift|bypass|open)$/;
        my $type = $r->{path} =~ /json|api/ ? 'application/json' : 'text/html';
        my $text = $whole ? 'WHOLE' : 'CUT';

        return "HTTP/1.1 200 OK\r\nContent-Type: $type\r\n"
            . "Connection: close\r\nX-Article-Tier: $level\r\n\r\n"
            . ($type =~ /json/ ? qq({"text":"$text"})
                : "<body><main><article><p>$text</p></article></main></body>");
    });

    recipe($t, $name, '127.0.0.1:3000' => 'app');

    my $reader = Patron::Reader->new($t);
    my $text = sub { $reader->get(sprintf($_[0], $_[1]))->text };

    for my $article (1 .. 3) {
        like($text->($_, $article), qr/WHOLE/, "$name: article $article by $_")
            for $DATA{$name}, '/articles/%s', $DATA{$name};
    }

    like($text->($_, 4), qr/CUT/, "$name: the fourth by $_")
        for $DATA{$name}, '/articles/%s';

    like($text->('/articles/%s', 1),
        qr/<article><template shadow.*"patron-appeal"/s,
        'the appeal is in a shadow root');
    unlike($text->('/articles/%s', 4), qr/patron-appeal/, 'of what is whole');

    my $r = $t->get('/articles/locked', token => token(sub => '42'));
    like($r->text, qr/WHOLE/, 'a patron');
    like($r->text, qr/patron-thanks/, 'who is thanked');
    is($r->header('X-Article-Tier'), '', 'the level is hidden');

    $t->finish;
}
