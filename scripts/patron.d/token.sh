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
    local at end payload claim alg

    options "key sub ttl until tier name kid iss aud alg" "" "$@"
    arguments 0 "patron token mint takes options only"

    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"
    [ -n "${opt[sub]:-}" ] || die 2 "--sub SUB is missing"

    check_sub "${opt[sub]}"
    [ -z "${opt[tier]:-}" ] || check_tier "${opt[tier]}"

    for claim in name kid iss aud; do
        [ -z "${opt[$claim]:-}" ] || check_name "${opt[$claim]}"
    done

    alg=${opt[alg]:-HS256}
    hash_of "$alg"
    read_key "${opt[key]}" "$alg"

    now
    at=$REPLY
    end_wanted "$at"
    end=${REPLY:-$((at + 30 * 86400))}

    json "${opt[sub]}"
    payload="\"sub\":$REPLY,\"iat\":$at,\"exp\":$end"

    for claim in iss aud tier name; do
        [ -n "${opt[$claim]:-}" ] || continue
        json "${opt[$claim]}"
        payload+=",\"$claim\":$REPLY"
    done

    signed "$payload"
    printf '%s\n' "$REPLY"
}


# One part of a token, decoded.

decode()
{
    local s=$1

    while [ $((${#s} % 4)) -ne 0 ]; do
        s+='='
    done

    REPLY=$(printf '%s' "$s" | tr -- '-_' '+/' \
            | openssl base64 -d -A 2>/dev/null | tr -d '\0')
}


# The number that claim $1 of the JSON object $2 holds.

number()
{
    [[ $2 =~ [{,][[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*([0-9]{1,11})[^0-9] ]] \
        && REPLY=${BASH_REMATCH[1]} || REPLY=
}


token_inspect()
{
    local token header payload alg at claim status=0 said

    options "key" "" "$@"
    [ ${#args[@]} -le 1 ] || die 2 "patron token inspect [TOKEN]"

    if [ ${#args[@]} -eq 1 ] && [ "${args[0]}" != - ]; then
        token=${args[0]}
    else
        IFS= read -r token || [ -n "$token" ] || die 2 "no token to read"
    fi

    token=${token#Bearer }

    [[ ${#token} -le 4096 \
       && $token =~ ^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]] \
        || die 3 "not a token: three parts of base64url with dots between them"

    decode "${token%%.*}"
    header=$REPLY
    payload=${token#*.}
    decode "${payload%%.*}"
    payload=$REPLY

    clean "$header"
    printf 'header     %s\n' "$REPLY"
    clean "$payload"
    printf 'payload    %s\n' "$REPLY"

    now
    at=$REPLY

    for claim in iat nbf exp; do
        number "$claim" "$payload"
        [ -n "$REPLY" ] || continue
        said=

        if [ "$claim" = exp ] && [ "$REPLY" -le "$at" ]; then
            said='  expired'
            status=3
        elif [ "$claim" != exp ] && [ "$REPLY" -gt "$at" ]; then
            said='  not yet'
            status=3
        fi

        printf '%-10s %(%Y-%m-%d %H:%M:%S)T UTC%s\n' "$claim" "$REPLY" "$said"
    done

    if [[ $payload != *\"exp\"* ]]; then
        printf 'exp        missing\n'
        status=3
    fi

    if [ -z "${opt[key]:-}" ]; then
        printf 'signature  not verified: no --key\n'
        exit 0
    fi

    [[ $header =~ \"alg\"[[:space:]]*:[[:space:]]*\"(HS256|HS384|HS512)\" ]] \
        || die 3 "the token's algorithm is not HS256, HS384 or HS512"

    alg=${BASH_REMATCH[1]}
    hash_of "$alg"
    read_key "${opt[key]}" "$alg"

    if [ "$(printf '%s' "${token%.*}" | hmac | base64url)" = "${token##*.}" ]
    then
        printf 'signature  good\n'
    else
        printf 'signature  wrong\n'
        status=3
    fi

    exit "$status"
}
