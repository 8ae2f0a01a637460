# patron gift

verbs="link list revoke"

. "$lib/link.sh"


usage_gift()
{
    cat <<'END'
Usage: patron gift link PATH --key FILE [--kid ID] [--ttl TIME|--until WHEN]
       patron gift list [--sub SUB] [--period PERIOD] [--json]
       patron gift revoke LINK|-

link prints "gift=...", to be put behind the "?" of the article at PATH: whoever
opens it reads that one article, wherever patron_gift is on (14d).  It is nobody's
gift and counts for nobody.

list prints how many each patron has given, by period: 2026-11, 2026-W47,
2026-11-22, or the first second of a period of your own.

revoke takes a link back: whoever opens it meets the wall.  Give the whole link,
or its argument; "-" reads it from standard input.  It is remembered until the
link would have ended.

Redis options: patron --help.
END
}


gift_link()
{
    options "key kid ttl until" "" "$@"
    arguments 1 "patron gift link PATH"

    [[ ${args[0]} == /* && ${args[0]} != //* \
       && ${args[0]} != *[?#[:cntrl:]\ ]* ]] \
        || die 2 "a path begins with one '/' and has no '?', '#' or space"

    link_argument gift gift "path=${args[0]}" 14d
}


gift_list()
{
    local period sub=\*

    options "$redis_options sub period" "print json" "$@"
    arguments 0 "patron gift list takes options only"
    connection

    period=${opt[period]:-*}
    check_period "$period"

    if [ -n "${opt[sub]:-}" ]; then
        check_sub "${opt[sub]}"
        percent_encode "${opt[sub]}"
        sub=$REPLY
    fi

    make_scratch
    scan gift: "$scratch/keys" "$period:$sub"
    [ -z "${opt[print]:-}" ] || return 0

    ask_all "$scratch/keys" GET '' \
        | helper gifts "$scratch/keys" "${prefix}gift:" \
            "$(format)"
}


gift_revoke()
{
    local link end id left

    options "$redis_options" "print" "$@"
    arguments 1 "patron gift revoke LINK|-"

    if [ "${args[0]}" = - ]; then
        link=$(helper gift) || exit
    else
        link=$(printf '%s' "${args[0]}" | helper gift) || exit
    fi

    read -r end id <<< "$link"

    # Clocks differ by a minute at most, as the module takes it.

    left=$((end + 60 - $(date +%s)))
    [ "$left" -gt 0 ] || die 1 "this link has ended already"

    connection
    percent_encode "$id"

    if [ -n "${opt[print]:-}" ]; then
        print_line SET "${prefix}revoked:$REPLY" 1 EX "$left"
        return
    fi

    ask SET "${prefix}revoked:$REPLY" 1 EX "$left"
    echo "taken back"
}


# As the module names them: a month, a week, a day, or the first second.

check_period()
{
    case $1 in
    '*') ;;
    ????-??-??) helper day "$1" || exit ;;
    *)
        [[ $1 =~ ^[0-9]{4}-(0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-3]))$ \
           || $1 =~ ^[0-9]{1,12}$ ]] || die 2 "not a period: $1"
        ;;
    esac
}
