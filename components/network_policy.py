"""Who may talk to whom: the NetworkPolicy of one service, closed but for the stated peers and DNS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi

from .api import ApiObject
from .metadata import selector_labels

Protocol = Literal["TCP", "UDP"]


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Pods by their labels, in the same namespace unless a namespace is named."""

    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Ports of some pods."""

    pods: Pods
    ports: Sequence[int]
    protocol: Protocol = "TCP"


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Ports of addresses that are no pods: a database, a payment provider, AWS' own API."""

    cidr: pulumi.Input[str]
    ports: Sequence[int]
    protocol: Protocol = "TCP"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Callers that are no pods of this cluster: machines of the VPC, another cluster."""

    cidr: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Anywhere:
    """Every address: what a load balancer with ip targets needs, since it is no pod."""


Source = Pods | Addresses | Anywhere
Target = Endpoint | Outside


def service_pods(name: str) -> Pods:
    """The pods of a ScalableService in the same namespace."""
    return Pods(labels=selector_labels(name))


# CoreDNS keeps the label of its predecessor in every distribution. NodeLocal DNSCache is no pod to a policy: it listens
# on the node, at this address by default (kubernetes.io, "Using NodeLocal DNSCache").
_DNS: Final[ApiObject] = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        },
        {"ipBlock": {"cidr": "169.254.20.10/32"}},
    ],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


def policy_spec(
    selector: Mapping[str, str],
    *,
    ports: Sequence[int],
    ingress_from: Sequence[Source],
    egress_to: Sequence[Target],
    doors: Sequence[Endpoint] = (),
) -> ApiObject:
    """The spec of a NetworkPolicy: in on ``ports`` from the sources, out to the endpoints and to DNS.

    ``doors`` are ports that only some pods may enter by. No source means that nobody may enter; an empty list of peers
    would mean everybody.
    """
    ingress = [
        {"from": [_source(s)], "ports": _ports(ports)} for s in ingress_from if not isinstance(s, Anywhere)
    ]
    ingress += [{"from": [_peer(door.pods)], "ports": _ports(door.ports)} for door in doors]
    if any(isinstance(source, Anywhere) for source in ingress_from):
        ingress.append({"ports": _ports(ports)})
    egress = [
        {"to": [_target(target)], "ports": _ports(target.ports, target.protocol)} for target in egress_to
    ]
    return {
        "podSelector": {"matchLabels": dict(selector)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress,
        "egress": [*egress, _DNS],
    }


def _ports(ports: Sequence[int], protocol: Protocol = "TCP") -> list[ApiObject]:
    return [{"port": port, "protocol": protocol} for port in ports]


def _source(source: Pods | Addresses) -> ApiObject:
    return _peer(source) if isinstance(source, Pods) else {"ipBlock": {"cidr": source.cidr}}


def _target(target: Target) -> ApiObject:
    return _peer(target.pods) if isinstance(target, Endpoint) else {"ipBlock": {"cidr": target.cidr}}


def _peer(pods: Pods) -> ApiObject:
    peer: ApiObject = {"podSelector": {"matchLabels": dict(pods.labels)}}
    if pods.namespace is not None:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": pods.namespace}}
    return peer
