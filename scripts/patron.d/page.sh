# patron page

verbs="check"


usage_page()
{
    cat <<'END'
Usage: patron page check URL [--token FILE] [--cookie NAME]

Fetches the page as a guest and as a patron, and names the sentences that the
wall takes out of the guest's page and that stand elsewhere in it: in JSON-LD or
a script's data, in an attribute, a comment, a hidden copy.  patron_strip
removes them.  The status is 1 where there are any, or nothing is taken out.

  --token FILE   the patron's token; standard input, if not given:
                 patron token mint --key FILE --sub 42 | patron page check URL
  --cookie NAME  the cookie it goes into, as in patron_cookie (patron)

The first and the last of what is taken out are shown: see that they are the
article's.  One that is metered is open to a guest who comes for the first time:
state it "members" to check it.  Escapes of HTML and JSON are read; base64 and
what is compressed or encrypted are not.  A sentence has 24 letters at least.
Needs curl and perl.
END
}


page_check()
{
    local url token cookie dir

    options "token cookie" "" "$@"
    arguments 1 "patron page check URL"

    url=${args[0]}
    cookie=${opt[cookie]:-patron}

    [[ $url =~ ^https?://[^[:space:][:cntrl:]]+$ ]] || die 2 "not a URL: $url"
    [[ $cookie =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "not a cookie's name: $cookie"

    if [ -n "${opt[token]:-}" ]; then
        IFS= read -r token < "${opt[token]}" || [ -n "$token" ] \
            || die 1 "cannot read: ${opt[token]}"
    else
        IFS= read -r token || [ -n "$token" ] || die 2 "no token"
    fi

    [[ $token =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "that is no token"

    dir=$(mktemp -d) || die 1 "no place for the pages"
    # shellcheck disable=SC2064 # it is this directory
    trap "rm -rf '$dir'" EXIT

    page_fetch "$url" "$dir/guest" ''
    page_fetch "$url" "$dir/patron" "cookie = \"$cookie=$token\""

    [ "$REPLY" = 200 ] || die 1 "status $REPLY for the patron"

    perl "$lib/page.pl" "$dir/guest" "$dir/patron"
}


# The page at $1 into the file $2, its status in REPLY.  $3 is a line for curl
# that is not to be seen in ps.

page_fetch()
{
    REPLY=$(printf '%s\n' "$3" | curl -q -sS -m 30 --compressed -K - \
        --proto '=http,https' --globoff --max-filesize 16000000 -o "$2" \
        -w '%{http_code}' -- "$1") || die 1 "the page cannot be fetched"
    [ -e "$2" ] || : > "$2"
}
