# An nginx of the distribution's own sources with the module linked in, under
# the address and undefined-behaviour sanitizers.  Sourced, not run; needs
# apt.sh and nginx.sh, and root set.


# sanitized_nginx DIR: builds DIR/nginx.  The undefined-behaviour sanitizer
# looks at the module's files only: nginx's own have harmless findings (NULL
# with a length of 0).  What nginx and the module allocate can be made to fail.

sanitized_nginx() {
    mkdir -p "$1"
    nginx_source "$1" || return 1

    cat >"$1/cc" <<END
#!/bin/sh
for arg in "\$@"; do
    case \$arg in
        "$root"/ngx_module/*/*.c | "$root"/ngx_module/*/*/*.c)
            exec ${CC:-gcc} "\$@" -fsanitize=undefined ;;
    esac
done
exec ${CC:-gcc} "\$@"
END
    chmod +x "$1/cc"

    flags="-fsanitize=address -O1 -g -fno-omit-frame-pointer"

    # Each allocation from a pool is one from malloc(), so that the sanitizer
    # knows its bounds.

    ${CC:-gcc} -O1 -g -W -Wall -Werror -DFAIL_ALLOC_WRAP -c \
        -o "$1/fail_alloc.o" "$root/t/again/fail_alloc.c" || return 1

    nginx_tree "$1/src" "$1/tree"
    CC=$1/cc nginx_make "$1/tree" --add-module "--prefix=$1 \
        --with-cc-opt='$flags -DNGX_DEBUG_PALLOC=1' \
        --with-ld-opt='-fsanitize=address,undefined -Wl,-E \
            -Wl,--wrap=malloc,--wrap=posix_memalign $1/fail_alloc.o' \
        --with-debug $nginx_tested" binary || return 1

    cp "$1/tree/objs/nginx" "$1/nginx"
}
