# Prometheus's own checker, out of Debian's package: that would bring a server
# and a website along.  Sourced after apt.sh, not run.


# promtool_setup DIR: puts it there, unless there is one; PROMTOOL says where.

promtool_setup() {
    PROMTOOL=$(command -v promtool || echo "$1/promtool")
    export PROMTOOL

    [ ! -x "$PROMTOOL" ] || return 0

    work=$(mktemp -d)
    (
        cd "$work" && chmod 755 . || exit
        apt-get download -q prometheus >/dev/null 2>&1 || {
            as_root apt-get update -q >/dev/null
            apt-get download -q prometheus
        }
        dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
    ) && mv "$work/usr/bin/promtool" "$PROMTOOL"
    status=$?
    rm -rf "$work"

    return $status
}
