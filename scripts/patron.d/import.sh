# patron member import


member_import()
{
    local batch=200

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
    [ "$("${redis[@]}" EVAL 'return 1' 0 2>&1)" = 1 ] || batch=1
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

    # in one go: none of them waits for the one before

    "${redis[@]}" --pipe < .commands > .piped 2>&1

    [ "$(tail -n 1 .piped)" = "errors: 0, replies: $(grep -c . .commands)" ] \
        || die 1 "Redis: $(grep -v -m 1 -e '^All data' -e '^Last reply' \
            -e '^errors: ' .piped \
            || echo 'the connection was lost: import once more')"

    tail -n 1 .said
}


import_step()
{
    helper import "$1" "$prefix" "$2" "$batch" < "$3" || exit
}
