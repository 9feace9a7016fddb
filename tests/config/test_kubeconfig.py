"""A stack's file and context are found, or one line says what is wrong with them; nothing else is ever opened."""

from pathlib import Path
from textwrap import dedent

import pytest

from config.cluster import KubeconfigCluster, LocalCluster
from config.kubeconfig import find
from config.problems import StackError

GOOD = """\
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: a, user: u}}
- {name: two, context: {cluster: gone, user: u}}
- {name: three, context: {cluster: odd, user: u}}
clusters:
- {name: a, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}
- {name: odd, cluster: {server: "127.0.0.1"}}
users:
- {name: u, user: {expiry: 2026-01-02, token: 0123}}
"""


def cluster(path: str, context: str = "one") -> KubeconfigCluster:
    return KubeconfigCluster(kind="kubeconfig", path=path, context=context)


def problem(folder: Path, stated: KubeconfigCluster | LocalCluster) -> str:
    with pytest.raises(StackError) as error:
        find(stated, folder)
    (line,) = error.value.problems
    return line


def test_finds_the_stated_context_and_its_server(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(GOOD)
    found = find(cluster(str(tmp_path / "config")), tmp_path / "elsewhere")
    assert (found.path, found.context) == (tmp_path / "config", "one")
    assert (found.address, found.verified, found.proxy) == (("127.0.0.1", 6443), False, None)


def test_the_users_home_is_meant_by_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config").write_text(GOOD)
    assert find(cluster("~/config"), Path("/nowhere")).path == tmp_path / "config"


def test_the_local_cluster_is_the_checkouts_own_and_never_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "users").write_text(GOOD.replace("6443", "7777"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "users"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert problem(tmp_path, LocalCluster(kind="local")).endswith(
        "the local cluster is not there; run make up"
    )
    (tmp_path / ".headroom").mkdir()
    (tmp_path / ".headroom" / "kubeconfig").write_text(GOOD)
    found = find(LocalCluster(kind="local"), tmp_path)
    assert (found.address[1], found.context, found.remedy) == (6443, "one", "run make up")


@pytest.mark.parametrize(
    ("content", "context", "words"),
    [
        (
            None,
            "one",
            'cluster.path: "config": no such file; allowed: a kubeconfig; write it or name another',
        ),
        ("", "one", "is no kubeconfig: it has no clusters and contexts"),
        ("a: [", "one", "is no kubeconfig: line 1, column 5"),
        ("just text", "one", "is no kubeconfig: it has no clusters and contexts"),
        ("kind: Config\nclusters: 5\ncontexts: []", "one", "is no kubeconfig"),
        ("clusters: []\ncontexts: []", "one", "allowed: none; the file has no context"),
        ("clusters: [1]\ncontexts: [{name: one}, null, {name: one, context: 5}]", "one", "allowed: none"),
        (GOOD, "four", 'cluster.context: "four": context four is not in the file; allowed: one, three, two'),
        (GOOD, "two", "context two has no cluster with a server address; mend the kubeconfig"),
        (GOOD, "three", "context three has no cluster with a server address; mend the kubeconfig"),
        (GOOD.replace("6443", "port"), "one", "has no cluster with a server address"),
        (
            GOOD.replace("insecure-skip-tls-verify: true", "certificate-authority-data: '!'"),
            "one",
            "its certificate authority cannot be read",
        ),
        (
            GOOD.replace("insecure-skip-tls-verify: true", "certificate-authority: gone.pem"),
            "one",
            "its certificate authority cannot be read",
        ),
        (
            GOOD.replace("insecure-skip-tls-verify: true", "certificate-authority-data: aGVsbG8="),
            "one",
            "its certificate authority cannot be read",
        ),
    ],
)
def test_says_in_one_line_what_is_wrong(
    tmp_path: Path, content: str | None, context: str, words: str
) -> None:
    if content is not None:
        (tmp_path / "config").write_text(dedent(content))
    assert words in problem(tmp_path, cluster("config", context))


def test_a_folder_and_an_unknown_user_are_one_line_too(tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in problem(tmp_path, cluster("."))
    assert "no such user" in problem(tmp_path, cluster("~no-such-user-here/config"))
    assert "cannot be read" in problem(tmp_path, cluster("a\0b"))
