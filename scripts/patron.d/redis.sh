# Redis, by redis-cli.

redis_options="redis password-file ca prefix"


percent_decode()
{
    REPLY=${1//\\/\\\\}
    printf -v REPLY '%b' "${REPLY//%/\\x}"
}


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


# The redis-cli line for the URL, in redis[].

connection()
{
    local url=${opt[redis]:-${PATRON_REDIS:-redis://127.0.0.1:6379}}
    local rest login host

    prefix=${opt[prefix]:-${PATRON_PREFIX:-patron:}}
    redis=(redis-cli)
    password=

    case $url in

    unix:*)
        rest=${url#unix:}
        [[ $rest != //* ]] || rest=${rest#//}
        redis+=(-s "${rest%%\?*}")
        [[ $rest != *\?db=* ]] || redis+=(-n "${rest##*\?db=}")
        ;;

    redis://*|rediss://*)
        rest=${url#*://}

        if [[ $rest == *@* ]]; then
            login=${rest%@*}
            rest=${rest##*@}

            if [[ $login == *:* ]]; then
                percent_decode "${login#*:}"
                password=$REPLY
            fi

            percent_decode "${login%%:*}"
            [ -z "$REPLY" ] || redis+=(--user "$REPLY")
        fi

        if [[ $rest == */* ]]; then
            [[ ${rest#*/} =~ ^[0-9]*$ ]] \
                || die 2 "not a database number: ${rest#*/}"
            [ -z "${rest#*/}" ] || set -- -n "${rest#*/}"
            rest=${rest%%/*}
        else
            set --
        fi

        host=$rest

        if [[ $rest =~ ^(.*):([0-9]+)$ ]]; then
            host=${BASH_REMATCH[1]}
            set -- -p "${BASH_REMATCH[2]}" "$@"
        fi

        host=${host#[}
        host=${host%]}

        [ "${host:-127.0.0.1}" = 127.0.0.1 ] || redis+=(-h "$host")
        [ "$*" = "-p 6379" ] || redis+=("$@")

        if [[ $url == rediss:* ]]; then
            redis+=(--tls)
            [ -z "${opt[ca]:-}" ] || redis+=(--cacert "${opt[ca]}")
        fi
        ;;

    *)
        die 2 "not a Redis URL: it begins with redis://, rediss:// or unix:"
        ;;
    esac

    if [ -n "${opt[password-file]:-}" ]; then
        password=$(cat -- "${opt[password-file]}") \
            || die 1 "cannot read ${opt[password-file]}"
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


# A pattern of SCAN that means these very characters.

pattern_of()
{
    REPLY=${1//\\/\\\\}
    REPLY=${REPLY//\*/\\*}
    REPLY=${REPLY//\?/\\?}
    REPLY=${REPLY//\[/\\[}
}
