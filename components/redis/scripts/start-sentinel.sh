#!/bin/sh
# Starts one sentinel with what the others know: its peers, else its own last file, else the Redis nodes themselves.
# It names the seed only where a majority of the sentinels provably knows nothing. See the module's docstring.
. "${CONFIG_DIR:-/config}/lib.sh"

STATE="$RUN_DIR/sentinel.conf"

# remembered WORD: a number out of the file that this sentinel rewrote while it ran; 0 when there is none.
remembered() {
    value=$([ ! -f "$STATE" ] || sed -n "s/^sentinel $1 //p" "$STATE" | head -n 1)
    printf '%s\n' "${value:-0}"
}

# From the sentinels: the answer of the highest epoch. Sets master, epoch and ignorant (sentinels that know nothing).
ask_sentinels() {
    master='' epoch=-1 ignorant=1
    if [ -f "$STATE" ]; then
        master=$(sed -n "s/^sentinel monitor $MASTER_NAME \([^ ]*\) .*/\1/p" "$STATE" | head -n 1)
        epoch=$(remembered "config-epoch $MASTER_NAME")
    fi
    for sentinel in $SENTINEL_HOSTS; do
        [ "$sentinel" != "$SELF_HOST" ] || continue
        facts=$(ask "$sentinel" "$SENTINEL_PORT" sentinel master "$MASTER_NAME")
        case $facts in *"Connection refused"*) ignorant=$((ignorant + 1)) ;; esac
        peer_epoch=$(list_field "$facts" config-epoch)
        peer_master=$(named_master "$sentinel")
        if [ -n "$peer_epoch" ] && [ -n "$peer_master" ] && [ "$peer_epoch" -ge "$epoch" ]; then
            master=$peer_master epoch=$peer_epoch
        fi
    done
}

# From the Redis nodes: the master with the most replicas, else the master that replicas with data had.
# Sets master, and unknown (nodes that prove nothing).
ask_redis() {
    master='' followed='' most=-1 unknown=0
    for node in $REDIS_HOSTS; do
        info=$(ask "$node" "$REDIS_PORT" info)
        holds=$(holdings_of "$info")
        case $holds:$(info_field "$info" role) in
        data:master)
            replicas=$(info_field "$info" connected_slaves)
            if [ "$replicas" -gt "$most" ]; then master=$node most=$replicas; fi
            ;;
        data:slave) followed=$(info_field "$info" master_host) ;;
        unknown:*) unknown=$((unknown + 1)) ;;
        esac
    done
    if [ -z "$master" ] && is_redis_host "$followed"; then master=$followed; fi
}

await_master() {
    unsure_since=
    while :; do
        ask_sentinels
        if is_redis_host "$master"; then return; fi
        epoch=0
        ask_redis
        if [ -n "$master" ]; then return; fi
        if [ "$ignorant" -ge "$QUORUM" ]; then
            unsure_since=${unsure_since:-$(now)}
            if [ "$unknown" = 0 ] || [ $(($(now) - unsure_since)) -ge "$PATIENCE_S" ]; then
                master=${REDIS_HOSTS%% *}
                log "nobody knows a master and no node holds data: naming the seed"
                return
            fi
        else
            unsure_since=
        fi
        sleep 0.3
    done
}

# The same name is the same sentinel, whatever became of its disk: no ghosts that dilute the majority.
id_of() { printf '%s' "$MASTER_NAME $1" | sha1sum | cut -c1-40; }

write_configuration() {
    voted=$(remembered "leader-epoch $MASTER_NAME")
    current=$(remembered current-epoch)
    umask 077
    mkdir -p "$RUN_DIR"
    {
        sed "s/@SELF@/$SELF_HOST/; s/@ID@/$(id_of "$SELF_HOST")/; s/@MASTER@/$master/; s/@EPOCH@/$epoch/" \
            "$CONFIG_DIR/sentinel.conf"
        # What it promised before its restart still binds it: one vote an epoch.
        printf 'sentinel leader-epoch %s %s\nsentinel current-epoch %s\n' "$MASTER_NAME" "$voted" "$current"
        # All are known beforehand, so that a failover works even if the master was never seen alive.
        for node in $REDIS_HOSTS; do
            [ "$node" = "$master" ] || printf 'sentinel known-replica %s %s %s\n' "$MASTER_NAME" "$node" "$REDIS_PORT"
        done
        for sentinel in $SENTINEL_HOSTS; do
            [ "$sentinel" = "$SELF_HOST" ] || printf 'sentinel known-sentinel %s %s %s %s\n' \
                "$MASTER_NAME" "$sentinel" "$SENTINEL_PORT" "$(id_of "$sentinel")"
        done
        printf 'dir %s\n' "$RUN_DIR"
        [ -z "${BIND_ADDRESS:-}" ] || printf 'bind %s\n' "$BIND_ADDRESS"
        if [ -n "${REDISCLI_AUTH:-}" ]; then
            secret=$(quoted "$REDISCLI_AUTH")
            printf 'sentinel auth-pass %s %s\nrequirepass %s\n' "$MASTER_NAME" "$secret" "$secret"
        fi
    } >"$STATE.new"
    mv "$STATE.new" "$STATE"
}

await_master
log "monitoring $master, epoch $epoch"
write_configuration
exec redis-server "$STATE" --sentinel
