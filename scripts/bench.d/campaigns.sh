# shellcheck shell=bash
#
# What it costs to choose among a hundred campaigns of a slot, over a slot of
# one: for a browser that has been here, and for browsers that are all new.


# The ranks of a slot are made when a worker is idle: until it does nothing, or
# half a minute has passed, as what it does each second may fall into each look.

wait_for_idle() { # PID
    local before=-1 now i

    for ((i = 0; i < 60; i++)); do
        now=$(cpu_ns "$1")
        [ "$now" != "$before" ] || return 0
        before=$now
        sleep 0.5
    done
}


# The least of several runs: counters on their way to Redis, once a second, are
# no part of a page.

measure_campaigns() { # SET
    local set=$1 browsers i count=300

    redis flushall > /dev/null
    perl "$parts/campaigns.pl" "$set" "$parts/banner.html" | redis --pipe \
        > /dev/null

    set_defaults
    master=off
    configure cg campaign
    launch_callgrind cg || { halt cg; return 1; }
    wait_for_idle "${pid_of[cg]}"

    for browsers in seen new; do
        step "callgrind: campaigns, $set, browsers $browsers"

        for i in 0 1 2 3; do
            client "${port_of[cg]}" "/static/100k.html?section=s3" $count \
                "browsers=$browsers" skip=$((i * count)) && mark cg || break

            [ "$i" -eq 0 ] || echo $((marked / count))
        done > "$work/runs"

        record campaigns "$set" "$browsers" 100k \
            "$(sort -g "$work/runs" | head -1)"
    done

    halt cg
}
