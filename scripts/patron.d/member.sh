# patron member

verbs="add show list count import extend pause resume revoke signout remove erase"

. "$lib/erase.sh"
. "$lib/import.sh"


usage_member()
{
    cat <<'END'
Usage: patron member add SUB [--tier TIER] [--name NAME] [--ttl TIME|--until WHEN]
                             [--gave TIME] [--no-tier] [--no-name] [--no-end]
       patron member extend SUB --ttl TIME|--until WHEN
       patron member resume SUB [--revoked]
       patron member show SUB [--json]
       patron member pause|revoke|signout|remove|erase SUB
       patron member list [--status STATUS] [--tier TIER] [--ending TIME]
                          [--sort sub|until] [--json]
       patron member count [--status STATUS] [--tier TIER] [--ending TIME] [--json]
       patron member import FILE|- [--dry-run]

  --tier TIER    a word, as in "patron_access gold"
  --name NAME    for a thank-you that knows the reader's name
  --ttl TIME     90s 15m 12h 30d 2w 1y (a year of the calendar): from now; with
                 extend, from the end of the membership, or from now where that
                 has passed
  --until WHEN   2027-01-31, that day included; "2027-01-31 18:00" (UTC), unix
                 seconds
  --gave TIME    gave once, and is not asked for so long: of one who has no record
                 a supporter, which is no membership
  --no-tier, --no-name, --no-end
                 take it off the record
  --revoked      resume a member who was revoked, too
  --status STATUS  these only: active grace paused revoked lapsed
                 supporter
  --ending TIME  those only whose membership ends within that time: 7d
  --sort until   who ends first comes first

import reads CSV, with the names of the columns in its first line, or JSON: sub,
and any of tier, name, status, until, gave_until, grace_until, not_before.  It
sets what the file says and leaves the rest, members whom it does not name too;
null in JSON takes a field away.  --dry-run shows what would change.  A file with
a mistake changes nothing.

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
    local word end gave=
    local -a set=() unset=()

    options "$redis_options tier name ttl until gave" \
        "print no-tier no-name no-end" "$@"
    member_key

    if [ -n "${opt[tier]:-}" ]; then
        check_tier "${opt[tier]}"
        set+=(tier "${opt[tier]}")
    fi

    if [ -n "${opt[name]:-}" ]; then
        check_name "${opt[name]}"
        set+=(name "${opt[name]}")
    fi

    end_wanted ''
    end=$REPLY
    [ -z "$end" ] || set+=(until "$end")

    # A supporter becomes a member by what makes one, and a gift makes none.

    if [ -n "${opt[tier]:-}$end" ]; then
        supporter_joins
    elif [ -n "${opt[gave]:-}" ]; then
        ask EXISTS "$key"
        [ "$REPLY" = "(integer) 1" ] || set+=(status supporter)
    fi

    if [ -n "${opt[gave]:-}" ]; then
        gave=$(helper end '' "${opt[gave]}" '') || exit
        set+=(gave_until "$gave")
    fi

    for word in tier name until; do
        [ -n "${opt[no-${word/until/end}]:-}" ] || continue
        [[ " ${set[*]} " != *" $word "* ]] \
            || die 2 "--no-${word/until/end} and a value for it: one of them"
        unset+=("$word")
    done

    # A record needs one field at least; a status that it has is left alone.

    if [ ${#set[@]} -gt 0 ]; then
        change HSET "$key" "${set[@]}"
        [ -z "$end" ] || outlive "$end"
        [ -z "$gave" ] || outlive "$gave"
    elif [ ${#unset[@]} -eq 0 ]; then
        change HSETNX "$key" status active
    fi

    # Nobody is to lapse because a record has lost its last field.

    if [ ${#unset[@]} -gt 0 ]; then
        change HSETNX "$key" status active
        change HDEL "$key" "${unset[@]}"
    fi

    said "${args[0]} is in Redis: patron member show shows the record"
}


supporter_joins()
{
    ask HGET "$key" status
    unquote "$REPLY"
    [ "$REPLY" != supporter ] || change HSET "$key" status active
}


# A record that expires by itself must live as long as the membership.

outlive()
{
    local ttl

    [ -z "${opt[print]:-}" ] || return 0

    ask TTL "$key"
    ttl=${REPLY#"(integer) "}
    now

    if [ "$ttl" -ge 0 ] && [ $((REPLY + ttl)) -lt "$1" ]; then
        change EXPIREAT "$key" "$1"
    fi
}


# The end of a membership: of the record, or of its key where that comes first.

member_extend()
{
    local at from end ttl

    options "$redis_options ttl until" "print" "$@"
    member_key
    [ -n "${opt[ttl]:-}${opt[until]:-}" ] || die 2 "--ttl or --until is missing"

    now
    at=$REPLY
    member_must_exist

    ask TTL "$key"
    ttl=${REPLY#"(integer) "}

    ask HMGET "$key" until
    fields "$REPLY"
    from=${member[0]}

    if ! [[ $from =~ ^[0-9]{1,11}$ ]]; then
        [ "$ttl" -ge 0 ] || die 1 "${args[0]} is a member without an end:" \
            "nothing to extend (patron member add gives it one)"
        from=$((at + ttl))
    fi

    end_wanted "$((from > at ? from : at))"
    end=$REPLY

    [ "$end" -ge "$from" ] || die 1 "${args[0]} is a member until" \
        "$(printf '%(%Y-%m-%d %H:%M)T' "$from") UTC already, which is later" \
        "(patron member add sets an earlier end)"

    supporter_joins
    change HSET "$key" until "$end"

    if [ "$ttl" -ge 0 ] && [ $((at + ttl)) -lt "$end" ]; then
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
    said "${args[0]} is paused"
}


# A revocation has had its reason: it is not lifted by the way.

member_resume()
{
    options "$redis_options" "print revoked" "$@"
    member_key
    member_must_exist

    if [ -z "${opt[revoked]:-}" ]; then
        ask HGET "$key" status
        unquote "$REPLY"
        [ "$REPLY" != revoked ] || die 1 "${args[0]} was revoked:" \
            "patron member resume ${args[0]} --revoked lifts that"
    fi

    change HSET "$key" status active
    said "${args[0]} is active"
}


member_revoke()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    change HSET "$key" status revoked
    said "${args[0]} is revoked"
}


member_signout()
{
    options "$redis_options" "print" "$@"
    member_key
    member_must_exist
    now
    change HSET "$key" not_before "$REPLY"
    said "${args[0]} is signed out: what was issued until now is dead"
}


member_remove()
{
    options "$redis_options" "print" "$@"
    member_key
    change DEL "$key"
    [ "$REPLY" = 1 ] || die 1 "no such member: ${args[0]}"
    said "${args[0]} is removed"
}


# The state that a record gives its member, in REPLY: by its status, until,
# gave_until and grace_until, as the module takes them: words in any case, one that
# is none is a pause, and what is no time has passed.

state_of()
{
    local until gave grace

    end_of "$2" 99999999999
    until=$REPLY
    end_of "$3" 0
    gave=$REPLY
    end_of "$4" 0
    grace=$REPLY

    REPLY=${1:-active}
    REPLY=${REPLY,,}

    case $REPLY in
    revoked) return ;;
    supporter) REPLY=lapsed ;;
    active|grace)
        if [ "$until" -le "$at" ]; then
            REPLY=lapsed
            [ "$grace" -le "$at" ] || REPLY=grace
        fi
        ;;
    *) REPLY=paused ;;
    esac

    if [[ $REPLY == lapsed || $REPLY == paused ]] && [ "$gave" -gt "$at" ]; then
        REPLY=supporter
    fi
}


# A time in seconds, in REPLY: $2 where there is none or 0.

end_of()
{
    REPLY=${1:-0}

    if [[ ! $REPLY =~ ^[0-9]{1,14}$ ]]; then
        REPLY=1
        return
    fi

    REPLY=$((10#$REPLY))
    [ "$REPLY" -lt 100000000000 ] || REPLY=$((REPLY / 1000))
    [ "$REPLY" != 0 ] || REPLY=$2
}


member_show()
{
    local line name='' status='' until='' gave='' grace='' state ttl fields
    local -a record=()

    options "$redis_options" "print json" "$@"
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
        gave_until) gave=$REPLY ;;
        grace_until) grace=$REPLY ;;
        esac

        record+=("$name" "$REPLY")

        if [[ $name == *until || $name == not_before ]]; then
            dated "$REPLY"
        fi

        [ -n "${opt[json]:-}" ] || printf '%-12s %s\n' "$name" "$REPLY"
        name=
    done <<< "$REPLY"

    state_of "$status" "$until" "$gave" "$grace"
    state=$REPLY
    ask TTL "$key"
    ttl=${REPLY#(integer) }
    [[ $ttl != -* ]] || ttl=

    if [ -n "${opt[json]:-}" ]; then
        json_object "${record[@]}"
        fields=$REPLY
        json_object sub "${args[0]}" state "$state"
        printf '%s, %s"record": %s}\n' "${REPLY%?}" \
            "${ttl:+\"expires_in\": $ttl, }" "$fields"
        return
    fi

    printf '%-12s %s\n' "(state)" "$state"
    [ -z "$ttl" ] || printf '%-12s in %s seconds\n' "(expires)" "$ttl"
}


member_list()
{
    options "$redis_options status tier sort ending" "print json" "$@"
    arguments 0 "patron member list takes options only"
    member_rows "$(format)"
}


member_count()
{
    options "$redis_options status tier ending" "print json" "$@"
    arguments 0 "patron member count takes options only"

    if [ -n "${opt[json]:-}" ]; then
        member_rows count-json
    else
        member_rows count
    fi
}


# The members that are asked for, as a table, JSON or sums.

member_rows()
{
    local batch=200

    case ${opt[status]:-active} in
    active|grace|paused|revoked|lapsed|supporter) ;;
    *) die 2 "no such status: ${opt[status]} (active, grace, paused," \
        "revoked, lapsed or supporter)" ;;
    esac

    case ${opt[sort]:-sub} in
    sub|until) ;;
    *) die 2 "members are sorted by sub or until, not by ${opt[sort]}" ;;
    esac

    [ -z "${opt[tier]:-}" ] || check_tier "${opt[tier]}"

    connection
    make_scratch
    scan member: "$scratch/keys"
    [ -z "${opt[print]:-}" ] || return 0

    # who may not run scripts asks for one after the other

    [ "$("${redis[@]}" EVAL 'return 1' 0 2>&1)" = 1 ] || batch=1

    helper batches "$batch" < "$scratch/keys" | "${redis[@]}" --no-raw \
        | helper members "$scratch/keys" "${prefix}member:" "$1" \
            "${opt[status]:-}" "${opt[tier]:-}" "${opt[sort]:-sub}" \
            "${opt[ending]:-}" "$batch"
}
