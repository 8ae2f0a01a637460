# shellcheck shell=bash
#
# The measurements themselves.  Each writes one line to $results:
#     METRIC <tab> VARIANT <tab> SOURCE <tab> PAGE <tab> VALUE

record() {
    local IFS=$'\t'

    printf '%s\n' "$*" >> "$results"
}


# Is the page what it must be?  The banner so many times, and without it the
# origin's bytes; less of them and the wall where it is cut; and a reader with
# a forged token is no patron.

page_is_right() { # TAG VARIANT SOURCE PAGE
    local url=http://127.0.0.1:${port_of[$1]} cookie=() bad code

    if [ "$(variant "$2" reader)" = member ]; then
        cookie=(-b "patron=$(head -1 "$work/tokens")")
        bad=patron=$(perl "$parts/readers.pl" forged "$work/key")

        case $(variant "$2" module) in
        lua)
            code=$(curl -s -o /dev/null -w '%{http_code}' -b "$bad" \
                   "$url/$3/$4.html")
            [ "$code" = 403 ] || return 1
            ;;
        patron)
            curl -s -o /dev/null -D - "${cookie[@]}" "$url/state/$4.html" \
                | grep -qi '^x-state: patron' || return 1
            curl -s -o /dev/null -D - -b "$bad" "$url/state/$4.html" \
                | grep -qi '^x-state: invalid' || return 1
            ;;
        esac
    fi

    curl -s "${cookie[@]}" "$url/$3/$4.html" > "$work/got"

    perl -0777 -e '
        my ($banners, $cut, @files) = @ARGV;
        my ($appeal, $page, $got) = map {
            open my $f, "<", $_ or die "$_: $!\n"; <$f>
        } @files;
        my $shadow = qr/<template shadowrootmode=open>/;
        my $n = ($got =~ s{(?:$shadow)?\Q$appeal\E
                           (?:<slot></slot></template>)?}{}gx) || 0;

        if ($cut ne "") {
            exit(index($got, $cut) > 0 && length $got < length $page ? 0 : 1);
        }

        exit($n == $banners && $got eq $page ? 0 : 1);
        ' "$(variant "$2" banners)" "$(variant "$2" cut)" \
        "$parts/banner.html" "$pages/$4.html" "$work/got"
}


# Instructions executed since the mark before: nginx writes a callgrind dump
# whenever it enters ngx_reopen_files(), and USR1 makes it do so.

mark() { # TAG
    local dump i

    part_of[$1]=$((part_of[$1] + 1))
    dump=$work/$1/cg.${part_of[$1]}
    kill -USR1 "${pid_of[$1]}"

    for ((i = 1; i < 1200; i++)); do
        if grep -q '^totals:' "$dump" 2>/dev/null; then
            marked=$(awk '/^totals:/ { print $2 }' "$dump")
            mv "$dump" "$work/$1/dump"
            return 0
        fi

        # A signal that comes just before epoll_wait() waits for an event.

        if ((i % 20 == 0)); then
            (exec 3<>"/dev/tcp/127.0.0.1/${port_of[$1]}") 2>/dev/null
        fi

        sleep 0.05
    done

    warn "callgrind wrote no $dump"
    return 1
}


client() {
    perl "$parts/client.pl" "$@"
}


# What is done to an entry of the cache is remembered, as of a file, once the
# entry is no longer fresh, and the look at the page has made it anew.

come_of_age() { # SOURCE
    [ "$1" != cache ] || sleep 3
}


# The slope between two counts of requests: whatever happens once, start-up
# and the connection included, cancels.

slope() { # TAG PATH FEW MANY [CLIENT OPTION...]
    local tag=$1 path=$2 few=$3 many=$4 port=${port_of[$1]} first before

    shift 4
    client "$port" "$path" "$few" "$@" && mark "$tag" || return 1
    client "$port" "$path" "$few" "$@" skip="$few" && mark "$tag" || return 1
    first=$marked
    before=$(redis_commands)
    client "$port" "$path" "$many" "$@" skip=$((2 * few)) && mark "$tag" \
        || return 1

    answer=$(((marked - first) / (many - few)))
    commands=$(awk -v n=$(($(redis_commands) - before - 1)) -v many="$many" \
               'BEGIN { printf "%.2f", n / many }')
}


