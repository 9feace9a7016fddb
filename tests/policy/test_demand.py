"""Demand flows along the call graph; what does not add up is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.demand import Demand, shares
from components.policy.errors import ConfigurationError

THIRD = Fraction(1, 3)


def values(
    calls: dict[str, dict[str, Fraction]], entries: dict[str, Fraction] | None = None
) -> dict[str, Fraction]:
    return {name: share.value for name, share in shares(calls, entries).items()}


def test_the_guides_backends_take_a_third_each() -> None:
    calls = {"gateway": {"a": THIRD, "b": THIRD, "c": THIRD}, "a": {}, "b": {}, "c": {}}
    assert values(calls) == {"gateway": 1, "a": THIRD, "b": THIRD, "c": THIRD}


def test_paths_to_the_same_service_add_up() -> None:
    # d = 1/2 x 2 (by a) + 1/4 x 3 (by b) = 1 + 3/4.
    calls = {
        "entry": {"a": Fraction(1, 2), "b": Fraction(1, 4)},
        "a": {"d": Fraction(2)},
        "b": {"d": Fraction(3)},
        "d": {},
    }
    assert values(calls)["d"] == Fraction(7, 4)
    assert shares(calls)["d"].because == "1/2 x 2 (a) + 1/4 x 3 (b)"


def test_the_order_of_the_description_does_not_matter() -> None:
    calls = {"d": {}, "a": {"d": Fraction(2)}, "entry": {"a": Fraction(1, 2)}}
    assert values(calls) == {"entry": 1, "a": Fraction(1, 2), "d": 1}


def test_two_entries_share_the_offered_requests() -> None:
    # backend = 3/4 x 1 + 1/4 x 2 = 5/4.
    calls = {"web": {"backend": Fraction(1)}, "partners": {"backend": Fraction(2)}, "backend": {}}
    entries = {"web": Fraction(3, 4), "partners": Fraction(1, 4)}
    assert values(calls, entries) == {
        "web": Fraction(3, 4),
        "partners": Fraction(1, 4),
        "backend": Fraction(5, 4),
    }


def test_an_entry_may_also_be_called() -> None:
    calls = {"web": {"api": Fraction(1)}, "api": {}}
    assert values(calls, {"web": Fraction(1, 2), "api": Fraction(1, 2)})["api"] == 1


@pytest.mark.parametrize(
    ("calls", "entries", "field", "says"),
    [
        ({"a": {"x": THIRD}}, None, "services.a.calls.x", "x"),
        ({"a": {"b": Fraction(0)}, "b": {}}, None, "services.a.calls.b", "more than 0"),
        ({"a": {"b": THIRD}, "b": {"a": THIRD}}, None, "services.*.calls", "without a cycle"),
        ({"a": {"a": THIRD}}, None, "services.*.calls", "without a cycle"),
        ({"a": {}, "b": {}}, None, "services.*.calls", "exactly one service"),
        ({"a": {}, "b": {}}, {"a": Fraction(1)}, "services.*.calls", "an entry_share for each"),
        ({"a": {}, "b": {}}, {"a": THIRD, "b": THIRD}, "services.*.entry_share", "add up to 1"),
    ],
)
def test_what_does_not_add_up_is_refused(
    calls: dict[str, dict[str, Fraction]], entries: dict[str, Fraction] | None, field: str, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        shares(calls, entries)
    assert caught.value.field == field


def test_a_cycle_is_named_without_what_only_hangs_on_it() -> None:
    calls = {"in": {"a": THIRD}, "a": {"b": THIRD}, "b": {"a": THIRD, "leaf": THIRD}, "leaf": {}}
    with pytest.raises(ConfigurationError) as caught:
        shares(calls)
    assert set(str(caught.value.value).split(" -> ")) == {"a", "b"}


@given(st.lists(st.tuples(st.integers(0, 7), st.fractions(Fraction(1, 9), 3)), min_size=1, max_size=8))
def test_a_services_share_is_what_its_callers_send(parents: list[tuple[int, Fraction]]) -> None:
    """Each service called by one earlier service: its share is the caller's times the fan-out."""
    calls: dict[str, dict[str, Fraction]] = {"s0": {}}
    for index, (parent, fan_out) in enumerate(parents, start=1):
        calls[f"s{index}"] = {}
        calls[f"s{parent % index}"][f"s{index}"] = fan_out
    result = values(calls)
    for caller, callees in calls.items():
        for callee, fan_out in callees.items():
            assert result[callee] == result[caller] * fan_out


def test_a_baseline_above_the_peak_is_refused() -> None:
    Demand(peak_rps=10, baseline_rps=10, rps_per_pod=1)
    with pytest.raises(
        ValidationError, match="baseline_rps: 11 is not usable; allowed: at most peak_rps, 10"
    ):
        Demand(peak_rps=10, baseline_rps=11, rps_per_pod=1)
