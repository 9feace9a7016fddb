"""Inside a program: the engine's values give what the file gives; errors are the engine's own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.loader import CHECKOUT, stacks
from config.yaml_text import read_yaml

# What a program would do, in a process of its own: the engine's configuration is global to a process.
PROGRAM = """
import json, sys
import pulumi
from config.loader import load, load_stack
from config.program import stops_the_program
given = json.loads(sys.argv[1])
pulumi.runtime.set_all_config(given["values"], given["secrets"])
said = []
pulumi.log.error = said.append
try:
    with stops_the_program():
        settings = load()
except SystemExit as end:
    (error,) = said
    print(json.dumps({"error": error, "code": end.code}))
else:
    same = settings == load_stack(given["stack"]) if given["stack"] else None
    print(json.dumps({"same": same, "services": list(settings.services)}))
"""


def as_the_engine_gives_it(values: dict[str, Any]) -> dict[str, str]:
    """Text; lists and mappings as JSON; a null as empty text (seen with the engine 3.225.0)."""
    return {
        key: json.dumps(value) if isinstance(value, (dict, list)) else "" if value is None else str(value)
        for key, value in values.items()
    }


def run(values: dict[str, str], secrets: tuple[str, ...] = (), stack: str | None = None) -> dict[str, Any]:
    given = json.dumps({"values": values, "secrets": secrets, "stack": stack})
    answer: dict[str, Any] = json.loads(said_by(PROGRAM, given).splitlines()[-1])
    return answer


def said_by(program: str, given: str) -> str:
    """What another process prints, which ends well."""
    done = subprocess.run(
        [sys.executable, "-c", program, given],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def config_of(stack: str) -> dict[str, Any]:
    config: dict[str, Any] = read_yaml(Path(CHECKOUT, f"Pulumi.{stack}.yaml").read_bytes())["config"]
    return config


@pytest.mark.parametrize("stack", stacks())
def test_a_program_and_a_command_see_the_same_settings(stack: str) -> None:
    assert run(as_the_engine_gives_it(config_of(stack)), stack=stack)["same"] is True


def test_a_nulled_service_and_a_nulled_pool_are_gone_in_a_program_too() -> None:
    values = config_of("local")
    values["headroom:node_pool"] = None
    values["headroom:services"] = {"payment-api": None, "gateway-api": {"calls": {"payment-api": None}}}
    assert "payment-api" not in run(as_the_engine_gives_it(values))["services"]


def test_an_unknown_key_and_a_wrong_value_stop_the_program_with_the_same_block() -> None:
    values = {
        **as_the_engine_gives_it(config_of("local")),
        "headroom:zoness": "x",
        "headroom:zones": "zone-a",
    }
    answer = run(values)
    # The code after which the language host says nothing more: one error, not two.
    assert answer["code"] == 32
    head, *lines = answer["error"].splitlines()
    assert head.endswith("2 problems")
    assert any('headroom:zoness: unknown key; did you mean "zones"?' in line for line in lines)
    assert any('headroom:zones: "zone-a": allowed: a list' in line for line in lines)


def test_an_encrypted_password_is_no_setting_and_a_plain_one_is_refused() -> None:
    values = {**as_the_engine_gives_it(config_of("local")), "headroom:redis_password": "hunter2"}
    assert "error" not in run(values, secrets=("headroom:redis_password",))
    error = run(values)["error"]
    assert "headroom:redis_password: is plain text" in error
    assert "hunter2" not in error


def test_an_encrypted_setting_is_refused() -> None:
    values = as_the_engine_gives_it(config_of("local"))
    assert "headroom:zones: holds an encrypted value" in run(values, secrets=("headroom:zones",))["error"]


def test_other_projects_keys_are_not_ours() -> None:
    values = {**as_the_engine_gives_it(config_of("local")), "kubernetes:namespace": "x", "pulumi:tags": "{}"}
    assert "error" not in run(values)


def test_a_key_that_looks_like_ours_and_is_nobodys_stops_the_program_too() -> None:
    values = {**as_the_engine_gives_it(config_of("local")), "headrom:target": "x"}
    assert "headrom:target: nobody reads it" in run(values)["error"]


def test_reading_a_stack_needs_no_pulumi() -> None:
    code = "import sys; from config.loader import load_stack; load_stack('local'); print('pulumi' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_program_stops_over_a_network_that_does_not_hold_the_plan_before_it_deploys() -> None:
    config = config_of("prod")
    config["headroom:cluster"]["network"]["private_prefix"] = 28
    program = """
import json, runpy, sys
import apps.platform
import pulumi
pulumi.runtime.set_all_config(json.loads(sys.argv[1]), [])
apps.platform.deploy = lambda *_: sys.exit("deployed")
said = []
pulumi.log.error = said.append
try:
    runpy.run_path("__main__.py")
except SystemExit as end:
    print(end.code, *said)
"""
    said = said_by(program, json.dumps(as_the_engine_gives_it(config)))
    assert 'headroom:cluster.network.private_prefix: "/28": allowed: 1 x /23 or larger' in said


def test_warnings_are_one_message_whose_first_line_says_none_of_them() -> None:
    program = "import pulumi; from config.program import warn; pulumi.log.warn = print; warn([]); warn(['one', 'two'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["stack stack: 2 warnings", "  one", "  two"]
