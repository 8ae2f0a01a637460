# patron doctor: what nginx -T prints, on standard input, as lines of a kind and
# words, with tabs: "key", its name and file; "redis", its addresses with blanks
# between them, and options; "on", where patron is; "status", where the status page
# is: an address and a path.

use strict;
use warnings;

my $text = do { local $/; <STDIN> } // '';
my (@words, @out, %seen);
my $listen = '';
my $path = '/';

sub said {
    my $line = join("\t", @_);
    push @out, $line if !$seen{$line}++;
}

while ($text =~ /\G\s*(?:\#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'
    |([;{}])|((?:[^\s;{}"'\\]|\\.)(?:[^\s;{}\\]|\\.|\$\{)*))/gcsx)
{
    if (!defined $3) {
        my $word = $1 // $2 // $4;
        push @words, $word =~ s/[\t\n]/ /gr if defined $word;
        next;
    }

    my ($name, @args) = @words;
    @words = ();

    next if !defined $name;

    if ($name eq 'server') {
        $listen = '';
        $path = '/';

    } elsif ($name eq 'location') {
        $path = $args[-1] =~ m{^/[^\s*^\$]*\z} ? $args[-1] : '/';

    } elsif ($name eq 'listen') {
        $listen ||= $args[0];

    } elsif ($name eq 'patron_key') {
        said('key', @args[0, 1]);

    } elsif ($name eq 'patron' && $args[0] eq 'on') {
        said('on', 1);

    } elsif ($name eq 'patron_status_handler' && @args == 0) {
        said('status', $listen, $path) if $listen !~ /^unix:/;

    } elsif ($name eq 'patron_redis') {
        my %o = map { /^(\w+)=(.*)/s ? ($1, $2) : /^cluster$/ ? ($_, 1) : () }
            grep { !/^\w+:/ } @args;
        said('redis', join(' ', grep { /^\w+:/ } @args), map { $o{$_} // '' }
            qw(password_file prefix ca cert key verify sentinel cluster));
    }
}

print map { "$_\n" } @out;
