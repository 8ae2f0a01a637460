# Debian roots to build and try things in: made by debootstrap, kept in $roots,
# entered by chroot.  Sourced, not run; needs apt.sh; everything as root.
#
# Whatever is started in a root is in a process namespace of its own, and its
# mounts in a mount namespace: when root_run returns, or the script is ended by
# whichever signal, nothing of it is left.

root_mirror=${MIRROR:-http://deb.debian.org/debian}


# root_suite 12|13|sid: the suite's name.

root_suite() {
    case $1 in
        12) echo bookworm ;;
        13) echo trixie ;;
        sid) echo sid ;;
        *)
            echo "$0: no such Debian: $1 (12, 13 or sid)" >&2
            return 1
        ;;
    esac
}


# root_alone COMMAND...: runs it in those namespaces.  It is waited for as a job
# in the background is, since a shell looks at no signal while one in the
# foreground runs; and so it would ignore those of a keyboard.

root_alone() {
    setpriv --pdeathsig KILL unshare --mount --mount-proc --pid --fork \
        --kill-child -- env --default-signal=INT,QUIT "$@" </dev/null &
    wait $!
}


# root_base RELEASE: makes $roots/base-RELEASE, as small as debootstrap has it,
# with security updates; once.

root_base() {
    root_base=$roots/base-$1
    [ ! -e "$root_base/.complete" ] || return 0

    root_suite=$(root_suite "$1") || return 1
    apt_need debootstrap debian-archive-keyring || return 1

    rm -rf "$root_base"
    mkdir -p "$roots/debs"

    root_alone debootstrap --variant=minbase --cache-dir="$roots/debs" \
        "$root_suite" "$root_base" "$root_mirror" \
        >"$roots/base-$1.log" 2>&1 || {
        tail -n 5 "$roots/base-$1.log" >&2
        return 1
    }

    {
        echo "deb $root_mirror $root_suite main"
        if [ "$root_suite" != sid ]; then
            echo "deb $root_mirror $root_suite-updates main"
            echo "deb $root_mirror-security $root_suite-security main"
        fi
    } >"$root_base/etc/apt/sources.list"

    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' >"$root_base/etc/hosts"

    # In a container whose /tmp is a plain directory apt's own user may not
    # read what lies there.

    cat >"$root_base/etc/apt/apt.conf.d/90patron" <<'END'
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Dpkg::Use-Pty "false";
Acquire::Retries "3";
END

    # What is made in minutes and thrown away need not survive a power cut.

    echo force-unsafe-io >"$root_base/etc/dpkg/dpkg.cfg.d/90patron"

    # A mirror of sid may lag behind; its signature counts all the same.

    if [ "$root_suite" = sid ]; then
        echo 'Acquire::Check-Valid-Until "false";' \
            >>"$root_base/etc/apt/apt.conf.d/90patron"
    fi

    rm -rf "$root_base"/var/cache/apt/archives/*.deb
    root_run "$root_base" apt-get -q update >>"$roots/base-$1.log" 2>&1 \
        && root_run "$root_base" env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y dist-upgrade >>"$roots/base-$1.log" 2>&1 \
        && : >"$root_base/.complete"
}


# root_copy RELEASE DIR: a fresh root at DIR, whole or not there.

root_copy() {
    root_base "$1" || return 1
    rm -rf "$2" "$2.part"
    cp -a --reflink=auto "$roots/base-$1" "$2.part" || return 1
    rm "$2.part/.complete"
    mv "$2.part" "$2"
}


# root_run DIR COMMAND...: runs it inside, with the network of this machine.

root_run() {
    root_dir=$1
    shift

    cp -L /etc/resolv.conf "$root_dir/etc/resolv.conf" 2>/dev/null || :

    # Whom this machine trusts by its environment, which goes along, the root
    # trusts, too.

    for root_trust in "${SSL_CERT_FILE-}" "${NODE_EXTRA_CA_CERTS-}"; do
        if [ -f "$root_trust" ]; then
            mkdir -p "$root_dir${root_trust%/*}"
            cp -L "$root_trust" "$root_dir$root_trust" 2>/dev/null || :
        fi
    done

    # shellcheck disable=SC2016 # for the inner shell
    root_alone sh -c '
        root=$1
        shift
        mount -t proc proc "$root/proc" || exit
        mkdir -p "$root/dev/shm" "$root/dev/pts"
        mount -t tmpfs tmpfs "$root/dev/shm" || exit
        mount -t devpts -o ptmxmode=0666 devpts "$root/dev/pts" || exit
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            LC_ALL=C.UTF-8 TERM=dumb chroot "$root" "$@"
    ' sh "$root_dir" "$@"
}
