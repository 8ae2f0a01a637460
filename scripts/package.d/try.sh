# scripts/package --try: the package in fresh roots.  Sourced, not run; needs
# root, build, roots and version set, and roots.sh.


# try_releases RELEASE...: each in turn; fails where one has failed.

try_releases() {
    [ "$(id -u)" = 0 ] || {
        echo "$0: roots are made by root" >&2
        return 1
    }

    mkdir -p "$roots"
    try_status=0

    for try_release in "$@"; do
        echo "== Debian $try_release"
        try_release "$try_release" || {
            echo "== Debian $try_release: failed"
            try_status=1
        }
    done

    return $try_status
}


# The package is built where its tools are, and tried where nothing is.

try_release() {
    try_from=$roots/package-$1
    try_to=$roots/try-$1

    [ -d "$try_from" ] || root_copy "$1" "$try_from" || return 1

    rm -rf "$try_from/patron" "$try_to"
    mkdir -p "$try_from/patron" "$try_from/debs"
    rm -f "$try_from"/debs/*
    tar -C "$root" --exclude=./build --exclude=./.git -cf - . \
        | tar -C "$try_from/patron" -xf -

    for try_version in 1.0 1.1; do
        root_run "$try_from" env SOURCE_DATE_EPOCH="$(last_change)" \
            /patron/scripts/package --version $try_version \
            >"$roots/package-$1.log" 2>&1 || {
            tail -n 20 "$roots/package-$1.log"
            return 1
        }
        mv "$try_from"/patron/build/*.deb "$try_from/debs/"
    done

    root_copy "$1" "$try_to" || return 1
    mkdir "$try_to/try"
    cp "$try_from"/debs/* "$root/scripts/package.d/try" "$try_to/try/"
    root_run "$try_to" /try/try || return 1
    rm -rf "$try_to"
}
