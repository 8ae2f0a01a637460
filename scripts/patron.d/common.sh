# What all commands need: their arguments, words and times.

die()
{
    local status=$1

    shift
    printf 'patron: %s\n' "$*" >&2
    exit "$status"
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
    free|metered|members|guest|patron|all|invalid|expired|lapsed|paused|revoked)
        die 2 "\"$1\" cannot be a tier: it means something else" ;;
    esac
}


check_name()
{
    [ ${#1} -le 256 ] || die 2 "the name is longer than 256 bytes"
    [[ $1 != *[[:cntrl:]]* ]] || die 2 "control characters in the name"
    printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1 \
        || die 2 "the name is not UTF-8"
}


check_sub()
{
    [[ -n $1 && ${#1} -le 128 && $1 != *[!\ -~]* ]] \
        || die 2 "a member's sub is 1 to 128 printable ASCII bytes"
}


# Seconds in $1: a number and one of s m h d w y.

duration()
{
    local n

    [[ $1 =~ ^([0-9]{1,9})([smhdwy])$ ]] \
        || die 2 "not a time: $1 (such as 90s 15m 12h 30d 2w 1y)"

    n=$((10#${BASH_REMATCH[1]}))

    case ${BASH_REMATCH[2]} in
    s) REPLY=$n ;;
    m) REPLY=$((n * 60)) ;;
    h) REPLY=$((n * 3600)) ;;
    d) REPLY=$((n * 86400)) ;;
    w) REPLY=$((n * 604800)) ;;
    y) REPLY=$((n * 31536000)) ;;
    esac

    [ "$REPLY" -gt 0 ] || die 2 "not a time: $1"
}


# Unix seconds of a date in $1.

moment()
{
    if [[ $1 =~ ^[0-9]{1,11}$ ]]; then
        REPLY=$((10#$1))
        return
    fi

    if [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}([T\ ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?$ ]]
    then
        REPLY=$(date -u -d "$1" +%s 2>/dev/null) && return
    fi

    die 2 "not a date: $1 (such as 2027-01-31 or \"2027-01-31 18:00\")"
}


# The end that --ttl or --until ask for, --ttl counted from $1; empty if
# neither was given.

end_wanted()
{
    REPLY=

    if [ -n "${opt[ttl]:-}" ]; then
        [ -z "${opt[until]:-}" ] || die 2 "--ttl and --until: one of them"
        duration "${opt[ttl]}"
        REPLY=$(($1 + REPLY))

    elif [ -n "${opt[until]:-}" ]; then
        moment "${opt[until]}"
    fi
}


now()
{
    printf -v REPLY '%(%s)T' -1
}


# Text from outside as a terminal may show it: no control characters.

clean()
{
    REPLY=${1//[[:cntrl:]]/ }
    REPLY=${REPLY//$'\xc2'[$'\x80'-$'\x9f']/ }
}


# A JSON string.

json()
{
    REPLY=${1//\\/\\\\}
    REPLY="\"${REPLY//\"/\\\"}\""
}
