# patron doctor

usage_doctor()
{
    cat <<'END'
Usage: patron doctor [--url URL] [--as SUB] [--conf FILE] [--nginx FILE] [--json]

Looks at nginx's configuration (nginx -T, so as root) and at what it names, and
says of each thing whether it is as it should be, and if not, what to do:

  nginx     its version, and whether its configuration is good
  module    whether it is in use, and is the one that nginx runs
  key       whether each is there, long enough, and for root alone
  sentinel  which primary sentinels name
  redis     whether it answers to the user of the module and takes what is
            written, how old it is, what that user may not do, and what it does
            when its memory is full
  campaigns institutions bots
            whether there are more than can be read
  prefix    whether there are members under the prefix
  tracking  whether changes are heard of at once
  status    the first line of the status page
  page      what a guest and what a patron gets

  --url URL     a page to try; without it none is
  --as SUB      the member to be (one of those in Redis)
  --conf FILE   another configuration than nginx's own
  --nginx FILE  another nginx

To look for members under other prefixes needs a user who may SCAN: --redis, or
$PATRON_REDIS, as for other commands.  The status is 1 where something fails.
END
}


# What is seen: "ok", "warn" or "fail", about what, and what to do.

doctor_says()
{
    local state=$1 about=$2 seen=$3 todo=${4:-}

    [ "$state" != fail ] || failed=1

    clean "$seen"
    seen=$REPLY

    if [ -n "${opt[json]:-}" ]; then
        json_object check "$about" state "$state" seen "$seen" todo "$todo"
        findings+=("$REPLY")
        return
    fi

    printf '%-5s %-9s %s\n' "$state" "$about" "$seen"
    [ -z "$todo" ] || printf '%15s -> %s\n' '' "$todo"
}


doctor()
{
    local failed=0 keys=0 member='' kind one
    local -a words
    local -a findings=() nginx facts=()

    options "url as conf nginx $redis_options" json "$@"
    arguments 0 "patron doctor"

    nginx=("${opt[nginx]:-nginx}" ${opt[conf]:+-c "${opt[conf]}"})
    make_scratch

    if doctor_nginx; then
        mapfile -t facts < <(perl "$lib/doctor.pl" < "$scratch/conf")
        doctor_module

        for one in "${facts[@]}"; do
            IFS=$'\x1f' read -ra words <<< "${one//$'\t'/$'\x1f'}"
            kind=${words[0]}
            words=("${words[@]:1}")

            case $kind in
            key) keys=1; doctor_key "${words[0]}" "${words[1]}" ;;
            redis) doctor_redis "${words[@]}" ;;
            status) doctor_status "${words[@]}" ;;
            on) ;;
            esac
        done

        [ $keys = 1 ] || doctor_says fail key "there is no patron_key" \
            "patron setup, then patron_key NAME FILE; in nginx.conf"

        [ -z "${opt[url]:-}" ] || doctor_page "${opt[url]}"
    fi

    [ -z "${opt[json]:-}" ] || json_list "${findings[@]}"

    return $failed
}


doctor_nginx()
{
    local version line

    version=$("${nginx[@]}" -v 2>&1) || {
        doctor_says fail nginx "there is none: ${nginx[0]}" \
            "install nginx, or say --nginx FILE"
        return 1
    }

    if ! "${nginx[@]}" -T > "$scratch/conf" 2> "$scratch/said"; then
        line=$(grep -m 1 'emerg' "$scratch/said" || head -n 1 "$scratch/said")

        case $line in
        *"not binary compatible"*|*"instead of"*)
            doctor_says fail module "$line" \
                "build the module, or its package, for this nginx again" ;;
        *"unknown directive \"patron"*)
            doctor_says fail module "$line" \
                "load_module .../ngx_http_patron_module.so; at the top of nginx.conf"
            ;;
        *)
            doctor_says fail nginx "$line" "correct that line; run me as root" ;;
        esac

        return 1
    fi

    doctor_says ok nginx "${version#nginx version: }, its configuration is good"

    while IFS= read -r line; do
        doctor_says warn nginx "${line#*: \[warn\] }" "see the directive's entry"
    done < <(sed -n 's/^nginx: \[warn\] //p' "$scratch/said")
}


