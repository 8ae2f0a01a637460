# shellcheck shell=bash
#
# What rest, quiet pages, articles read and an experiment add to a page with a
# campaign, for a reader without cookies and for one who has those of a visit.


# What there is in Redis: one campaign, and what the case adds.

appeals_of() { # CASE
    local i

    redis flushall > /dev/null
    perl "$parts/campaigns.pl" one "$parts/banner.html" | redis --pipe \
        > /dev/null

    case $1 in
    rest | all)
        redis hset patron:slot:bench dismiss 30 > /dev/null
        redis hset patron:appeals dismiss 7 > /dev/null
        ;;&
    quiet | all)
        for i in {1..20}; do
            redis sadd patron:quiet "/obituaries/$i/"
        done > /dev/null
        ;;
    experiment)
        for i in {2..10}; do
            redis hset "patron:campaign:bench:c$i" html "$banner" \
                variant_of c1
            redis sadd patron:campaigns "bench:c$i"
        done > /dev/null
        ;;
    esac
}


# Workers learn of campaigns when they have begun.

appeals_are_there() { # PATH
    local i

    for i in {1..100}; do
        curl -s "http://localhost:${port_of[cg]}$1" | grep -qF "$banner" \
            && return
        sleep 0.1
    done

    warn "the campaign is not shown"
    return 1
}


# The cookies of a reader who has seen the page twice.

appeals_cookies() { # PATH
    local i

    rm -f "$work/jar"

    for i in 1 2; do
        curl -s -o /dev/null -c "$work/jar" -b "$work/jar" \
            -A "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko" \
            "http://localhost:${port_of[cg]}$1"
    done

    awk '$0 !~ /^# / && NF >= 7 { printf "%s%s=%s", n++ ? "; " : "", $6, $7 }' \
        "$work/jar"
}


# The least of several runs, as for campaigns.

measure_appeals() { # CASE VARIANT
    local case=$1 reader i count=200 path=/static/100k.html cookies=

    appeals_of "$case"

    set_defaults
    master=off
    configure cg "$2"
    launch_callgrind cg || { halt cg; return 1; }
    appeals_are_there "$path" || { halt cg; return 1; }

    for reader in new back; do
        step "callgrind: appeals, $case, $reader"

        if [ $reader = back ]; then
            cookies=$(appeals_cookies "$path")
        fi

        for i in 0 1 2; do
            client "${port_of[cg]}" "$path" $count "cookies=$cookies" \
                && mark cg || break

            [ "$i" -eq 0 ] || echo $((marked / count))
        done > "$work/runs"

        record appeals "$case" "$reader" 100k \
            "$(sort -g "$work/runs" | head -1)"
    done

    halt cg
}
