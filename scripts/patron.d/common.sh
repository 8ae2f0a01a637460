# What all commands need: their arguments, words and times.

die()
{
    local status=$1

    shift
    builtin printf 'patron: %s\n' "$*" >&2
    exit "$status"
}


# What cannot be written, on a full disk for one, must not end in silence.

printf()
{
    if [ "$1" = -v ]; then
        builtin printf "$@"
        return
    fi

    builtin printf "$@" 2>/dev/null || die 1 "cannot write"
}


# The usage of a command, and no more.

helped()
{
    "$1" 2>/dev/null || die 1 "cannot write"
    exit 0
}


# Sorts the arguments into opt[] and args[].  $1 lists the options that take a
# value, $2 those that do not.

options()
{
    local valued=" $1 " plain=" $2 " name value

    shift 2

    while [ $# -gt 0 ]; do
        case $1 in

        --)
            shift
            args+=("$@")
            return
            ;;

        --*)
            name=${1#--}
            value=
            shift

            case $name in
            *=*)
                value=${name#*=}
                name=${name%%=*}
                [[ $valued == *" $name "* ]] \
                    || die 2 "unknown option --$name"
                ;;
            *)
                if [[ $valued == *" $name "* ]]; then
                    [ $# -gt 0 ] || die 2 "--$name needs a value"
                    value=$1
                    shift
                elif [[ $plain == *" $name "* ]]; then
                    value=1
                else
                    die 2 "unknown option --$name"
                fi
                ;;
            esac

            [ -n "$value" ] || die 2 "--$name is empty"
            opt[$name]=$value
            ;;

        *)
            args+=("$1")
            shift
            ;;
        esac
    done
}


# How many arguments are left must be how many are wanted.

arguments()
{
    [ ${#args[@]} -eq "$1" ] || die 2 "$2"
}


# The words that cannot be a tier, for they are a level, a state or an audience.

check_tier()
{
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ && ${#1} -le 256 ]] \
        || die 2 "a tier is one word of letters, digits, '_', '.' and '-': $1"

    case $1 in
    free|metered|members|guest|patron|all|invalid|expired|lapsed|paused|revoked \
    |supporter|grace)
        die 2 "\"$1\" cannot be a tier: it means something else" ;;
    esac
}


check_name()
{
    local what=${2:-the name}

    [ ${#1} -le 256 ] || die 2 "$what is longer than 256 bytes"
    [[ $1 != *[[:cntrl:]]* ]] || die 2 "control characters in $what"
    printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1 \
        || die 2 "$what is not UTF-8"
}


check_sub()
{
    [[ -n $1 && ${#1} -le 128 && $1 != *[!\ -~]* ]] \
        || die 2 "a member's sub is 1 to 128 printable ASCII bytes"
}


# Runs patron-helper, which has the module's own parsers and keys: beside the
# other parts, where scripts/build puts it, or where the package does.

helper()
{
    local place

    for place in "$lib" "${BUILD:-$lib/../../build}" \
        /usr/libexec/ngx-http-patron
    do
        if [ -x "$place/patron-helper" ]; then
            "$place/patron-helper" "$@"
            return
        fi
    done

    die 1 "patron-helper is not there: scripts/build makes it"
}


# The end that --ttl or --until ask for, --ttl counted from $1 (now, if it is
# empty); empty if neither was given.

end_wanted()
{
    REPLY=$(helper end "$1" "${opt[ttl]:-}" "${opt[until]:-}") || exit
}


# A file's first line, in REPLY.

first_line()
{
    readable "$1"
    IFS= read -r REPLY < "$1" || [ -n "$REPLY" ] || die 1 "$1 is empty"
}


readable()
{
    [ -e "$1" ] || die 1 "no such file: $1"
    [ ! -d "$1" ] || die 1 "a directory, not a file: $1"
    [ -r "$1" ] || die 1 "cannot read $1"
}


# A directory for files of this run, in scratch.

make_scratch()
{
    scratch=$(mktemp -d) || die 1 "no place for temporary files"
    # shellcheck disable=SC2064 # it is this directory
    trap "rm -rf '$scratch'" EXIT
}


# What has been done, for a person: a pipe is told nothing.

said()
{
    [ ! -t 1 ] || [ -n "${opt[print]:-}" ] || printf '%s\n' "$*"
}


now()
{
    printf -v REPLY '%(%s)T' -1
}


# A time in unix seconds, with its date for a person, in REPLY; what is none is left
# as it is.

dated()
{
    REPLY=$1
    [[ ! $1 =~ ^[0-9]{1,11}$ ]] \
        || printf -v REPLY '%s  (%(%Y-%m-%d %H:%M)T UTC)' "$1" "$1"
}


# Text from outside as a terminal may show it: no control characters.

clean()
{
    REPLY=${1//[[:cntrl:]]/ }
    REPLY=${REPLY//$'\xc2'[$'\x80'-$'\x9f']/ }
}


# A text as JSON has it, in REPLY; an object of names and texts; and a list of such
# objects.

json_text()
{
    clean "$1"
    REPLY=${REPLY//\\/\\\\}
    REPLY=\"${REPLY//\"/\\\"}\"
}


json_object()
{
    local name object=

    while [ $# -gt 0 ]; do
        json_text "$1"
        name=$REPLY
        json_text "$2"
        object+="${object:+, }$name: $REPLY"
        shift 2
    done

    REPLY="{$object}"
}


json_list()
{
    local IFS=

    printf '['

    while [ $# -gt 0 ]; do
        printf '\n  %s%s' "$1" "${2:+,}"
        shift
    done

    printf '\n]\n'
}


# How a list is to be shown.

format()
{
    if [ -n "${opt[json]:-}" ]; then
        echo json
    else
        echo table
    fi
}
