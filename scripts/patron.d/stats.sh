# patron stats

verbs="show"


usage_stats()
{
    cat <<'END'
Usage: patron stats show [YYYY-MM-DD] [--json]

What was counted that day (today, UTC): banners and campaigns with a chart of
how often each was shown, then everything else.  Joined are those who became
members after they had followed the campaign.  JSON has the counters by their
names in Redis.

Redis options: patron --help.
END
}


stats_show()
{
    local line field='' day name most=1 bar n
    local -A count=() names=() all=()

    options "$redis_options" "print json" "$@"
    [ ${#args[@]} -le 1 ] || die 2 "patron stats show [YYYY-MM-DD]"
    day=${args[0]:-$(date +%F)}
    helper day "$day" || exit
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "${prefix}stats:$day"
        return
    fi

    ask HGETALL "${prefix}stats:$day"
    [[ $REPLY == *\"* ]] || die 1 "nothing was counted on $day"

    while IFS= read -r line; do
        unquote "${line#*) }"

        if [ -z "$field" ]; then
            field=$REPLY
            continue
        fi

        name=${field#*.}
        [[ $field == batch.* ]] || all[$field]=$REPLY

        case $field in
        batch.*) ;;
        shown.*|clicked.*|dismissed.*|granted.*:*)
            names[$name]=1
            count[$field]=$REPLY
            [[ $field != shown.* || $REPLY -le $most ]] || most=$REPLY
            ;;
        *) count[other.$field]=$REPLY ;;
        esac

        field=
    done <<< "$REPLY"

    if [ -n "${opt[json]:-}" ]; then
        stats_json
        return
    fi

    printf '%-32s %9s %9s %9s %9s\n' "$day" shown clicked dismissed joined

    for name in "${!names[@]}"; do
        n=${count[shown.$name]:-0}
        printf -v bar '%*s' $((n * 24 / most)) ''
        printf '%-32s %9d %9d %9d %9d  %s\n' "$name" "$n" \
            "${count[clicked.$name]:-0}" "${count[dismissed.$name]:-0}" \
            "${count[granted.$name]:-0}" "${bar// /#}"
    done | sort -k2,2nr -k1,1

    for name in "${!count[@]}"; do
        [[ $name != other.* ]] \
            || printf '%-32s %9d\n' "${name#other.}" "${count[$name]}"
    done | sort
}


stats_json()
{
    local comma=

    printf '{"day": "%s", "counters": {' "$day"

    for name in "${!all[@]}"; do
        [[ ${all[$name]} =~ ^[0-9]+$ ]] || continue
        json_text "$name"
        printf '%s\n  %s: %d' "$comma" "$REPLY" "${all[$name]}"
        comma=,
    done

    printf '\n}}\n'
}
