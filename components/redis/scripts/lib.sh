# What every script here knows: where the others are, how to ask them, what their answers prove.
# Sourced. Numbers come from settings.sh (rendered), addresses from the environment:
#   REDIS_HOSTS, SENTINEL_HOSTS  names as they are announced, separated by blanks; the first Redis host is the seed
#   SELF_HOST                    this one's name among them
#   CONFIG_DIR, RUN_DIR, DATA_DIR  read-only files; own configuration (memory); what Redis writes while it copies
#   BIND_ADDRESS                 listen only there (several nodes on one machine); everywhere when unset
#   REDISCLI_AUTH                the password, if there is one; redis-cli reads it by itself
set -eu

CONFIG_DIR=${CONFIG_DIR:-/config}
RUN_DIR=${RUN_DIR:-/run/redis}
DATA_DIR=${DATA_DIR:-/data}
LOCAL=${BIND_ADDRESS:-127.0.0.1}
. "$CONFIG_DIR/settings.sh"

# Whoever does not answer within this many seconds has not answered.
ASK_TIMEOUT_S=2
# A forced failover is over after 1 to 2 s; it must not overlap with an election by down-after.
FORCE_MARGIN_MS=2500

log() { printf '%s %s: %s\n' "$(date -u +%H:%M:%S)" "${0##*/}" "$*" >&2; }
now() { date +%s; }

# ask HOST PORT ARGUMENT...: the reply or the error, without carriage returns; never fails.
ask() {
    ask_host=$1 ask_port=$2
    shift 2
    { timeout "$ASK_TIMEOUT_S" redis-cli -h "$ask_host" -p "$ask_port" "$@" 2>&1 || true; } | tr -d '\r'
}

# as_node ARGUMENT...: to the Redis beside this script, as the user that may always re-point it. Without a password
# that user takes any, but redis-cli logs in only if it has one.
as_node() { (export REDISCLI_AUTH="${REDISCLI_AUTH:-none}" && ask "$LOCAL" "$REDIS_PORT" --user node "$@"); }

# info_field TEXT NAME: one value out of INFO.
info_field() { printf '%s\n' "$1" | sed -n "s/^$2://p" | head -n 1; }

# list_field TEXT NAME: one value out of a reply of alternating names and values.
list_field() { printf '%s\n' "$1" | sed -n "/^$2\$/{n;p;q;}"; }

# is_redis_host NAME: one of ours, not an error message.
is_redis_host() {
    [ -n "$1" ] || return 1
    case " $REDIS_HOSTS " in *" $1 "*) return 0 ;; esac
    return 1
}

# named_master SENTINEL: the master it names; nothing when it names none of ours.
named_master() {
    named=$(ask "$1" "$SENTINEL_PORT" sentinel get-master-addr-by-name "$MASTER_NAME" | head -n 1)
    if is_redis_host "$named"; then printf '%s\n' "$named"; fi
}

# majority_master: the master that a majority of all sentinels names; nothing while there is none.
majority_master() {
    answers=$(for sentinel in $SENTINEL_HOSTS; do named_master "$sentinel"; done)
    for candidate in $REDIS_HOSTS; do
        votes=$(printf '%s\n' "$answers" | grep -cxF -- "$candidate" || true)
        if [ "$votes" -ge "$QUORUM" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# holdings_of INFO: what a Redis node that answered this holds.
#   data    a master, or a replica that has been in step since its start, or one that is loading
#   empty   a replica that has never been in step (priority 0 until then) and has no key
#   absent  the connection is refused: no Redis runs there, and none keeps anything on disk
#   unknown anything else; proves nothing
holdings_of() {
    case "
$1" in
    *"
role:master"*) echo data ;;
    *"
role:slave"*)
        if [ "$(info_field "$1" slave_priority)" = 0 ] && [ "$(info_field "$1" loading)" = 0 ] &&
            ! printf '%s\n' "$1" | grep -q '^db[0-9]'; then echo empty; else echo data; fi
        ;;
    *"Connection refused"*) echo absent ;;
    *) echo unknown ;;
    esac
}

# elsewhere: what all the other Redis nodes hold together: data, none or unsure.
elsewhere() {
    verdict=none
    for peer in $REDIS_HOSTS; do
        [ "$peer" != "$SELF_HOST" ] || continue
        case $(holdings_of "$(ask "$peer" "$REDIS_PORT" info)") in
        data) echo data && return ;;
        unknown) verdict=unsure ;;
        esac
    done
    echo "$verdict"
}

# force_failover: has one sentinel start a failover now. Declines where an election runs or is about to: two
# failovers at once could promote two replicas in the same epoch, and the sentinels would never agree again.
force_failover() {
    heard=0
    for sentinel in $SENTINEL_HOSTS; do
        facts=$(ask "$sentinel" "$SENTINEL_PORT" sentinel master "$MASTER_NAME")
        case $(list_field "$facts" flags) in
        '') continue ;;
        *failover_in_progress* | *s_down* | *o_down*) return 1 ;;
        esac
        silent_ms=$(list_field "$facts" last-ok-ping-reply)
        [ $((silent_ms + FORCE_MARGIN_MS)) -lt "$DOWN_AFTER_MS" ] || return 1
        heard=$((heard + 1))
    done
    [ "$heard" -ge "$QUORUM" ] || return 1
    for sentinel in $SENTINEL_HOSTS; do
        reply=$(ask "$sentinel" "$SENTINEL_PORT" sentinel failover "$MASTER_NAME")
        case $reply in
        OK) log "failover started by $sentinel" && return 0 ;;
        NOGOODSLAVE* | *"Connection refused"*) ;;
        *) return 1 ;; # no answer is not a no: it may have started
        esac
    done
    return 1
}

# quoted TEXT: as a value of redis.conf.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
