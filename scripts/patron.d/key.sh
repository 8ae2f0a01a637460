# patron key

verbs="new"


usage_key()
{
    cat <<'END'
Usage: patron key new FILE [--alg HS256|HS384|HS512] [--group GROUP]

Makes a random key as one line of hexadecimal digits and writes it to FILE,
which must not exist, with mode 0600.  nginx's master process reads it as root.

  --alg ALG      what the key is for (HS256): 32, 48 or 64 random bytes
  --group GROUP  mode 0640 and this group, for a CMS that mints tokens itself

Then, in nginx.conf:  patron_key NAME FILE;
END
}


key_new()
{
    local bytes file key

    options "alg group" "" "$@"
    arguments 1 "patron key new FILE"
    file=${args[0]}

    [ ! -e "$file" ] || die 1 "$file exists: a key is never overwritten"

    case ${opt[alg]:-HS256} in
    HS256) bytes=32 ;;
    HS384) bytes=48 ;;
    HS512) bytes=64 ;;
    *) die 2 "unknown algorithm: ${opt[alg]} (HS256, HS384 or HS512)" ;;
    esac

    key=$(head -c "$bytes" /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    [ ${#key} = $((2 * bytes)) ] || die 1 "/dev/urandom cannot be read"

    ( umask 077 && set -C && printf '%s\n' "$key" > "$file" ) 2>/dev/null \
        || die 1 "cannot write $file"

    if [ -n "${opt[group]:-}" ]; then
        if ! chgrp -- "${opt[group]}" "$file" || ! chmod 0640 -- "$file"; then
            rm -f -- "$file"
            die 1 "cannot give $file to the group ${opt[group]}"
        fi
    fi

    printf '%s\n' "$file"
}
