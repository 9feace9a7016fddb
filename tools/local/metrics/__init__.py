"""A stand-in for metrics-server and for a Prometheus adapter: the HPA's two sources, from a model of the
load.

model says what a service and a pod carry, cluster keeps what the API server knows, answers puts the two into
the shapes of the metrics APIs, server serves them. Standard library only; imports nothing outside
tools/local.
"""
