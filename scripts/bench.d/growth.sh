# shellcheck shell=bash
#
# How cost grows, and with what exponent: with the size of a page, banners,
# campaigns (instructions); with members in the zone, workers and connections.


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


measure_growth() {
    local n name size count
    local sizes="4k:4096:50 10k:10240:50 100k:102400:20 1m:1048576:5"

    sizes+=" 10m:10485760:1"
    $quick || sizes+=" 100m:104857600:1"
    set_defaults
    master=off

    for n in $sizes; do
        IFS=: read -r name size count <<< "$n"
        [ -e "$pages/$name.html" ] || perl "$parts/page.pl" "$size" \
            > "$pages/$name.html" 2>/dev/null
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


# What all workers take of the CPU for a page, and pages a second.

measure_workers() { # N
    local n=$1 pid before=0 after=0 out

    set_defaults
    workers=$n
    configure z known
    launch z || { halt z; return 1; }
    step "scale: $n workers on one zone"
    wrk -t1 -c64 -d1s -H "Cookie: patron=$(token_for known)" \
        "http://127.0.0.1:${port_of[z]}/static/tiny.html" > /dev/null

    for pid in $(pgrep -P "${pid_of[z]}"); do
        before=$((before + $(cpu_ns "$pid")))
    done

    out=$(wrk -t1 -c64 -d2s -H "Cookie: patron=$(token_for known)" \
          "http://127.0.0.1:${port_of[z]}/static/tiny.html")

    for pid in $(pgrep -P "${pid_of[z]}"); do
        after=$((after + $(cpu_ns "$pid")))
    done

    record growth workers - "$n" "$(awk -v ns=$((after - before)) \
        '/ requests in / { printf "%.0f", ns / ($1 ? $1 : 1) }' <<< "$out")"
    halt z
}


# Bytes that an idle connection holds, after a page that was read.

measure_connections() { # N
    local n=$1 pid before holder to ready

    set_defaults
    configure m banner-end
    launch m || { halt m; return 1; }
    step "scale: $n idle connections"
    pid=$(worker_of m)
    client "${port_of[m]}" /static/20k.html 100
    before=$(resident "$pid")
    coproc IDLE { client "${port_of[m]}" /static/20k.html "$n" idle; }
    helpers+=("$IDLE_PID")
    holder=$IDLE_PID to=${IDLE[1]}

    if read -r -t 90 ready <&"${IDLE[0]}"; then
        record growth connections - "$n" $((($(resident "$pid") - before) / n))
    fi

    eval "exec $to>&-"
    wait "$holder" 2>/dev/null
    halt m
}


measure_scale() {
    local n members="1 1000 100000" connections="100 1000 5000"

    if ! $quick; then
        members+=" 1000000"
        connections+=" 10000"
    fi

    for n in $members; do
        load_members "$n"
        measure_full_zone "$n"
        record growth members - "$n" "$(awk -F'\t' -v n="$n" '
            $1 == "zone-ns" && $3 == "quiet" && $4 == n { print $5 }
            ' "$results")"
    done

    load_members 1

    for n in 1 2 4 8; do
        measure_workers $n
    done

    for n in $connections; do
        measure_connections "$n"
    done
}
