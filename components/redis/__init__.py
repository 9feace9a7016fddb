"""How one master, N replicas and their sentinels keep what was written, with nothing on disk.

The failure. A master without persistence that restarts is empty. If it is back before ``down-after-milliseconds``,
Sentinel sees nothing, the replicas reconnect, copy the empty master and are empty too (tests/redis/test_control.py:
100,000 of 100,000 keys gone on every node). Persistence would only shorten the list of what is lost. So:

1. Every redis-server process starts empty, therefore none starts as a master, except into an empty cluster. The start
   script waits until a majority of the sentinels names a master. It names another: start as its replica. It names this
   node: stay down, since a node that does not listen can neither serve nor be copied from, and have a sentinel
   start the failover now instead of after down-after; then come back as a replica of the new master. Only if no other
   node holds anything may it begin empty: each is either a replica that has never been in step, or refuses
   connections (no process, and no disk), or has said nothing for so long (``patience``) that sentinels which
   can see it would have elected it.

2. A node without data cannot be promoted. Until its first copy is complete it has replica-priority 0, answers no reads
   (replica-serve-stale-data no), and its users may not call REPLICAOF: a sentinel whose last INFO is older than the
   node's restart may try, and fails, and tries another later. Such a node follows the majority by itself meanwhile.

3. Sentinels remember for each other. One that starts asks its peers (the highest epoch wins; its own last file counts
   as one answer and keeps its votes), else the Redis nodes (the master with the most replicas, else the master that
   replicas with data had). It names the seed, the first host, only if a majority of the sentinels is provably ignorant.
   Its id is derived from its name, so a pod that comes back is the same sentinel, not a ghost that raises the majority.
   All nodes and sentinels are written down beforehand, so a failover works although the master was never seen alive.

4. A planned stop hands over first. Plain SENTINEL FAILOVER acknowledges writes on the old master after the new one is
   promoted (seen: 2,445 of 5,629 acknowledged writes lost). preStop pauses writes, waits until the replicas have
   everything, starts the failover, follows the new master, and lets the waiting writes go on to their refusal.

5. Two failovers at once could promote two replicas in one epoch, and sentinels at the same epoch never agree again. So
   a failover is forced only through one sentinel, and only if none sees the master down or is about to.

6. Split brain is bounded by min-replicas-to-write 1 with a lag that ends before down-after: a master that was cut off
   refuses writes before another can be elected.

What remains. Replication is asynchronous: a master that dies may have acknowledged what no replica has. Whoever must
not lose a write follows it with WAIT 1: the replica that has the most is elected. When all nodes are lost at once the
data is gone: there is no disk. While no majority of sentinels answers, nothing starts and nothing fails over. A client
has to ask the sentinels again when it is refused (READONLY, NOREPLICAS).

``render`` makes the files, ``pods`` the pods; the same scripts run in tests/redis under real processes.
"""
