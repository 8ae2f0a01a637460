# patron campaign

verbs="add copy edit list show publish schedule take-down remove preview result tune log undo"

. "$lib/link.sh"


usage_campaign()
{
    cat <<'END'
Usage: patron campaign add SLOT:NAME html=@FILE [FIELD=VALUE ...]
       patron campaign copy SLOT:NAME SLOT:NEW [FIELD=VALUE ...]
       patron campaign edit SLOT:NAME
       patron campaign schedule SLOT:NAME [from=TIME] [until=TIME]
                                          [hours=HOURS] [tz=ZONE]
       patron campaign list [--json]
       patron campaign show SLOT:NAME [--json]
       patron campaign publish|take-down|remove SLOT:NAME
       patron campaign preview SLOT:NAME [PAGE] --key FILE [--kid ID]
                                         [--ttl TIME] [--open]
       patron campaign result SLOT [--days N] [--by granted|clicked|dismissed]
                                   [--control NAME] [--json]
       patron campaign tune SLOT [--least N] [--days N] [--by granted|clicked]
                                 [--dry-run] [--json] [--seed N]
       patron campaign log [--count N] [--tz ZONE] [--json]
       patron campaign undo

add writes fields of the campaign, those named alone; FIELD=@FILE takes a
file's content.  It is seen once it is published, and changes are live at once.
What the module would refuse is refused here, with the reason, and not written.

  html url status weight priority from until hours for cap variant_of holdback
  if_VARIABLE
  hours='mon-fri 18:00-23:00, sat': when it is shown, week by week
  tz=ZONE, as in tz=Europe/Kyiv: from, until and hours are by the clocks there

copy makes a campaign of another's fields, to be tried beside it with
variant_of=NAME.  schedule says when, and publishes.

edit opens the HTML in $VISUAL or $EDITOR (vi).  list shows drafts too: those
that were made here, and all of them to a user who may SCAN.

preview prints "patron_preview=...", to be put behind the "?" of any page that
has the slot: whoever opens it sees the campaign before it starts (12h).  With the
address of a PAGE it is the whole link.  --open shows a QR code as well, by qrencode
if that is there, for a telephone; PAGE is then http://localhost/ if it is not given.

result says of an experiment what each of its campaigns did among the readers
assigned to it in the last 28 days, and whether one has won; look as often as you
like.  The control is a holdback, or else what has variants.

tune gives more new readers to what does better, by Thompson sampling of the same
counters; run it once a day.  Nothing moves before each has 500 readers (--least);
each keeps a tenth, and a holdback its weight.  undo takes it back.

Every change is noted in the stream "log", with who made it (PATRON_USER, or the
name you work under).  log shows the last 20; undo takes the last one back.

Redis options: patron --help.
END
}


# The name of a campaign, in args[0]; at most $1 arguments (one) are taken.

