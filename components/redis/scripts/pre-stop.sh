#!/bin/sh
# Before SIGTERM: a master hands over first. Writes wait (they are not refused, and not acknowledged), the replicas
# catch up, the sentinels promote one, this node follows it, and the waiting writes are told to go there.
# A replica has nothing to hand over. When the hand-over fails the pause ends by itself and nothing has changed.
. "${CONFIG_DIR:-/config}/lib.sh"

# A paused client blocks the sentinels' own link as well; they must not take this node for dead meanwhile.
PAUSE_MS=$((DOWN_AFTER_MS - 1000))

# in_step: at least one replica has everything and none that is connected lacks anything.
in_step() {
    written=$(info_field "$(as_node info replication)" master_repl_offset)
    found=1
    for peer in $REDIS_HOSTS; do
        [ "$peer" != "$SELF_HOST" ] || continue
        info=$(ask "$peer" "$REDIS_PORT" info replication)
        [ "$(info_field "$info" master_link_status)" = up ] || continue
        [ "$(info_field "$info" slave_repl_offset)" -ge "$written" ] || return 1
        found=0
    done
    return "$found"
}

# within MS CONDITION: true as soon as the condition is, false when the time is over.
within() {
    tries=$(($1 / 100))
    while ! "$2"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

succeeded() {
    successor=$(majority_master)
    [ -n "$successor" ] && [ "$successor" != "$SELF_HOST" ]
}

hand_over() {
    as_node client pause "$PAUSE_MS" write >/dev/null
    if within 1500 in_step && force_failover && within "$PAUSE_MS" succeeded; then
        as_node replicaof "$successor" "$REDIS_PORT" >/dev/null
        log "handed over to $successor"
    fi
    as_node client unpause >/dev/null
}

deadline=$(($(now) + HAND_OVER_S))
while [ "$(now)" -lt "$deadline" ]; do
    case $(as_node info replication) in *role:master*) ;; *) exit 0 ;; esac
    hand_over
    sleep 0.2
done
log "no replica took over within $HAND_OVER_S s"
