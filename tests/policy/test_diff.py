"""Numbers are found by path, plans compared, figures changed."""

import pytest

from components.policy.derived import Derived, Frozen, derived
from components.policy.diff import diff, explain, numbers
from components.policy.errors import ConfigurationError
from tests.policy.guide_platform import BACKENDS, gateway, plan_of, service


def test_one_number_with_its_derivation() -> None:
    (number,) = explain(plan_of(), "gateway-api.replicas.peak")
    assert number.path == "services.gateway-api.replicas.peak"
    assert (number.value, number.because) == (45, "30 + ceil(30 / 2): one of 3 zones may be lost")


def test_a_part_of_the_plan_shows_all_below_it() -> None:
    found = {n.path.rpartition(".")[2]: n.value for n in explain(plan_of(), "gateway-api.replicas")}
    assert found["floor"] == 9
    assert found["peak"] == 45
    assert len(found) == 6


def test_lists_are_named_by_their_items() -> None:
    (number,) = explain(plan_of(), "load.phases.peak.pre_allocated_vus")
    assert number.value == 3000
    (number,) = explain(plan_of(), "objectives.traffic_alerts.TrafficNearPeak-gateway-api-warning.threshold")
    assert number.value == "28000"
    (number,) = explain(plan_of(), "objectives.burn_alerts.ErrorBudgetBurn-critical-1h.burn_rate")
    assert number.value == "72/5"


@pytest.mark.parametrize("path", ["gateway-api.replicas.peek", "gateway.replicas.peak"])
def test_a_wrong_path_is_refused_with_the_nearest(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"gateway-api\.replicas\.peak"):
        explain(plan_of(), path)


@pytest.mark.parametrize("path", ["", "services.gateway-api.replicas.pea", "x"])
def test_part_of_a_name_is_no_path(path: str) -> None:
    with pytest.raises(ConfigurationError):
        explain(plan_of(), path)


def test_every_derived_number_of_the_plan_has_its_reason() -> None:
    plan = plan_of(cost={})
    reasons = [n for n in numbers(plan).values() if n.because is not None]
    assert len(reasons) > 150
    assert all(n.because.strip() for n in reasons if n.because is not None)


def test_a_plan_does_not_differ_from_itself() -> None:
    assert diff(plan_of(), plan_of()) == []


def test_doubling_the_target_doubles_the_peak_and_leaves_the_floor() -> None:
    doubled = plan_of(target={"peak_rps": 60000, "baseline_rps": 6000})
    changed = {c.path: c for c in diff(plan_of(), doubled)}
    peak = changed["services.gateway-api.replicas.peak"]
    assert peak.before is not None
    assert peak.after is not None
    # 60 + 30.
    assert (peak.before.value, peak.after.value) == (45, 90)
    assert peak.after.because == "60 + ceil(60 / 2): one of 3 zones may be lost"
    assert "services.gateway-api.replicas.floor" not in changed
    assert "redis.maxmemory" not in changed


def test_what_is_in_one_plan_alone_is_a_change() -> None:
    added = {c.path: c for c in diff(plan_of(), plan_of(cost={}))}
    assert added["cost.per_month"].before is None
    assert added["cost.per_month"].after is not None
    removed = {c.path: c for c in diff(plan_of(cost={}), plan_of())}
    assert removed["cost.per_month"].after is None


def test_only_what_follows_from_a_figure_changes() -> None:
    services = {"gateway-api": gateway()} | {name: service() for name in BACKENDS}
    faster = plan_of(services=services | {"payment-api": service(rps_per_pod=1000)})
    changes = diff(plan_of(), faster)
    assert {c.path.split(".")[1] for c in changes if c.path.startswith("services.")} == {"payment-api"}


def test_a_stated_value_inherits_the_reason_of_what_it_is_part_of() -> None:
    class Model(Frozen):
        pair: Derived[dict[str, int]]
        plain: list[int]

    found = numbers(Model(pair=derived({"left": 1, "right": 2}, "why"), plain=[7]))
    assert {p: (n.value, n.because) for p, n in found.items()} == {
        "pair.left": (1, "why"),
        "pair.right": (2, "why"),
        "plain.0": (7, None),
    }
