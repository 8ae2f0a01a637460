# Sourced: a script that is asked for help prints its own head, and does nothing.

case ${1:-} in
-h|--help)
    awk 'NR > 2 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
    exit
    ;;
esac
