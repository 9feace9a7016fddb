"""Failures that a test orders, from faults.json in the state directory or the file that a variable names.

The file is a list of orders: {"kind": ..., "on": token, "name": logical name, "call": create|read|update|delete|invoke,
"times": how often (1), "reads": for how many look-ups}. What is left out matches everything.

- throttle: answered by ThrottlingException; the stand-in tries again as the vendor's provider does, and gives up
  after `ATTEMPTS`.
- halfway: the thing is made and does not become ready.
- lost: the thing is made and the answer is lost, so that the engine does not know of it.
- quota, expired, error: refused, and nothing is made.
- eventual: the thing is made; the next `reads` look-ups for it do not see it.

It decides which order a call meets; it carries out none but the waiting.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.standins.errors import Refused
from tools.standins.store import Store

FAULTS_VARIABLE: Final = "HEADROOM_STANDINS_FAULTS"
ATTEMPTS: Final = 5
"""Calls before a throttled one is given up. The vendor's provider tries 25 times over minutes; tests want the end."""
_PAUSE: Final = 0.02
_REFUSALS: Final = {
    "quota": (
        "LimitExceededException",
        "the quota of this resource is used up: ask for more in Service Quotas",
    ),
    "expired": (
        "ExpiredTokenException",
        "the security token included in the request is expired: sign in again, then run the same command",
    ),
    "error": ("InternalFailure", "the request processing has failed because of an unknown error"),
}


class Faults:
    """The orders that stand; each is spent as often as it says, over all processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def orders(self) -> list[Mapping[str, Any]]:
        named = os.environ.get(FAULTS_VARIABLE)
        path = Path(named) if named else self._store.folder / "faults.json"
        return list(json.loads(path.read_text())) if path.exists() else []

    def meet(self, kinds: tuple[str, ...], call: str, token: str, name: str) -> Mapping[str, Any] | None:
        """The first order of one of these kinds that this call meets, spent by one."""
        for order in self.orders():
            if order["kind"] in kinds and _meets(order, call, token, name) and self._spend(order):
                self._store.log(f"fault {order['kind']} {call} {token} {name}")
                return order
        return None

    def before(self, call: str, token: str, name: str) -> None:
        """Raises Refused for what is refused outright; waits out throttling."""
        for attempt in range(1, ATTEMPTS + 1):
            if self.meet(("throttle",), call, token, name) is None:
                break
            if attempt == ATTEMPTS:
                raise Refused(
                    "ThrottlingException", f"Rate exceeded, after {ATTEMPTS} attempts: run it again"
                )
            time.sleep(_PAUSE * attempt)
        order = self.meet(tuple(_REFUSALS), call, token, name)
        if order is not None:
            raise Refused(*_REFUSALS[order["kind"]])

    def _spend(self, order: Mapping[str, Any]) -> bool:
        key = json.dumps(order, sort_keys=True)
        with self._store.change() as contents:
            spent = contents.faults_spent.get(key, 0)
            if spent >= order.get("times", 1):
                return False
            contents.faults_spent[key] = spent + 1
        return True


def _meets(order: Mapping[str, Any], call: str, token: str, name: str) -> bool:
    asked = {"call": call, "on": token, "name": name}
    return all(order.get(key, value) == value for key, value in asked.items())
