# patron setup

usage_setup()
{
    cat <<'END'
Usage: patron setup [--dir DIR] [--user NAME] [--no-redis] [--json]

Makes what nginx needs, where it is not there yet, and changes nothing that is:

  - DIR, for nginx's master and for its group to look into
  - a key in it, <this year>.key, unless there is a key
  - in Redis a user for the module, with the rights that it needs and no
    others, its password in DIR/redis.password, kept over a restart of Redis

Then it says which lines nginx.conf wants.  "patron doctor" checks the whole.

  --dir DIR     where (/etc/nginx/patron)
  --user NAME   the user in Redis (patron)
  --no-redis    leave Redis alone: the token alone decides, or Redis is managed

--redis, or $PATRON_REDIS, is a user who may make users, as on a fresh Redis
everybody may.  Needs to be run by root for /etc.
END
}


# What has been made, or was there: with --json at the end, else at once.

setup_did()
{
    local state=$1 what=$2

    if [ -n "${opt[json]:-}" ]; then
        json_object step "$what" state "$state"
        steps+=("$REPLY")
    else
        printf '%-6s %s\n' "$state" "$what"
    fi
}


setup()
{
    local dir user key
    local -a steps=()

    options "dir user $redis_options" "no-redis json" "$@"
    arguments 0 "patron setup"

    dir=${opt[dir]:-/etc/nginx/patron}
    user=${opt[user]:-patron}

    [[ $user =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 "not a user's name: $user"

    setup_dir "$dir"
    setup_key "$dir"
    key=$REPLY

    [ -n "${opt[no-redis]:-}" ] || setup_redis "$dir" "$user"

    if [ -n "${opt[json]:-}" ]; then
        json_list "${steps[@]}"
        return
    fi

    printf '\nNow, in nginx.conf:\n\n    patron_key %s %s;\n' \
        "$(basename "$key" .key)" "$key"
    [ -n "${opt[no-redis]:-}" ] || setup_line "$dir" "$user"
    printf '\nand then "nginx -t", a reload, and "patron doctor".\n'
}


setup_dir()
{
    if [ -d "$1" ]; then
        setup_did there "$1"
        return
    fi

    mkdir -p -- "$1" 2>/dev/null && chmod 750 -- "$1" \
        || die 1 "cannot make $1: are you root?"

    chgrp www-data -- "$1" 2>/dev/null || chgrp nginx -- "$1" 2>/dev/null || :
    setup_did made "$1"
}


setup_key()
{
    local file

    for file in "$1"/*.key; do
        if [ -s "$file" ]; then
            setup_did there "$file"
            REPLY=$file
            return
        fi
    done

    printf -v file '%s/%(%Y)T.key' "$1" -1

    . "$lib/key.sh"
    args=()
    key_new "$file" >/dev/null
    args=()
    setup_did made "$file"
    REPLY=$file
}


# ACL SETUSER takes a word from standard input, the last one, so that the password
# is on no command line.

setup_redis()
{
    local file=$1/redis.password user=$2 secret
    local -a rights

    connection

    [[ ${opt[redis]:-${PATRON_REDIS:-}} != unix:* ]] \
        || die 2 "a unix: address names no user: give redis://HOST:PORT, or" \
            "--no-redis"

    if [ -n "${opt[prefix]:-}${PATRON_PREFIX:-}" ]; then
        [[ $prefix =~ ^[A-Za-z0-9_.:-]+$ ]] \
            || die 2 "a prefix for an ACL has no special characters: $prefix"
    fi

    ask ACL GETUSER "$user"

    if [ "$REPLY" != "(nil)" ] && [ -s "$file" ]; then
        setup_did there "user $user in Redis, its password in $file"
        return
    fi

    [ "$REPLY" = "(nil)" ] \
        || die 1 "Redis has a user $user, and $file is not there: write its" \
            "password there, or choose another --user"

    secret=$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    [ ${#secret} = 48 ] || die 1 "/dev/urandom cannot be read"

    read -ra rights < <(sed -n 's/^user patron on >[^ ]* //p' "$lib/users.acl")
    rights=("${rights[@]/#\~patron:/\~$prefix}")

    setup_user "$user" "$secret" "${rights[@]}"

    if [[ $REPLY == *resetchannels* ]]; then
        # Redis 6.0 has no channels in its ACL
        mapfile -t rights < <(printf '%s\n' "${rights[@]}" \
            | grep -v -e '^resetchannels$' -e '^&')
        setup_user "$user" "$secret" "${rights[@]}"
    fi

    [ "$REPLY" = OK ] || die 1 "Redis: ${REPLY#ERR }"

    ( umask 077 && printf '%s\n' "$secret" > "$file" ) 2>/dev/null \
        || die 1 "cannot write $file"

    setup_did made "user $user in Redis, its password in $file"
    setup_keep "$user"
}


setup_user()
{
    REPLY=$(printf '>%s' "$2" | "${redis[@]}" -x ACL SETUSER "$1" on "${@:3}" \
        2>&1)
}


# A user whom nobody writes down is gone when Redis restarts.

setup_keep()
{
    local answer

    if [[ $("${redis[@]}" --no-raw CONFIG GET aclfile 2>&1) =~ 2\)\ \".+\" ]]
    then
        answer=$("${redis[@]}" ACL SAVE 2>&1)
    else
        answer=$("${redis[@]}" CONFIG REWRITE 2>&1)
    fi

    if [ "$answer" = OK ]; then
        setup_did made "the user outlives a restart of Redis"
    else
        setup_did todo "Redis forgets the user $1 when it restarts ($answer):\
 name an aclfile in redis.conf, then: redis-cli ACL SAVE"
    fi
}


# The module's own line: the address without who we are.

setup_line()
{
    local url=${opt[redis]:-${PATRON_REDIS:-redis://127.0.0.1:6379}}
    local rest

    rest=${url#*://}
    url=${url%%://*}://$2@${rest##*@}

    printf '    patron_redis %s password_file=%s/redis.password%s;\n' "$url" \
        "$1" "$([ "$prefix" = patron: ] || printf ' prefix=%s' "$prefix")"
}
