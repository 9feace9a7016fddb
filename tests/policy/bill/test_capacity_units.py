"""Load balancer capacity units: the largest of four dimensions, each by hand."""

from fractions import Fraction

import pytest

from components.policy.bill.capacity_units import capacity_units
from components.policy.bill.usage import UsageSpec

# So small that no dimension but the one under test counts.
LITTLE = {
    "request_size": 1,
    "response_size": 1,
    "requests_per_connection": 1_000_000,
    "connection_lasts": "1ms",
}


@pytest.mark.parametrize(
    ("changed", "rules", "units", "named"),
    [
        # 1,000 rps over connections of 4 requests: 250 new ones a second, 25 of which are a unit.
        ({"requests_per_connection": 4}, 1, 10, "250 new connections/s / 25"),
        # 250 a second that live 132 s: 33,000 at once, 3,000 of which are a unit; new ones are 10 units.
        (
            {"requests_per_connection": 4, "connection_lasts": "132s"},
            1,
            11,
            "33,000 active connections / 3000",
        ),
        # 1,000 x 2^20 bytes x 3,600 s / 2^30.
        ({"request_size": 2**19, "response_size": 2**19}, 1, Fraction(1000 * 3600, 1024), "GB/h / 1"),
        # 1,000 rps x 12 rules, the first ten for nothing.
        ({}, 12, 2, "2,000 rule evaluations/s / 1000"),
    ],
)
def test_the_largest_dimension_is_billed(
    changed: dict[str, object], rules: int, units: Fraction, named: str
) -> None:
    found = capacity_units(Fraction(1000), rules, UsageSpec.model_validate({**LITTLE, **changed}))
    assert found.value == units
    assert named in found.because and "1000 rps" in found.because


def test_ten_rules_cost_nothing_and_the_eleventh_does() -> None:
    usage = UsageSpec.model_validate(LITTLE)
    ten, eleven = (capacity_units(Fraction(1000), rules, usage).value for rules in (10, 11))
    assert ten < Fraction(1, 10) and eleven == 1
