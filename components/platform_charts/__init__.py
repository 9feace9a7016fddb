"""What runs inside the cluster by a vendor's chart: KEDA, Prometheus, external-secrets, the k6 operator.

One idea: a chart at one stated version, in a namespace of its own, with two of everything that somebody waits for,
over zones and hosts, and a budget that lets one go; CRDs that an upgrade brings up to date; rights in AWS only as
stated. Each file says what its chart calls these things.
"""
