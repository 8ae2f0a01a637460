# shellcheck shell=bash
#
# How cost grows with members, in Redis and in the zone, with workers that share
# the zone, and with idle connections.


redis_memory() {
    redis info memory | tr -d '\r' | awk -F: '$1 == "used_memory" { print $2 }'
}


# Adds members FROM to TO to those in Redis, and says what each takes there.

load_more_members() { # FROM TO EMPTY
    step "scale: loading $2 members into Redis"
    perl "$parts/readers.pl" members "$2" "$1" | redis --pipe > /dev/null

    if [ "$2" -ge 100000 ]; then
        record growth redis-bytes - "$2" $((($(redis_memory) - $3) / $2))
    fi
}


# N members in Redis, each page that of another, looked up: instructions of the
# worker, and commands, with readers whose token was seen before; Redis's own
# time for them, and how long the page takes, alone on its connection, with more
# readers than a processor's cache has records of.

measure_looked_up() { # N
    local n=$1 i

    step "scale: a looked-up member of $n in Redis"
    few_tokens "$n" 100

    set_defaults
    master=off
    configure cg lookup

    if launch_callgrind cg \
        && slope cg /static/tiny.html 200 800 "tokens=$work/turn"
    then
        record growth looked-up - "$n" "$answer"
        record growth looked-up-commands - "$n" "$commands"
    fi

    halt cg

    few_tokens "$n" 20000
    set_defaults
    configure z lookup
    launch z || { halt z; return 1; }
    redis config resetstat > /dev/null

    for i in 0 1 2; do
        wrk -t1 -c1 -d1s --latency -s "$parts/readers.lua" \
            "http://127.0.0.1:${port_of[z]}/static/tiny.html" -- "$work/turn" \
            $((i * 5000)) > "$work/got.$i"
    done

    record growth looked-up-redis - "$n" "$(redis info commandstats \
        | awk -F'[=,:]' '/cmdstat_(hmget|pttl):/ { sum += $7 }
            END { printf "%.2f", sum }')"
    record growth looked-up-median - "$n" "$(quantile 50% "$work"/got.?)"
    record growth looked-up-99th - "$n" "$(quantile 99% "$work"/got.?)"
    halt z
}


few_tokens() { # N COUNT: COUNT at most, of N readers
    perl "$parts/readers.pl" tokens "$1" "$work/key" \
        $(($1 < $2 ? $1 : $2)) > "$work/turn"
}


# A line of wrk --latency, in microseconds: the least of several runs.

quantile() { # WHICH FILE...
    local which=$1

    shift
    awk -v which="$which" '$1 == which {
            unit = $2 ~ /us$/ ? 1 : $2 ~ /ms$/ ? 1000 : 1000000
            printf "%.0f\n", $2 * unit
        }' "$@" | sort -g | head -1
}


# Instructions of all workers together, for a page of members who are known.

measure_worker_instructions() { # N
    local few=800 many=3200 first

    set_defaults
    workers=$1
    configure cg known
    sed -i '/^worker_rlimit_nofile/d' "$work/cg/nginx.conf"
    part_of[cg]=0
    step "scale: instructions of $1 workers on one zone"

    if launch cg valgrind --tool=callgrind --quiet --dump-line=no \
           --callgrind-out-file="$work/cg/cg.%p" \
           --dump-before=ngx_reopen_files \
        && clients cg $few && mark_all cg && clients cg $few && mark_all cg
    then
        first=$marked
        clients cg $many && mark_all cg \
            && record growth workers-ir - "$1" \
                   $(((marked - first) / (many - few)))
    fi

    halt cg
}


# The auditor that counts waits for the zone.

build_locks() {
    ${CC:-gcc} -O2 -shared -fPIC -o "$work/locks.so" "$parts/locks/locks.c" \
        > "$work/output" 2>&1 \
        || warn "waits for the zone are not counted: $(head -1 "$work/output")"
}


# So many requests, by 32 clients at once.

clients() { # TAG COUNT
    local i pids=()

    for ((i = 0; i < 32; i++)); do
        client "${port_of[$1]}" /static/tiny.html $(($2 / 32)) \
            "tokens=$work/tokens" &
        pids+=($!)
    done

    for i in "${pids[@]}"; do
        wait "$i" || return 1
    done
}


# As mark, of all workers together.

mark_all() { # TAG
    local pid dump i

    part_of[$1]=$((part_of[$1] + 1))
    marked=0

    for pid in $(pgrep -P "${pid_of[$1]}"); do
        dump=$work/$1/cg.$pid.${part_of[$1]}
        kill -USR1 "$pid"

        for ((i = 0; i < 1200; i++)); do
            grep -q '^totals:' "$dump" 2>/dev/null && break
            sleep 0.05
        done

        marked=$((marked + $(awk '/^totals:/ { n = $2 } END { print n + 0 }' \
                             "$dump")))
    done
}


