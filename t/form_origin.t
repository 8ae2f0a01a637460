# Forms are taken from pages of this host: by Sec-Fetch-Site where the page does
# not tell its address, else by Origin, else by Referer.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;

my $t = Patron::Harness->new;

$t->file('html/page.html', '<body>page</body>');

$t->run(http => <<'EOC', server => <<'EOC');
    patron_key k1 %%DIR%%/k1.key;
    patron_zone members:1m;
EOC
    location / {
        patron on;
        patron_banner ask prepend body html=<aside>ask</aside>;
    }
    location = /dismiss {
        patron on;
        patron_dismiss_handler;
    }
    location = /signout {
        patron_signout_handler;
    }
EOC

my %body = ('/dismiss' => 'name=ask', '/signout' => 'to=/page.html');
my ($here, $there) = ('http://localhost', 'http://other.example');

sub post {
    my ($path, @headers) = @_;

    return $t->request('POST', $path, body => $body{$path}, headers => [
        'Content-Type' => 'application/x-www-form-urlencoded',
        @headers ])->status;
}

my @own = map { ['Sec-Fetch-Site' => 'same-origin', @$_] } [],
    [Origin => 'null'], [Origin => $here], [Referer => "$here/page.html"],
    [Origin => 'null', Referer => "$here/page.html"];
push @own, [Origin => $here], [Referer => "$here/page.html"],
    [Origin => $here, Referer => "$there/"];

my @foreign = ([], [Origin => 'null'], [Origin => $there],
    [Referer => "$there/"], [Origin => $there, Referer => "$here/"],
    [Origin => 'null', Referer => "$here/"],
    ['Sec-Fetch-Site' => 'same-origin', Origin => $there],
    ['Sec-Fetch-Site' => 'same-origin', Origin => 'null',
     Referer => "$there/"]);
push @foreign, map {
    (['Sec-Fetch-Site' => $_],
     ['Sec-Fetch-Site' => $_, Origin => 'null'])
} 'same-site', 'cross-site', 'none', 'same-origin-too', '';

for my $path (sort keys %body) {
    is(post($path, @$_), 303, "$path: @$_") for @own;
    is(post($path, @$_), 403, "$path: not @$_") for @foreign;
}

$t->finish;
