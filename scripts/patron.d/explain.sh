# patron explain


usage_explain()
{
    cat <<'END'
Usage: patron explain URL --key FILE [--kid ID] [--as TOKEN] [--cookie NAME]

Why a page shows what it shows: each banner, campaign and wall, shown or not, and
the first reason, as JSON from the module itself, made for this address and good
for five minutes.  Nothing is counted, and no article spent.

  --key FILE     the key of the pages (patron_key), and its --kid
  --as TOKEN     for the holder of that token, else for a guest; @FILE has it in a
                 file, where ps does not see it
  --cookie NAME  the cookie it goes into, as in patron_cookie (patron)

What the CMS's answer states, a level or appeals to leave out, is not known: the
content is not asked for.  Needs curl.
END
}


explain()
{
    local url host path cookie token line=

    options "key kid as cookie" "" "$@"
    arguments 1 "patron explain URL"

    url=${args[0]%%#*}
    cookie=${opt[cookie]:-patron}

    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"
    [[ $url =~ ^https?://([^/?@[:space:][:cntrl:]]+)(/[^?[:space:][:cntrl:]]*)? ]] \
        || die 2 "not a URL: $url"

    host=${BASH_REMATCH[1],,}
    path=${BASH_REMATCH[2]:-/}

    [[ $host == *] ]] || host=${host%:*}
    [[ $path != *\\* ]] || die 2 "not a URL: $url"
    printf -v path '%b' "${path//%/\\x}"

    [[ $cookie =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "not a cookie's name: $cookie"

    if [ -n "${opt[as]:-}" ]; then
        token=${opt[as]}

        if [[ $token == @* ]]; then
            first_line "${token#@}"
            token=$REPLY
        fi

        [[ $token =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "that is no token"
        line="cookie = \"$cookie=$token\""
    fi

    REPLY=$(helper link "${opt[key]}" "${opt[kid]:-}" explain 5m "" \
        "host=$host" "path=$path") || exit

    [[ $url == *\?* ]] && url+="&" || url+="?"

    REPLY=$(printf '%s\nurl = "%s"\n' "$line" "${url}patron_explain=$REPLY" \
        | curl -q -sS -m 30 -K - --proto '=http,https' --globoff \
            -w '\n%{content_type}') || die 1 "the page cannot be fetched"

    [[ ${REPLY##*$'\n'} == application/json* ]] \
        || die 1 "there is no answer: patron is off there, or has another key"

    printf '%s\n' "${REPLY%$'\n'*}"
}
