# patron gift

verbs="link list"


usage_gift()
{
    cat <<'END'
Usage: patron gift link PATH --key FILE [--kid ID] [--ttl TIME|--until WHEN]
       patron gift list [--sub SUB] [--period PERIOD]

link prints "gift=...", to be put behind the "?" of the article at PATH: whoever
opens it reads that one article, wherever patron_gift is on (14d).  It is nobody's
gift and counts for nobody.

list prints how many each patron has given, by period: 2026-11, 2026-W47,
2026-11-22, or the first second of a period of your own.

Redis options: patron --help.
END
}


gift_link()
{
    options "key kid ttl until" "" "$@"
    arguments 1 "patron gift link PATH"

    [[ ${args[0]} == /* && ${args[0]} != *[?#[:cntrl:]\ ]* ]] \
        || die 2 "a path begins with '/' and has no '?', '#' or space"

    link_signed gift path "${args[0]}" $((14 * 86400))

    printf 'gift=%s\n' "$REPLY"
}


gift_list()
{
    local period sub

    options "$redis_options sub period" "print" "$@"
    arguments 0 "patron gift list takes options only"
    connection

    period=${opt[period]:-*}
    sub=*

    [[ $period == '*' || $period =~ ^[0-9W-]+$ ]] \
        || die 2 "not a period: $period"

    if [ -n "${opt[sub]:-}" ]; then
        check_sub "${opt[sub]}"
        percent_encode "${opt[sub]}"
        sub=$REPLY
    fi

    pattern_of "${prefix}gift:"
    set -- --scan --pattern "$REPLY$period:$sub"

    if [ -n "${opt[print]:-}" ]; then
        print_line "$@"
        return
    fi

    ask PING

    # SCAN may give a key twice.  A key that no gift can have is not shown.

    "${redis[@]}" "$@" | sed -n '/^[]!#-[^-~]*$/p' | sort -u | {
        printf '%-12s %-24s %6s\n' PERIOD SUB GIFTS
        gift_rows
    }
}


# Prints the gifts whose keys come on standard input.

gift_rows()
{
    local keys line n=0 name

    mapfile -t keys
    [ ${#keys[@]} -gt 0 ] || return 0

    while IFS= read -r line; do
        name=${keys[n++]#"${prefix}gift:"}

        if [[ $line == "(error) "* ]]; then
            clean "$name: ${line#(error) }"
            printf 'patron: %s\n' "$REPLY" >&2
            continue
        fi

        unquote "$line"
        line=$REPLY
        percent_decode "${name#*:}"
        clean "$REPLY"
        printf '%-12s %-24s %6s\n' "${name%%:*}" "$REPLY" "$line"

    done < <(printf 'GET "%s"\n' "${keys[@]}" | "${redis[@]}" --no-raw 2>&1)

    [ "$n" -eq ${#keys[@]} ] || die 1 "Redis: the connection was lost"
}
