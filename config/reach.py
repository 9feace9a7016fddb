"""Asks whether a cluster's server answers: a TCP connection and a TLS handshake within a stated time.

It sends no request and no credential, so it cannot say whether the user may do anything there.
"""

import socket
import ssl
import threading
from typing import Final
from urllib.request import getproxies, proxy_bypass

from .kubeconfig import Kubeconfig
from .problems import StackError

# A healthy API server accepts within milliseconds, over a VPN within a second.
TIMEOUT_S: Final = 3.0


def check_server(kubeconfig: Kubeconfig, timeout_s: float = TIMEOUT_S) -> None:
    """Return when the server answers. Raises StackError after at most ``timeout_s`` seconds.

    Behind a proxy it returns at once: a connection of ours would go another way than the provider's.
    """
    if proxied(kubeconfig):
        return
    # Resolving a name has no timeout of its own, so the whole attempt runs beside us and is left behind.
    outcome: list[str | None] = []
    attempt = threading.Thread(target=lambda: outcome.append(_attempt(kubeconfig, timeout_s)), daemon=True)
    attempt.start()
    attempt.join(timeout_s)
    problem = outcome[0] if outcome else f"no answer within {timeout_s:g} s"
    if problem is not None:
        raise StackError(
            "the stack's cluster",
            [f"{kubeconfig.server} (context {kubeconfig.context}): {problem}; {kubeconfig.remedy}"],
        )


def proxied(kubeconfig: Kubeconfig) -> bool:
    """Whether a connection of ours would go another way than the provider's."""
    host, _ = kubeconfig.address
    scheme = kubeconfig.server.partition(":")[0]
    return kubeconfig.proxy is not None or (scheme in getproxies() and not proxy_bypass(host))


def _attempt(kubeconfig: Kubeconfig, timeout_s: float) -> str | None:
    """What is wrong, or None."""
    host, port = kubeconfig.address
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            if kubeconfig.server.startswith("https:"):
                with tls(kubeconfig).wrap_socket(connection, server_hostname=kubeconfig.server_name or host):
                    pass
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is refused: {error.verify_message}"
    except ssl.SSLError as error:
        return f"no TLS: {error.reason or error}"
    except TimeoutError:
        return f"no answer within {timeout_s:g} s"
    except ConnectionRefusedError:
        return "connection refused: nothing listens there"
    except (OSError, UnicodeError) as error:
        return f"cannot be reached: {getattr(error, 'strerror', None) or error}"
    return None


def tls(kubeconfig: Kubeconfig) -> ssl.SSLContext:
    """What its server is recognised by."""
    context = ssl.create_default_context(cadata=kubeconfig.authority)
    # Python 3.13 asks for extensions that clusters' own authorities lack; the engine's client does not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not kubeconfig.verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
