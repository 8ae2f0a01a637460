# patron member import


member_import()
{
    options "$redis_options" "print dry-run" "$@"
    arguments 1 "patron member import FILE|-"
    connection
    make_scratch

    if [ "${args[0]}" = - ]; then
        cat > "$scratch/standard input"
    else
        readable "${args[0]}"
        cat -- "${args[0]}" > "$scratch/${args[0]##*/}" \
            || die 1 "cannot read ${args[0]}"
    fi

    cd "$scratch" || exit
    set -- *

    ask PING
    import_step "$1" ask /dev/null > .ask
    "${redis[@]}" --no-raw < .ask > .answers

    if [ -n "${opt[dry-run]:-}" ]; then
        import_step "$1" show .answers
        return
    fi

    import_step "$1" apply .answers > .commands

    if [ -n "${opt[print]:-}" ]; then
        cat .commands
        return
    fi

    import_step "$1" show .answers > .said
    "${redis[@]}" --no-raw < .commands > .answers

    ! grep '^(error)' .answers > .errors \
        || die 1 "Redis: $(head -n 1 .errors)"
    [ "$(grep -c '^(integer)' .answers)" = "$(grep -c . .commands)" ] \
        || die 1 "Redis: the connection was lost: import once more"

    tail -n 1 .said
}


import_step()
{
    helper import "$1" "$prefix" "$2" < "$3" || exit
}
