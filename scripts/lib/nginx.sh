# Configures an nginx tree out of tree with the module.  Sourced, not run; the
# caller sets root (of this project).


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
        ls "$root"/ngx_module/*/*.[ch]
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
