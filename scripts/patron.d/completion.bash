# Completion for patron, in bash: source it, or put it where bash-completion
# looks, as "patron".

_patron()
{
    local word=${COMP_WORDS[COMP_CWORD]} group=${COMP_WORDS[1]:-}
    local last=${COMP_WORDS[COMP_CWORD - 1]} help words

    # Commands and options are those that patron's own help names.

    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$(patron --help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p' \
            | sort -u)
    else
        help=$(patron "$group" --help 2>/dev/null)

        if [ "$COMP_CWORD" -eq 2 ]; then
            words=$(patron --help 2>/dev/null \
                | sed -n "s/^  $group \([a-z-]*\).*/\1/p")
        elif [[ $last == --status ]]; then
            words='active grace paused revoked lapsed supporter'
        elif [[ $word == -* ]]; then
            words=$(printf '%s\n' "$help" | grep -o -e '--[a-z][a-z-]*' \
                | sort -u)
            words+=' --redis --password-file --ca --cert --cert-key --prefix --print'
        fi
    fi

    mapfile -t COMPREPLY < <(compgen -W "${words:-}" -- "$word")

    # Elsewhere a file's name.

    [ -n "${words:-}" ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

complete -o filenames -F _patron patron