# The same for a source.  With how the bytes of an origin arrive, in more pieces
# or fewer, the count goes up and down: then it is the least of three.

least_slope() { # SOURCE, and as slope
    local source=$1 i least=

    shift

    for i in 1 2 3; do
        slope "$@" || return 1

        if [ -z "$least" ] || [ "$answer" -lt "$least" ]; then
            least=$answer
        fi

        [ "$source" = proxy ] || break
    done

    answer=$least
}


# In steps of 64: of so many pages with a banner one is read to its end.

counts_for() { # PAGE: sets few and many
    few=64

    case $1 in
    20k)
        many=512
        ;;
    1m)
        many=128
        ;;
    *)
        many=1152
        ;;
    esac

    if $quick && [ "$1" != 1m ]; then
        many=$((many / 2))
    fi
}


# Where they went, a request, by function.

print_profile() { # TAG VARIANT REQUESTS
    printf "\n%s: instructions a request by function, %s in all\n\n" \
        "$(variant "$2" title)" "$answer"
    perl "$parts/profile.pl" "$work/$1/dump" "$3" | head -50
}


measure_instructions() { # VARIANT
    local name=$1 source page options=() cell

    set_defaults
    master=off
    configure cg "$name"
    launch_callgrind cg || { halt cg; return 1; }

    if [ "$(variant "$name" reader)" = member ]; then
        options=("tokens=$work/tokens")
    fi

    for cell in $cells; do
        source=${cell%:*} page=${cell#*:}
        counts_for "$page"
        step "callgrind: $name, $source, $page"

        if ! page_is_right cg "$name" "$source" "$page"; then
            warn "$name, $source, $page: the page is not right, not measured"
            continue
        fi

        come_of_age "$source"

        least_slope "$source" cg "/$source/$page.html" $few $many \
            "${options[@]}" || continue
        record ir "$name" "$source" "$page" "$answer"
        $profile && print_profile cg "$name" "$many"

        if [ "${#options[@]}" -gt 0 ]; then
            record redis "$name" "$source" "$page" "$commands"
        fi
    done

    halt cg
}


cpu_ns() { # PID
    cut -d' ' -f1 "/proc/$1/schedstat"
}


# One run of wrk: sets rate (requests a second) and cost (the worker's CPU
# time, ns a request).

load() { # TAG CONNECTIONS [TOKEN]
    local worker before out

    worker=$(worker_of "$1")
    before=$(cpu_ns "$worker")
    out=$(wrk -t1 -c"$3" -d"${seconds}s" ${4:+-H "Cookie: patron=$4"} \
          "http://127.0.0.1:${port_of[$1]}$2")

    if grep -q 'Non-2xx\|Socket errors' <<< "$out"; then
        warn "$1 $2: $(grep 'Non-2xx\|Socket errors' <<< "$out")"
    fi

    rate=$(awk '/^Requests\/sec:/ { print $2 }' <<< "$out")
    cost=$(awk -v ns=$(($(cpu_ns "$worker") - before)) \
           '/ requests in / { printf "%.0f", ns / ($1 ? $1 : 1) }' <<< "$out")
}


median() {
    sort -g | awk '{ v[NR] = $1 }
        END {
            half = int((NR + 1) / 2)
            if (NR) print (v[half] + v[NR + 1 - half]) / 2
        }'
}


# The token a variant's reader sends, if any.

token_for() { # VARIANT
    [ "$(variant "$1" reader)" = guest ] || head -1 "$work/tokens"
}


# A B A B ...: the median of the ratios of neighbours.

compare() { # LABEL SOURCE PAGE TAG-A PATH TAG-B PATH CONNECTIONS [TOKEN]
    local label=$1 source=$2 page=$3 i a ca
    local rates=$work/rates costs=$work/costs as=$work/as cas=$work/cas

    : > "$rates"; : > "$costs"; : > "$as"; : > "$cas"

    for ((i = 0; i < rounds; i++)); do
        load "$4" "$5" "$8" "${9:-}"
        a=$rate ca=$cost
        load "$6" "$7" "$8" "${9:-}"
        awk -v a="$a" -v b="$rate" 'BEGIN { print (a > 0 ? b / a : 0) }' \
            >> "$rates"
        awk -v a="$ca" -v b="$cost" 'BEGIN { print (a > 0 ? b / a : 0) }' \
            >> "$costs"
        echo "$a" >> "$as"
        echo "$ca" >> "$cas"
    done

    record ratio "$label" "$source" "$page" "$(median < "$rates")"
    record cpu "$label" "$source" "$page" "$(median < "$costs")"
    record rate-a "$label" "$source" "$page" "$(median < "$as")"
    record cpu-a "$label" "$source" "$page" "$(median < "$cas")"
}


measure_throughput() { # VARIANT
    local name=$1 source token

    set_defaults
    configure a bare
    configure b "$name"
    launch a && launch b || { halt a; halt b; return 1; }

    token=$(token_for "$name")

    for source in static proxy cache; do
        step "wrk: $name, $source, 100k"

        if ! page_is_right b "$name" "$source" 100k; then
            warn "$name, $source: the page is not right, not measured"
            continue
        fi

        come_of_age "$source"

        compare "$name" $source 100k a "/$source/100k.html" \
            b "/$source/100k.html" 8 "$token"
    done

    halt a
    halt b
}


measure_nopush() { # VARIANT
    local name=$1 source token

    set_defaults
    configure a "$name"
    sed -i 's/tcp_nopush on;/tcp_nopush off;/' "$work/a/nginx.conf"
    configure b "$name"
    launch a && launch b || { halt a; halt b; return 1; }

    token=$(token_for "$name")

    for source in static cache; do
        step "tcp_nopush: $name, $source"

        if ! page_is_right b "$name" "$source" 100k; then
            warn "$name, $source: the page is not right, not measured"
            continue
        fi

        come_of_age "$source"

        compare "nopush:$name" $source 100k a "/$source/100k.html" \
            b "/$source/100k.html" 1 "$token"
    done

    halt a
    halt b
}


resident() { # PID: bytes
    awk '$1 == "Rss:" { print $2 * 1024 }' "/proc/$1/smaps_rollup"
}


# What the worker gains at its peak while a page passes to curl; sets answer.

growth() { # VARIANT TAG SOURCE PAGE [CURL OPTION...]
    local name=$1 tag=$2 source=$3 page=$4 size

    shift 4
    answer=$(perl "$parts/growth.pl" "$(worker_of "$tag")" \
             curl -s -o /dev/null -w "%{size_download}" "$@" \
             "http://127.0.0.1:${port_of[$tag]}/$source/$page.html" \
             2> "$work/got") || return 1

    size=$(($(stat -c %s "$pages/$page.html")
            + $(variant "$name" banners) * ${#banner}))

    if [ "$(<"$work/got")" != "$size" ]; then
        warn "$name, $source, $page: got $(<"$work/got") bytes of $size"
    fi
}


measure_memory() { # VARIANT
    local name=$1 source pid before idle=2000 cookie=() options=()

    set_defaults
    configure m "$name"
    launch m || { halt m; return 1; }
    pid=$(worker_of m)

    if [ "$(variant "$name" reader)" = member ]; then
        cookie=(-b "patron=$(token_for "$name")")
        options=("tokens=$work/tokens")
    fi

    for source in static proxy; do
        step "memory: $name, $source"
        client "${port_of[m]}" "/$source/1m.html" 20 "${options[@]}"
        growth "$name" m $source 200m "${cookie[@]}" \
            && record growth "$name" $source fast "$answer"
        growth "$name" m $source 24m "${cookie[@]}" --limit-rate 8M \
            && record growth "$name" $source slow "$answer"
    done

    client "${port_of[m]}" /static/100k.html 100 "${options[@]}"
    before=$(resident "$pid")
    coproc IDLE { client "${port_of[m]}" /static/100k.html $idle idle \
        "${options[@]}"; }
    helpers+=("$IDLE_PID")
    local holder=$IDLE_PID to=${IDLE[1]} ready

    if read -r -t 60 ready <&"${IDLE[0]}"; then
        record idle "$name" static 100k \
            $((($(resident "$pid") - before) / idle))
    fi

    eval "exec $to>&-"
    wait "$holder" 2>/dev/null
    halt m
}


# N members in Redis: instructions with the member known and with a lookup,
# readers in turn.

measure_members() { # VARIANT N
    local name=$1 n=$2

    set_defaults
    master=off
    configure cg "$name"
    launch_callgrind cg || { halt cg; return 1; }
    step "members: $name, $n in Redis"

    # Known readers are few enough to have been seen in the first round;
    # looked-up ones are new at every request where there are enough.

    case $name in
    bare-token)
        few=200 many=800
        cp "$work/tokens" "$work/turn"
        ;;
    *known)
        few=$((n < 500 ? 200 : 500)) many=$((few * 3))
        perl "$parts/readers.pl" tokens "$n" "$work/key" \
            $((n < few ? n : few)) > "$work/turn"
        ;;
    *)
        few=200 many=800
        perl "$parts/readers.pl" tokens "$n" "$work/key" \
            $((n < 2000 ? n : 2000)) > "$work/turn"
        ;;
    esac

    if slope cg /static/20k.html $few $many "tokens=$work/turn"; then
        record members-ir "$name" static "$n" "$answer"
        record members-redis "$name" static "$n" "$commands"
    fi

    halt cg
}


# N members in the zone: the worker's CPU time a request, quiet and with 1,000
# records a second changing.

measure_full_zone() { # N
    local n=$1 pid before sent=20000 when

    $quick && sent=5000

    set_defaults
    zone=512m
    configure z known
    launch z || { halt z; return 1; }
    pid=$(worker_of z)

    step "members: zone with $n"
    perl "$parts/readers.pl" tokens "$n" "$work/key" "$n" > "$work/turn"
    client "${port_of[z]}" /static/tiny.html "$n" "tokens=$work/turn" depth=32
    perl -MList::Util=shuffle -e 'srand 7; print shuffle <>' "$work/turn" \
        | head -$sent > "$work/turn.few"

    for when in quiet changing; do
        if [ $when = changing ]; then
            perl "$parts/readers.pl" stream "$n" "$work/redis.sock" 1000 &
            helpers+=($!)
        fi

        client "${port_of[z]}" /static/tiny.html 1000 "tokens=$work/turn.few"
        before=$(cpu_ns "$pid")
        commands=$(redis_commands)
        client "${port_of[z]}" /static/tiny.html $sent "tokens=$work/turn.few"
        record zone-ns known $when "$n" $((($(cpu_ns "$pid") - before) / sent))

        if [ $when = quiet ]; then
            record zone-redis known $when "$n" \
                "$(awk -v k=$(($(redis_commands) - commands - 1)) -v s=$sent \
                   'BEGIN { printf "%.2f", k / s }')"
        fi
    done

    kill "${helpers[-1]}"
    wait "${helpers[-1]}" 2>/dev/null
    unset 'helpers[-1]'
    rm -f "$work/turn" "$work/turn.few"
    halt z
}


# One run of wrk with the tokens of FILE, from the one FROM on: rate, CPU time,
# and what Redis had to do.

pages_of() { # TAG LABEL CONNECTIONS FILE FROM
    local tag=$1 label=$2 connections=$3 out ns redis commands reads n
    local pid=${pid_of[redis]} worker

    worker=$(worker_of "$tag")
    ns=$(cpu_ns "$worker") redis=$(cpu_ns "$pid")
    commands=$(redis_commands) reads=$(redis_stat total_reads_processed)

    out=$(wrk -t1 -c"$connections" -d"${seconds}s" -s "$parts/readers.lua" \
          "http://127.0.0.1:${port_of[$tag]}/static/tiny.html" -- "$4" "$5")

    if grep -q 'Non-2xx\|Socket errors' <<< "$out"; then
        warn "$label: $(grep 'Non-2xx\|Socket errors' <<< "$out")"
    fi

    # Our own questions to Redis are not counted.

    ns=$(($(cpu_ns "$worker") - ns)) redis=$(($(cpu_ns "$pid") - redis))
    commands=$(($(redis_commands) - commands - 2))
    reads=$(($(redis_stat total_reads_processed) - reads - 3))
    n=$(awk '/ requests in / { print $1 }' <<< "$out")

    awk '/^Requests\/sec:/ { print $2 }' <<< "$out" >> "$work/$label.rate"
    awk -v ns=$ns -v redis=$redis -v c=$commands -v r=$reads -v n="$n" \
        -v to="$work/$label" 'BEGIN {
            n = n ? n : 1
            print ns / n >> (to ".cpu")
            print redis / n >> (to ".redis")
            printf "%.2f\n", c / n >> (to ".commands")
            printf "%.0f\n", (r > 0 ? c / r : 0) >> (to ".depth")
        }'
}


