# shellcheck shell=bash
#
# How instructions grow, and with what exponent: with the size of a page, banners
# and campaigns.


# Instructions of a page: the least of several runs, as whatever else a worker
# does, once or each second, is no part of it.

grow() { # WHAT N VARIANT PATH COUNT
    local what=$1 n=$2 name=$3 path=$4 count=$5 i

    step "growth: $what, $n"
    configure cg "$name"

    if launch_callgrind cg; then
        wait_for_idle "${pid_of[cg]}"

        for i in 0 1 2 3; do
            client "${port_of[cg]}" "$path" "$count" && mark cg || break
            [ "$i" -eq 0 ] || echo $((marked / count))
        done > "$work/runs"

        record growth "$what" - "$n" "$(sort -g "$work/runs" | head -1)"
    fi

    halt cg
    lines_of=
}


# So many banners at the end of the article, of names of their own.

lines_with_banners() { # N
    local i

    echo "patron on;"

    for ((i = 0; i < $1; i++)); do
        echo "patron_banner b$i append article for=guest html=[$i];"
    done
}


# A page of under 4 KB has no room for what page.pl puts around an article.

write_page() { # BYTES
    if [ "$1" -ge 4096 ]; then
        perl "$parts/page.pl" "$1" 2>/dev/null
        return
    fi

    perl -e '
        my $left = shift() - length(my $head = "<!DOCTYPE html><title>Note"
            . "</title><article>") - length(my $tail = "</article>\n");
        my $text = "<p>" . "A note on the harbour. " x 4 . "</p>\n";

        print $head, $text x int($left / length $text),
            "." x ($left % length $text), $tail' "$1"
}


measure_growth() {
    local n name size count
    local sizes="1k:1024:50 4k:4096:50 10k:10240:50 100k:102400:20 1m:1048576:5"

    sizes+=" 10m:10485760:1"
    $quick || sizes+=" 100m:104857600:1"
    set_defaults
    master=off

    for n in $sizes; do
        IFS=: read -r name size count <<< "$n"
        [ -e "$pages/$name.html" ] || write_page "$size" > "$pages/$name.html"
        grow page-first "$size" banner-end "/proxy/$name.html" "$count"
        grow page-bare "$size" bare "/proxy/$name.html" "$count"
    done

    for n in 1 2 4 8 16 32; do
        lines_of=$(lines_with_banners $n)
        grow banners $n banner-end /static/100k.html 20
    done

    for n in 1 4 16 64 256; do
        redis flushall > /dev/null
        perl "$parts/campaigns.pl" $n "$parts/banner.html" | redis --pipe \
            > /dev/null
        grow campaigns $n campaign "/static/100k.html?section=s3" 100
    done

    load_members 1
}