doctor_module()
{
    local pid

    if [[ " ${facts[*]} " != *"on"$'\t'* ]]; then
        doctor_says fail module "\"patron on\" is nowhere in the configuration" \
            "put patron on; into server { }"
        return
    fi

    pid=$(sed -n 's/^pid[[:space:]]\+\([^;]*\);.*/\1/p' "$scratch/conf" \
        | head -n 1)
    pid=$(cat "${pid:-/run/nginx.pid}" 2>/dev/null)

    if [ -z "$pid" ] || [ ! -r "/proc/$pid/maps" ]; then
        if [ "$(id -u)" = 0 ]; then
            doctor_says warn module "in the configuration; nginx does not run" \
                "start nginx"
        else
            doctor_says warn module \
                "in the configuration; if nginx runs, it is not seen" "run me as root"
        fi
    elif grep -q 'http_patron_module.so (deleted)' "/proc/$pid/maps"; then
        doctor_says fail module "nginx runs the module of before an upgrade" \
            "restart nginx"
    elif ! grep -q 'http_patron_module' "/proc/$pid/maps"; then
        doctor_says warn module "the nginx that runs has not loaded it" \
            "reload nginx"
    else
        doctor_says ok module "in use, $(helper version)"
    fi
}


doctor_key()
{
    local name=$1 file=$2 text

    if [ ! -r "$file" ]; then
        doctor_says fail key "$name: cannot read $file" "run me as root"
        return
    fi

    text=$(cat -- "$file")

    if [ ${#text} -lt 32 ]; then
        doctor_says fail key "$name: $file has under 32 bytes" \
            "patron key new FILE"
    elif [ -n "$(find -L "$file" -perm /o=r 2>/dev/null)" ]; then
        doctor_says warn key "$name: everybody can read $file" \
            "chmod o= $file"
    else
        doctor_says ok key "$name: $file"
    fi
}


# What to do where Redis answers $1 to what is written.

doctor_writes()
{
    case $1 in
    *OOM*) echo "raise maxmemory, or delete old patron:stats: keys" ;;
    *READONLY*) echo "patron_redis has to name the primary" ;;
    *MISCONF*) echo "make room where Redis saves (CONFIG GET dir), see its log" ;;
    *) echo "bring the replicas back, or lower min-replicas-to-write" ;;
    esac
}


# More names than are read, in the set $1 at most $2: none of it is in force anew.

doctor_crowd()
{
    local n

    n=$("${redis[@]}" SCARD "$prefix$1" 2>/dev/null)

    if [[ $n =~ ^[0-9]+$ && $n -gt $2 ]]; then
        doctor_says fail "$1" "$prefix$1 has $n names, at most $2 are read: what \
there was before goes on" "take some of them out: SREM $prefix$1 NAME"
    fi
}


# A patron_redis of the configuration, as the user of the module: its addresses,
# password file, prefix, ca, cert, key, verify, sentinel and cluster.

