# Keys and what they sign.  A key is held in key, as a string of hexadecimal
# digits; its bytes travel through pipes alone.

hash_of()
{
    case $1 in
    HS256) hash=sha256 block=64 least=32 ;;
    HS384) hash=sha384 block=128 least=48 ;;
    HS512) hash=sha512 block=128 least=64 ;;
    *) die 2 "unknown algorithm: $1 (HS256, HS384 or HS512)" ;;
    esac
}


# The key's bytes are the file's, without a trailing newline.

read_key()
{
    [ -f "$1" ] || [ -p "$1" ] || [ -c "$1" ] || die 1 "no such key file: $1"

    key=$(od -An -v -tx1 < "$1" 2>/dev/null | tr -d ' \n') \
        || die 1 "cannot read the key: $1"
    key=${key%0a}

    [ $((${#key} / 2)) -ge "$least" ] \
        || die 1 "the key is too short: ${2:-HS256} needs $least bytes"
}


# The key padded to the hash's block and combined with byte $1, as escapes for
# printf (RFC 2104).

pad()
{
    local i hex=$key

    REPLY=

    for ((i = 0; i < block; i++)); do
        printf -v REPLY '%s\\x%02x' "$REPLY" \
            $(((16#${hex:i*2:2}0 >> 4) ^ $1))
    done
}


base64url()
{
    openssl base64 -A | tr '+/' '-_' | tr -d '='
}


hex()
{
    od -An -v -tx1 | tr -d ' \n'
}


# HMAC (RFC 2104) of standard input under key, as bytes.  OpenSSL would take the
# key on its command line only, so the two hashes are run one by one and read it
# from a pipe.

hmac()
{
    local inner outer

    if [ ${#key} -gt $((block * 2)) ]; then
        key=$(key_bytes | openssl dgst "-$hash" -binary | hex)
    fi

    pad 0x36
    inner=$REPLY
    pad 0x5c
    outer=$REPLY

    {
        printf '%b' "$outer"
        { printf '%b' "$inner"; cat; } | openssl dgst "-$hash" -binary
    } | openssl dgst "-$hash" -binary
}


key_bytes()
{
    printf '%b' "$(printf '%s' "$key" | sed 's/../\\x&/g')"
}


# The key that the module derives for a purpose (RFC 5869, without salt).

derive()
{
    local bytes

    bytes=$(key_bytes | hmac_under "$(printf '00%.0s' {1..32})" | hex)
    key=$(printf 'patron:%s\001' "$1" | hmac_under "$bytes" | hex)
}


hmac_under()
{
    local key=$1

    hmac
}


# A JWT of the claims $1, signed under key, in REPLY.

signed()
{
    local header text

    header="{\"alg\":\"$alg\",\"typ\":\"JWT\""

    if [ -n "${opt[kid]:-}" ]; then
        json "${opt[kid]}"
        header+=",\"kid\":$REPLY"
    fi

    text=$(printf '%s}' "$header" | base64url)
    text+=.$(printf '{%s}' "$1" | base64url)

    REPLY=$text.$(printf '%s' "$text" | hmac | base64url)
}


# A link's token: good for purpose $1 alone, with one claim more, $2, of value
# $3, for $4 seconds if neither --ttl nor --until says.

link_signed()
{
    local payload at alg=HS256

    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"

    hash_of HS256
    read_key "${opt[key]}"
    derive "$1"

    json "$3"
    payload="\"aud\":\"patron:$1\",\"$2\":$REPLY"

    now
    at=$REPLY
    end_wanted "$at"

    signed "$payload,\"exp\":${REPLY:-$((at + $4))}"
}
