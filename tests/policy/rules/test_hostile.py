"""Input that means harm, and input that means nothing: an error or a finding, never a traceback, never a long wait."""

import json
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from components.policy.facts.annotations import ALL
from components.policy.facts.objects import READ, Document, read_objects
from components.policy.facts.view import View
from components.policy.review import review
from ops.findings_view import Result, as_json, as_markdown, as_sarif, as_text
from ops.yaml_objects import MOST_BYTES, UnusableError, read_documents

from .manifests import BUDGET, HPA, SERVICE, config_map, deployment, other

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "an alias bomb": (BOMB, "aliases stand for more than"),
    "an alias of itself": ("a: &a [*a]", "part of itself"),
    "an alias of nothing": ("a: *b", "part of itself or of nothing"),
    "nesting in flow": ("[" * 5000 + "]" * 5000, "not YAML"),
    "nesting within what libyaml takes": ("[" * 500 + "]" * 500, "nested deeper"),
    "nesting in block": ("\n".join(" " * n + "a:" for n in range(2000)), "nested deeper"),
    "nesting on one line": ("- " * 3000 + "a", "n"),
    "a tag that makes an object": ("!!python/object/apply:os.system ['true']", "not YAML"),
    "an unknown tag": ("a: !Ref b", "not YAML"),
    "a date that is none": ("a: 2001-99-99", "does not allow"),
    "a key that is a list": ("? [a]\n: b", "not YAML"),
    "a control character": ("a: \x00", "not YAML"),
    "not text": (b"\xff\xfe\xfa", "not UTF-8"),
    "too much": (b"#" * (MOST_BYTES + 1), "larger than 16 MiB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_text_is_refused_with_a_reason(name: str) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(UnusableError, match=reason) as caught:
        read_documents(text if isinstance(text, bytes) else text.encode(), "in.yaml")
    assert "\n" not in str(caught.value) and str(caught.value).startswith("in.yaml: ")


@pytest.mark.parametrize(
    "number", ["9" * 100_000, ":".join(["59"] * 30_000), "1e999999999", "-" + "9" * 30, ".inf", "1_0"]
)
def test_numbers_of_any_size_are_read_in_no_time(number: str) -> None:
    started = time.perf_counter()
    for body in (deployment(), deployment(pod={})):
        body["spec"]["replicas"] = "NUMBER"
        body["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] = "NUMBER"
        text = yaml.safe_dump(body).replace("NUMBER", number)
        review(read_objects(read_documents(text.encode(), "in.yaml")).fleet)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("annotation", ALL, ids=lambda annotation: str(annotation.name))
@pytest.mark.parametrize(
    "text", ["1e999999999", "9" * 100_000, ",".join("9" * 100_000), "1/0", "\x00", "", "a=b=c@d", "%"]
)
def test_annotations_are_read_or_refused_in_no_time(annotation: Any, text: str) -> None:
    started = time.perf_counter()
    problems: list[str] = []
    View({annotation.key: text}, "metadata.annotations", problems).parsed(annotation.key, annotation.parse)
    assert time.perf_counter() - started < 1
    assert all(len(problem) < 300 and "\n" not in problem for problem in problems)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.dates(),
    st.sampled_from(
        [
            "10%",
            "500m",
            "512Mi",
            "redis-server",
            "kubectl scale deploy shop",
            "5m",
            "ClientIP",
            "*",
            "{{ x }}",
        ]
    ),
)
KEYS = st.one_of(
    st.text(max_size=8), st.sampled_from(["name", "spec", "app", "cpu", "kind", "metadata", "redis.conf"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)
KINDS = [(kind, f"{group}/v1" if group else "v1") for kind, groups in READ.items() for group in groups]


def paths(body: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value below a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    found = [(*before, key) for key, _ in inner]
    return found + [path for key, value in inner for path in paths(value, (*before, key))]


ONE_ZONE = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a"]}
RIGHT = [
    deployment(annotations={"headroom.dev/rps-per-pod": "1000"}),
    SERVICE,
    BUDGET,
    HPA,
    deployment(name="redis", kind="StatefulSet", image="redis:7.2.5", command=["redis-server", "--save", ""]),
    config_map({"redis.conf": "maxmemory 1gb", "sentinel.conf": "sentinel monitor a b 1 2"}),
    other(
        "NodePool",
        "karpenter.sh/v1",
        {
            "limits": {"cpu": 1},
            "disruption": {"budgets": [{"nodes": "10%"}]},
            "template": {"spec": {"requirements": [ONE_ZONE]}},
        },
    ),
    other(
        "PrometheusRule",
        "monitoring.coreos.com/v1",
        {
            "groups": [
                {"rules": [{"alert": "A", "expr": "sum(rate(requests_total[1m])) > 1", "annotations": {}}]}
            ]
        },
    ),
]


def everything_about(bodies: list[Any]) -> None:
    """Reads, reviews and shows in every format; nothing of it may raise."""
    reading = read_objects([Document(body) for body in bodies])
    result = Result(review(reading.fleet), reading.objects, reading.skipped, [])
    for show in (as_text, as_markdown):
        assert show(result).isascii() or show(result).encode("utf-8")
    for show in (as_json, as_sarif):
        json.loads(show(result))


OBJECTS = st.builds(
    lambda kind, fields: {**fields, "kind": kind[0], "apiVersion": kind[1]},
    st.sampled_from(KINDS),
    st.dictionaries(KEYS, ANYTHING, max_size=5),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(OBJECTS, max_size=4))
def test_objects_of_anything(bodies: list[Any]) -> None:
    everything_about(bodies)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_in_place_of_any_right_one(data: st.DataObject) -> None:
    bodies = json.loads(json.dumps(RIGHT))
    for _ in range(data.draw(st.integers(1, 3))):
        body = data.draw(st.sampled_from(bodies))
        path = data.draw(st.sampled_from(paths(body)))
        for key in path[:-1]:
            body = body[key] if isinstance(body, (dict, list)) and _has(body, key) else {}
        if isinstance(body, (dict, list)) and _has(body, path[-1]):
            body[path[-1]] = data.draw(ANYTHING)
    everything_about(bodies)


def _has(body: Any, key: Any) -> bool:
    return key in body if isinstance(body, dict) else isinstance(key, int) and key < len(body)


YAML_MARKS = "abc:-[]{}&*!|>'\"#%@`,?\n\t 012.~<"


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text("abc:-[]{}&*!|>'\"#%@`,?\n\t 012.~<", max_size=80).map(str.encode)
    )
)
def test_any_bytes_are_documents_or_refused(content: bytes) -> None:
    try:
        documents = read_documents(content, "in.yaml")
    except UnusableError:
        return
    everything_about([document.body for document in documents])


def test_a_thousand_documents_take_seconds() -> None:
    one = [deployment(), SERVICE, BUDGET, HPA]
    text = yaml.safe_dump_all(
        json.loads(json.dumps(body).replace('"shop"', f'"shop-{n}"')) for n in range(250) for body in one
    )
    started = time.perf_counter()
    reading = read_objects(read_documents(text.encode(), "in.yaml"))
    findings = review(reading.fleet)
    taken = time.perf_counter() - started
    assert reading.objects == 1000
    # Each joined with its own: one finding for a Deployment whose replicas an autoscaler owns.
    assert [finding.number for finding in findings] == ["HR402"] * 250
    assert taken < 5, f"{taken:.1f} s for 1,000 documents"
    print(f"1,000 documents of {len(text) // 1024} KiB: {taken:.2f} s")