doctor_redis()
{
    local file=${2:-} prefix=${3:-patron:} url writable='' answers=''
    local -a redis tls=() urls

    read -ra urls <<< "$1"

    [ -z "${4:-}" ] || tls+=(--cacert "$4")
    [ -z "${5:-}" ] || tls+=(--cert "$5")
    [ -z "${6:-}" ] || tls+=(--key "$6")
    [ "${7:-}" != off ] || tls+=(--insecure)

    if [ -n "${8:-}" ]; then
        doctor_sentinels "$8" || return
    fi

    [ -z "${9:-}" ] || tls+=(-c)

    for url in "${urls[@]}"; do
        doctor_server "$url"
    done

    if [ ${#urls[@]} -gt 1 ] && [ -n "$answers" ] && [ -z "$writable" ]; then
        doctor_says fail redis "none of the servers that answer takes writes" \
            "name the primary in patron_redis, too"
    fi
}


# The primary that the sentinels in urls[] name $1 takes their place.

doctor_sentinels()
{
    local url answer userinfo=''
    local -a found

    for url in "${urls[@]}"; do
        doctor_client "$url" || continue
        answer=$("${redis[@]}" SENTINEL get-master-addr-by-name "$1" 2>&1)

        if [[ $answer == NOAUTH* ]]; then
            answer=$(REDISCLI_AUTH=$password "${redis[@]}" SENTINEL \
                get-master-addr-by-name "$1" 2>&1)
        fi

        mapfile -t found <<< "$answer"

        if [[ ${found[1]:-} =~ ^[0-9]+$ ]]; then
            doctor_says ok sentinel "${url##*@}: $1 is ${found[0]}:${found[1]}"
            [[ $url != *@* ]] || userinfo=${url#*://} userinfo=${userinfo%@*}@
            [[ ${found[0]} != *:* ]] || found[0]="[${found[0]}]"
            urls=("${url%%://*}://$userinfo${found[0]}:${found[1]}")
            return 0
        fi

        doctor_says warn sentinel "${url##*@}: ${answer:-it knows no $1}" \
            "is it a sentinel, and its \"sentinel monitor\" of that name?"
    done

    doctor_says fail sentinel "no sentinel names the primary $1" \
        "correct patron_redis, or start the sentinels"
    return 1
}


# redis-cli for the address $1, in redis[], and the password.

doctor_client()
{
    local words

    words=$(printf '%s' "$1" | helper url 2>&1) || {
        doctor_says warn redis "$1: ${words#*: }" "it was not asked"
        return 1
    }

    mapfile -t redis < <(printf '%s\n' "$words")
    password=${redis[0]}
    redis=(redis-cli "${redis[@]:1}" ${tls[0]:+"${tls[@]}"})

    if [ -n "$file" ]; then
        if [ ! -r "$file" ]; then
            doctor_says fail redis "cannot read $file" "run me as root"
            return 1
        fi
        IFS= read -r password < "$file" || [ -n "$password" ]
    fi
}


doctor_server()
{
    local url=$1 denied answer info password

    doctor_client "$url" || return

    # An empty one would be sent, and refused where none is asked for.

    if [ -n "$password" ]; then
        export REDISCLI_AUTH=$password
    fi

    answer=$("${redis[@]}" PING 2>&1)

    if [ "$answer" != PONG ]; then
        answer=$(printf '%s' "$answer" | head -n 1)
        case $answer in
        *WRONGPASS*|*"AUTH failed"*|*NOAUTH*)
            doctor_says fail redis "${url##*@}: $answer" \
                "patron setup makes the user; password_file= has its password" ;;
        *NOPERM*)
            doctor_says fail redis "${url##*@}: $answer" \
                "give the user the rights that README.md has" ;;
        *)
            doctor_says fail redis "${url##*@}: $answer" \
                "start Redis, or correct patron_redis" ;;
        esac
        unset REDISCLI_AUTH
        return
    fi

    answers=1
    info=$("${redis[@]}" INFO 2>/dev/null | tr -d '\r')
    doctor_rights
    doctor_crowd campaigns 256
    doctor_crowd institutions 4096
    doctor_crowd bots 4096
    doctor_policies "$info"
    doctor_tracking
    unset REDISCLI_AUTH
    doctor_prefix "$url"
}


# Each command that the module may send, on a key that is not there: those that
# make one make it for a moment.  Others find another type there, which is no want
# of rights.

