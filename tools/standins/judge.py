"""Every judgement of a resource's inputs that needs nothing but the inputs; the engine asks for it in each preview.

It decides the order of the judges and gathers what they refuse. What is between things is in rules.py, existence in
references.py: both are asked when something is made.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.standins import limits, policies, ranges, regions, schema, tags, typed
from tools.standins.table import row_of
from tools.standins.typed import Failure
from tools.standins.values import UNKNOWN


def check(token: str, inputs: Mapping[str, Any], all_tags: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with these inputs; `all_tags` are the resource's and the provider's together."""
    try:
        properties = schema.resource(token).inputs
    except schema.UnknownType as error:
        return [Failure("", str(error))]
    row = row_of(token)
    found = [*typed.check(inputs, properties, token)]
    if row.operation:
        # Tags have limits of their own, the same for every service, and better words for them.
        found += limits.check(inputs, row.operation, {**row.members, "tags": ""})
    for path, use in row.policies.items():
        for where, document in _at(inputs, path):
            found += policies.check(where, document, use)
    found += tags.check("tags", all_tags)
    found += ranges.check(token, inputs)
    found += _place(inputs)
    return list(dict.fromkeys(found))


def _at(inputs: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Known documents at a path such as policy or inlinePolicies[].policy."""
    head, many, rest = path.partition("[].")
    value = inputs.get(head)
    if value is None or value is UNKNOWN:
        return
    if not many:
        yield path, value
        return
    for number, one in enumerate(value if isinstance(value, list) else []):
        inner = one.get(rest) if isinstance(one, Mapping) else None
        if inner is not None and inner is not UNKNOWN:
            yield f"{head}[{number}].{rest}", inner


def _place(inputs: Mapping[str, Any]) -> Iterator[Failure]:
    region = inputs.get("region")
    if isinstance(region, str) and region not in regions.known():
        yield Failure("region", f"{region!r} is no region of AWS")
