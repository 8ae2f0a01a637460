# Installs what is missing from the distribution.  Sourced, not run.


# as_root COMMAND...: runs it as root, by sudo where we are not.

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "$0: not root and no sudo: cannot run: $*" >&2
        return 1
    fi
}


# A package asked for by one name may come under a newer one (pkg-config is
# provided by pkgconf), so that "Provides" counts too.

apt_list() {
    apt_installed=$(dpkg-query -W \
        -f='${db:Status-Abbrev} ${Package} ${Provides}\n' 2>/dev/null \
        | sed -n -e '/^ii/{' -e 's/([^)]*)//g' -e 's/,/ /g' -e 's/$/ /' \
              -e p -e '}')
}

apt_has() {
    printf '%s\n' "$apt_installed" | grep -q " $1 "
}


# apt_need PACKAGE...: installs those that are not there.  A daemon that comes
# with them is not started, neither now nor at the next boot.

apt_need() {
    missing=
    apt_list
    for package in "$@"; do
        apt_has "$package" || missing="$missing $package"
    done

    [ -n "$missing" ] || return 0

    if ! command -v apt-get >/dev/null 2>&1; then
        echo "$0: missing, and there is no apt-get:$missing" >&2
        return 1
    fi

    echo "installing$missing"

    policy=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 130' INT TERM
    fi

    # shellcheck disable=SC2086 # a list of packages

    status=0
    apt_install $missing || {
        as_root apt-get update -q && apt_install $missing
    } || status=$?

    if [ -n "$policy" ]; then
        as_root rm -f $policy
        trap - EXIT INT TERM
    fi

    # What apt_has knows is what there was before.

    for daemon in nginx redis-server; do
        apt_has $daemon || apt_rest $daemon
    done

    return $status
}


# apt_rest DAEMON: it is not started at boot, whichever init there is.

apt_rest() {
    [ -e "/etc/init.d/$1" ] || return 0

    as_root update-rc.d "$1" disable >/dev/null 2>&1 || :
    as_root deb-systemd-helper disable "$1.service" >/dev/null 2>&1 || :
}


apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends \
        -o Dpkg::Use-Pty=0 "$@" </dev/null
}
