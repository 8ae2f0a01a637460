# Configures an nginx tree out of tree with the module, and fetches the sources
# of the distribution's.  Sourced, not run; the caller sets root (of this
# project).

# What an nginx of our own has in it for the tests to look at.

nginx_tested="--with-threads --with-http_ssl_module --with-http_v2_module \
    --with-http_gunzip_module --with-http_gzip_static_module \
    --with-http_sub_module --with-http_addition_module \
    --with-http_realip_module --with-http_auth_request_module \
    --with-http_slice_module --with-http_secure_link_module \
    --with-http_stub_status_module"


# nginx_tree SOURCE DIR: makes DIR look like the source tree: configure writes
# a Makefile beside itself, and the distribution's tree is not ours to write.

nginx_tree() {
    mkdir -p "$2"
    for entry in "$1"/*; do
        case ${entry##*/} in
            Makefile | objs) ;;
            *) ln -sfn "$entry" "$2/${entry##*/}" ;;
        esac
    done
    if [ ! -e "$2/configure" ] && [ -e "$2/auto/configure" ]; then
        ln -sfn auto/configure "$2/configure"
    fi
}


# nginx_args BINARY: the arguments an nginx was configured with, quoted for
# eval, without what a module of ours needs nothing of: other modules, their
# libraries and its own sources of OpenSSL and PCRE.

nginx_args() (
    args=$("$1" -V 2>&1 | sed -n 's/^configure arguments: //p')
    eval "set -- $args"
    for arg in "$@"; do
        case $arg in
            --add-module=* | --add-dynamic-module=* | --builddir=* \
            | *=dynamic | --with-http_perl_module | --with-http_geoip_module \
            | --with-http_xslt_module | --with-http_image_filter_module \
            | --with-mail* | --with-stream* | --with-google_perftools_module \
            | --with-openssl=* | --with-pcre=* | --with-zlib=* \
            | --with-ld-opt=*ngx_wasm* | --with-cc=*)
            ;;
            *)
                printf "'%s' " "$(printf %s "$arg" | sed "s/'/'\\\\''/g")"
            ;;
        esac
    done
)


# nginx_make TREE ADD ARGS TARGET: configures when something it depends on has
# changed, then makes.  ADD is --add-module or --add-dynamic-module; ARGS are
# quoted for eval; CC is honoured.

nginx_make() {
    stamp=$(
        echo "${CC:-cc} $2 $3"
        cat "$root/config" "$root/ngx_module/exports.map" \
            "$1/src/core/nginx.h"
        find "$root/ngx_module" -name '*.[ch]' | sort
    )

    if [ "$(cat "$1/stamp" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$1/objs" "$1/stamp"
        (
            cd "$1" || exit 1
            eval "set -- $3 $2='$root'"
            ./configure --with-cc="${CC:-cc}" "$@" >configure.log 2>&1 || {
                tail -n 20 configure.log >&2
                exit 1
            }
        ) || return 1
        printf '%s' "$stamp" >"$1/stamp"
    fi

    make -s -C "$1" -f objs/Makefile -j"$(nproc 2>/dev/null || echo 2)" "$4"
}


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