# The best of several runs, each of a second: others on the machine only ever
# make them worse.

best() { # LABEL CONNECTIONS METRIC...
    local label=$1 connections=$2 metric order

    shift 2

    for metric; do
        case $metric in
        rate)
            order=-gr
            ;;
        *)
            order=-g
            ;;
        esac

        record pages "$label" "$metric" "$connections" \
            "$(sort $order "$work/$label.$metric" | head -1)"
        rm "$work/$label.$metric"
    done
}


# redis-benchmark with the commands of a lookup, on the same socket, with as
# many in one write as the module had: lookups a second.

redis_benchmark() { # DEPTH
    local command rates=()

    for command in "hmget numbered:__rand_int__ tier name status until
        not_before" "pttl numbered:__rand_int__"
    do
        # shellcheck disable=SC2086
        rates+=("$(redis-benchmark -s "$work/redis.sock" -c 1 -P "$1" \
                   -n $(($1 > 16 ? 4 * lookups : lookups)) -r "$lookups" \
                   --csv $command | tail -1 | cut -d, -f2 | tr -d '"')")
    done

    awk -v a="${rates[0]}" -v b="${rates[1]}" \
        'BEGIN { printf "%.0f\n", (a && b ? a * b / (a + b) : 0) }' \
        >> "$work/redis-benchmark.rate"
    echo "$1" >> "$work/redis-benchmark.depth"
}


# A page with a lookup beside one without, in turn.  The readers of "new" and
# "cold" have not been seen before; the others are so few that they have.

measure_lookups() {
    local name connections i lookups=100000

    $quick && lookups=40000

    load_members $((rounds * lookups))
    perl "$parts/readers.pl" numbered "$lookups" | redis --pipe > /dev/null
    perl "$parts/readers.pl" tokens $((rounds * lookups)) "$work/key" \
        $((rounds * lookups)) > "$work/turn"
    tail -1000 "$work/turn" > "$work/turn.few"

    for connections in 1 64 512; do
        set_defaults
        zone=512m
        configure a token
        configure b lookup
        configure z known

        if ! launch a || ! launch b || ! launch z; then
            halt a; halt b; halt z
            return 1
        fi

        client "${port_of[z]}" /static/tiny.html 2000 "tokens=$work/turn.few"

        for ((i = 0; i < rounds; i++)); do
            step "lookups: $connections connections"
            pages_of a token $connections "$work/turn.few" 0
            pages_of b lookup $connections "$work/turn.few" 0
            pages_of z known $connections "$work/turn.few" 0
            pages_of a new $connections "$work/turn" $((i * lookups))
            pages_of z cold $connections "$work/turn" $((i * lookups))
            redis_benchmark "$(tail -1 "$work/cold.depth")"
        done

        for name in token lookup known new cold; do
            best $name $connections rate cpu redis commands depth
        done

        best redis-benchmark $connections rate depth
        halt a
        halt b
        halt z
    done

    rm -f "$work/turn" "$work/turn.few"
    load_members 1
}


measure_changes() {
    local times=300

    $quick && times=50
    set_defaults
    workers=2
    configure z known
    launch z || { halt z; return 1; }
    step "changes: from redis-cli to both workers"
    one_change $times alone > "$work/changes"

    load_members 100000
    perl "$parts/readers.pl" stream 100000 "$work/redis.sock" 1000 &
    helpers+=($!)
    step "changes: while 1,000 others change a second"
    one_change $times "among 1,000 a second" >> "$work/changes"
    kill "${helpers[-1]}"
    wait "${helpers[-1]}" 2>/dev/null
    unset 'helpers[-1]'

    load_members 1
    halt z
}


one_change() { # TIMES NAME
    perl "$parts/changes.pl" "${port_of[z]}" "$work/redis.sock" \
        "$(head -1 "$work/tokens")" $workers "$1" "$2"
}
