"""One service that is asked to carry a demand; the library derives the rest."""

import pulumi
from headroom import Container, Demand, Resources, ScalableService, ScalableServiceArgs

search = ScalableService(
    "search-api",
    ScalableServiceArgs(
        namespace="default",
        container=Container(
            image="docker.io/stefanprodan/podinfo:6.9.2", command=["./podinfo", "--port=8000"]
        ),
        capacity=Demand(peak_rps=12_000, baseline_rps=2_000, rps_per_pod=600),
        resources=Resources(cpu_request="250m", memory_request="256Mi", memory_limit="512Mi"),
    ),
)

pulumi.export("url", search.url)
pulumi.export("floor", str(search.plan.replicas.floor))
pulumi.export("peak", str(search.plan.replicas.peak))
