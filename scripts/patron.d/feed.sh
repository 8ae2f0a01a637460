# patron feed

verbs="link list revoke"


usage_feed()
{
    cat <<'END'
Usage: patron feed link SUB [PATH] --key FILE [--kid ID] [--networks N]
       patron feed list SUB [--json]
       patron feed revoke SUB ID|all

link prints "patron_feed=...", to be put behind the "?" of the feed at PATH
(/feed/): whoever reads it there reads what the member may, from at most N networks
a day (10).  It opens no pages.

list prints the addresses that a member has: id, path, networks a day, made when.

revoke takes one of them back, or all: from then on who reads it is a guest.

Redis options: patron --help.
END
}


# The key of the member's addresses, in key.

feed_key()
{
    check_sub "${args[0]}"
    connection
    percent_encode "${args[0]}"
    key=${prefix}feed:$REPLY
}


feed_link()
{
    local key id path networks

    options "$redis_options key kid networks" "print" "$@"
    [ ${#args[@]} -gt 1 ] || args+=(/feed/)
    arguments 2 "patron feed link SUB [PATH]"

    path=${args[1]}
    networks=${opt[networks]:-10}

    [[ $path == /* && $path != *[#[:cntrl:]\ ]* ]] \
        || die 2 "a path begins with '/' and has no '#' or space"
    [[ $networks =~ ^[1-9][0-9]{0,2}$ && $networks -le 100 ]] \
        || die 2 "--networks is 1 to 100"
    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"

    now
    id=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n').$REPLY

    feed_key

    REPLY=$(helper link "${opt[key]}" "${opt[kid]:-}" feed 3650d '' \
        "path=$path" "sub=${args[0]}" "jti=$id") || exit
    set -- "patron_feed=$REPLY"

    change HSET "$key" "$id" "$networks $path"
    [ -n "${opt[print]:-}" ] || printf '%s\n' "$1"
}


feed_list()
{
    local key id value objects=()

    options "$redis_options" "print json" "$@"
    arguments 1 "patron feed list SUB"
    feed_key

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "$key"
        return
    fi

    ask HGETALL "$key"

    while IFS=$'\t' read -r id value; do
        [[ -n $id && $id != net:* ]] || continue

        printf -v REPLY '%(%F)T' "${id##*.}" 2>/dev/null || REPLY=-

        if [ -n "${opt[json]:-}" ]; then
            json_object id "$id" path "${value#* }" networks "${value%% *}" \
                made "$REPLY"
            objects+=("$REPLY")
        else
            clean "$id  ${value#* }  ${value%% *}  $REPLY"
            printf '%s\n' "$REPLY"
        fi
    done < <(pairs "$REPLY" | sort)

    [ -z "${opt[json]:-}" ] || json_list "${objects[@]}"
}


# The fields of a hash, as redis-cli shows them, each in a line with its value.

pairs()
{
    local line name=

    while IFS= read -r line; do
        [[ $line == *\"* ]] || continue
        unquote "${line#*) }"

        if [ -z "$name" ]; then
            name=$REPLY
        else
            printf '%s\t%s\n' "$name" "$REPLY"
            name=
        fi
    done <<< "$1"
}


feed_revoke()
{
    local key

    options "$redis_options" "print" "$@"
    arguments 2 "patron feed revoke SUB ID|all"
    feed_key

    if [ "${args[1]}" = all ]; then
        change DEL "$key"
    else
        change HDEL "$key" "${args[1]}" "net:${args[1]}"
    fi

    [ -n "${opt[print]:-}" ] || [ "$REPLY" != 0 ] \
        || die 1 "no such address: ${args[0]} ${args[1]}"
    said "taken back"
}
