"""Makes, changes, reads and deletes a resource in moto by its row, and says what moto answers.

It decides the order of calls and that nothing is left half made: what was made is taken away again if a later call of
the same create is refused. What is made where is the tables' business, and what the account keeps is account.py's.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from tools.standins import outputs, schema
from tools.standins.errors import Refused
from tools.standins.moto_calls import convert
from tools.standins.moto_calls.row import Call, Row
from tools.standins.moto_calls.table import ROWS, TAGGING
from tools.standins.moto_calls.world import World, gone
from tools.standins.render import at
from tools.standins.store import Object
from tools.standins.table import row_of
from tools.standins.values import strings

_FAILED: Final = (
    "Unsuccessful[0].Error.{code: Code, message: Message}"
    " || FailedEntries[0].{code: ErrorCode, message: ErrorMessage}"
)
"""How the calls that take many say that they did not do one."""
_LONGEST: Final = 300
"""Characters of a refusal; moto lists every zone there is."""
_OWN: Final = frozenset({"tags", "tagsAll", "region"})


class Mirror:
    """The types of `ROWS` in one account. Every method is to be called under the store's lock."""

    def __init__(self, world: World, region: str) -> None:
        self._world = world
        self._region = region

    def create(self, draft: Object) -> str:
        """Makes it; the id. `draft` has inputs and what templates say. Raises Refused, and nothing is left."""
        row, made = ROWS[draft.token], Object(**vars(draft))
        with _worded(draft):
            self._parts(row, made)
            try:
                answer = self._change(row.create, made, row)
            except Refused:
                self._take_back([part.delete for part in row.parts], row, made)
                raise
            if row.identity:
                made.id = str(convert.search(row.identity, answer)).removeprefix(row.prefix)
            try:
                for name, call in row.sets.items():
                    if made.properties.get(name) is not None:
                        self._change(call, made, row)
            except Refused:
                self._take_back(_ends(row), row, made)
                raise
        draft.computed = made.computed
        return made.id

    def _take_back(self, calls: Iterable[Call], row: Row, made: Object) -> None:
        """What of a create was made before it was refused; what was not made is refused too."""
        for call in calls:
            with suppress(Refused):
                self._change(call, made, row)

    def overlay(self, one: Object, *, inputs: bool = False) -> bool:
        """Puts what moto answers into what was computed, and with `inputs` into what was given as well; False if moto
        has no such thing."""
        row = ROWS[one.token]
        try:
            found = self._read(row, one)
        except Refused as refusal:
            if gone(refusal):
                return False
            raise
        if found is None:
            return False
        answers = found if isinstance(found, Mapping) else {}
        self._outputs(one, row, answers)
        if inputs:
            _inputs(one, row, answers)
        return True

    def update(self, one: Object, before: Mapping[str, Any]) -> None:
        """`one` has its new inputs. A property that moto has no call for changes in the stand-in alone."""
        row = ROWS[one.token]
        after = one.properties
        changed = {
            name
            for name in {*before, *after}
            if name not in _OWN and not name.startswith("__") and before.get(name) != after.get(name)
        }
        with _worded(one):
            calls = {**row.sets, **row.changes}
            for name in calls.keys() & changed:
                self._change(calls[name], one, row)
            if row.update and changed - calls.keys():
                self._change(row.update, one, row)
            self._tags(row, one, before.get("tags") or {}, after.get("tags") or {})

    def delete(self, one: Object) -> None:
        row = ROWS[one.token]
        with _worded(one):
            for call in _ends(row):
                try:
                    self._change(call, one, row)
                except Refused as refusal:
                    if not gone(refusal):
                        raise

    def _parts(self, row: Row, one: Object) -> None:
        for part in row.parts:
            answer = self._change(part.create, one, row)
            _set(one.computed, part.output, convert.search(part.found, answer))

    def _tags(self, row: Row, one: Object, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        if before == after or not row.tagged:
            return
        put, take = TAGGING[row.tagged]
        removed = {key: value for key, value in before.items() if key not in after}
        facts = {
            "tags": convert.pairs(after), "tag_map": dict(after), "removed_keys": sorted(removed),
            "kms_tags": [{"TagKey": key, "TagValue": str(value)} for key, value in after.items()],
            "removed": [{"Key": key} for key in sorted(removed)],
        }  # fmt: skip
        if after:
            self._change(put, one, row, facts)
        if removed:
            self._change(take, one, row, facts)

    def _change(self, call: Call, one: Object, row: Row, more: Mapping[str, Any] | None = None) -> Any:
        facts = {**self._facts(one), **(more or {})}
        if call.given and not at(facts, call.given):
            return None
        given = convert.parameters(call, facts, row_of(one.token), row)
        answer = self._world.change(facts["region"], call.operation, given, f"{one.seed} {call.operation}")
        failed = convert.search(_FAILED, answer)
        if failed:
            raise Refused(str(failed["code"]), str(failed["message"]))
        return answer

    def _ask(self, call: Call, one: Object, row: Row) -> Any:
        facts = self._facts(one)
        given = convert.parameters(call, facts, row_of(one.token), row)
        return self._world.ask(facts["region"], call.operation, given)

    def _read(self, row: Row, one: Object) -> Any:
        return convert.search(convert.text(row.found, self._facts(one)), self._ask(row.read, one, row))

    def _outputs(self, one: Object, row: Row, found: Mapping[str, Any]) -> None:
        entry, properties = row_of(one.token), schema.resource(one.token).outputs
        for name, prop in properties.items():
            if one.properties.get(name) is not None or name in _OWN | row.ours | row.outputs.keys():
                continue
            value = convert.as_output(
                convert.by_name(found, name, entry.members), prop, name in entry.policies
            )
            if value is not None:
                one.computed[name] = value
        named = {
            path: convert.search(convert.text(where, self._facts(one)), found)
            for path, where in row.outputs.items()
        }
        for path, (call, where) in row.more.items():
            named[path] = convert.search(convert.text(where, self._facts(one)), self._ask(call, one, row))
        for path, value in named.items():
            if value is not None and path in properties:
                typed = convert.as_output(value, properties[path])
                value = value if typed is None else typed
            if value is not None:
                _set(one.computed, path, value)

    def _facts(self, one: Object) -> dict[str, Any]:
        inputs = {name: value for name, value in one.properties.items() if value is not None}
        region = inputs.get("region") or self._region
        return {**outputs.all_of(one), "id": one.id, "urn": one.urn, "region": region, "inputs": inputs}


def _inputs(one: Object, row: Row, found: Mapping[str, Any]) -> None:
    """What was given and is otherwise now: drift."""
    entry, kept = row_of(one.token), {**one.properties}
    inputs = schema.resource(one.token).inputs
    for name, given in one.properties.items():
        if given is None or name not in inputs or name in _OWN | row.kept:
            continue
        where = row.outputs.get(name)
        raw = convert.search(where, found) if where else convert.by_name(found, name, entry.members)
        value = convert.as_output(raw, inputs[name], name in entry.policies)
        if value is not None and not convert.same(given, value):
            kept[name] = value
    tags = found.get("Tags") or found.get("tags")
    if isinstance(tags, list) and isinstance(one.properties.get("tags"), Mapping):
        tags = {pair["Key"]: pair["Value"] for pair in tags if "Key" in pair}
    if isinstance(tags, Mapping) and tags and isinstance(one.properties.get("tags"), Mapping):
        kept["tags"] = dict(tags)
    one.properties = kept


def _ends(row: Row) -> list[Call]:
    return [*row.delete, *(part.delete for part in row.parts)]


def _set(target: dict[str, Any], path: str, value: Any) -> None:
    head, _, rest = path.partition(".")
    if rest:
        inner = dict(target.get(head) or {})
        _set(inner, rest, value)
        value = inner
    target[head] = value


@contextmanager
def _worded(one: Object) -> Iterator[None]:
    """A refusal within says whose it is, and which input it speaks of where that can be seen."""
    try:
        yield
    except Refused as refusal:
        said = textwrap.shorten(str(refusal).partition(": ")[2], _LONGEST, placeholder=" ...")
        known = {key: value for key, value in one.properties.items() if not key.startswith("__")}
        field = next((path for path, value in strings(known) if len(value) > 3 and value in said), "")
        whose = f"{one.token} {one.urn.rpartition('::')[2]}{f' {field}' if field else ''}"
        raise Refused(refusal.code, f"{whose}: {said}") from refusal
