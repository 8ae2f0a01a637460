# patron switch

verbs="show walls banners"


usage_switch()
{
    cat <<'END'
Usage: patron switch show [--json]
       patron switch walls open|closed
       patron switch banners on|off

Redis options: patron --help.
END
}


switch_show()
{
    options "$redis_options" "print json" "$@"
    arguments 0 "patron switch show"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line HMGET "${prefix}switches" walls banners
        return
    fi

    ask HMGET "${prefix}switches" walls banners
    fields "$REPLY"
    set -- walls "${member[0]:-closed}" banners "${member[1]:-on}"

    if [ -n "${opt[json]:-}" ]; then
        json_object "$@"
        printf '%s\n' "$REPLY"
    else
        printf '%-8s %s\n' "$@"
    fi
}


# $1 is the switch, $2 the word that is written down, $3 the word that takes it
# back; then the command's own arguments.

switch_set()
{
    local name=$1 written=$2 normal=$3

    shift 3
    options "$redis_options" "print" "$@"
    arguments 1 "patron switch $name $written|$normal"
    connection

    case ${args[0]} in
    "$written") change HSET "${prefix}switches" "$name" "$written" ;;
    "$normal") change HDEL "${prefix}switches" "$name" ;;
    *) die 2 "patron switch $name $written|$normal" ;;
    esac

    said "$name: ${args[0]}, from the next page on"
}


switch_walls()
{
    switch_set walls open closed "$@"
}


switch_banners()
{
    switch_set banners off on "$@"
}
