"""The local cluster: a real control plane, nodes that KWOK plays and Karpenter buys, metrics from a model.

`up` starts or repairs it, `down` removes it, `state` tells what runs, `load` says how many requests arrive.
Each takes `state_dir`, by default the checkout's own; tests pass their own folder and so never touch a user's
cluster.
"""

from tools.local.cluster import LocalCluster, Part, State, down, load, state, up

__all__ = ["LocalCluster", "Part", "State", "down", "load", "state", "up"]
