#!/bin/sh
# Starts one Redis node, which is empty, as a replica of the master that the sentinels name. It starts as a master in
# one case only: a majority of the sentinels names this node and nobody else holds data. See the module's docstring.
. "${CONFIG_DIR:-/config}/lib.sh"

# The master to follow, or this node's own name when it may begin empty.
await_role() {
    unsure_since=
    while :; do
        master=$(majority_master)
        if [ -n "$master" ] && [ "$master" != "$SELF_HOST" ]; then
            break
        elif [ -z "$master" ]; then
            unsure_since=
        else
            case $(elsewhere) in
            none) break ;;
            unsure)
                unsure_since=${unsure_since:-$(now)}
                [ $(($(now) - unsure_since)) -lt "$PATIENCE_S" ] || break
                ;;
            data)
                unsure_since=
                force_failover || true
                ;;
            esac
        fi
        sleep 0.2
    done
    printf '%s\n' "$master"
}

write_configuration() {
    umask 077
    mkdir -p "$RUN_DIR"
    secret=nopass
    if [ -n "${REDISCLI_AUTH:-}" ]; then
        secret="#$(printf '%s' "$REDISCLI_AUTH" | sha256sum | cut -c1-64)"
    fi
    {
        printf 'include %s/redis.conf\n' "$CONFIG_DIR"
        printf 'dir %s\nreplica-announce-ip %s\n' "$DATA_DIR" "$SELF_HOST"
        # Whoever holds no data cannot be promoted, not even by a sentinel that has not noticed yet.
        printf 'user default on %s ~* &* +@all -slaveof -replicaof\n' "$secret"
        printf 'user node on %s ~* &* +@all\n' "$secret"
        [ -z "${REDISCLI_AUTH:-}" ] || printf 'masterauth %s\n' "$(quoted "$REDISCLI_AUTH")"
        [ -z "${BIND_ADDRESS:-}" ] || printf 'bind %s\n' "$BIND_ADDRESS"
        [ "$1" = "$SELF_HOST" ] || printf 'replicaof %s %s\n' "$1" "$REDIS_PORT"
    } >"$RUN_DIR/redis.conf"
}

# Gives the node its voice (may be promoted, answers while its master is away) once it is in step with a master.
# Until then it follows whomever the sentinels name: they cannot re-point it themselves.
admit_when_in_step() {
    lonely_since=
    while kill -0 "$$" 2>/dev/null; do
        info=$(as_node info replication)
        case $info in
        *role:master* | *master_link_status:up*)
            as_node acl setuser default +@all >/dev/null
            as_node config set replica-serve-stale-data yes replica-priority 100 >/dev/null
            log "in step, may be promoted from now on"
            return
            ;;
        *role:slave*)
            master=$(majority_master)
            if [ -n "$master" ] && [ "$master" != "$SELF_HOST" ] &&
                [ "$master" != "$(info_field "$info" master_host)" ]; then
                log "following $master"
                as_node replicaof "$master" "$REDIS_PORT" >/dev/null
            elif [ "$(elsewhere)" = data ]; then
                lonely_since=
            else
                # Everything is lost and the named master does not come back: any node may be elected.
                lonely_since=${lonely_since:-$(now)}
                if [ $(($(now) - lonely_since)) -ge "$PATIENCE_S" ]; then
                    log "no node holds data and no master came back: open for election, empty"
                    as_node acl setuser default +@all >/dev/null
                    as_node config set replica-priority 100 >/dev/null
                    return
                fi
            fi
            ;;
        esac
        sleep 0.3
    done
}

master=$(await_role)
# An old copy is not this node's state: it comes from the master or it does not come.
rm -f "$DATA_DIR"/*.rdb "$DATA_DIR"/*.aof
write_configuration "$master"
if [ "$master" = "$SELF_HOST" ]; then log "no node holds data: beginning empty as master"; else log "replica of $master"; fi
admit_when_in_step &
exec redis-server "$RUN_DIR/redis.conf"
