# shellcheck shell=bash
#
# Starting and stopping what the bench runs: configurations, nginx with and
# without callgrind, the origin, Redis.  Every process is remembered by its
# pid and ended by it.

declare -A pid_of port_of part_of
helpers=()


free_port() {
    perl -MIO::Socket::INET -e '
        print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)
              ->sockport'
}


wait_for_port() { # PORT PID
    local i

    for ((i = 0; i < 600; i++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.05
    done

    return 1
}


# One field of a variant, or with "body" its lines of configuration.

variant() { # NAME FIELD
    awk -v name="$1" -v field="$2" '
        /^== / { ours = ($2 == name); body = 0; next }
        !ours { next }
        /^--$/ { body = 1; next }
        body && field == "body" { print }
        !body && index($0, field ":") == 1 {
            sub(/^[^:]*: */, ""); print; exit
        }' "$parts/variants.conf"
}


variant_names() { # without those of one section
    awk '/^== / { name = $2 }
        /^section:/ { name = "" }
        /^--$/ && name != "" { print name }' "$parts/variants.conf"
}


# Settings that a caller may change before "configure"; lines_of stands in the
# place of the variant's.

set_defaults() {
    lines_of=
    master=on
    nopush=on
    workers=1
    zone=16m
}


configure() { # TAG VARIANT
    local tag=$1 name=$2 text load="" lines state="" dir=$work/$1

    rm -rf "$dir"
    mkdir -p "$dir"
    port_of[$tag]=$(free_port)
    lines=${lines_of:-$(variant "$name" body)}

    case $(variant "$name" module) in
    lua)
        load="load_module $modules/ndk_http_module.so;
load_module $modules/ngx_http_lua_module.so;"
        lines="    init_by_lua_file $work/init.lua;
$lines"
        ;;
    njs)
        load="load_module $modules/ngx_http_js_module.so;"
        ;;
    subs)
        load="load_module $modules/ngx_http_subs_filter_module.so;"
        ;;
    memory)
        load="load_module $work/memory.so;"
        ;;
    patron)
        load="load_module $module;"
        state="add_header X-State \$patron_state;"
        ;;
    esac

    text=$(<"$parts/nginx.conf.in")
    text=${text//@LOAD@/"$load"}
    text=${text//@VARIANT@/"$lines"}
    text=${text//@STATE@/"$state"}
    text=${text//@LOCATION@/"$(variant "$name" location)"}
    text=${text//@MASTER@/"$master"}
    text=${text//@NOPUSH@/"$nopush"}
    text=${text//@WORKERS@/"$workers"}
    text=${text//@ZONE@/"$zone"}
    text=${text//@DIR@/"$dir"}
    text=${text//@PORT@/"${port_of[$tag]}"}
    text=${text//@ORIGIN@/"${port_of[origin]:-1}"}
    text=${text//@TRICKLE@/"${port_of[trickle]:-1}"}
    text=${text//@PAGES@/"$pages"}
    text=${text//@WORK@/"$work"}
    text=${text//@PARTS@/"$parts"}
    text=${text//@BANNER@/"$banner"}
    printf '%s\n' "$text" > "$dir/nginx.conf"
}


launch() { # TAG [COMMAND PREFIX...]
    local tag=$1 dir=$work/$1

    shift
    "$@" "$nginx" -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" \
        > "$dir/output" 2>&1 &
    pid_of[$tag]=$!

    if ! wait_for_port "${port_of[$tag]}" "${pid_of[$tag]}"; then
        warn "nginx ($tag) did not start:"
        cat "$dir/output" "$dir/error.log" >&2 2>/dev/null
        return 1
    fi
}


launch_callgrind() { # TAG
    part_of[$1]=0
    launch "$1" valgrind --tool=callgrind --quiet --dump-line=no \
        --callgrind-out-file="$work/$1/cg" --dump-before=ngx_reopen_files
}


halt() { # TAG
    local tag=$1

    [ -n "${pid_of[$tag]:-}" ] || return 0
    kill -TERM "${pid_of[$tag]}" 2>/dev/null
    wait "${pid_of[$tag]}" 2>/dev/null
    unset "pid_of[$tag]"

    if grep -E '\[(alert|emerg|crit)\]|AddressSanitizer' \
            "$work/$tag/error.log" >&2 2>/dev/null
    then
        warn "the lines above are from nginx's log ($tag)"
    fi
}


worker_of() { # TAG
    pgrep -P "${pid_of[$1]}" | head -1
}


# The filter that only asks for memory, for the nginx that the module was built
# for.

build_memory() {
    local tree

    tree=$(dirname "$(ls -d "$root"/build/nginx-*/objs 2>/dev/null | head -1)")
    [ -d "$tree/objs" ] || return 1

    ${CC:-gcc} -O2 -shared -fPIC -o "$work/memory.so" -I "$tree/objs" \
        -I "$tree/src/core" -I "$tree/src/event" -I "$tree/src/event/modules" \
        -I "$tree/src/os/unix" -I "$tree/src/http" \
        -I "$tree/src/http/modules" -I "$tree/src/http/v2" \
        "$parts/memory/ngx_http_bench_memory_module.c" > "$work/output" 2>&1 \
        || warn "no filter to compare with: $(head -1 "$work/output")"
}


start_origin() {
    local text dir=$work/origin

    mkdir -p "$dir"
    port_of[origin]=$(free_port)
    text=$(<"$parts/origin.conf.in")
    text=${text//@DIR@/"$dir"}
    text=${text//@PORT@/"${port_of[origin]}"}
    text=${text//@PAGES@/"$pages"}
    printf '%s\n' "$text" > "$dir/nginx.conf"
    launch origin
}


start_redis() {
    local i

    redis-server --port 0 --unixsocket "$work/redis.sock" --save '' \
        --appendonly no --dir "$work" > "$work/redis.log" 2>&1 &
    pid_of[redis]=$!

    for ((i = 0; i < 200; i++)); do
        redis ping >/dev/null 2>&1 && return 0
        sleep 0.05
    done

    warn "redis-server did not start"
    cat "$work/redis.log" >&2
    return 1
}


redis() {
    redis-cli -s "$work/redis.sock" "$@"
}


redis_stat() { # NAME
    redis info stats | tr -d '\r' | awk -F: -v n="$1" '$1 == n { print $2 }'
}


redis_commands() {
    redis_stat total_commands_processed
}


load_members() { # N
    redis flushall > /dev/null
    perl "$parts/readers.pl" members "$1" | redis --pipe > /dev/null
}


clean_up() {
    local tag

    for tag in "${helpers[@]}"; do
        kill "$tag" 2>/dev/null
    done

    for tag in "${!pid_of[@]}"; do
        kill -TERM "${pid_of[$tag]}" 2>/dev/null
    done

    wait 2>/dev/null
    rm -rf "$work"
}
