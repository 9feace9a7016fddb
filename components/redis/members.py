"""One of the two groups of pods of a Redis cluster, and the names that its pods have for everybody."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class Members:
    """``count`` pods of the StatefulSet ``set_name``, named by the headless Service ``service``."""

    role: str
    set_name: str
    service: str
    count: int
    port: int
    namespace: pulumi.Input[str]
    cluster_domain: str

    @property
    def domain(self) -> pulumi.Output[str]:
        """What follows a pod's name in its host name, without the dot."""
        return pulumi.Output.concat(self.service, ".", self.namespace, ".svc.", self.cluster_domain)

    @property
    def hosts(self) -> pulumi.Output[list[str]]:
        """The pods' host names by ordinal."""
        return self.domain.apply(lambda domain: [f"{self.set_name}-{i}.{domain}" for i in range(self.count)])
