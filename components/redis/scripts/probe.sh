#!/bin/sh
# probe.sh redis|sentinel started|ready|alive
#   started  Redis is in step with a master (or is it); a sentinel names a master
#   ready    it answers as it should. A replica whose master is away stays ready: it serves what it has
#   alive    it answers at all: one that loads, copies or runs a long script is alive
. "${CONFIG_DIR:-/config}/lib.sh"

case $1 in redis) port=$REDIS_PORT ;; *) port=$SENTINEL_PORT ;; esac
case $1:$2 in
redis:started)
    info=$(ask "$LOCAL" "$port" info replication)
    case $info in *role:master*) exit 0 ;; esac
    [ "$(info_field "$info" slave_priority)" -gt 0 ]
    ;;
sentinel:started | sentinel:ready) [ -n "$(named_master "$LOCAL")" ] ;;
redis:ready) [ "$(ask "$LOCAL" "$port" ping)" = PONG ] ;;
*:alive) case $(ask "$LOCAL" "$port" ping) in PONG | LOADING* | BUSY* | MASTERDOWN* | *NOAUTH*) ;; *) exit 1 ;; esac ;;
*) exit 64 ;;
esac
