# patron token

verbs="mint inspect"


usage_token()
{
    cat <<'END'
Usage: patron token mint --key FILE --sub SUB [option ...]
       patron token inspect [--key FILE] [TOKEN]

mint prints a membership token; it belongs into the reader's cookie.

  --key FILE     the key, as in patron_key
  --sub SUB      the member, 1 to 128 printable ASCII bytes
  --ttl TIME     how long it is good: 90s 15m 12h 30d 2w 1y (30d)
  --until WHEN   or its end: 2027-01-31, "2027-01-31 18:00" (UTC), unix seconds
  --tier TIER    for a site without Redis: the tier
  --name NAME    for a site without Redis: the name
  --kid ID       the key's ID in patron_key
  --iss ISS      as patron_claims asks for
  --aud AUD      as patron_claims asks for
  --alg ALG      as patron_key says (HS256)

inspect prints what a token says; with --key it verifies it, and the exit
status is 3 where it is not valid.  A token is as good as a password: prefer
standard input to the command line.
END
}


token_mint()
{
    local claim
    local -a claims=()

    options "key sub ttl until tier name kid iss aud alg" "" "$@"
    arguments 0 "patron token mint takes options only"

    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"
    [ -n "${opt[sub]:-}" ] || die 2 "--sub SUB is missing"

    check_sub "${opt[sub]}"
    [ -z "${opt[tier]:-}" ] || check_tier "${opt[tier]}"

    for claim in name kid iss aud; do
        [ -z "${opt[$claim]:-}" ] || check_name "${opt[$claim]}"
    done

    for claim in sub iss aud tier name; do
        [ -z "${opt[$claim]:-}" ] || claims+=("$claim=${opt[$claim]}")
    done

    helper mint "${opt[key]}" "${opt[alg]:-HS256}" "${opt[kid]:-}" \
        "${opt[ttl]:-}" "${opt[until]:-}" "${claims[@]}"
}


token_inspect()
{
    options "key" "" "$@"
    [ ${#args[@]} -le 1 ] || die 2 "patron token inspect [TOKEN]"

    if [ ${#args[@]} -eq 1 ] && [ "${args[0]}" != - ]; then
        printf '%s' "${args[0]}" | helper inspect "${opt[key]:-}"
    else
        helper inspect "${opt[key]:-}"
    fi
}
