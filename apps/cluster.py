"""Where the platform runs: a provider for exactly the stated cluster, never for one that happens to be current."""

import pulumi_kubernetes as kubernetes

from config.kubeconfig import find
from config.reach import check_server
from config.settings import Cluster


def provider(cluster: Cluster) -> kubernetes.Provider:
    """The provider of the stack's cluster. Raises StackError when its file, context or server is not there."""
    found = find(cluster)
    check_server(found)
    # The file's path, not its text: credentials stay out of the engine's state.
    return kubernetes.Provider("cluster", kubeconfig=str(found.path), context=found.context)
