"""GatewayApiCrds: the kinds of one release, from a file that lies with the program."""

from pathlib import Path

import pytest
import yaml

from components.gateway_api_crds import GatewayApiCrds, GatewayApiCrdsArgs
from components.policy.errors import ConfigurationError
from tests.components.aws_examples import KINDS, gateway_api
from tests.components.harness import Run, run


def deploy(file: Path) -> Run:
    return run(lambda: GatewayApiCrds("gateway-api", GatewayApiCrdsArgs(file=str(file))).version)


def test_each_kind_of_the_release_is_a_resource_and_nothing_else_of_the_file(tmp_path: Path) -> None:
    policy = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy"}
    other = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "spec": {"group": "x"},
    }
    result = deploy(gateway_api(tmp_path, policy, other, None))
    made = {one.name for one in result.all(":CustomResourceDefinition")}
    assert made == {
        *("gateway-api-gatewayclasses", "gateway-api-gateways"),
        *("gateway-api-httproutes", "gateway-api-grpcroutes"),
    }
    assert len(result.resources) == 5
    assert result.result == "v1.4.0"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file or directory"),
        ("{", "no YAML"),
        ("a: b", "without GRPCRoute, Gateway, GatewayClass, HTTPRoute"),
    ],
)
def test_a_file_that_is_no_release_is_refused_before_anything_is_registered(
    text: str | None, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "standard-install.yaml"
    if text is not None:
        file.write_text(text)

    def program() -> None:
        with pytest.raises(ConfigurationError, match=says):
            GatewayApiCrds("gateway-api", GatewayApiCrdsArgs(file=str(file)))

    assert run(program).resources == []


def test_a_release_without_one_of_the_kinds_says_which(tmp_path: Path) -> None:
    documents = list(yaml.safe_load_all(KINDS.read_text()))
    file = tmp_path / "part.yaml"
    file.write_text(yaml.safe_dump_all(documents[:-1]))
    with pytest.raises(ConfigurationError, match="without GRPCRoute"):
        run(lambda: GatewayApiCrds("gateway-api", GatewayApiCrdsArgs(file=str(file))))
