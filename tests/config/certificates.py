"""Certificates for 127.0.0.1 made on the spot by openssl; no key lies in the repository."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

AUTHORITY = """\
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copyall
[any]
commonName = supplied
"""


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its key."""

    certificate: Path
    key: Path


def certificate(folder: Path, name: str, *, address: str, start: str, end: str) -> Certificate:
    """A certificate for ``address``, valid between two times as openssl writes them (YYYYMMDDHHMMSSZ)."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so no certificate can be made for the TLS tests")
    own = folder / name
    own.mkdir()
    (own / "ca.cnf").write_text(AUTHORITY)
    (own / "index.txt").touch()
    request = (
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out request.pem -subj /CN=test"
        f" -addext subjectAltName=IP:{address}"
    )
    sign = (
        "ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.pem -out certificate.pem -notext"
        f" -startdate {start} -enddate {end}"
    )
    for arguments in (request, sign):
        subprocess.run(["openssl", *arguments.split()], cwd=own, check=True, capture_output=True)
    return Certificate(own / "certificate.pem", own / "key.pem")
