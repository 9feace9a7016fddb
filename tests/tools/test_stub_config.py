"""A stack's file without what only its owner has: secrets, keys, a kubeconfig."""

import json
from pathlib import Path

import pytest
import yaml

from tools.stub_config import PLACEHOLDER, contexts, stub_config, stub_kubeconfig, with_documentation_blocks

TEXT = """
encryptionsalt: v1:abc
secretsprovider: awskms://alias/x
config:
  headroom:cluster: {kind: kubeconfig, path: ~/.kube/config, context: sale}
  headroom:redis_password:
    secure: v1:cipher
  headroom:odd:
    inner: [{key.dot: {secure: v1:other}}]
  headroom:target: {peak_rps: 3}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(TEXT)
    return path


def test_no_secret_and_no_key_is_left_and_each_is_named(file: Path) -> None:
    made = stub_config(file, "headroom", Path("/stub"))
    assert "v1:" not in made.text and "awskms" not in made.text
    assert made.secrets == ("headroom:redis_password", 'headroom:odd.inner[0]["key.dot"]')
    read = yaml.safe_load(made.text)["config"]
    assert "headroom:redis_password" not in read
    assert read["headroom:odd"] == {"inner": [{"key.dot": PLACEHOLDER}]}


def test_the_kubeconfig_is_the_stub_and_the_rest_stays(file: Path) -> None:
    config = yaml.safe_load(stub_config(file, "headroom", Path("/stub")).text)["config"]
    assert config["headroom:cluster"] == {"kind": "kubeconfig", "path": "/stub", "context": "sale"}
    assert config["headroom:target"] == {"peak_rps": 3}
    assert contexts(file, "headroom") == ["sale"]
    assert json.loads(stub_kubeconfig(["sale"]))["contexts"][0]["name"] == "sale"


@pytest.mark.parametrize("text", ["config: [", "", "- a", "config: 3", "config:\n  headroom:cluster: 3\n"])
def test_what_is_no_configuration_is_for_the_engine_to_refuse(file: Path, text: str) -> None:
    file.write_text(text)
    made = stub_config(file, "headroom", Path("/stub"))
    assert yaml.safe_load(made.text) == yaml.safe_load(text) if text != "config: [" else made.text == text
    assert made.secrets == ()
    assert contexts(file, "headroom") == []


def test_a_block_for_documentation_is_one_that_an_update_takes_and_is_shown_as_it_was(file: Path) -> None:
    file.write_text("config:\n  headroom:cidrs: [203.0.113.0/24, 10.0.0.0/16]\n")
    text = stub_config(file, "headroom", Path("/stub")).text
    assert "203.0.113." not in text and "10.0.0.0/16" in text
    assert "203.0.113.0/24" in with_documentation_blocks(text)
