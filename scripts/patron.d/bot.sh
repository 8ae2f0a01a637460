# patron bot

verbs="add show list credit import remove key test"

. "$lib/addresses.sh"


usage_bot()
{
    cat <<'END'
Usage: patron bot add NAME [--address ADDRESSES] [--addresses FILE|-]
                           [--keys FILE] [--agent URL] [--ua WORD]
                           [--level LEVEL] [--purpose PURPOSE]
                           [--price MILLIONTHS] [--currency CODE] [--terms URL]
                           [--disallow PATHS] [--draft]
       patron bot show NAME [--json]
       patron bot list [--json]
       patron bot credit NAME [+|-]MILLIONTHS
       patron bot import NAME [FILE]
       patron bot remove NAME
       patron bot key FILE
       patron bot test URL --key FILE [--agent URL] [--max-price PRICE]

Crawlers are known by the addresses or the keys that they publish, where
patron_crawlers is on, from the next page on.  add writes what is given alone;
the addresses replace those there were.  LEVEL is what it may read: free,
metered, members, tiers, or all; PURPOSE is search, train, answer or archive.
PATHS is what robots.txt tells it to leave alone, as '/' or '/archive/ /search'.

import takes what a crawler's operator publishes, from a file or standard input:
a JWKS, or JSON with "prefixes" of "ipv4Prefix" and "ipv6Prefix".  A timer with
curl keeps them fresh; nginx itself never fetches anything.

credit sets what it may still spend, or adds to it and takes away from it.

key prints the JWKS of your own key in PEM ("openssl genpkey -algorithm ed25519
-out bot.pem").  test signs a request with it, and shows what came of it.

Redis options: patron --help.
END
}


# The name of a crawler, in args[0].

bot_name()
{
    [[ ${args[0]} =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ && ${#args[0]} -le 120 ]] \
        || die 2 "a name is one word of letters, digits, '_', '.' and '-'"
    connection
    key=${prefix}bot:${args[0]}
    kind=crawler
}


# Adds a field of that option, where it is given and looks as it should.

bot_field()
{
    local value=${opt[$1]:-}

    [ -n "$value" ] || return 0
    [[ $value =~ ^($2)$ ]] || die 2 "--$1: $3"
    fields+=("$1" "$value")
}


bot_add()
{
    local -a fields=()

    options "address addresses keys agent ua level purpose price currency terms \
disallow $redis_options" "print draft" "$@"
    arguments 1 "patron bot add NAME"
    bot_name

    bot_field agent 'https?://[!-~]+' "it is a URL"
    bot_field ua '[ -~]{1,120}' "it is a word of ASCII"
    bot_field level '[A-Za-z0-9_.,-]+' "it is a level"
    bot_field purpose 'search|train|answer|archive' \
        "it is search, train, answer or archive"
    bot_field price '[0-9]{1,12}' "it is a number of millionths"
    bot_field currency '[A-Za-z]{3}' "it has three letters"
    bot_field terms 'https?://[!-~]+' "it is a URL"
    bot_field disallow '/[^][*?#$ <>"\\^`{|}]*( +/[^][*?#$ <>"\\^`{|}]*)*' \
        "it has paths, each with a / at its beginning, and spaces between"

    if [ -n "${opt[keys]:-}" ]; then
        readable "${opt[keys]}"
        make_scratch
        helper bot-import < "${opt[keys]}" > "$scratch/published" || exit 2
        bot_published
        [ "$published" = keys ] || die 2 "${opt[keys]} is no JWKS"
        fields+=(keys "$REPLY")
    fi

    if [ -n "${opt[address]:-}${opt[addresses]:-}" ]; then
        address_fields
        fields+=("${address_fields[@]}")
    fi

    if [ ${#fields[@]} -gt 0 ]; then
        change HSET "$key" "${fields[@]}"
        [ -z "${address_fields+set}" ] || forget_addresses

    elif [ -z "${opt[print]:-}" ]; then
        must_exist 2 "no field is given for"
    fi

    [ -n "${opt[draft]:-}" ] || change SADD "${prefix}bots" "${args[0]}"
    said "${args[0]} is written"
}


# What import has read: the field in published, and the keys in REPLY.

bot_published()
{
    { IFS= read -r published; IFS= read -r REPLY; } < "$scratch/published"
}


bot_import()
{
    options "$redis_options" "print" "$@"
    [ ${#args[@]} -eq 1 ] || arguments 2 "patron bot import NAME [FILE]"
    bot_name
    make_scratch

    if [ -n "${args[1]:-}" ] && [ "${args[1]}" != - ]; then
        readable "${args[1]}"
        helper bot-import < "${args[1]}" > "$scratch/published" || exit 2
    else
        helper bot-import > "$scratch/published" || exit 2
    fi

    bot_published

    if [ "$published" = keys ]; then
        change HSET "$key" keys "$REPLY"
    else
        sed 1d "$scratch/published" > "$scratch/list"
        opt[addresses]=$scratch/list
        address_fields
        change HSET "$key" "${address_fields[@]}"
        forget_addresses
    fi

    said "${args[0]}: its $published are written"
}


bot_show()
{
    options "$redis_options" "print json" "$@"
    arguments 1 "patron bot show NAME"
    bot_name

    if [ -n "${opt[print]:-}" ]; then
        print_line HGETALL "$key"
        return
    fi

    show_hash bots
}


bot_list()
{
    options "$redis_options" "print json" "$@"
    arguments 0 "patron bot list"
    connection
    list_hashes bot bots
}


bot_credit()
{
    local amount left

    options "$redis_options" "print" "$@"
    arguments 2 "patron bot credit NAME [+|-]MILLIONTHS"
    bot_name
    amount=${args[1]}
    [[ $amount =~ ^[+-]?[0-9]{1,15}$ ]] \
        || die 2 "no number of millionths: $amount"

    if [ -z "${opt[print]:-}" ]; then
        must_exist

        ask HGET "$key" credit
        unquote "$REPLY"
        left=${REPLY:-0}

        [[ $amount != -* || ! $left =~ ^[0-9]{1,15}$ \
           || $((10#${amount#-})) -le $((10#$left)) ]] \
            || die 1 "${args[0]} has $left left"
    fi

    case $amount in
    [+-]*) change HINCRBY "$key" credit "${amount#+}" ;;
    *) change HSET "$key" credit "$amount" ;;
    esac

    said "${args[0]}: its credit is written"
}


bot_remove()
{
    options "$redis_options" "print" "$@"
    arguments 1 "patron bot remove NAME"
    bot_name
    remove_hash bots
    said "${args[0]} is removed"
}


bot_key()
{
    options "" "" "$@"
    arguments 1 "patron bot key FILE"
    helper bot-jwks "${args[0]}"
}


bot_test()
{
    local agent line
    local -a signed=() more=()

    options "key agent max-price" "" "$@"
    arguments 1 "patron bot test URL --key FILE"
    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"
    command -v curl > /dev/null || die 1 "curl is not there"

    agent=${opt[agent]:+\"${opt[agent]}\"}
    [ -z "${opt[max-price]:-}" ] || more=("crawler-max-price=${opt[max-price]}")

    make_scratch
    helper bot-sign "${opt[key]}" "${args[0]}" "$agent" random \
        "$(date +%s)" 60 "${more[@]}" > "$scratch/signed" || exit 2

    while IFS= read -r line; do
        signed+=(-H "$line")
    done < "$scratch/signed"

    curl -sS -o "$scratch/body" -D "$scratch/head" --max-time 30 \
        -A 'patron bot test' -H 'Accept: application/json, text/html;q=0.8' \
        "${signed[@]}" "${args[0]}" || exit 1

    grep -iE '^(HTTP/|crawler-|www-authenticate|link|content-|x-robots-tag)' \
        "$scratch/head" | tr -d '\r'

    case $(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' "$scratch/head") in
    401|402)
        head -c 2000 "$scratch/body"
        exit 3
        ;;
    esac
}
