# Redis, by redis-cli.

redis_options="redis password-file ca cert cert-key prefix"


# Keeps the unreserved characters of RFC 3986, as the module does for the parts
# of a key that come from outside.

percent_encode()
{
    local i c

    REPLY=

    for ((i = 0; i < ${#1}; i++)); do
        c=${1:i:1}

        case $c in
        [A-Za-z0-9._~-]) REPLY+=$c ;;
        *) printf -v REPLY '%s%%%02X' "$REPLY" "'$c" ;;
        esac
    done
}


# The redis-cli line for the URL, in redis[].  A password may stand in the URL,
# so that it goes through a pipe.

connection()
{
    local url=${opt[redis]:-${PATRON_REDIS:-redis://127.0.0.1:6379}}
    local -a words

    prefix=${opt[prefix]:-${PATRON_PREFIX:-patron:}}

    [[ ${#prefix} -le 64 && $prefix != *[!\ -~]* ]] \
        || die 2 "the prefix is 1 to 64 printable characters"

    url=$(printf '%s' "$url" | helper url) || exit
    mapfile -t words < <(printf '%s\n' "$url")

    password=${words[0]}
    redis=(redis-cli "${words[@]:1}")

    if [ -n "${opt[ca]:-}" ]; then
        readable "${opt[ca]}"
        redis+=(--cacert "${opt[ca]}")
    fi

    if [ -n "${opt[cert]:-}${opt[cert-key]:-}" ]; then
        [ -n "${opt[cert]:-}" ] && [ -n "${opt[cert-key]:-}" ] \
            || die 2 "--cert and --cert-key go together"
        readable "${opt[cert]}"
        readable "${opt[cert-key]}"
        redis+=(--cert "${opt[cert]}" --key "${opt[cert-key]}")
    fi

    if [ -n "${opt[password-file]:-}" ]; then
        first_line "${opt[password-file]}"
        password=$REPLY
    fi

    command -v redis-cli >/dev/null || die 1 "redis-cli is not installed"

    if [ -n "$password" ]; then
        export REDISCLI_AUTH=$password
    fi
}


# A word as a shell would read it back.

quoted()
{
    if [[ $1 =~ ^[A-Za-z0-9_./:@%+=,~-]+$ && $1 != ~* ]]; then
        REPLY=$1
    else
        REPLY=\'${1//\'/\'\\\'\'}\'
    fi
}


print_line()
{
    local word line=

    for word in "${redis[@]}" "$@"; do
        quoted "$word"
        line+="${line:+ }$REPLY"
    done

    printf '%s\n' "$line"
}


# Runs a command that changes something, or prints it.  Its answer is a number,
# in REPLY.

change()
{
    if [ -n "${opt[print]:-}" ]; then
        print_line "$@"
        REPLY=1
        return
    fi

    ask "$@"

    [[ $REPLY =~ ^\(integer\)\ ([0-9]+)$ ]] \
        || die 1 "Redis: unexpected answer: $REPLY"
    REPLY=${BASH_REMATCH[1]}
}


# Runs a command.  Its answer as redis-cli shows it to a person is in REPLY:
# quoted, so that an error cannot be mistaken.

ask()
{
    REPLY=$("${redis[@]}" --no-raw "$@" 2>&1) \
        || die 1 "Redis: $REPLY"

    case $REPLY in
    "(error) NOAUTH"*) die 1 "Redis wants a password (NOAUTH):" \
        "--password-file FILE, and a user in --redis redis://USER@HOST" \
        "(or \$PATRON_REDIS)" ;;
    "(error) "*) die 1 "Redis: ${REPLY#(error) }" ;;
    "Could not connect"*|"AUTH failed"*) die 1 "Redis: ${REPLY%%$'\n'*}" ;;
    esac
}


# A string as redis-cli quotes it, unquoted; empty for (nil).

unquote()
{
    local s=$1

    if [[ $s == \"*\" ]]; then
        s=${s#\"}
        s=${s%\"}
        s=${s//\\\\/\\x5c}
        printf -v REPLY '%b' "${s//\\\"/\\x22}"
        clean "$REPLY"
    else
        REPLY=
    fi
}


# The fields of a member, in member[]: tier name status until.

fields()
{
    local line

    member=()

    while IFS= read -r line; do
        unquote "${line#*) }"
        member+=("$REPLY")
    done <<< "$1"
}


# The record in key, whose fields are shown; $1, where it is given, is the set that
# says if it is published.

show_hash()
{
    local line i name= published=
    local -a record=()

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "$key"
        return
    fi

    if [ -n "${1:-}" ]; then
        ask SISMEMBER "$prefix$1" "${args[0]}"
        [ "$REPLY" = "(integer) 1" ] && published=true || published=false
    fi

    ask HGETALL "$key"
    [[ $REPLY == *\"* ]] || die 1 "no such $group: ${args[0]}"

    while IFS= read -r line; do
        unquote "${line#*) }"

        if [ -z "$name" ]; then
            name=$REPLY
        else
            record+=("$name" "$REPLY")
            name=
        fi
    done <<< "$REPLY"

    if [ -n "${opt[json]:-}" ]; then
        json_object "${record[@]}"
        printf '%s\n' "{${published:+\"published\": $published, }${REPLY#\{}"
        return
    fi

    case $published in
    true) set -- "(published)" yes ;;
    false) set -- "(published)" no ;;
    esac

    for ((i = 0; i < ${#record[@]}; i += 2)); do
        case ${record[i]} in
        from|until) dated "${record[i + 1]}"; record[i + 1]=$REPLY ;;
        esac
    done

    printf '%-12s %s\n' "$@" "${record[@]}"
}


# The record in key must be there, else $1 is the status and $2 what is said of it.

must_exist()
{
    ask EXISTS "$key"
    [ "$REPLY" = "(integer) 1" ] \
        || die "${1:-1}" "${2:-no such $kind:} ${args[0]}"
}


# The record in key goes, and its name from the set $1.

remove_hash()
{
    local named

    change SREM "$prefix$1" "${args[0]}"
    named=$REPLY
    change DEL "$key"
    [ -n "${opt[print]:-}" ] || [ "$named$REPLY" != 00 ] \
        || die 1 "no such $kind: ${args[0]}"
}


# A pattern of SCAN that means these very characters.

pattern_of()
{
    REPLY=${1//\\/\\\\}
    REPLY=${REPLY//\*/\\*}
    REPLY=${REPLY//\?/\\?}
    REPLY=${REPLY//\[/\\[}
}


# The keys that begin with $1 behind the prefix, in the file $2: all of them, or
# those that go on as the pattern $3 has it.

scan()
{
    local pattern

    pattern_of "$prefix$1"
    pattern=$REPLY${3:-*}

    if [ -n "${opt[print]:-}" ]; then
        print_line --scan --pattern "$pattern"
        return
    fi

    scan_keys "$pattern" "$2" || die 1 "$(sed -n '1s/^patron: //p' "$2.said")"
}


# The keys of a pattern, in the file $2, each once; where Redis does not say, why
# is in $2.said.

scan_keys()
{
    helper scan "$1" "${redis[@]}" --no-raw > "$2.scan" 2> "$2.said" || return
    sorted "$2" < "$2.scan"
}


# Standard input, each line once, in the file $1: all of it, or nothing is done
# with the half of it that a full disk has taken.

sorted()
{
    sort -u > "$1" 2>/dev/null || die 1 "cannot write $1: is the disk full?"
}


# The same command, $2 and the words behind it, for each name in the file $1,
# of the key that begins with $3; its answers as redis-cli shows them.

ask_all()
{
    helper commands "$2" "$3" "${@:4}" < "$1" | "${redis[@]}" --no-raw
}
