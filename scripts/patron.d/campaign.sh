# patron campaign

verbs="add list show publish take-down preview"


usage_campaign()
{
    cat <<'END'
Usage: patron campaign add SLOT:NAME html=@FILE [FIELD=VALUE ...]
       patron campaign list
       patron campaign show|publish|take-down SLOT:NAME
       patron campaign preview SLOT:NAME --key FILE [--kid ID] [--ttl TIME]

add writes fields of the campaign, those named alone; FIELD=@FILE takes a
file's content.  It is seen once it is published, and changes are live at once.

  html url status weight priority from until for cap variant_of if_VARIABLE

preview prints "patron_preview=...", to be put behind the "?" of any page that
has the slot: whoever opens it sees the campaign before it starts (12h).

Redis options: patron --help.
END
}


# The name of a campaign, in args[0].

campaign_name()
{
    [[ ${args[0]:-} =~ ^[^:[:cntrl:]]+:[[:print:]]+$ && ${#args[0]} -le 120 ]] \
        || die 2 "patron campaign $verb SLOT:NAME"
    connection
    key=${prefix}campaign:${args[0]}
}


campaign_add()
{
    local word name value
    local -a fields=()

    options "$redis_options" "print" "$@"
    campaign_name

    for word in "${args[@]:1}"; do
        name=${word%%=*}
        value=${word#*=}

        [[ $word == *=* ]] || die 2 "a field and its value is wanted: $word"

        case $name in
        html|url|status|weight|priority|from|until|for|cap|variant_of) ;;
        if_?*) ;;
        *) die 2 "unknown field: $name (patron campaign --help)" ;;
        esac

        if [[ $value == @* ]]; then
            [ -f "${value#@}" ] || die 1 "no such file: ${value#@}"
            value=$(cat "${value#@}")
        fi

        fields+=("$name" "$value")
    done

    [ ${#fields[@]} -gt 0 ] || die 2 "no field is given"
    change HSET "$key" "${fields[@]}"
}


campaign_list()
{
    local line

    options "$redis_options" "print" "$@"
    arguments 0 "patron campaign list"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line SMEMBERS "${prefix}campaigns"
        return
    fi

    ask SMEMBERS "${prefix}campaigns"

    while IFS= read -r line; do
        [[ $line == *\"* ]] || continue
        unquote "${line#*) }"
        printf '%s\n' "$REPLY"
    done <<< "$REPLY" | sort
}


campaign_show()
{
    local line name=

    options "$redis_options" "print" "$@"
    campaign_name

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "$key"
        return
    fi

    ask SISMEMBER "${prefix}campaigns" "${args[0]}"
    printf '%-12s %s\n' "(published)" \
        "$([ "$REPLY" = "(integer) 1" ] && echo yes || echo no)"

    ask HGETALL "$key"
    [[ $REPLY == *\"* ]] || die 1 "no such campaign: ${args[0]}"

    while IFS= read -r line; do
        unquote "${line#*) }"

        if [ -z "$name" ]; then
            name=$REPLY
            continue
        fi

        printf '%-12s %s\n' "$name" "$REPLY"
        name=
    done <<< "$REPLY"
}


campaign_publish()
{
    options "$redis_options" "print" "$@"
    campaign_name

    if [ -z "${opt[print]:-}" ]; then
        ask EXISTS "$key"
        [ "$REPLY" = "(integer) 1" ] || die 1 "no such campaign: ${args[0]}"
    fi

    change SADD "${prefix}campaigns" "${args[0]}"
}


campaign_take-down()
{
    options "$redis_options" "print" "$@"
    campaign_name
    change SREM "${prefix}campaigns" "${args[0]}"
    [ "$REPLY" != 0 ] || die 1 "not published: ${args[0]}"
}


campaign_preview()
{
    options "$redis_options key kid ttl until" "" "$@"
    campaign_name
    link_signed preview campaign "${args[0]}" $((12 * 3600))

    printf 'patron_preview=%s\n' "$REPLY"
}