doctor_rights()
{
    local refused k="${prefix}meter:doctor.$$"

    "${redis[@]}" --no-raw <<END > "$scratch/rights" 2>&1
HMGET ${prefix}member:doctor.$$ tier
PTTL ${prefix}member:doctor.$$
SMEMBERS ${prefix}campaigns
SCARD ${prefix}campaigns
GETRANGE $k 0 0
EVAL "return 1" 0
EVALSHA 0000000000000000000000000000000000000000 0
HGETALL $k
HGET $k f
GET $k
TTL $k
TIME
SREM $k m
SISMEMBER $k m
ZCOUNT $k 0 0
ZSCORE $k m
ZRANGEBYSCORE $k 0 0
ZREMRANGEBYSCORE $k 0 0
ZREMRANGEBYRANK $k 0 0
INCR $k
HSET $k f 1
HINCRBY $k f 1
SADD $k m
ZADD $k 0 m
EXPIRE $k 1
EXPIREAT $k 1
CLIENT ID
INFO memory
ROLE
END

    denied=$(sed -n "s/.*NOPERM.*the '\([^']*\)' command.*/\1/p
        s/.*NOPERM.*keys.*/its keys/p" "$scratch/rights" | sort -u | tr '\n' ' ')
    refused=$(grep -m 1 -E '^\(error\) (OOM|READONLY|MISCONF|NOREPLICAS) ' \
        "$scratch/rights")

    # of several servers some are replicas

    if [ -z "$refused" ]; then
        writable=1
    elif [[ $refused != *READONLY* || ${#urls[@]} -eq 1 ]]; then
        doctor_says fail redis "it takes no writes: ${refused#(error) }" \
            "$(doctor_writes "$refused")"
    fi

    if [ -n "$denied" ]; then
        doctor_says warn redis "the user may not: ${denied% }" \
            "needed for what of meters, gifts, campaigns is in use: README.md"
    else
        doctor_says ok redis "${url##*@} answers, and the user may do all it needs"
    fi
}


doctor_policies()
{
    local version policy

    version=$(sed -n 's/^redis_version://p' <<< "$1")
    policy=$(sed -n 's/^maxmemory_policy://p' <<< "$1")

    if [ -z "$version" ]; then
        doctor_says warn redis "its version and policies are not known" \
            "give the user +info"
        return
    fi

    if [ "${version%%.*}" -lt 6 ]; then
        doctor_says warn redis "version $version has no tracking" \
            "use Redis 6 or newer: members change by ttl= until then"
    fi

    case $policy in
    allkeys-*)
        if grep -q '^maxmemory:0$' <<< "$1"; then
            doctor_says ok redis "version $version, its memory has no limit"
        else
            doctor_says fail redis \
                "maxmemory-policy $policy evicts members when memory is full" \
                "CONFIG SET maxmemory-policy noeviction, and in redis.conf"
        fi
        ;;
    volatile-*)
        if grep -q '^maxmemory:0$' <<< "$1"; then
            doctor_says ok redis "version $version, its memory has no limit"
        else
            doctor_says warn redis \
                "maxmemory-policy $policy evicts used links and meters when \
memory is full" "CONFIG SET maxmemory-policy noeviction, and in redis.conf"
        fi
        ;;
    *) doctor_says ok redis "version $version, maxmemory-policy $policy" ;;
    esac

    if grep -q '^aof_enabled:0$' <<< "$1" \
        && grep -q '^rdb_last_save_time:0$' <<< "$1"
    then
        doctor_says warn redis "it may keep nothing over a restart" \
            "set save or appendonly in redis.conf"
    fi
}


# Invalidations go to the connection itself, so nothing has to be read later.

doctor_tracking()
{
    local id answer

    coproc "${redis[@]}" --no-raw 2>&1

    printf 'CLIENT ID\n' >&"${COPROC[1]}"
    IFS= read -r -t 5 id <&"${COPROC[0]}"
    printf 'CLIENT TRACKING on REDIRECT %s BCAST PREFIX %smember:\n' \
        "${id##*) }" "$prefix" >&"${COPROC[1]}"
    IFS= read -r -t 5 answer <&"${COPROC[0]}"
    exec {COPROC[1]}>&-
    wait "$COPROC_PID" 2>/dev/null

    if [[ ${answer:-} == OK ]]; then
        doctor_says ok tracking "changes are heard of at once"
    else
        doctor_says warn tracking "${answer:-no answer}" \
            "give the user +client|tracking +client|id +subscribe, Redis 6"
    fi
}


# As who looks after the members, not as the module: are there any, and where?

doctor_prefix()
{
    local own other wanted=$prefix url

    url=${opt[redis]:-${PATRON_REDIS:-}}
    opt[redis]=${url:-${1/:\/\/*@/:\/\/}}

    connection
    pattern_of "$wanted"

    own=$(helper scan "${REPLY}member:*" "${redis[@]}" --no-raw 2>&1 | head -n 1)

    case $own in
    "$wanted"member:*)
        doctor_says ok prefix "there are members under ${wanted}member:"
        member=${own#"$wanted"member:}
        unset REDISCLI_AUTH
        return
        ;;
    "") ;;
    *)
        doctor_says warn prefix "cannot look: ${own#patron: }" \
            "say --redis with a user who may SCAN"
        unset REDISCLI_AUTH
        return
        ;;
    esac

    other=$(helper scan '*member:*' "${redis[@]}" --no-raw 2>/dev/null \
        | head -n 1)
    unset REDISCLI_AUTH

    if [ -n "$other" ]; then
        doctor_says fail prefix "nobody is under ${wanted}member:, but there is \
$other" "make prefix= of patron_redis and that of who writes members one"
    else
        doctor_says warn prefix "there are no members yet" \
            "patron member add SUB --ttl 1y"
    fi
}


doctor_status()
{
    local listen=$1 path=${2:-/} line

    [[ $listen == *:* ]] || listen=127.0.0.1:$listen
    listen=${listen/\*/127.0.0.1}

    line=$(curl -q -sS -m 5 "http://$listen$path" 2>&1 \
        | sed -n 's/.*<h1><b>\([a-z]*\)<\/b> \([^<]*\)<.*/\1: \2/p')

    case $line in
    good:*) doctor_says ok status "$line" ;;
    bad:*) doctor_says fail status "$line" "it says what is wrong" ;;
    degraded:*) doctor_says warn status "$line" "it says what is wrong" ;;
    *)
        doctor_says warn status "there is no status page at http://$listen$path" \
            "see conf/status.conf" ;;
    esac
}


