# Slots rest: for who closed something there, and for who was asked often enough.

use strict;
use warnings;

use Test::More;

use lib 't/lib';
use Patron::Harness;
use Patron::Reader;

my $t = Patron::Harness->new;
my $redis = $t->redis;

$t->file('html/page.html', article());

$t->run(http => <<'EOC', server => <<'EOC');
    patron_redis %%REDIS%%;
    patron_zone z:1m;
EOC
        patron on;
        patron_key k1 %%DIR%%/k1.key;

        location / {
            patron_banner head before '#story' campaign=top;
            patron_banner tail after '#story' campaign=low;
            patron_banner ask after '#story' 'html=<aside>ask</aside>';
        }
        location = /dismiss { patron_dismiss_handler; }
EOC

for my $c ('top:a', 'top:b', 'low:c') {
    $redis->cmd('HSET', "patron:campaign:$c", html => '<aside>' . substr($c, 0, 3)
        . '</aside>');
    $redis->cmd('SADD', 'patron:campaigns', $c);
}


sub shown {
    my ($reader) = @_;

    my $r = $reader->get('/page.html');
    return join ' ', $r->body =~ m{<aside>(\w+)}g;
}


sub closes {
    my ($reader, $form) = @_;

    return $reader->request('POST', '/dismiss', body => $form, headers => [
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Origin' => 'http://localhost'])->status;
}


sub reader { return Patron::Reader->new($t) }


# What is set holds once a new reader's pages say so.

sub set {
    my ($key, $want, @fields) = @_;

    $redis->cmd('DEL', 'patron:slot:top', 'patron:appeals');
    $redis->cmd('HSET', $key, @fields);
    ok(wait_for(sub {
        my $new = reader();
        return join(', ', map { shown($new) } split /, /, $want) eq $want;
    }), "$key @fields: $want");
}


ok(wait_for(sub { shown(reader()) eq 'top low ask' }), 'all of them');

# Closing.

my $r = reader();
is(closes($r, 'name=top:a&days=5'), 303, 'one campaign is closed');
is(shown($r), 'low ask', 'the next of the slot does not come') for 1 .. 4;

$r = reader();
closes($r, 'name=head');
is(shown($r), 'low ask', 'a place, by its banner');

# A member's other devices, by the record.

$redis->member('ann', until => time - 9);
my ($one, $two) = map { Patron::Reader->new($t, token => token(sub => 'ann')) }
    1, 2;
is(shown($two), 'top low ask', 'a member of old is asked');
closes($one, 'name=head&days=5');
closes($one, 'name=ask&days=3000');
ok(wait_for(sub { shown($two) eq 'low' }), 'closed on another device');
is($two->get('/page.html')->header('Cache-Control'), 'private, no-store',
    'such a page is the member\'s own');

closes($two, 'name=low:c');
ok(wait_for(sub { shown($one) eq '' }), 'and the other way round');
my $rest = $redis->cmd('HGET', 'patron:member:ann', 'rest');
is(scalar(() = $rest =~ /\b[0-9a-f]{8}\.\d+\b/g), 4, "kept: $rest");

$redis->cmd('HSET', 'patron:member:ann', rest => $rest =~ s/\.\d+/.9/gr
    . ' and what is none');
my $new = Patron::Reader->new($t, token => token(sub => 'ann'));
ok(wait_for(sub { shown($new) eq 'top low ask' }), 'until its day');

$redis->cmd('HSET', 'patron:member:ann', rest => join ' ',
    map { sprintf '%08x.65000', $_ } 1 .. 20);
closes($one, 'name=head');
ok(wait_for(sub {
    my @words = split ' ', $redis->cmd('HGET', 'patron:member:ann', 'rest');
    return @words == 8 && $words[-1] eq '00000007.65000';
}), 'the eight closed last');

closes(Patron::Reader->new($t, token => token(sub => 'bob')), 'name=head');
closes($one, 'name=tail');
ok(wait_for(sub {
    $redis->cmd('HGET', 'patron:member:ann', 'rest') !~ /00000007/
}), 'later');
is($redis->cmd('EXISTS', 'patron:member:bob'), 0, 'nobody is made a member');

set('patron:slot:top', 'top low ask', dismiss => 0);
my %seen;
for (1 .. 40) {
    $r = reader();
    closes($r, 'name=top:a');
    $seen{shown($r)}++;
}
ok($seen{'top low ask'}, 'dismiss 0: the campaign rests alone');

set('patron:appeals', 'top low ask', dismiss => 14);
$r = reader();
closes($r, 'name=top:a');
ok(wait_for(sub {
    my $new = reader();
    closes($new, 'name=low:c');
    return shown($new) eq 'ask';
}), 'closing any rests all slots');

# Being asked often enough.

set('patron:slot:top', 'top low ask, top low ask, low ask, low ask', cap => '2/30d');
set('patron:appeals', 'top low ask, top low ask, ask, ask', cap => '4/30d');
set('patron:appeals', 'top low ask, top ask, ask', cap => '3/30d');
set('patron:appeals', 'top ask, ask', cap => '1/30d');
set('patron:appeals', 'top low ask, ask, ask', between => '12h');
set('patron:slot:top', 'low ask, low ask, top low ask, top low ask', skip => 2);
set('patron:appeals', 'ask, top low ask, top low ask', skip => 1);
is(reader()->get('/page.html')->header('Cache-Control'), 'private, no-store',
    'such a page is the reader\'s own');

# A member rests on every device once one has been asked often enough.

my $members = 0;

sub follows {
    my ($name, @pages) = @_;

    my $sub = 'member' . ++$members;
    $redis->member($sub, until => time - 9);
    my ($one, $two) = map { Patron::Reader->new($t, token => token(sub => $sub)) }
        1, 2;

    is(shown($one), $_, "$name: $_") for @pages;
    ok(wait_for(sub { $redis->cmd('HEXISTS', "patron:member:$sub", 'rest') }),
        'is kept');
    ok(wait_for(sub { shown(Patron::Reader->new($t,
        token => token(sub => $sub))) eq $pages[-1] }), 'on a new device');
    is(shown($two), $pages[-1], 'and another');
    return $redis->cmd('HGET', "patron:member:$sub", 'rest');
}

set('patron:slot:top', 'top low ask, top low ask, low ask', cap => '2/30d');
like(follows('a cap', 'top low ask', 'top low ask', 'low ask'),
    qr/^[0-9a-f]{8}\.\d+$/, 'in one word');
set('patron:appeals', 'top low ask, ask', between => '3d');
follows('between', 'top low ask', 'ask');
$redis->cmd('HSET', 'patron:campaign:low:c', cap => '1/9d');
set('patron:slot:none', 'top low ask, top ask', dismiss => 1);
follows('a campaign of its own cap', 'top low ask', 'top ask');

# What cannot be is told.

$redis->cmd('HSET', 'patron:slot:top', cap => 'often', between => '3x');
ok($t->wait_log(qr/campaign "slot:top" is refused: cap is not valid: expected as in 4\/30d/),
    'a cap that is none');
ok($t->wait_log(qr/campaign "slot:top" is refused: between is not valid/),
    'a time that is none');

$t->finish;
