# What records with addresses have in common: institutions.

# The fields that hold --address and --addresses, in address_fields[].

address_fields()
{
    local n=0 line

    make_scratch

    {
        printf '%s\n' "${opt[address]:-}"

        case ${opt[addresses]:-} in
        '') ;;
        -) cat ;;
        *)
            readable "${opt[addresses]}"
            cat -- "${opt[addresses]}"
            ;;
        esac
    } | helper addresses > "$scratch/addresses" || exit 2

    address_fields=()

    while IFS= read -r line; do
        n=$((n + 1))

        if [ "$n" -eq 1 ]; then
            address_fields+=(addresses "$line")
        else
            address_fields+=("addresses.$n" "$line")
        fi
    done < "$scratch/addresses"

    [ "$n" -gt 0 ] || die 2 "no address is given"
    [ "$n" -le 128 ] || die 2 "too many addresses"
    addresses_written=$n
}


# Those of old that the new ones have not replaced.

forget_addresses()
{
    local n
    local -a old=()

    for ((n = addresses_written + 1; n <= 128; n++)); do
        old+=("addresses.$n")
    done

    [ ${#old[@]} -eq 0 ] || change HDEL "$key" "${old[@]}"
}


# Published or not: the names of hashes "$1:", and of the set "$2".

list_hashes()
{
    local line

    if [ -n "${opt[print]:-}" ]; then
        print_line SMEMBERS "$prefix$2"
        return
    fi

    make_scratch
    ask SMEMBERS "$prefix$2"

    while IFS= read -r line; do
        [[ $line == *\"* ]] || continue
        unquote "${line#*) }"
        printf '%s\n' "$REPLY"
    done <<< "$REPLY" > "$scratch/published"

    pattern_of "$prefix$1:"
    scan_keys "$REPLY*" "$scratch/keys" || : > "$scratch/keys"

    {
        cat "$scratch/published"

        while IFS= read -r line; do
            printf '%s\n' "${line#"$prefix$1:"}"
        done < "$scratch/keys"
    } | sorted "$scratch/names" || exit

    ask_all "$scratch/names" HGETALL "$prefix$1:" \
        | helper "$2" "$scratch/names" "$scratch/published" "$(format)"
}
