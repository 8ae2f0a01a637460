# patron page

verbs="check"


usage_page()
{
    cat <<'END'
Usage: patron page check URL [--token FILE] [--cookie NAME] [--cut WORDS]

Fetches the page as a guest and as a patron, both without banners, and names the
sentences that the wall takes out of the guest's page and that stand elsewhere
in it: in JSON-LD or a script's data, in an attribute, a comment, a hidden copy.
patron_strip removes them.  The status is 1 where there are any, and where
nothing is taken out.

  --token FILE   the patron's token; standard input, if not given:
                 patron token mint --key FILE --sub 42 | patron page check URL
  --cookie NAME  the cookie it goes into, as in patron_cookie (patron)
  --cut WORDS    words of the article that a guest may not read

What your CMS itself tells patrons alone, as a greeting, is missing from the
guest's page, too: --cut says which words of the article have to be.

The first and the last of what is taken out are shown: see that they are the
article's.  One that is metered is open to a guest who comes for the first time:
state it "members" to check it.  Escapes of HTML and JSON are read; base64 and
what is compressed or encrypted are not.  A sentence has 24 letters at least.
Needs curl and perl.
END
}


page_check()
{
    local url token cookie

    options "token cookie cut" "" "$@"
    arguments 1 "patron page check URL"

    url=${args[0]}
    cookie=${opt[cookie]:-patron}

    [[ $url =~ ^https?://[^[:space:][:cntrl:]]+$ ]] || die 2 "not a URL: $url"
    [[ $cookie =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "not a cookie's name: $cookie"

    if [ -n "${opt[token]:-}" ]; then
        first_line "${opt[token]}"
        token=$REPLY
    else
        IFS= read -r token || [ -n "$token" ] || die 2 "no token"
    fi

    [[ $token =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "that is no token"

    make_scratch

    # without banners: what is missing then, a wall has cut

    page_fetch "$url" "$scratch/guest" '' -H 'Patron-Check: 1'
    page_fetch "$url" "$scratch/patron" "cookie = \"$cookie=$token\"" \
        -H 'Patron-Check: 1'

    [ "$REPLY" = 200 ] || die 1 "status $REPLY for the patron"

    perl "$lib/page.pl" "$scratch" "${opt[cut]:-}"
}


# The page at $1 into the file $2, its status in REPLY.  $3 is a line for curl
# that is not to be seen in ps, the rest are options of curl.

page_fetch()
{
    REPLY=$(printf '%s\n' "$3" | curl -q -sS -m 30 --compressed -K - \
        "${@:4}" --proto '=http,https' --globoff --max-filesize 16000000 \
        -o "$2" -w '%{http_code}' -- "$1") || die 1 "the page cannot be fetched"
    [ -e "$2" ] || : > "$2"
}
