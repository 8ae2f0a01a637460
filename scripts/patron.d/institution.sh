# patron institution

verbs="add show list remove"

. "$lib/addresses.sh"


usage_institution()
{
    cat <<'END'
Usage: patron institution add NAME [--address ADDRESSES] [--addresses FILE|-]
                                   [--tier TIER] [--label TEXT]
                                   [--ttl TIME | --until DATE] [--draft]
       patron institution show NAME [--json]
       patron institution list [--json]
       patron institution remove NAME

Readers who come from the addresses read as a patron of the tier, from the next
page on, where patron_institutions is on.  add writes what is given alone; the
addresses replace those there were.  They are single ones, CIDRs and ranges, of
IPv4 and IPv6, with commas, spaces or lines between them:

  192.0.2.7, 192.0.2.0/24, 198.51.100.1-198.51.100.9, 2001:db8::/32

What is none is refused, and nothing written.  --draft writes it without
publishing it.

Redis options: patron --help.
END
}


# The name of an institution, in args[0].

institution_name()
{
    arguments 1 "patron institution $verb NAME"
    [[ ${args[0]} =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ && ${#args[0]} -le 120 ]] \
        || die 2 "a name is one word of letters, digits, '_', '.' and '-'"
    connection
    key=${prefix}institution:${args[0]}
    kind=institution
}


institution_add()
{
    local -a fields=()

    options "address addresses tier label ttl until $redis_options" \
        "print draft" "$@"
    institution_name

    if [ -n "${opt[tier]:-}" ]; then
        check_tier "${opt[tier]}"
        fields+=(tier "${opt[tier]}")
    fi

    if [ -n "${opt[label]:-}" ]; then
        check_name "${opt[label]}"
        fields+=(label "${opt[label]}")
    fi

    end_wanted ""
    [ -z "$REPLY" ] || fields+=(until "$REPLY")

    if [ -n "${opt[address]:-}${opt[addresses]:-}" ]; then
        address_fields
        fields+=("${address_fields[@]}")
    fi

    if [ ${#fields[@]} -gt 0 ]; then
        change HSET "$key" "${fields[@]}"
        [ -z "${address_fields+set}" ] || forget_addresses

    elif [ -z "${opt[print]:-}" ]; then
        must_exist 2 "no field is given for"
    fi

    [ -n "${opt[draft]:-}" ] || change SADD "${prefix}institutions" "${args[0]}"
    said "${args[0]} is written"
}


institution_show()
{
    options "$redis_options" "print json" "$@"
    institution_name
    show_hash institutions
}


institution_list()
{
    options "$redis_options" "print json" "$@"
    arguments 0 "patron institution list"
    connection
    list_hashes institution institutions
}


institution_remove()
{
    options "$redis_options" "print" "$@"
    institution_name
    remove_hash institutions
    said "${args[0]} is removed"
}
