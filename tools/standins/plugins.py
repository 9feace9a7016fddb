"""The two plugins' starting points, and the environment in which the engine finds them.

It decides versions (those of the installed SDKs, which is what the engine asks for) and PATH. It starts nothing.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.standins.schema import plugin_version
from tools.standins.store import STATE_VARIABLE

LAUNCHERS: Final = Path(__file__).resolve().parent / "bin"
KUBERNETES: Final = Path(__file__).resolve().parent / "kubernetes" / "bin" / "pulumi-resource-kubernetes"
"""Apart from the others: where a cluster is to be asked, the real plugin is."""


def environment(state_dir: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """What to add to the variables of a pulumi process so that aws and eks are the stand-ins, with the account kept in
    `state_dir`. `base` is the environment whose PATH they are put in front of, by default this process's.

    The user's credentials are hidden from the program, so that nothing real can be asked by mistake.
    """
    inherited = os.environ if base is None else base
    return {
        "PATH": os.pathsep.join([str(LAUNCHERS), inherited.get("PATH", os.defpath)]),
        STATE_VARIABLE: str(state_dir),
        "AWS_ACCESS_KEY_ID": "stand-in",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_SESSION_TOKEN": "",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
    }


def aws() -> None:
    from tools.standins.aws import AwsProvider
    from tools.standins.serve import main

    main(AwsProvider(), plugin_version("aws"))


def eks() -> None:
    from tools.standins.eks.provider import EksProvider
    from tools.standins.serve import main

    main(EksProvider(), plugin_version("eks"))


def kubernetes() -> None:
    from tools.standins.kubernetes.provider import KubernetesProvider
    from tools.standins.serve import main
    from tools.standins.store import Store

    main(KubernetesProvider(Store.stated().log), plugin_version("kubernetes"))
