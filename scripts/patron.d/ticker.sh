# patron ticker

verbs="set show"


usage_ticker()
{
    cat <<'END'
Usage: patron ticker set NAME VALUE
       patron ticker show NAME [--json]

The text that ${ticker:NAME} stands for in campaigns and banners.

Redis options: patron --help.
END
}


ticker_set()
{
    options "$redis_options" "print" "$@"
    arguments 2 "patron ticker set NAME VALUE"
    [[ ${args[0]} =~ ^[A-Za-z0-9_.-]+$ ]] \
        || die 2 "a ticker's name has letters, digits, '_', '.' and '-' alone"
    check_name "${args[1]}" "the value"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line SET "${prefix}ticker:${args[0]}" "${args[1]}"
        return
    fi

    ask SET "${prefix}ticker:${args[0]}" "${args[1]}"
    said "${args[0]} is written"
}


ticker_show()
{
    options "$redis_options" "print json" "$@"
    arguments 1 "patron ticker show NAME"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line GET "${prefix}ticker:${args[0]}"
        return
    fi

    ask GET "${prefix}ticker:${args[0]}"
    [[ $REPLY == \"* ]] || die 1 "no such ticker: ${args[0]}"
    unquote "$REPLY"
    [ -z "${opt[json]:-}" ] || json_object "${args[0]}" "$REPLY"
    printf '%s\n' "$REPLY"
}
