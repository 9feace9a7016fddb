"""The AWS SDKs warn, on import, of resources of their own that nobody uses; every other warning stays a failure."""

from typing import Final

import pytest

_ON_IMPORT: Final = (
    r"ignore:aws\.ec2/encryptioncontrol:DeprecationWarning",
    r"ignore:NodeGroup uses AWS EC2 LaunchConfiguration:DeprecationWarning",
)


def pytest_configure(config: pytest.Config) -> None:
    for warning in _ON_IMPORT:
        config.addinivalue_line("filterwarnings", warning)
