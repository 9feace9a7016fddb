"""The stand-in for pulumi-resource-aws: the engine's questions, answered from the account that is pretended.

It decides what of a request is unknown, drawn or default, and turns the engine's values into plain ones and back.
What is allowed is decided by judge.py and account.py.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, Final

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from tools.standins import changes, invokes, judge, outputs, regions, schema
from tools.standins.account import Account
from tools.standins.errors import InitFailed, Refused
from tools.standins.render import account, suffix
from tools.standins.store import Store
from tools.standins.table import row_of
from tools.standins.values import plain, plain_map, wrap, wrap_map

_PROVIDER_OWN: Final = frozenset({"version", "pluginDownloadURL", "__internal", "__pulumi_raw_state_delta"})


class AwsProvider(protocol.Provider):
    """One provider instance; several may work on one state directory at once."""

    def __init__(self) -> None:
        self._account = Account(Store.stated(), "")
        self._default_tags: Mapping[str, Any] = {}

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        known = schema.properties("aws", "ProviderArgs", "provider.py")
        given = {name: _decoded(value) for name, value in plain_map(request.new_inputs).items()}
        failures = [
            protocol.CheckFailure(name, f"the provider aws has no property {name}")
            for name in given
            if name not in known and name not in _PROVIDER_OWN
        ]
        failures += self._credentials(given)
        return protocol.CheckResponse(request.new_inputs, failures)

    def _credentials(self, given: Mapping[str, Any]) -> list[protocol.CheckFailure]:
        """What the vendor's provider asks of STS before anything else."""
        region = _region(given)
        if isinstance(region, str) and region not in regions.known():
            why = (
                f"{region!r} is no region of AWS"
                if region
                else "no region is set: pulumi config set aws:region"
            )
            return [protocol.CheckFailure("region", why)]
        allowed, forbidden = given.get("allowedAccountIds"), given.get("forbiddenAccountIds")
        if (isinstance(allowed, list) and allowed and account() not in allowed) or account() in (
            forbidden or []
        ):
            return [protocol.CheckFailure("allowedAccountIds", f"AWS account ID not allowed: {account()}")]
        try:
            self._account.faults.before("configure", "pulumi:providers:aws", "")
        except Refused as refusal:
            return [protocol.CheckFailure("", str(refusal))]
        return []

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        given = {name: _decoded(value) for name, value in plain_map(request.args).items()}
        self._account.region = str(_region(given) or "")
        self._default_tags = (given.get("defaultTags") or {}).get("tags") or {}
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        inputs = dict(request.new_inputs)
        row = row_of(_token(request))
        if row.autoname and row.autoname in schema.resource(_token(request)).inputs:
            self._draw_name(inputs, request, row.autoname, row.longest_name)
        known = plain_map(inputs)
        found = judge.check(_token(request), known, self._tags(known))
        return protocol.CheckResponse(inputs, [protocol.CheckFailure(one.path, one.reason) for one in found])

    def _draw_name(
        self, inputs: dict[str, PropertyValue], request: protocol.CheckRequest, name: str, longest: int
    ) -> None:
        """A name from the logical one, kept for as long as the resource lives."""
        if inputs.get(name) is not None and plain(inputs[name]) is not None:
            return
        kept = plain_map(request.old_inputs)
        if name in kept.get(changes.DEFAULTS, []):
            drawn = kept[name]
        else:
            taken = {one.properties.get(name) for one in self._account.store.read().of(_token(request))}
            base = str(plain(inputs[f"{name}Prefix"])) if f"{name}Prefix" in inputs else f"{request.name}-"
            base = base.lower() if row_of(_token(request)).lowercase else base
            numbers = (suffix(f"{request.urn} {number}") for number in range(len(taken) + 1))
            drawn = next(
                one for one in (f"{base[: longest - 7]}{number}" for number in numbers) if one not in taken
            )
        inputs[name] = wrap(drawn)
        inputs[changes.DEFAULTS] = wrap([name])

    def _tags(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        own = inputs.get("tags")
        return {**self._default_tags, **(own if isinstance(own, Mapping) else {})}

    def _with_tags(self, token: str, shown: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        if "tagsAll" in schema.resource(token).outputs:
            shown["tagsAll"] = self._tags(inputs)
        return shown

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        found = changes.compare(
            plain_map(request.old_state), plain_map(request.new_inputs), row_of(_token(request))
        )
        return protocol.DiffResponse(
            changes=bool(found.changed),
            replaces=found.replaces,
            delete_before_replace=found.delete_first,
            diffs=found.changed,
            detailed_diff=found.detailed,
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        inputs = plain_map(request.properties)
        if request.preview:
            shown, identity = outputs.preview(_token(request), inputs), None
        else:
            try:
                made = self._account.create(_token(request), request.urn, inputs)
            except InitFailed as failure:
                failure.properties = wrap_map(failure.properties, request.properties)
                failure.inputs = dict(request.properties)
                raise
            shown, identity = outputs.all_of(made), made.id
        self._with_tags(_token(request), shown, inputs)
        return protocol.CreateResponse(identity, wrap_map(shown, request.properties))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        inputs = plain_map(request.news)
        if request.preview:
            shown = outputs.preview_change(_token(request), plain_map(request.olds), inputs)
        else:
            shown = outputs.all_of(
                self._account.update(_token(request), request.resource_id, request.urn, inputs)
            )
        self._with_tags(_token(request), shown, inputs)
        return protocol.UpdateResponse(wrap_map(shown, request.news))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        one = self._account.read(_token(request), request.resource_id, request.name)
        if one is None:
            return protocol.ReadResponse()
        shown = self._with_tags(_token(request), outputs.all_of(one), one.properties)
        return protocol.ReadResponse(
            one.id, wrap_map(shown, request.properties), wrap_map(one.properties, request.inputs)
        )

    async def delete(self, request: protocol.DeleteRequest) -> None:
        self._account.delete(_token(request), request.resource_id, request.name)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        self._account.faults.before("invoke", request.tok, "")
        answer = invokes.answer(request.tok, plain_map(request.args), self._account)
        return protocol.InvokeResponse({name: wrap(value) for name, value in answer.items()})

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        return protocol.GetSchemaResponse(json.dumps({"name": "aws"}))


def _decoded(value: Any) -> Any:
    """The engine sends what is no string in a provider's configuration as JSON text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _region(given: Mapping[str, Any]) -> Any:
    return given.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""


def _token(request: Any) -> str:
    """The type without its parents' types, which a URN has before it."""
    return str(request.type).rpartition("$")[2]
