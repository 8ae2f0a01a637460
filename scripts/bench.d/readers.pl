#!/usr/bin/perl
#
# The readers of the bench, reader-0 to reader-<N-1>:
#
#     readers.pl members N [FROM]    their records, as Redis's protocol
#     readers.pl numbered N          the same for redis-benchmark's random keys
#     readers.pl tokens N KEY COUNT  COUNT of their tokens, evenly spread
#     readers.pl forged KEY          one token with a wrong signature
#     readers.pl stream N SOCK RATE  changes their records, RATE a second,
#                                    until it is killed
#

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256);
use IO::Socket::UNIX;
use MIME::Base64 qw(encode_base64url);
use Time::HiRes qw(time sleep);

my ($what, @args) = @ARGV;


sub command {
    return '*' . @_ . "\r\n" . join '', map { '$' . length . "\r\n$_\r\n" } @_;
}


sub token {
    my ($i, $key) = @_;

    my $text = encode_base64url('{"alg":"HS256","typ":"JWT","kid":"bench"}')
               . '.' . encode_base64url('{"sub":"reader-' . $i
                                        . '","exp":' . int(time + 86400) . '}');

    return "$text." . encode_base64url(hmac_sha256($text, $key));
}


sub slurp {
    my ($path) = @_;

    open my $file, '<', $path or die "$path: $!\n";
    local $/;

    return <$file>;
}


if ($what eq 'members' || $what eq 'numbered') {
    my $until = int(time) + 86400;
    my $key = $what eq 'members' ? 'patron:member:reader-%d'
                                 : 'numbered:%012d';

    for my $i (($args[1] // 0) .. $args[0] - 1) {
        print command('HSET', sprintf($key, $i), 'tier', 'gold',
                      'name', "Reader $i", 'status', 'active',
                      'until', $until);
    }

} elsif ($what eq 'tokens') {
    my ($n, $path, $count) = @args;
    my $key = slurp($path);

    print token(int($_ * $n / $count), $key), "\n" for 0 .. $count - 1;

} elsif ($what eq 'forged') {
    print token(0, 'not ' . slurp($args[0])), "\n";

} elsif ($what eq 'stream') {
    my ($n, $path, $rate) = @args;
    my $redis = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";
    my ($start, $sent) = (time, 0);

    while (1) {
        my $due = int((time - $start) * $rate) - $sent;

        for (1 .. $due) {
            print $redis command('HSET', 'patron:member:reader-'
                                 . int(rand $n), 'note', $sent++);
        }

        $redis->flush();

        for (1 .. $due) {
            <$redis>;
        }

        sleep 0.005;
    }

} else {
    die "readers.pl: what is '$what'?\n";
}
