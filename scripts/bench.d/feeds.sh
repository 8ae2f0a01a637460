# shellcheck shell=bash
#
# Feeds of 50 items and 300 KB, by form: cut for the first time, cut before, and
# whole for a member, beside bare nginx.


make_feeds() {
    local feed

    for feed in cdata.rss escaped.rss atom.atom xhtml.atom json.json; do
        perl "$parts/feed.pl" "${feed%.*}" > "$pages/$feed" || return 1
        record feeds size - "${feed%.*}" "$(wc -c < "$pages/$feed")"
    done

    touch -d '1 hour ago' "$pages"/*.rss "$pages"/*.atom "$pages"/*.json
}


# Instructions of a feed: the least of several runs, as for growth.

feed_costs() { # WHAT TAG SOURCE [CLIENT OPTION...]
    local what=$1 tag=$2 source=$3 count=10 feed i

    shift 3

    for feed in cdata.rss escaped.rss atom.atom xhtml.atom json.json; do
        step "feeds: $what, $feed"

        for i in 0 1 2; do
            client "${port_of[$tag]}" "/$source/$feed" "$count" "$@" \
                && mark "$tag" || break
            [ "$i" -eq 0 ] || echo $((marked / count))
        done > "$work/runs"

        record feeds "$what" - "${feed%.*}" "$(sort -g "$work/runs" | head -1)"
    done
}


# Is it cut, and for a member as it is?

feeds_are_right() { # TAG SOURCE
    local feed url

    for feed in cdata.rss escaped.rss atom.atom xhtml.atom json.json; do
        url=http://127.0.0.1:${port_of[$1]}/$2/$feed
        curl -s "$url" > "$work/got"
        [ "$(grep -o 'Join us' "$work/got" | wc -l)" -eq 50 ] || return 1
        curl -s -b "patron=$(head -1 "$work/tokens")" "$url" \
            | cmp -s - "$pages/$feed" || return 1
    done
}


measure_feeds() {
    local name

    set_defaults
    master=off
    make_feeds || return 1
    configure cg bare

    if launch_callgrind cg; then
        feed_costs bare cg static
        feed_costs bare-token cg static "tokens=$work/tokens"
        feed_costs bare-proxy cg proxy
    fi

    halt cg

    for name in feeds feeds-first; do
        configure cg $name
        launch_callgrind cg || { halt cg; return 1; }

        if ! feeds_are_right cg static; then
            warn "$name: a feed is not right, not measured"

        elif [ $name = feeds ]; then
            feed_costs again cg static
            feed_costs member cg static "tokens=$work/tokens"

        else
            feed_costs first cg proxy
        fi

        halt cg
    done
}
