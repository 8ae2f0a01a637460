# patron page

verbs="check"


usage_page()
{
    cat <<'END'
Usage: patron page check URL [--token FILE] [--cookie NAME] [--cut WORDS]

Fetches the page as a guest and as a patron, and names the sentences that the
wall takes out of the guest's page and that stand elsewhere in it: in JSON-LD or
a script's data, in an attribute, a comment, a hidden copy.  patron_strip
removes them.  The status is 1 where there are any, or nothing is taken out.

  --token FILE   the patron's token; standard input, if not given:
                 patron token mint --key FILE --sub 42 | patron page check URL
  --cookie NAME  the cookie it goes into, as in patron_cookie (patron)
  --cut WORDS    words of the article that a guest may not read

What only patrons are told, as thanks, is not in the guest's page either.  Where
the page can be had without what the module puts in, that is no matter: files,
and what a cache holds, can.  Of other pages --cut says what has to be missing;
without it, little that is missing is taken for thanks, and the check fails.

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

    page_fetch "$url" "$scratch/guest" '' --compressed
    page_fetch "$url" "$scratch/patron" "cookie = \"$cookie=$token\"" \
        --compressed

    [ "$REPLY" = 200 ] || die 1 "status $REPLY for the patron"

    # All of the page as a part of it: in parts nothing is put in.

    page_fetch "$url" "$scratch/plain" "cookie = \"$cookie=$token\"" \
        -r 0- -D "$scratch/headers"

    if [ "$REPLY" != 206 ] || ! page_whole; then
        rm -f "$scratch/plain"
    fi

    perl "$lib/page.pl" "$scratch" "${opt[cut]:-}"
}


# Whether a part of a page is all of it, and not compressed.

page_whole()
{
    ! grep -qi '^content-encoding:' "$scratch/headers" \
        && [ "$(tr -d '\r' < "$scratch/headers" \
            | sed -n 's/^content-range: bytes 0-[0-9]*\///Ip')" \
            = "$(wc -c < "$scratch/plain")" ]
}


# The page at $1 into the file $2, its status in REPLY.  $3 is a line for curl
# that is not to be seen in ps, the rest are options of curl.

page_fetch()
{
    REPLY=$(printf '%s\n' "$3" | curl -q -sS -m 30 "${@:4}" -K - \
        --proto '=http,https' --globoff --max-filesize 16000000 -o "$2" \
        -w '%{http_code}' -- "$1") || die 1 "the page cannot be fetched"
    [ -e "$2" ] || : > "$2"
}
