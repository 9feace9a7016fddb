"""The local stack, planned and rendered once."""

from typing import Any

import pytest

from components.policy.plan import Plan, build_plan
from components.policy.surge.named_policies import named_policies
from components.policy.surge.profile import Profile
from components.policy.surge.world import World
from config.loader import load_stack
from ops.surge.lane_model import Lane
from ops.surge.render import rendered
from ops.surge.setup import Setup


@pytest.fixture(scope="session")
def plan() -> Plan:
    return build_plan(load_stack("local").platform)


@pytest.fixture(scope="session")
def objects(plan: Plan) -> list[dict[str, Any]]:
    return rendered(load_stack("local"), plan)


@pytest.fixture
def setup(plan: Plan, objects: list[dict[str, Any]]) -> Setup:
    """The guide and our own, a step of five minutes."""
    known = named_policies(plan)
    lanes = (Lane("surge-0-ours", known["ours"], True), Lane("surge-1-guide", known["guide"], False))
    return Setup(plan, tuple(objects), lanes, Profile.step(3_000, 30_000), World.of_plan(plan))
