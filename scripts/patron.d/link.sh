# Links of gifts and previews.


# A link's argument $1 for purpose $2, with one claim, $3, good for $4 if neither
# --ttl nor --until says.

link_argument()
{
    [ -n "${opt[key]:-}" ] || die 2 "--key FILE is missing"

    [ -n "${opt[ttl]:-}${opt[until]:-}" ] || opt[ttl]=$4

    REPLY=$(helper link "${opt[key]}" "${opt[kid]:-}" "$2" "${opt[ttl]:-}" \
        "${opt[until]:-}" "$3") || exit

    printf '%s=%s\n' "$1" "$REPLY"
}
