# shellcheck shell=bash
#
# Where peers are wrong on the page: a banner behind the first article, on pages
# on which the words of its end tag stand elsewhere, too.


start_pieces() {
    local i

    port_of[trickle]=$(free_port)
    perl "$parts/pieces.pl" "${port_of[trickle]}" "$parts/hostile.html" \
        > "$work/pieces.log" 2>&1 &
    helpers+=($!)

    for ((i = 0; i < 100; i++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/${port_of[trickle]}") 2>/dev/null \
            && return 0
        sleep 0.05
    done

    warn "no upstream for hostile pages"
    return 1
}


# right; nowhere: the page has no banner; elsewhere.  sub_filter writes the end tag
# in letters of its own, which is no other place.

judge_page() { # PEER N FILE
    local verdict

    verdict=$(perl -0777 -e '
        my ($n, $banner, $right, $got) = @ARGV;
        ($banner, $right, $got) = map {
            open my $f, "<", $_ or die "$_: $!\n"; <$f> // ""
        } $banner, $right, $got;
        $right = (split /\0/, $right)[$n - 1];
        print lc $got eq lc $right ? "right"
            : index($got, $banner) < 0 ? "nowhere" : "elsewhere";
        ' "$2" "$parts/banner.html" "$work/right" "$3")
    record wrong "$1" - "$2" "$verdict"
}


measure_peer() { # VARIANT
    local name=$1 n

    set_defaults
    configure z "$name"
    launch z || { halt z; return 1; }
    step "hostile pages: $name"

    for ((n = 1; n <= $(wc -l < "$work/hostile"); n++)); do
        curl -s -m 10 "http://127.0.0.1:${port_of[z]}/trickle/$n" > "$work/got"
        judge_page "$name" "$n" "$work/got"
    done

    halt z
}


# Cloudflare's rewriter, out of npm where there is one: see install_lol_html.

measure_lol_html() {
    local n

    [ -d "$lol_html" ] || { warn "lol-html is left out: no npm"; return; }
    step "hostile pages: lol-html"

    for ((n = 1; n <= $(wc -l < "$work/hostile"); n++)); do
        node "$parts/lol-html.js" "$lol_html" "$parts/hostile.html" "$n" \
            "$parts/banner.html" > "$work/got" 2> "$work/output"
        judge_page lol-html "$n" "$work/got"
    done
}


measure_wrong() {
    local name

    perl "$parts/pieces.pl" list "$parts/hostile.html" > "$work/hostile"
    perl "$parts/pieces.pl" right "$parts/hostile.html" \
        "$parts/banner.html" > "$work/right"
    start_pieces || return

    for name in $(picked sub-1 subs njs-banner lua-banner) behind; do
        [ "$name" != behind ] || [ -e "$module" ] || continue
        measure_peer "$name"
    done

    measure_lol_html
}
