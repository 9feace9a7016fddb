"""What every component obeys: token, children's parents and names, outputs registered once, options inherited, and a
preview in which nothing is known yet."""

import inspect
from typing import Any

import pulumi
import pytest
from pulumi_kubernetes import Provider

import components
from components.policy.demand import Demand
from tests.components.examples import EXAMPLES, IMAGE, OUTPUTS, service_args
from tests.components.harness import Run, run, unknown

NAME = "sample-one"
# A pod that carries half a request a second has no whole number to scale on.
HOPELESS = Demand(peak_rps=10, baseline_rps=5, rps_per_pod="1/2")
EVERY = pytest.mark.parametrize("kind", sorted(EXAMPLES))


def build(kind: str, opts: pulumi.ResourceOptions | None = None) -> Run:
    return run(lambda: EXAMPLES[kind](NAME, "tacos-app", IMAGE, opts))


def test_every_component_of_the_library_has_an_example_here() -> None:
    exported = {name: getattr(components, name) for name in components.__all__}
    kinds = {
        name
        for name, value in exported.items()
        if inspect.isclass(value) and issubclass(value, pulumi.ComponentResource)
    }
    assert kinds == set(EXAMPLES)


@EVERY
def test_the_token_names_the_package_and_the_type(kind: str) -> None:
    assert build(kind).resources[0].type == f"headroom:index:{kind}"


@EVERY
def test_every_child_descends_from_the_component_and_carries_its_name(kind: str) -> None:
    _, *children = build(kind).resources
    assert children, "a component without children makes nothing"
    for child in children:
        assert f"headroom:index:{kind}" in child.parent, f"{child.name} is a child of {child.parent}"
        assert child.name == NAME or child.name.startswith(f"{NAME}-")


@EVERY
def test_names_are_unique_so_that_two_instances_can_live_in_one_program(kind: str) -> None:
    both = run(
        lambda: (
            [EXAMPLES[kind](name, "tacos-app", IMAGE, None) for name in ("sample-one", "sample-two")] and None
        )
    )
    identities = [(r.type, r.name, r.parent) for r in both.resources]
    assert len(identities) == len(set(identities))


@EVERY
def test_outputs_are_registered_once_and_are_what_the_caller_can_read(kind: str) -> None:
    outputs = next(o for urn, o in build(kind).outputs.items() if urn.endswith(f"{kind}::{NAME}"))
    assert outputs, "nothing registered"
    if kind in OUTPUTS:
        assert set(outputs) == OUTPUTS[kind]
    readable: list[str] = []

    def program() -> None:
        component = EXAMPLES[kind](NAME, "tacos-app", IMAGE, None)
        readable.extend(name for name in outputs if hasattr(component, name))

    run(program)
    assert set(readable) == set(outputs), "an output that is registered must be an attribute too"


@EVERY
def test_a_provider_and_protection_given_to_the_component_reach_every_child(kind: str) -> None:
    def program() -> None:
        provider = Provider("elsewhere", kubeconfig="{}")
        EXAMPLES[kind](NAME, "tacos-app", IMAGE, pulumi.ResourceOptions(provider=provider, protect=True))

    for child in run(program).resources:
        if child.type.startswith("kubernetes:"):
            assert "elsewhere" in child.provider, f"{child.name} fell back to the default provider"
            assert child.protect


@EVERY
def test_a_preview_in_which_namespace_and_image_are_unknown_does_not_fail(kind: str) -> None:
    known = {(r.type, r.name) for r in build(kind).resources}
    previewed = run(lambda: EXAMPLES[kind](NAME, unknown(), unknown(), None), preview=True)
    assert {(r.type, r.name) for r in previewed.resources} == known


@EVERY
def test_every_namespaced_object_is_in_the_given_namespace(kind: str) -> None:
    cluster_wide = {
        *("Namespace", "ClusterSecretStore", "NodePool", "KWOKNodeClass"),
        *("CustomResourceDefinition", "GatewayClass"),
    }
    for child in build(kind).resources:
        metadata: dict[str, Any] = child.inputs.get("metadata", {})
        if child.inputs.get("kind") in cluster_wide or not metadata:
            continue
        assert metadata["namespace"] == "tacos-app", child.name


def test_nothing_is_registered_when_the_arguments_contradict_themselves() -> None:
    def program() -> None:
        with pytest.raises(ValueError, match="rps_per_pod"):
            components.ScalableService(NAME, service_args("tacos-app", IMAGE, capacity=HOPELESS))

    assert run(program).resources == []
