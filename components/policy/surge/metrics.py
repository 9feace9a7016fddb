"""What an autoscaler is shown of a service: rates over a window, CPU by the period, both perhaps late.

The external metric is a mean as Prometheus computes one, CPU a mean over metrics-server's own period, which is looked
at only when the period is over. Decides nothing about pods.
"""

from collections.abc import Sequence
from math import ceil

from .engine import Engine
from .replica_count import Seen


class Metrics:
    """Of each service, second by second: what arrived, and the CPU of a ready pod in percent of its request."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.arrived: list[list[float]] = [[] for _ in engine.services]
        self.used: list[list[float]] = [[] for _ in engine.services]

    def fill(self, index: int, arrives: float) -> None:
        """Before the start it was like this for long."""
        timings = self.engine.world.timings
        late = 1 + ceil(timings.metric_delay_s)
        self.arrived[index] = [arrives] * (late + ceil(timings.rate_window_s))
        used = self.cpu(index, arrives, self.engine.wanted[index]) or 0.0
        self.used[index] = [used] * (late + ceil(2 * timings.cpu_rate_s))

    def record(self, index: int, arrives: float) -> None:
        """A second has passed."""
        self.arrived[index].append(arrives)
        self.used[index].append(self.cpu(index, arrives, self.engine.fleet.ready[index]) or 0.0)

    def cpu(self, index: int, arrives: float, ready: int) -> float | None:
        """A ready pod's, in percent of its request; what arrives beyond what it carries costs CPU up to its limit."""
        service = self.engine.services[index]
        if ready == 0:
            return None
        return 100 * service.uses(arrives / ready / service.rps_per_pod)

    def at_rest(self, index: int, arrives: float, pods: int) -> Seen:
        """So many pods, all ready for long, under a steady load."""
        service, used = self.engine.services[index], self.cpu(index, arrives, pods)
        memory = 100 * service.memory_used
        return Seen(
            replicas=pods,
            pods=pods,
            ready=pods,
            sampled=pods,
            cpu_percent=used,
            rps=arrives,
            cpu_request=service.cpu,
            memory_percent=memory,
            memory_request=service.memory,
        )

    def seen(self, index: int, arrives: float, cron: int | None) -> Seen:
        """Now."""
        engine, timings, service = self.engine, self.engine.world.timings, self.engine.services[index]
        now, pods, ready = engine.clock.now, engine.fleet.pods[index], engine.fleet.ready[index]
        window, late = ceil(timings.rate_window_s), round(timings.metric_delay_s)
        return Seen(
            replicas=engine.wanted[index],
            pods=len(pods),
            ready=ready,
            sampled=sum(p.ready_at is not None and p.ready_at + timings.cpu_window_s <= now for p in pods),
            cpu_percent=None if ready == 0 else self._sampled(index, arrives, ready),
            rps=_mean(self.arrived[index], max(1, window), late) if window or late else arrives,
            cron=cron,
            cpu_request=service.cpu,
            memory_percent=100 * service.memory_used,
            memory_request=service.memory,
        )

    def _sampled(self, index: int, arrives: float, ready: int) -> float | None:
        timings = self.engine.world.timings
        period, late = ceil(timings.cpu_rate_s), round(timings.metric_delay_s)
        if not period and not late:
            return self.cpu(index, arrives, ready)
        # What was recorded at a second holds until the next: the second at which it sampled is not in the sample.
        since = int((self.engine.clock.now - timings.cpu_phase_s - late) % period) + 1 if period else 0
        return _mean(self.used[index], max(1, period), late + since)


def _mean(history: Sequence[float], seconds: int, before: int = 0) -> float:
    """Over ``seconds``, up to ``before`` seconds ago."""
    end = len(history) - before
    return sum(history[end - seconds : end]) / seconds
