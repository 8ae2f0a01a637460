#compdef patron

# Completion for patron, in zsh: put it in a directory of $fpath, as "_patron".
# Commands and options are those that patron's own help names.

_patron()
{
    local group=${words[2]-}
    local -a offered

    if (( CURRENT == 2 )); then
        offered=(${(f)"$(patron --help 2>/dev/null \
            | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort -u)"})
    elif (( CURRENT == 3 )); then
        offered=(${(f)"$(patron --help 2>/dev/null \
            | sed -n "s/^  $group \([a-z-]*\).*/\1/p")"})
    elif [[ ${words[CURRENT-1]} == --status ]]; then
        offered=(active grace paused revoked lapsed supporter)
    elif [[ ${words[CURRENT]} == -* ]]; then
        offered=(${(fu)"$(patron $group --help 2>/dev/null \
            | grep -o -e '--[a-z][a-z-]*')"}
            --redis --password-file --ca --cert --cert-key --prefix --print)
    fi

    # Elsewhere a file's name.

    if (( ${#offered} )); then
        compadd -- $offered
    else
        _files
    fi
}

_patron "$@"
