"""Who answers for AWS in a preview: the vendor's plugins with credentials, or the stand-ins, and why."""

import os
from pathlib import Path

import pytest

from tools import doctor, preview, providers
from tools.problem import Problem
from tools.standins.plugins import LAUNCHERS


def plugin(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pulumi-resource-{name}"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def bare(home: Path) -> dict[str, str]:
    """An environment in which nothing is to be found."""
    nowhere = str(home / "nowhere")
    return {
        "PATH": nowhere,
        "PULUMI_HOME": str(home),
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_CONFIG_FILE": nowhere,
    }


def test_a_bare_machine_has_neither_and_says_what_is_missing(tmp_path: Path) -> None:
    found = providers.find(bare(tmp_path))
    assert not found.vendors
    aws, eks = (providers.version(name) for name in providers.PACKAGES)
    assert found.missing == f"plugin aws {aws}, plugin eks {eks}, AWS credentials"
    assert "stand-ins" in doctor._aws(found)


def test_our_own_stand_ins_on_path_are_not_the_vendors(tmp_path: Path) -> None:
    found = providers.find(bare(tmp_path) | {"PATH": str(LAUNCHERS)})
    assert found.plugins == {}


def test_plugins_from_path_and_from_the_cache_with_credentials_are_the_vendors(tmp_path: Path) -> None:
    on_path = plugin(tmp_path / "bin", "aws")
    version = providers.version("eks")
    cached = plugin(tmp_path / "plugins" / f"resource-eks-v{version}", "eks")
    environment = bare(tmp_path) | {"PATH": str(tmp_path / "bin")}
    without = providers.find(environment)
    assert (without.vendors, without.missing) == (False, "AWS credentials")
    found = providers.find(environment | {"AWS_PROFILE": "sale"})
    assert found.plugins == {"aws": on_path, "eks": cached}
    assert found.vendors
    assert "AWS itself" in doctor._aws(found)


def test_a_plugin_of_another_version_in_the_cache_is_not_taken(tmp_path: Path) -> None:
    plugin(tmp_path / "plugins" / "resource-eks-v0.0.1", "eks")
    assert providers.find(bare(tmp_path)).plugins == {}


@pytest.mark.parametrize("content", ["", "[default]\n"])
def test_a_credentials_file_counts_when_something_is_in_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "credentials"
    file.write_text(content)
    found = providers.find(bare(tmp_path) | {"AWS_SHARED_CREDENTIALS_FILE": os.fspath(file)})
    assert found.credentials == (str(file) if content else None)


def test_a_stack_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Problem, match="no stack prd") as problem:
        preview.preview("prd", [])
    assert "prod" in str(problem.value)
