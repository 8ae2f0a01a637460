# patron member

verbs="add show list extend pause resume revoke signout remove erase"

. "$lib/erase.sh"


usage_member()
{
    cat <<'END'
Usage: patron member add SUB [--tier TIER] [--name NAME] [--ttl TIME|--until WHEN]
       patron member extend SUB --ttl TIME|--until WHEN
       patron member show|pause|resume|revoke|signout|remove|erase SUB
       patron member list [--status STATUS] [--tier TIER]

  --tier TIER    a word, as in "patron_access gold"
  --name NAME    for a thank-you that knows the reader's name
  --ttl TIME     90s 15m 12h 30d 2w 1y: from now; with extend, from the end of
                 the membership, or from now where that has passed
  --until WHEN   2027-01-31, "2027-01-31 18:00" (UTC), unix seconds
  --status STATUS  list these only: active grace paused revoked lapsed

erase removes the record and all else that Redis keeps about the member: articles
read, gifts given, devices.  It prints the keys.

SUB is the "sub" of the member's token.  A member without an end is a member
for good.  Redis options: patron --help.
END
}


member_key()
{
    arguments 1 "patron member ${verb} SUB"
    check_sub "${args[0]}"
    connection
    percent_encode "${args[0]}"
    key=${prefix}member:$REPLY
}


# No command may bring a member to life by the way.

member_must_exist()
{
    ask EXISTS "$key"
    [ "$REPLY" = "(integer) 1" ] || die 1 "no such member: ${args[0]}"
}


member_add()
{
    local set=()

    options "$redis_options tier name ttl until" "print" "$@"
    member_key

    if [ -n "${opt[tier]:-}" ]; then
        check_tier "${opt[tier]}"
        set+=(tier "${opt[tier]}")
    fi

    if [ -n "${opt[name]:-}" ]; then
        check_name "${opt[name]}"
        set+=(name "${opt[name]}")
    fi

    now
    end_wanted "$REPLY"
    [ -z "$REPLY" ] || set+=(until "$REPLY")

    # A record needs one field at least.

    [ ${#set[@]} -gt 0 ] || set=(status active)

    change HSET "$key" "${set[@]}"
}


member_extend()
{
    local at from end ttl

    options "$redis_options ttl until" "print" "$@"
    member_key
    [ -n "${opt[ttl]:-}${opt[until]:-}" ] || die 2 "--ttl or --until is missing"

    now
    at=$REPLY
    member_must_exist

    ask HMGET "$key" until
    fields "$REPLY"
    from=${member[0]}
    [[ $from =~ ^[0-9]{1,11}$ && $from -gt $at ]] || from=$at
    end_wanted "$from"
    end=$REPLY

    ask TTL "$key"
    ttl=$REPLY

    change HSET "$key" until "$end"

    # A record that expires by itself must live as long as the membership.

    if [ "$ttl" != "(integer) -1" ]; then
        change EXPIREAT "$key" "$end"
    fi

    [ -n "${opt[print]:-}" ] \
        || printf 'until %(%Y-%m-%d %H:%M)T UTC\n' "$end"
}


member_pause()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    change HSET "$key" status paused
}


member_resume()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    change HSET "$key" status active
}


member_revoke()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    change HSET "$key" status revoked
}


member_signout()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    now
    change HSET "$key" not_before "$REPLY"
}


member_remove()
{
    options "$redis_options" "print" "$@"
    member_key
    change DEL "$key"
    [ "$REPLY" = 1 ] || die 1 "no such member: ${args[0]}"
}


# The state that a record gives its member, in REPLY.

state_of()
{
    local status=$1 until=$2

    case $status in
    paused|revoked) REPLY=$status ;;
    *) REPLY=${status:-active} ;;
    esac

    if [[ $until =~ ^[0-9]{1,11}$ && $until -le $at \
          && $REPLY != revoked && $REPLY != paused ]]
    then
        REPLY=lapsed
    fi
}


until_shown()
{
    if [[ $1 =~ ^[0-9]{1,11}$ ]]; then
        printf -v REPLY '%(%Y-%m-%d %H:%M)T' "$1"
    else
        REPLY=${1:--}
    fi
}


member_show()
{
    local line name='' status='' until=''

    options "$redis_options" "print" "$@"
    member_key

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "$key"
        return
    fi

    now
    at=$REPLY
    ask HGETALL "$key"
    [[ $REPLY == *\"* ]] || die 1 "no such member: ${args[0]}"

    while IFS= read -r line; do
        line=${line#*) }
        unquote "$line"

        if [ -z "$name" ]; then
            name=$REPLY
            continue
        fi

        case $name in
        status) status=$REPLY ;;
        until) until=$REPLY ;;
        esac

        if [[ $name == until || $name == not_before ]]; then
            line=$REPLY
            until_shown "$REPLY"
            [ "$REPLY" = "$line" ] || REPLY="$line  ($REPLY UTC)"
        fi

        printf '%-12s %s\n' "$name" "$REPLY"
        name=
    done <<< "$REPLY"

    state_of "$status" "$until"
    printf '%-12s %s\n' "(state)" "$REPLY"

    ask TTL "$key"
    [[ $REPLY == "(integer) -"* ]] \
        || printf '%-12s in %s seconds\n' "(expires)" "${REPLY#(integer) }"
}


# Prints the members whose keys come on standard input.  The commands go to one
# redis-cli, whose answers are four lines a member, or one that is an error.

member_rows()
{
    local keys line n sub row=()

    mapfile -t keys
    [ ${#keys[@]} -gt 0 ] || return 0

    n=0

    while IFS= read -r line; do
        if [[ $line == "(error) "* ]]; then
            clean "${keys[n++]}: ${line#(error) }"
            printf 'patron: %s\n' "$REPLY" >&2
            continue
        fi

        [[ $line =~ ^[1-4]\)\  ]] || continue

        unquote "${line#*) }"
        row+=("$REPLY")
        [ ${#row[@]} -eq 4 ] || continue

        percent_decode "${keys[n++]#"${prefix}member:"}"
        clean "$REPLY"
        sub=$REPLY
        state_of "${row[2]}" "${row[3]}"

        if [[ -z ${opt[status]:-} || $REPLY == "${opt[status]}" ]] \
            && [[ -z ${opt[tier]:-} || ${row[0]} == "${opt[tier]}" ]]
        then
            line=$REPLY
            until_shown "${row[3]}"
            printf '%-24s %-10s %-8s %-16s %s\n' "$sub" "${row[0]:--}" \
                "$line" "$REPLY" "${row[1]}"
        fi

        row=()

    done < <(printf 'HMGET "%s" tier name status until\n' "${keys[@]}" \
             | "${redis[@]}" --no-raw 2>&1)

    [ "$n" -eq ${#keys[@]} ] || die 1 "Redis: the connection was lost"
}


member_list()
{
    options "$redis_options status tier" "print" "$@"
    arguments 0 "patron member list takes options only"
    connection

    pattern_of "${prefix}member:"
    set -- --scan --pattern "$REPLY*"

    if [ -n "${opt[print]:-}" ]; then
        print_line "$@"
        return
    fi

    ask PING
    now
    at=$REPLY

    # SCAN may give a key twice.  A key that no member can have is not shown.

    "${redis[@]}" "$@" \
        | sed -n '/^[]!#-[^-~]*$/p' | sort -u | {
            printf '%-24s %-10s %-8s %-16s %s\n' \
                SUB TIER STATE 'UNTIL (UTC)' NAME
            member_rows
        }
}
