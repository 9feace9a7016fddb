"""The guide's environment variables (section 3): how a service holds its connections, and what a gateway lets in.

They come from the plan; a pool that would hold nothing is left out.
"""

from collections.abc import Mapping

from .policy.connections import ClientPolicy, Connections


def client_environment(connections: Connections, client: ClientPolicy) -> Mapping[str, str]:
    """For what a service calls: pools, timeouts, retries and breaker."""
    redis = {
        "REDIS_POOL_SIZE": str(connections.redis_pool.value),
        "REDIS_POOL_TIMEOUT": str(client.redis_pool_timeout),
    }
    http = {
        "HTTP_MAX_IDLE_CONNS": str(connections.http_idle_total.value),
        "HTTP_MAX_IDLE_CONNS_PER_HOST": str(connections.http_idle_per_host.value),
        "HTTP_TIMEOUT": str(client.http_timeout),
        "HTTP_RETRIES": str(client.retries),
        "HTTP_RETRY_BACKOFF": str(client.retry_backoff),
        "CIRCUIT_BREAKER_THRESHOLD": str(client.breaker_threshold),
        "CIRCUIT_BREAKER_TIMEOUT": str(client.breaker_timeout),
    }
    return {
        **(redis if connections.redis_pool.value else {}),
        **(http if connections.http_idle_total.value else {}),
    }


def rate_limit_environment(connections: Connections) -> Mapping[str, str]:
    """For what a gateway lets in, per pod."""
    return {
        "RATE_LIMIT_RPS": str(connections.rate_limit_rps.value),
        "RATE_LIMIT_BURST": str(connections.rate_limit_burst.value),
    }