campaign_name()
{
    [[ ${args[0]:-} =~ ^[^:[:cntrl:]]+:[[:print:]]+$ && ${#args[0]} -le 120 \
       && ${#args[@]} -le ${1:-1} ]] \
        || die 2 "patron campaign $verb SLOT:NAME"
    connection
    key=${prefix}campaign:${args[0]}
}


# The campaign as it was before it is changed, for undo.

campaign_before()
{
    [ -z "${opt[print]:-}" ] || return 0

    ask EXISTS "$key"
    existed=${REPLY#(integer) }
    ask SISMEMBER "${prefix}campaigns" "${args[0]}"
    published=${REPLY#(integer) }

    undoable=0

    if [ "$existed" = 1 ]; then
        "${redis[@]}" COPY "$key" "${prefix}campaigns:undo" REPLACE \
            2>/dev/null | grep -qx 1 && undoable=1
    else
        undoable=1
    fi
}


# What was done to which campaign, $1, and to which of its fields, $2.  A change
# that cannot be noted is made all the same, and said.

campaign_noted()
{
    local noted

    [ -z "${opt[print]:-}" ] || return 0

    noted=$("${redis[@]}" --no-raw XADD "${prefix}log" MAXLEN '~' 10000 '*' \
        who "$(campaign_who)" what "$1" campaign "${args[0]}" \
        fields "${2:-}" existed "$existed" published "$published" \
        undoable "$undoable" 2>&1)

    [[ $noted =~ ^\"[0-9]+-[0-9]+\"$ ]] \
        || printf 'patron: not noted in the log: %s\n' "$noted" >&2
}


campaign_who()
{
    clean "${PATRON_USER:-${SUDO_USER:-$(id -un)}@${HOSTNAME:-$(uname -n)}}"
    printf '%s' "$REPLY"
}


# The fields of the arguments behind the first $1, in fields[] and words[].

campaign_fields()
{
    local word name value zone="" hours=""

    fields=()
    words=()

    for word in "${args[@]:$1}"; do
        [[ $word != tz=* ]] || zone=${word#tz=}
        [[ $word != hours=* ]] || hours=1
    done

    [ -z "$zone" ] || check_zone "$zone"

    for word in "${args[@]:$1}"; do
        name=${word%%=*}
        value=${word#*=}

        [[ $word == *=* ]] || die 2 "a field and its value is wanted: $word"

        case $name in
        html|url|status|weight|priority|hours|for|cap|variant_of|holdback) ;;
        from|until) local_time "$name" "$value" "$zone"; value=$REPLY ;;
        tz) [ -n "$hours" ] || continue ;;
        if_?*) ;;
        *) die 2 "unknown field: $name (patron campaign --help)" ;;
        esac

        if [[ $value == @* ]]; then
            readable "${value#@}"
            [ "$(tr -d '\0' < "${value#@}" | wc -c)" = "$(wc -c < "${value#@}")" ] \
                || die 1 "${value#@} is no text: it has bytes of 0"
            value=$(cat -- "${value#@}")
        fi

        fields+=("$name" "$value")
        words+=("$name=$value")
    done
}


check_zone()
{
    [[ $1 =~ ^[A-Za-z0-9_+/-]+$ && -f ${TZDIR:-/usr/share/zoneinfo}/$1 ]] \
        || die 2 "no such zone: $1"
}


# The time $2 by the clocks of the zone $3, in unix seconds; a date alone is
# that day, to its end where $1 is "until".  What says its own zone stays.

local_time()
{
    local day

    REPLY=$2

    [[ -n $3 && $2 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}([T\ ][0-9:]+)?$ ]] || return 0

    day=$2

    if [[ $1 == until && -z ${BASH_REMATCH[1]} ]]; then
        day=$(TZ=UTC date -d "$2 1 day" +%F 2>/dev/null) \
            || die 2 "no such day: $2"
    fi

    REPLY=$(TZ=$3 date -d "${day/T/ }" +%s 2>/dev/null) \
        || die 2 "no such time in $3: $2"
}


# The nginx of this machine may have no banner that shows the slot, or none may
# be here: then nothing is known.

slot_is_shown()
{
    local slot=${args[0]%%:*} shown

    [ -z "${opt[print]:-}" ] && command -v nginx >/dev/null || return 0

    shown=$(nginx -T 2>/dev/null | grep -o 'campaign=[A-Za-z0-9._-]*')

    [ -z "$shown" ] || grep -qxF "campaign=$slot" <<< "$shown" \
        || printf 'patron: no patron_banner of this nginx has campaign=%s: %s\n' \
            "$slot" "nobody will see it until one does" >&2
}


campaign_add()
{
    local existed published undoable unseen
    local -a fields words

    options "$redis_options" "print" "$@"
    campaign_name 99
    campaign_fields 1

    [ ${#fields[@]} -gt 0 ] || die 2 "no field is given"

    campaign_write add
    said "${args[0]} is written"
}


# Writes fields[], as $1.

campaign_write()
{
    campaign_check "${words[@]}"
    campaign_before
    change HSET "$key" "${fields[@]}"
    change SADD "${prefix}campaigns:known" "${args[0]}"
    campaign_noted "$1" "$(campaign_field_names)"

    if [ "${published:-0}" = 1 ] && [[ " ${words[*]}" == *" variant_of="* ]]; then
        campaign_is_seen
    else
        slot_is_shown
    fi
}


campaign_field_names()
{
    local i names=""

    for ((i = 0; i < ${#fields[@]}; i += 2)); do
        names+="${names:+ }${fields[i]}"
    done

    printf '%s' "$names"
}


campaign_copy()
{
    local existed published undoable from
    local -a fields words

    options "$redis_options" "print" "$@"
    campaign_name 99
    campaign_must_exist
    from=$key

    args=("${args[@]:1}")
    campaign_name 99
    campaign_fields 1

    ask HGETALL "$from"
    printf '%s\n' "$REPLY" | helper campaign "${args[0]}" "${words[@]}" \
        > /dev/null || exit

    campaign_before
    [ "${existed:-0}" = 0 ] || die 1 "there is one already: ${args[0]}"
    change COPY "$from" "$key"
    [ ${#fields[@]} -eq 0 ] || change HSET "$key" "${fields[@]}"
    change SADD "${prefix}campaigns:known" "${args[0]}"
    campaign_noted copy "$(campaign_field_names)"
    said "${args[0]} is written"
}


campaign_schedule()
{
    local existed published undoable unseen
    local -a fields words

    options "$redis_options" "print" "$@"
    campaign_name 99
    campaign_must_exist
    campaign_fields 1

    [[ " $(campaign_field_names) " =~ ^(\ from|\ until|\ hours|\ tz)+\ $ ]] \
        || die 2 "patron campaign schedule SLOT:NAME from=TIME until=TIME"

    campaign_check "${words[@]}"
    campaign_before
    change HSET "$key" "${fields[@]}"
    change SADD "${prefix}campaigns" "${args[0]}"
    campaign_noted schedule "$(campaign_field_names)"
    campaign_is_seen
    said "${args[0]} is scheduled"
}


# Would the module take the campaign, with these fields over those it has?  Why it
# would not show it all the same is in unseen.

campaign_check()
{
    ask HGETALL "$key"
    unseen=$(printf '%s\n' "$REPLY" | helper campaign "${args[0]}" "$@") || exit
}


# What was published may be seen by nobody: that is told at once.

campaign_is_seen()
{
    [ -n "$unseen" ] || campaign_original

    if [ -n "$unseen" ]; then
        printf 'patron: %s: nobody will see it: %s\n' "${args[0]}" "$unseen" >&2
    fi

    slot_is_shown
}


# A variant is shown where its original would be: why that is nowhere is in unseen.

campaign_original()
{
    local of original why

    ask HGET "$key" variant_of
    unquote "$REPLY"
    [ -n "$REPLY" ] || return 0

    of=${args[0]%%:*}:$REPLY
    ask HGETALL "${prefix}campaign:$of"
    original=$REPLY

    if [[ $original != *\"* ]]; then
        unseen="its original is not there: $of"
        return
    fi

    ask SISMEMBER "${prefix}campaigns" "$of"

    if [ "$REPLY" != "(integer) 1" ]; then
        unseen="its original is not published: $of"
        return
    fi

    ask HGET "${prefix}campaign:$of" variant_of
    unquote "$REPLY"

    if [ -n "$REPLY" ]; then
        unseen="its original is a variant itself: $of"
        return
    fi

    why=$(printf '%s\n' "$original" | helper campaign "$of" 2>&1) \
        || why="it is refused"
    [ -z "$why" ] || unseen="its original $of is not seen: $why"
}


# What is seen no more, for it was tried beside what has gone.

campaign_variants()
{
    local name slot=${args[0]%%:*} variants=""

    [ -z "${opt[print]:-}" ] || return 0

    while IFS= read -r name; do
        [[ $name == "$slot:"?* ]] || continue
        ask HGET "${prefix}campaign:$name" variant_of
        unquote "$REPLY"
        [ "$REPLY" != "${args[0]#*:}" ] || variants+=" ${name#*:}"
    done < <(campaign_set campaigns)

    [ -z "$variants" ] || printf 'patron: %s: its variants are seen no more:%s\n' \
        "${args[0]}" "$variants" >&2
}


campaign_must_exist()
{
    ask EXISTS "$key"
    [ "$REPLY" = "(integer) 1" ] || die 1 "no such campaign: ${args[0]}"
}


# What is refused is not lost: the file stays where it is.

campaign_edit()
{
    local file before html existed published undoable

    options "$redis_options" "" "$@"
    campaign_name
    campaign_must_exist

    [[ -n ${VISUAL:-}${EDITOR:-} || ( -t 0 && -t 1 ) ]] \
        || die 1 "no terminal for an editor: campaign add ${args[0]} html=@FILE"

    file=$(mktemp "${TMPDIR:-/tmp}/patron-campaign.XXXXXX") \
        || die 1 "no place for a temporary file"

    before=$("${redis[@]}" --raw HGET "$key" html) || die 1 "Redis: $before"
    printf '%s\n' "$before" > "$file"

    # An editor may come with options.

    # shellcheck disable=SC2086
    ${VISUAL:-${EDITOR:-vi}} "$file" || die 1 "the editor failed: $file"
    html=$(cat -- "$file")

    if [ "$html" = "$before" ]; then
        rm -f -- "$file"
        said "nothing has changed"
        return
    fi

    ask HGETALL "$key"
    printf '%s\n' "$REPLY" | helper campaign "${args[0]}" "html=$html" \
        > /dev/null \
        || die 1 "what you wrote is in $file"
    campaign_before
    change HSET "$key" html "$html"
    campaign_noted edit html
    rm -f -- "$file"
    said "${args[0]} is written"
}


# Drafts are in a set of their own, so that who may not SCAN, and read the names
# of members, sees them as well.

campaign_list()
{
    local line

    options "$redis_options" "print json" "$@"
    arguments 0 "patron campaign list"
    connection

    if [ -n "${opt[print]:-}" ]; then
        print_line SMEMBERS "${prefix}campaigns"
        return
    fi

    make_scratch
    campaign_set campaigns > "$scratch/published"
    campaign_set campaigns:known > "$scratch/known"
    pattern_of "${prefix}campaign:"
    scan_keys "$REPLY*:*" "$scratch/keys" || : > "$scratch/keys"

    {
        cat "$scratch/published" "$scratch/known"

        while IFS= read -r line; do
            printf '%s\n' "${line#"${prefix}campaign:"}"
        done < "$scratch/keys"
    } | sorted "$scratch/names" || exit

    ask_all "$scratch/names" HGETALL "${prefix}campaign:" \
        | helper campaigns "$scratch/names" "$scratch/published" "$(format)"
}


campaign_set()
{
    local line

    ask SMEMBERS "$prefix$1"

    while IFS= read -r line; do
        [[ $line == *\"* ]] || continue
        unquote "${line#*) }"
        printf '%s\n' "$REPLY"
    done <<< "$REPLY"
}


campaign_show()
{
    options "$redis_options" "print json" "$@"
    campaign_name
    show_hash campaigns
}


campaign_publish()
{
    local existed published undoable unseen

    options "$redis_options" "print" "$@"
    campaign_name
    campaign_must_exist
    campaign_check
    campaign_before
    change SADD "${prefix}campaigns" "${args[0]}"
    campaign_noted publish
    campaign_is_seen
    said "${args[0]} is published"
}


campaign_take-down()
{
    local existed published undoable

    options "$redis_options" "print" "$@"
    campaign_name
    campaign_before
    change SREM "${prefix}campaigns" "${args[0]}"
    [ "$REPLY" != 0 ] || die 1 "not published: ${args[0]}"
    campaign_noted take-down
    campaign_variants
    said "${args[0]} is down"
}


campaign_remove()
{
    local existed published undoable

    options "$redis_options" "print" "$@"
    campaign_name
    campaign_must_exist
    campaign_before
    change SREM "${prefix}campaigns" "${args[0]}"
    change SREM "${prefix}campaigns:known" "${args[0]}"
    change DEL "$key"
    campaign_noted remove
    campaign_variants
    said "${args[0]} is deleted"
}


campaign_preview()
{
    local page link

    options "$redis_options key kid ttl until" "open" "$@"
    campaign_name 2
    campaign_must_exist
    page=${args[1]:-${opt[open]:+http://localhost/}}

    link=$(link_argument patron_preview preview "campaign=${args[0]}" 12h) \
        || exit

    if [ -n "$page" ]; then
        [[ $page =~ ^https?://[^[:space:][:cntrl:]]+$ ]] \
            || die 2 "a page is http://... or https://...: $page"
        page=${page%%#*}
        [[ $page == *\?* ]] && link="$page&$link" || link="$page?$link"
    fi

    printf '%s\n' "$link"
    [ -n "${opt[open]:-}" ] || return 0

    # The link opens what nobody is to see yet: ps would show an argument.

    if command -v qrencode >/dev/null; then
        printf '%s' "$link" | qrencode -t UTF8
    else
        printf 'patron: no QR code: qrencode is not installed\n' >&2
    fi
}


# The last $1 changes as "XREVRANGE" shows them to a person: each on a line, of
# strings as redis-cli quotes them, the id first.

campaign_changes()
{
    local line text entry=""

    ask XREVRANGE "${prefix}log" + - COUNT "$1"

    while IFS= read -r line; do
        [[ $line =~ ^\ *([0-9]+\)\ *)+(\".*\")$ ]] || continue

        text=${BASH_REMATCH[2]}

        if [[ $text =~ ^\"[0-9]+-[0-9]+\"$ && -n $entry ]]; then
            printf '%s\n' "$entry"
            entry=
        fi

        entry+="${entry:+ }$text"
    done <<< "$REPLY"

    [ -z "$entry" ] || printf '%s\n' "$entry"
}


# One of those lines, in change_of[], by name; the id's time in seconds is
# change_of[when].

campaign_change()
{
    local rest=$1 name="" first=1

    change_of=()

    while [[ $rest =~ ^\ *(\"([^\"\\]|\\.)*\")(.*)$ ]]; do
        rest=${BASH_REMATCH[3]}
        unquote "${BASH_REMATCH[1]}"

        if [ -n "$first" ]; then
            change_of[when]=${REPLY%%-*}
            change_of[when]=${change_of[when]%???}
            first=
        elif [ -z "$name" ]; then
            name=$REPLY
        else
            change_of[$name]=$REPLY
            name=
        fi
    done
}


campaign_log()
{
    local line when comma="" name changes
    local -A change_of

    options "$redis_options count tz" "json" "$@"
    arguments 0 "patron campaign log"
    [[ ${opt[count]:=20} =~ ^[1-9][0-9]{0,4}$ ]] \
        || die 2 "--count is a number, at most 99999"
    [ -z "${opt[tz]:-}" ] || check_zone "${opt[tz]}"
    connection
    changes=$(campaign_changes "${opt[count]}") || exit

    if [ -n "${opt[json]:-}" ]; then
        printf '['
    else
        printf '%-17s %-24s %-10s %-24s %s\n' "WHEN" "WHO" "WHAT" \
            "CAMPAIGN" "FIELDS"
    fi

    while IFS= read -r line; do
        [ -n "$line" ] || continue
        campaign_change "$line"

        if [ -n "${opt[json]:-}" ]; then
            printf '%s\n{"when":%s' "$comma" "${change_of[when]}"

            for name in who what campaign fields; do
                json_text "${change_of[$name]:-}"
                printf ',"%s":%s' "$name" "$REPLY"
            done

            printf '}'
            comma=,
            continue
        fi

        when=$(TZ=${opt[tz]:-UTC} date -d "@${change_of[when]}" '+%F %H:%M')
        printf '%-17s %-24s %-10s %-24s %s\n' "$when" "${change_of[who]:-}" \
            "${change_of[what]:-}" "${change_of[campaign]:-}" \
            "${change_of[fields]:-}"
    done <<< "$changes"

    [ -z "${opt[json]:-}" ] || printf '\n]\n'
}


# The last change is taken back, whoever made it; an undo is none.

campaign_undo()
{
    local existed published undoable
    local -A change_of

    options "$redis_options" "" "$@"
    arguments 0 "patron campaign undo"
    connection

    campaign_change "$(campaign_changes 1)"

    [ -n "${change_of[campaign]:-}" ] || die 1 "nothing was changed"
    [ "${change_of[what]}" != undo ] || die 1 "the last change was an undo"
    [ "${change_of[undoable]:-0}" = 1 ] \
        || die 1 "the last change cannot be taken back"

    args=("${change_of[campaign]}")
    key=${prefix}campaign:${args[0]}
    existed=${change_of[existed]}
    published=${change_of[published]}
    undoable=0

    if [ "${change_of[what]}" = tune ]; then
        campaign_untune
        return
    fi

    if [ "$existed" = 1 ]; then
        change COPY "${prefix}campaigns:undo" "$key" REPLACE
        change SADD "${prefix}campaigns:known" "${args[0]}"
    else
        change DEL "$key"
        change SREM "${prefix}campaigns:known" "${args[0]}"
    fi

    if [ "$published" = 1 ]; then
        change SADD "${prefix}campaigns" "${args[0]}"
    else
        change SREM "${prefix}campaigns" "${args[0]}"
    fi

    campaign_noted undo "${change_of[what]}"
    said "${args[0]} is as it was before: ${change_of[what]}"
}


# The slot's experiment, of args[0], as the helper's "result" and "tune" read it:
# the names of its published campaigns, the days, and the replies for both.

campaign_counted()
{
    local name day

    slot=${args[0]}
    by=${opt[by]:-granted}
    days=${opt[days]:-28}

    [[ $by =~ ^(granted|clicked|dismissed)$ ]] \
        || die 2 "--by: granted, clicked or dismissed"
    [[ $days =~ ^[1-9][0-9]{0,2}$ ]] || die 2 "--days: 1 to 999"
    connection

    make_scratch

    campaign_set campaigns | while IFS= read -r name; do
        [[ $name != "$slot:"?* ]] || printf '%s\n' "$name"
    done | sorted "$scratch/names" || exit

    now

    for ((day = days - 1; day >= 0; day--)); do
        printf '%(%F)T\n' $((REPLY - day * 86400))
    done > "$scratch/days"

    {
        ask_all "$scratch/names" HGETALL "${prefix}campaign:"
        ask_all "$scratch/days" HGETALL "${prefix}stats:"
    } > "$scratch/replies"
}


campaign_result()
{
    local slot by days

    options "$redis_options days by control" "json" "$@"
    arguments 1 "patron campaign result SLOT"
    campaign_counted

    helper result "$slot" "$by" "${opt[control]:-}" "$scratch/names" \
        "$days" "$(format)" < "$scratch/replies"
}


# The weights that were are kept for undo, and all is noted, before anything
# moves: who comes between finds what can be taken back.

campaign_tune()
{
    local slot by days new was name moved=""
    local existed=1 published=1 undoable=1
    local -a undo=()

    options "$redis_options days by least seed" "json dry-run print" "$@"
    arguments 1 "patron campaign tune SLOT"
    [ "${opt[by]:-}" != dismissed ] || die 2 "--by: granted or clicked"
    [[ ${opt[least]:=500} =~ ^[1-9][0-9]{0,8}$ ]] \
        || die 2 "--least: how many readers each needs"
    [[ ${opt[seed]:=$RANDOM$RANDOM} =~ ^[0-9]{1,18}$ ]] \
        || die 2 "--seed is a number"
    campaign_counted

    helper tune "$slot" "$by" "${opt[least]}" "${opt[seed]}" \
        "$scratch/names" "$days" "$(format)" "$scratch/weights" \
        < "$scratch/replies" || exit

    [ -z "${opt[dry-run]:-}" ] && [ -s "$scratch/weights" ] || return 0

    while read -r new was name; do
        undo+=("$name" "$was")
        moved+="${moved:+ }$name=$new"
    done < "$scratch/weights"

    change DEL "${prefix}campaigns:undo"
    change HSET "${prefix}campaigns:undo" "${undo[@]}"
    campaign_noted tune "$moved"

    while read -r new was name; do
        change HSET "${prefix}campaign:$slot:$name" weight "$new"
    done < "$scratch/weights"
}


# As campaign_tune() left them, in a list of names and weights.

campaign_untune()
{
    local line name=""

    ask HGETALL "${prefix}campaigns:undo"

    while IFS= read -r line; do
        unquote "${line#*) }"

        if [ -z "$name" ]; then
            name=$REPLY
        elif [ "$REPLY" = - ]; then
            change HDEL "${prefix}campaign:${args[0]}:$name" weight
            name=
        else
            change HSET "${prefix}campaign:${args[0]}:$name" weight "$REPLY"
            name=
        fi
    done <<< "$REPLY"

    campaign_noted undo tune
    said "the weights of ${args[0]} are as they were"
}
