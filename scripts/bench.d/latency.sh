# shellcheck shell=bash
#
# How long a reader waits for headers, the first byte and the last, beside bare
# nginx: under 200 connections, and of an upstream whose page comes in drops.

latency_variants="banner-end banner-again wall known-page"
drop=2048 drop_ms=20


# The medians over the rounds of what latency.pl says, and their spread.

record_latency() { # WHAT VARIANT FILE
    local what=$1 name=$2 i word

    for i in 1 2 3 4 5 6; do
        word=$(cut -d' ' -f$i "$3" | sort -g | awk '
            { v[NR] = $1 / 1000 }
            END {
                if (NR) {
                    printf "%.2f %.2f %.2f", v[int((NR + 1) / 2)], v[1], v[NR]
                }
            }')
        record "latency-$what" "$name" "$i" 100k "$word"
    done
}


# Its page states a level, for the wall that looks for one.

start_trickle() {
    local i

    sed 's|<title>|<meta property="article:content_tier" content="locked">&|' \
        "$pages/20k.html" > "$pages/trickle.html"

    port_of[trickle]=$(free_port)
    perl "$parts/trickle.pl" "${port_of[trickle]}" "$pages/trickle.html" $drop \
        $drop_ms > "$work/trickle.log" 2>&1 &
    helpers+=($!)

    for ((i = 0; i < 200; i++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/${port_of[trickle]}") 2>/dev/null \
            && return 0
        sleep 0.05
    done

    warn "the slow upstream did not start"
    return 1
}


# In turn, all variants running.

latency_round() { # WHAT PATH CONNECTIONS RATE SECONDS
    local what=$1 path=$2 connections=$3 rate=$4 long=$5 name token i

    for name in bare $latency_names; do
        : > "$work/latency.$name"
    done

    for ((i = 0; i < rounds; i++)); do
        step "latency: $what, round $((i + 1)) of $rounds"

        for name in bare $latency_names; do
            token=$(token_for "$name")
            perl "$parts/latency.pl" "${port_of[l-$name]}" "$path" \
                "$connections" "$rate" "$long" ${token:+"$token"} \
                >> "$work/latency.$name" \
                || warn "latency: $name, $what was not measured"
        done
    done

    for name in bare $latency_names; do
        record_latency "$what" "$name" "$work/latency.$name"
    done
}


measure_latency() {
    local name names latency_names=

    start_trickle || return

    names=$(picked $latency_variants)
    [ -z "$(picked wall)" ] || names+=" wall-meta wall-held"

    for name in bare $names; do
        set_defaults
        configure "l-$name" "$name"
        launch "l-$name" || { halt "l-$name"; continue; }
        [ "$name" = bare ] || latency_names+=" $name"
        client "${port_of[l-$name]}" /static/100k.html 20 2>/dev/null
    done

    latency_round static /static/100k.html 200 500 2
    latency_round proxy /proxy/100k.html 200 300 2
    latency_round trickle /trickle/20k.html 20 40 2

    for name in bare $latency_names; do
        halt "l-$name"
    done
}
