"""The account that is pretended: makes, changes, reads and deletes things, in the order in which a real one would.

It decides what is asked before something is done (faults, references, the rules between things) and what is kept
afterwards. Properties are judged by themselves in judge.py; the engine's protocol is in aws.py.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from tools.standins import outputs, references, rules
from tools.standins.errors import InitFailed, Refused
from tools.standins.faults import ATTEMPTS, Faults
from tools.standins.moto_calls.mirror import Mirror
from tools.standins.moto_calls.table import ROWS
from tools.standins.moto_calls.world import World
from tools.standins.render import account
from tools.standins.store import Contents, Object, Store
from tools.standins.table import row_of
from tools.standins.table.entry import Entry

_PAUSE: Final = 0.02


class Account:
    """One account in one state directory; `region` is the provider's."""

    def __init__(self, store: Store, region: str) -> None:
        self.store = store
        self.faults = Faults(store)
        self.region = region
        self._world = World(store.folder, account())

    def create(self, token: str, urn: str, inputs: dict[str, Any]) -> Object:
        """Raises Refused, or InitFailed with what was made."""
        name = urn.rpartition("::")[2]
        row = row_of(token)
        self.faults.before("create", token, name)
        self._wait_until_seen(inputs, row)
        with self.store.change() as contents:
            _first(references.check(inputs, row, contents))
            rules.before_create(token, inputs, contents, inputs.get("region") or self.region)
            made = self._make(token, urn, inputs, contents)
            contents.births[urn] = contents.births.get(urn, 0) + 1
            contents.put(made)
        self.store.log(f"create {token} {name} {made.id}")
        self._after(made, name)
        return made

    def update(self, token: str, identity: str, urn: str, inputs: dict[str, Any]) -> Object:
        name = urn.rpartition("::")[2]
        row = row_of(token)
        self.faults.before("update", token, name)
        self._wait_until_seen(inputs, row)
        with self.store.change() as contents:
            one = contents.get(token, identity)
            if one is None:
                raise Refused("ResourceNotFoundException", f"{token} {identity} is gone: run pulumi refresh")
            _first(references.check(inputs, row, contents))
            rules.before_update(token, one.properties, inputs, contents)
            before, one.properties = one.properties, inputs
            if token in ROWS:
                try:
                    self._mirror.update(one, before)
                except Refused:
                    one.properties = before
                    raise
            outputs.advance(one)
            if token in ROWS:
                self._mirror.overlay(one)
        self.store.log(f"update {token} {name} {identity}")
        return one

    def read(self, token: str, identity: str, name: str) -> Object | None:
        self.faults.before("read", token, name)
        with self.store.look() as contents:
            one = contents.get(token, identity)
            if one is None or token not in ROWS:
                return one
            return one if self._mirror.overlay(one, inputs=True) else None

    def delete(self, token: str, identity: str, name: str) -> None:
        """Deletes what is there; what is gone already is no error."""
        self.faults.before("delete", token, name)
        with self.store.change() as contents:
            one = contents.get(token, identity)
            if one is None:
                return
            rules.before_delete(one, contents)
            held = references.holders(one, contents)
            if held:
                users = ", ".join(f"{other.token} {other.id}" for other in held)
                raise Refused("DependencyViolation", f"{token} {identity} has dependent objects: {users}")
            if token in ROWS:
                self._mirror.delete(one)
            contents.remove(one)
        self.store.log(f"delete {token} {name} {identity}")

    def _make(self, token: str, urn: str, inputs: dict[str, Any], contents: Contents) -> Object:
        seed = f"{urn} {contents.births.get(urn, 0)}"
        region = inputs.get("region") or self.region
        made = outputs.make(token, urn, inputs, seed, contents, region)
        _refuse_twins(made, row_of(token), contents)
        if token in ROWS:
            identity = self._mirror.create(made)
            if identity != made.id:
                made = outputs.make(token, urn, inputs, seed, contents, region, identity)
            self._mirror.overlay(made)
        return made

    @property
    def _mirror(self) -> Mirror:
        return Mirror(self._world, self.region)

    def _after(self, made: Object, name: str) -> None:
        """The failures in which something was made all the same."""
        order = self.faults.meet(("halfway", "lost", "eventual"), "create", made.token, name)
        if order is None:
            return
        if order["kind"] == "eventual":
            with self.store.change() as contents:
                contents.objects[f"{made.token}::{made.id}"].hidden = int(order.get("reads", 1))
        elif order["kind"] == "halfway":
            reason = f"{made.token} {made.id} was made and did not become ready (state CREATE_FAILED)"
            raise InitFailed(made.id, outputs.all_of(made), made.properties, reason)
        else:
            raise Refused("RequestTimeout", "the answer to this request was lost")

    def _wait_until_seen(self, inputs: Mapping[str, Any], row: Entry) -> None:
        """Asks again while something is made and not yet seen, as the vendor's provider does for new roles."""
        for attempt in range(1, ATTEMPTS + 1):
            with self.store.change() as contents:
                unseen = references.hidden(inputs, row, contents)
                for one in unseen:
                    one.hidden -= 1
            if not unseen:
                return
            self.store.log(f"not seen yet {' '.join(one.id for one in unseen)}")
            time.sleep(_PAUSE * attempt)
        raise Refused(
            "InvalidParameterException", f"{unseen[0].id} does not exist yet: run the same command again"
        )


def _first(refusals: Any) -> None:
    for refusal in refusals:
        raise refusal


def _refuse_twins(made: Object, row: Entry, contents: Contents) -> None:
    """Two things of one name: what a replacement that creates first runs into if the name is fixed."""
    for other in contents.of(made.token):
        same_id = other.id == made.id
        values = [made.properties.get(name) for name in row.unique]
        if same_id or (any(values) and values == [other.properties.get(name) for name in row.unique]):
            raise Refused("ResourceAlreadyExistsException", f"{made.token} {other.id} exists already")