# The page as a guest and as a patron, with a token that lasts a minute.

doctor_page()
{
    local url=$1 key name sub=${opt[as]:-${member:-}} token one

    for one in "${facts[@]}"; do
        if [[ $one == key$'\t'* ]]; then
            IFS=$'\x1f' read -r _ name key <<< "${one//$'\t'/$'\x1f'}"
            break
        fi
    done

    . "$lib/page.sh"
    one=$(page_fetch "$url" "$scratch/guest" '' && echo "$REPLY")

    if [ "$one" = 200 ] || [ "$one" = 402 ]; then
        doctor_says ok page "a guest gets $one, $(wc -c < "$scratch/guest") bytes"
    else
        doctor_says fail page "a guest gets ${one:-nothing}" "look into nginx's error log"
    fi

    if [ -z "$sub" ] || [ -z "${key:-}" ]; then
        doctor_says warn page "no member to be" "say --as SUB"
        return
    fi

    token=$("$0" token mint --key "$key" --kid "$name" --sub "$sub" --ttl 60s)
    one=$(page_fetch "$url" "$scratch/patron" "cookie = \"patron=$token\"" \
        && echo "$REPLY")

    if [ "$one" != 200 ]; then
        doctor_says fail page "the patron $sub gets ${one:-nothing}" \
            "look into nginx's error log"
    elif cmp -s "$scratch/guest" "$scratch/patron"; then
        doctor_says warn page "a guest and the patron $sub get the same page" \
            "is patron on there? \"There is no banner\" in scripts/README.md"
    else
        doctor_says ok page "the patron $sub gets another page, \
$(wc -c < "$scratch/patron") bytes"
    fi
}
