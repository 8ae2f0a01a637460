# patron member erase


# Whether the key is about the member whose sub is $1, encoded.  What else ends
# in the same word, such as a campaign of that name, is not.

about_member()
{
    local name=${key#"$prefix"} sub=$1

    case $name in
    "member:$sub"|"devices:$sub"|"feed:$sub") return 0 ;;
    "reserved:{$prefix"*"}") name=${name#"reserved:{$prefix"} name=${name%\}} ;;
    esac

    [[ $name =~ ^gift:[^:]+:(.*)$ && ${BASH_REMATCH[1]} == "$sub" ]] \
        || [[ $name =~ ^meter:[^:]+:m:(.*)$ && ${BASH_REMATCH[1]} == "$sub" ]]
}


# All keys about a member are found before the first goes: where Redis fails
# meanwhile nothing has been half done.

member_erase()
{
    local sub found=()

    options "$redis_options" "print" "$@"
    member_key
    sub=${key#"${prefix}member:"}

    make_scratch
    pattern_of "$prefix"
    scan_keys "$REPLY*:$sub*" "$scratch/keys" \
        || die 1 "$(sed -n '1s/^patron: //p' "$scratch/keys.said")"

    while IFS= read -r key; do
        if about_member "$sub"; then
            found+=("$key")
        fi
    done < "$scratch/keys"

    [ ${#found[@]} -gt 0 ] || die 1 "nothing is kept about: ${args[0]}"

    change DEL "${found[@]}"

    [ -n "${opt[print]:-}" ] || printf '%s\n' "${found[@]}"
}
