# An nginx of the distribution's own sources with the module linked in, under
# the address and undefined-behaviour sanitizers.  Sourced, not run; needs
# apt.sh and nginx.sh, and root set.


# nginx_source DIR: the sources that the packaged nginx was made from, as
# DIR/src, without the distribution's patches.

nginx_source() {
    version=$(dpkg-query -W -f='${source:Version}' nginx)

    if [ "$(cat "$1/src.version" 2>/dev/null)" = "$version" ]; then
        return 0
    fi

    rm -rf "$1/src" "$1/apt"
    mkdir -p "$1/src" "$1/apt/state/lists/partial" \
        "$1/apt/cache/archives/partial"

    (
        cd "$1/apt" || exit 1

        if ! apt-get -q source --tar-only "nginx=$version"; then
            nginx_source_list >sources.list
            set -- -q -o Dir::Etc::SourceList="$PWD/sources.list" \
                -o Dir::Etc::SourceParts=- -o Dir::State="$PWD/state" \
                -o Dir::State::status=/var/lib/dpkg/status \
                -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root
            apt-get "$@" update &&
            apt-get "$@" source --tar-only "nginx=$version"
        fi
    ) >"$1/apt.log" 2>&1 </dev/null || {
        tail -n 20 "$1/apt.log" >&2
        return 1
    }

    tar -xzf "$1"/apt/nginx_*.orig.tar.gz -C "$1/src" --strip-components=1 \
        || return 1
    rm -rf "$1/apt"
    echo "$version" >"$1/src.version"
}


# The source packages' lists beside those of packages that this machine has:
# many machines have none.

nginx_source_list() {
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    signed=
    [ ! -e $keys ] || signed="[signed-by=$keys] "

    apt-get indextargets --format \
        "\$(ORIGIN) deb-src $signed\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
        'Created-By: Packages' | sed -n 's/^Debian //p' | sort -u
}


# sanitized_nginx DIR: builds DIR/nginx.  The undefined-behaviour sanitizer
# looks at the module's files only: nginx's own have harmless findings (NULL
# with a length of 0).

sanitized_nginx() {
    mkdir -p "$1"
    nginx_source "$1" || return 1

    cat >"$1/cc" <<END
#!/bin/sh
for arg in "\$@"; do
    case \$arg in
        "$root"/ngx_module/*/*.c) exec ${CC:-gcc} "\$@" -fsanitize=undefined ;;
    esac
done
exec ${CC:-gcc} "\$@"
END
    chmod +x "$1/cc"

    flags="-fsanitize=address -O1 -g -fno-omit-frame-pointer"

    # Each allocation from a pool is one from malloc(), so that the sanitizer
    # knows its bounds.

    nginx_tree "$1/src" "$1/tree"
    CC=$1/cc nginx_make "$1/tree" --add-module "--prefix=$1 \
        --with-cc-opt='$flags -DNGX_DEBUG_PALLOC=1' \
        --with-ld-opt='-fsanitize=address,undefined' \
        --with-debug --with-threads --with-http_ssl_module \
        --with-http_v2_module --with-http_gunzip_module \
        --with-http_gzip_static_module --with-http_sub_module \
        --with-http_addition_module --with-http_realip_module \
        --with-http_auth_request_module --with-http_slice_module \
        --with-http_secure_link_module --with-http_stub_status_module" binary || return 1

    cp "$1/tree/objs/nginx" "$1/nginx"
}