# As many pages as two seconds have, of the smallest kind, so that workers are at
# the zone as often as can be.  Sets sent, the pages, and cost, the CPU time of all workers.

knock() { # TAG
    local url=http://127.0.0.1:${port_of[$1]}/static/tiny.html pid out

    local token=(-H "Cookie: patron=$(token_for known)")

    wrk -t1 -c64 -d1s "${token[@]}" "$url" > /dev/null
    cost=0
    locks_before=$(lock_counts)

    for pid in $(pgrep -P "${pid_of[$1]}"); do
        cost=$((cost - $(cpu_ns "$pid")))
    done

    out=$(wrk -t1 -c64 -d2s "${token[@]}" "$url")

    for pid in $(pgrep -P "${pid_of[$1]}"); do
        cost=$((cost + $(cpu_ns "$pid")))
    done

    sent=$(awk '/ requests in / { print $1 }' <<< "$out")
    [ "${sent:-0}" -gt 0 ]
}


# What the auditor has counted of all workers: locks, waits, ns waited, times it
# slept in them, ns held.

lock_counts() {
    perl -0777 -e '
        my @sum = (0) x 6;
        my @line = unpack "(a128)*", <>;

        for (@line[1 .. $#line]) {
            my @count = unpack "Q6", $_;
            $sum[$_] += $count[$_] for 0 .. 5;
        }

        print "@sum[0, 1, 2, 4, 5]\n"' "$work/locks"
}


measure_workers() { # N
    local n=$1 what

    step "scale: $n workers on one zone"
    : > "$work/locks"
    set_defaults
    workers=$n
    configure z known
    launch z && knock z && record growth workers - "$n" $((cost / sent))
    halt z
    [ -e "$work/locks.so" ] || return 0

    if launch z env "LD_AUDIT=$work/locks.so" "PATRON_BENCH_LOCKS=$work/locks" \
        && knock z
    then
        while read -r what; do
            record growth "${what% *}" - "$n" "${what#* }"
        done < <(awk -v before="$locks_before" -v pages="$sent" '{
                split(before, b)
                for (i = 1; i <= 5; i++) n[i] = $i - b[i]
                if (!n[1]) exit
                printf "locks %.2f\nwaits %.2f\nslept %.2f\nwaited %.1f\n",
                    n[1] / pages, 1000 * n[2] / pages, 1000 * n[4] / pages,
                    n[3] / pages
                printf "held %.0f\n", n[5] / n[1]
            }' <<< "$(lock_counts)")
    fi

    halt z
}


# N members written by one pipe: what a worker takes to hear of each.

measure_import() { # N
    local n=$1 pid cost=0

    step "scale: $n members change at once"
    set_defaults
    workers=2
    configure z known
    launch z || { halt z; return 1; }
    client "${port_of[z]}" /static/tiny.html 100 "tokens=$work/tokens"

    for pid in $(pgrep -P "${pid_of[z]}"); do
        wait_for_idle "$pid"
        cost=$((cost - $(cpu_ns "$pid")))
    done

    perl "$parts/readers.pl" members "$n" | redis --pipe > /dev/null

    for pid in $(pgrep -P "${pid_of[z]}"); do
        wait_for_idle "$pid"
        cost=$((cost + $(cpu_ns "$pid")))
    done

    record growth changed - "$n" $((cost / n / workers))
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


zone_ns() { # N: as it was measured, in the section "members" perhaps
    awk -F'\t' -v n="$1" '
        $1 == "zone-ns" && $3 == "quiet" && $4 == n { print $5 }' "$results"
}


measure_scale() {
    local n members="1 1000 100000" connections="100 1000 5000" before=0 empty

    if ! $quick; then
        members+=" 1000000 10000000"
        connections+=" 10000"
    fi

    redis flushall > /dev/null
    empty=$(redis_memory)

    for n in $members; do
        load_more_members $before "$n" "$empty"
        before=$n
        measure_looked_up "$n"

        # more than a million readers' tokens would take the client minutes

        [ "$n" -le 1000000 ] || continue
        [ -n "$(zone_ns "$n")" ] || measure_full_zone "$n"
        record growth members - "$n" "$(zone_ns "$n")"
    done

    for n in 1000 10000 100000; do
        load_members 1
        measure_import $n
    done

    load_members 1
    build_locks

    for n in 1 2 4 8; do
        measure_worker_instructions $n
        measure_workers $n
    done

    for n in $connections; do
        measure_connections "$n"
    done
}
