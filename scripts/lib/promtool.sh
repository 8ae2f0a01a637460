# Prometheus's own checker, out of Debian's package: a server and a website would
# come along with it.  From Debian 13 on it is a package of its own.  Sourced
# after apt.sh, not run.


# promtool_setup DIR: puts it there, unless there is one; PROMTOOL says where.

promtool_setup() {
    PROMTOOL=$(command -v promtool || echo "$1/promtool")
    export PROMTOOL

    [ ! -x "$PROMTOOL" ] || return 0

    work=$(mktemp -d)
    (
        cd "$work" && chmod 755 . || exit

        promtool_fetch || {
            as_root apt-get update -q >/dev/null
            promtool_fetch
        }
    ) && mv "$work/usr/bin/promtool" "$PROMTOOL"
    status=$?
    rm -rf "$work"

    return $status
}


promtool_fetch() {
    for package in promtool prometheus; do
        ! apt-get download -q "$package" >/dev/null 2>&1 \
            || ! dpkg-deb --fsys-tarfile "${package}"_*.deb \
                | tar -x ./usr/bin/promtool 2>/dev/null || return 0
    done

    return 1
}
