# patron campaign

verbs="add edit list show publish take-down remove preview"

. "$lib/link.sh"


usage_campaign()
{
    cat <<'END'
Usage: patron campaign add SLOT:NAME html=@FILE [FIELD=VALUE ...]
       patron campaign edit SLOT:NAME
       patron campaign list [--json]
       patron campaign show|publish|take-down|remove SLOT:NAME
       patron campaign preview SLOT:NAME --key FILE [--kid ID] [--ttl TIME]

add writes fields of the campaign, those named alone; FIELD=@FILE takes a
file's content.  It is seen once it is published, and changes are live at once.
What the module would refuse is refused here, with the reason, and not written.

  html url status weight priority from until for cap variant_of if_VARIABLE

edit opens the HTML in $VISUAL or $EDITOR (vi).  list shows drafts too: those
that were made here, and all of them to a user who may SCAN.

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
    local -a fields=() words=()

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
            readable "${value#@}"
            value=$(cat -- "${value#@}")
        fi

        fields+=("$name" "$value")
        words+=("$name=$value")
    done

    [ ${#fields[@]} -gt 0 ] || die 2 "no field is given"

    campaign_check "${words[@]}"
    change HSET "$key" "${fields[@]}"
    change SADD "${prefix}campaigns:known" "${args[0]}"
    said "${args[0]} is written"
}


# Would the module take the campaign, with these fields over those it has?

campaign_check()
{
    ask HGETALL "$key"
    printf '%s\n' "$REPLY" | helper campaign "${args[0]}" "$@" || exit
}


campaign_must_exist()
{
    ask EXISTS "$key"
    [ "$REPLY" = "(integer) 1" ] || die 1 "no such campaign: ${args[0]}"
}


# What is refused is not lost: the file stays where it is.

campaign_edit()
{
    local file before html

    options "$redis_options" "" "$@"
    campaign_name
    campaign_must_exist

    file=$(mktemp "${TMPDIR:-/tmp}/patron-campaign.XXXXXX") \
        || die 1 "no place for a temporary file"

    before=$("${redis[@]}" --raw HGET "$key" html) || die 1 "Redis: $before"
    printf '%s\n' "$before" > "$file"

    # An editor may come with options.

    # shellcheck disable=SC2086
    ${VISUAL:-${EDITOR:-vi}} "$file" || die 1 "the editor failed: $file"
    html=$(cat -- "$file")

    if [ "$html" = "$before" ]; then
        rm -f -- "$file"
        said "nothing has changed"
        return
    fi

    ask HGETALL "$key"
    printf '%s\n' "$REPLY" | helper campaign "${args[0]}" "html=$html" \
        || die 1 "what you wrote is in $file"
    change HSET "$key" html "$html"
    rm -f -- "$file"
    said "${args[0]} is written"
}


# Drafts are in a set of their own, so that who may not SCAN, and read the names
# of members, sees them as well.

campaign_list()
{
    local line

    options "$redis_options" "print json" "$@"
    arguments 0 "patron campaign list"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line SMEMBERS "${prefix}campaigns"
        return
    fi

    make_scratch
    campaign_set campaigns > "$scratch/published"
    campaign_set campaigns:known > "$scratch/known"
    pattern_of "${prefix}campaign:"
    "${redis[@]}" --scan --pattern "$REPLY*:*" > "$scratch/scan" 2>/dev/null \
        || : > "$scratch/scan"

    {
        cat "$scratch/published" "$scratch/known"

        while IFS= read -r line; do
            printf '%s\n' "${line#"${prefix}campaign:"}"
        done < "$scratch/scan"
    } | sort -u > "$scratch/names"

    ask_all "$scratch/names" HGETALL "${prefix}campaign:" \
        | helper campaigns "$scratch/names" "$scratch/published" "$(format)"
}


campaign_set()
{
    local line

    ask SMEMBERS "$prefix$1"

    while IFS= read -r line; do
        [[ $line == *\"* ]] || continue
        unquote "${line#*) }"
        printf '%s\n' "$REPLY"
    done <<< "$REPLY"
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
    campaign_must_exist
    campaign_check
    change SADD "${prefix}campaigns" "${args[0]}"
    said "${args[0]} is published"
}


campaign_take-down()
{
    options "$redis_options" "print" "$@"
    campaign_name
    change SREM "${prefix}campaigns" "${args[0]}"
    [ "$REPLY" != 0 ] || die 1 "not published: ${args[0]}"
    said "${args[0]} is down"
}


campaign_remove()
{
    options "$redis_options" "print" "$@"
    campaign_name
    campaign_must_exist
    change SREM "${prefix}campaigns" "${args[0]}"
    change SREM "${prefix}campaigns:known" "${args[0]}"
    change DEL "$key"
    said "${args[0]} is deleted"
}


campaign_preview()
{
    options "$redis_options key kid ttl until" "" "$@"
    campaign_name
    link_argument patron_preview preview "campaign=${args[0]}" 12h
}
