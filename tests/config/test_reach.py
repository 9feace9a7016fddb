"""A server answers, or one line within the time says why not: dead, silent, no TLS, a certificate that is refused."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.kubeconfig import Kubeconfig
from config.problems import StackError
from config.reach import check_server

from .certificates import Certificate, certificate

LONG_AGO = ("20000101000000Z", "20000102000000Z")
ALWAYS = ("20000101000000Z", "20491231000000Z")

pytestmark = pytest.mark.usefixtures("no_proxy")


@contextmanager
def listening(shown: Certificate | None = None, *, answers: bool = True) -> Iterator[int]:
    """A server on loopback that shakes hands with whoever comes; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, shown, answers), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        # Wakes the thread's accept, which a close alone does not.
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, shown: Certificate | None, answers: bool) -> None:
    held: list[socket.socket] = []
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            break
        if not answers:
            held.append(connection)
            continue
        with connection:
            if shown is None:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                continue
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(shown.certificate, shown.key)
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                continue
    for connection in held:
        connection.close()


def kubeconfig(port: int, *, scheme: str = "https", authority: Certificate | None = None) -> Kubeconfig:
    return Kubeconfig(
        path=Path("config"),
        context="dev",
        server=f"{scheme}://127.0.0.1:{port}",
        authority=None if authority is None else authority.certificate.read_text(),
        remedy="start it",
    )


def problem(found: Kubeconfig, timeout_s: float = 3) -> str:
    start = time.monotonic()
    with pytest.raises(StackError) as error:
        check_server(found, timeout_s)
    assert time.monotonic() - start < timeout_s + 1
    (line,) = error.value.problems
    return line


def test_a_server_with_the_right_certificate_answers(tmp_path: Path) -> None:
    shown = certificate(tmp_path, "good", address="127.0.0.1", start=ALWAYS[0], end=ALWAYS[1])
    with listening(shown) as port:
        check_server(kubeconfig(port, authority=shown))


def test_a_dead_server_is_named_with_its_address_context_and_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert problem(kubeconfig(port)) == (
        f"https://127.0.0.1:{port} (context dev): connection refused: nothing listens there; start it"
    )


def test_a_server_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    with listening(answers=False) as port:
        assert "no answer within 0.3 s" in problem(kubeconfig(port), timeout_s=0.3)


def test_a_resolver_that_takes_its_time_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> socket.socket:
        time.sleep(2)
        raise OSError("at last")

    monkeypatch.setattr(socket, "create_connection", slow)
    assert "no answer within 0.2 s" in problem(kubeconfig(1), timeout_s=0.2)


def test_a_name_that_nobody_knows() -> None:
    found = Kubeconfig(path=Path("c"), context="dev", server="https://nowhere.invalid:6443")
    assert "nowhere.invalid" in problem(found)


def test_an_expired_certificate_is_said_to_be_expired(tmp_path: Path) -> None:
    shown = certificate(tmp_path, "old", address="127.0.0.1", start=LONG_AGO[0], end=LONG_AGO[1])
    with listening(shown) as port:
        assert "its certificate is refused: certificate has expired" in problem(
            kubeconfig(port, authority=shown)
        )


def test_a_certificate_of_another_authority_or_for_another_name(tmp_path: Path) -> None:
    here = certificate(tmp_path, "here", address="127.0.0.1", start=ALWAYS[0], end=ALWAYS[1])
    there = certificate(tmp_path, "there", address="192.0.2.1", start=ALWAYS[0], end=ALWAYS[1])
    with listening(here) as port:
        assert "its certificate is refused: self" in problem(kubeconfig(port, authority=there))
    with listening(there) as port:
        assert "certificate is refused: IP address mismatch" in problem(kubeconfig(port, authority=there))


def test_something_that_speaks_no_tls(tmp_path: Path) -> None:
    shown = certificate(tmp_path, "good", address="127.0.0.1", start=ALWAYS[0], end=ALWAYS[1])
    with listening() as port:
        assert "no TLS: " in problem(kubeconfig(port, authority=shown))


def test_behind_a_proxy_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    check_server(Kubeconfig(path=Path("c"), context="dev", server="https://192.0.2.1:6443"))
