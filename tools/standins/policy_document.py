"""Writes an IAM policy document out of the SDK's words for one (getPolicyDocument), as the vendor's provider does.

It joins and renames; what IAM would say of the document is policies.py's.
"""

import json
from collections.abc import Mapping
from typing import Any

from tools.standins.render import suffix


def answer(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What getPolicyDocument returns for these arguments."""
    statements = [
        one
        for text in [*(arguments.get("sourcePolicyDocuments") or []), arguments.get("sourceJson")]
        if text
        for one in json.loads(text)["Statement"]
    ]
    statements += [_statement(one) for one in arguments.get("statements") or []]
    document = {"Version": arguments.get("version") or "2012-10-17", "Statement": statements}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    text = json.dumps(document, indent=2)
    minified = json.dumps(document, separators=(",", ":"))
    return {
        "json": text,
        "minifiedJson": minified,
        "id": str(int(suffix(text), 16)),
        "version": document["Version"],
    }


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    """A statement of the SDK in the words of IAM; a list of one is written as itself, as the vendor's provider does."""
    found: dict[str, Any] = {"Effect": given.get("effect") or "Allow"}
    if given.get("sid"):
        found["Sid"] = given["sid"]
    for word, name in (
        ("Action", "actions"), ("NotAction", "notActions"), ("Resource", "resources"), ("NotResource", "notResources"),
    ):  # fmt: skip
        if given.get(name):
            found[word] = _one_or_many(given[name])
    for word, name in (("Principal", "principals"), ("NotPrincipal", "notPrincipals")):
        if given.get(name):
            kinds = {one["type"]: _one_or_many(one["identifiers"]) for one in given[name]}
            found[word] = "*" if kinds == {"*": "*"} else kinds
    for one in given.get("conditions") or []:
        found.setdefault("Condition", {}).setdefault(one["test"], {})[one["variable"]] = _one_or_many(
            one["values"]
        )
    return found


def _one_or_many(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else sorted(values)
