# Sourced by the cells that set up a CMS: what they have in common.


# wait_for COMMAND...: until it is so, for half a minute.

wait_for() {
    for _ in $(seq 300); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    echo "not there: $*" >&2
    return 1
}


# lines FILE HEADING COMMAND: the block of shell below the heading that has this
# command in it.

lines() {
    awk -v heading="$2" -v command="$3" '
        index($0, heading) == 1 { found = 1; next }
        found && /^```sh/ { block = 1; text = ""; next }
        found && /^```/ && block {
            block = 0
            if (index(text, command)) { printf "%s", text; exit }
        }
        block { text = text $0 "\n" }' "$1"
}


# Services without an init.

start_php() {
    mkdir -p /run/php
    fpm=$(ls /usr/sbin/php-fpm*)
    pool=$(ls /etc/php/*/fpm/pool.d/www.conf)
    sed -i 's/^pm = .*/pm = static/; s/^pm.max_children = .*/pm.max_children = 4/' \
        "$pool"
    $fpm --daemonize
    ln -sf "$(sed -n 's/^listen = //p' "$pool")" /run/php/php-fpm.sock
}


# nginx, by the lines of the first page.

install_module() {
    lines README.md '## On your own nginx' 'install -m 644' \
        | sed '/^scripts\/build$/d' >"$out/install.sh"
    rm -rf /etc/nginx/patron/2026.key /var/cache/nginx
    sh -eux "$out/install.sh" >"$out/install.log" 2>&1

    sed -i '/patron/d; /gunzip/d' /etc/nginx/nginx.conf
    sed -i '1i load_module /usr/lib/nginx/modules/ngx_http_patron_module.so;
        s/^http {/&\n\tgunzip on;/' /etc/nginx/nginx.conf
    rm -f /etc/nginx/sites-enabled/*
}
