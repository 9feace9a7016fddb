"""Rules about alerts: none that fires while all is well, none that can never fire, none that sees trouble late."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from ..facts import Alert, Autoscaler, Fleet, Workload
from ..quantities import format_percent, format_rate
from .rule import error, warning

# A burn-rate alert looks at a long window for significance and at a short one for its end.
BURN_RATE_WINDOWS: Final = 2


@error(
    "HR901",
    "alert-fires-at-rest",
    Alert,
    why="an alert that is always on is an alert that nobody reads",
    source="Google SRE book, Monitoring Distributed Systems",
    do="set the threshold from the target, above the baseline",
)
def alert_fires_at_rest(alert: Alert, fleet: Fleet) -> Iterator[str]:
    """A traffic alert is silent at the baseline."""
    watched, threshold = _watched(alert, fleet), alert.threshold
    baseline = watched.traffic.baseline_rps if watched is not None else None
    if alert.service is None and baseline is None:
        baseline = fleet.objective(alert.namespace).baseline_rps
    if alert.signal == "traffic" and threshold is not None and baseline is not None and threshold <= baseline:
        yield f"fires above {format_rate(threshold)} rps; the baseline is {format_rate(baseline)}"


@warning(
    "HR902",
    "traffic-alert-blind-to-fleet",
    Alert,
    why="a fixed rate says nothing about the pods that are there: a floor that is overloaded because nothing scales"
    " stays below it",
    source="guide.md section 7: 28,000 and 29,000 rps, with floors that carry 10,000",
    do="add an alert on the rate / (available pods x rps per pod)",
)
def traffic_alert_blind(alert: Alert, fleet: Fleet) -> Iterator[str]:
    """Beside a fixed rate, traffic is watched against the pods that are there."""
    watched = _watched(alert, fleet)
    if alert.signal != "traffic" or alert.threshold is None or watched is None:
        return
    carried = _carries(watched, watched.floor)
    if carried is not None and carried < alert.threshold and alert.namespace not in fleet.watched_by_capacity:
        rates = format_rate(alert.threshold), format_rate(carried)
        yield f"fires above {rates[0]} rps; the floor of {watched.name} carries {rates[1]}"


def _watched(alert: Alert, fleet: Fleet) -> Workload | None:
    """The workload that an alert is about: the named one, else the entry."""
    if alert.service is not None:
        return fleet.workload(alert.namespace, alert.service)
    return fleet.entry(alert.namespace)


def _carries(workload: Workload | None, pods: int | None) -> Fraction | None:
    if workload is None or pods is None or workload.traffic.rps_per_pod is None:
        return None
    return pods * workload.traffic.rps_per_pod


@error(
    "HR903",
    "alert-never-fires",
    Alert,
    why="its threshold is beyond what can happen, so the trouble that it is for goes unseen",
    source="Google SRE book, Monitoring Distributed Systems",
    do="set the threshold within what the fleet can carry and the signal can reach",
)
def alert_never_fires(alert: Alert, fleet: Fleet) -> Iterator[str]:
    """An alert's threshold can be reached."""
    threshold = alert.threshold
    if threshold is None:
        return
    if alert.signal == "errors" and threshold >= 1:
        yield f"fires above an error ratio of {format_rate(threshold)}, which is at most 1"
    watched = _watched(alert, fleet)
    carried = _carries(watched, watched.peak if watched is not None else None)
    if alert.signal == "traffic" and carried is not None and threshold > carried:
        yield f"fires above {format_rate(threshold)} rps; its pods carry {format_rate(carried)} at the peak"
    buckets = _buckets(watched)
    if alert.signal == "latency" and buckets and threshold >= max(buckets):
        yield f"fires above {format_rate(threshold)} s; the largest bucket is {format_rate(max(buckets))} s"


def _buckets(watched: Workload | None) -> tuple[Fraction, ...]:
    return (watched.traffic.latency_buckets or ()) if watched is not None else ()


@warning(
    "HR904",
    "error-alert-static",
    Alert,
    why="below the threshold the error budget is spent without an alert, above it every short blip pages",
    source="guide.md section 7: 1 % errors is a 10x burn of 99.9 %; Google SRE workbook, Alerting on SLOs",
    do="alert on burn rates of the objective over a long and a short window",
)
def error_alert_static(alert: Alert, fleet: Fleet) -> Iterator[str]:
    """An error alert looks at how fast the budget burns."""
    availability, threshold = fleet.objective(alert.namespace).availability, alert.threshold
    if alert.signal != "errors" or availability is None or threshold is None or alert.windows is None:
        return
    budget = 1 - availability
    if alert.windows < BURN_RATE_WINDOWS and threshold > budget:
        burn = format_rate(threshold / budget)
        yield f"one threshold of {format_percent(threshold)} is a burn of {burn} of the {format_percent(budget)} budget"


@error(
    "HR905",
    "latency-bucket-missing",
    Workload,
    why="a quantile between two buckets is a guess: whether the objective holds cannot be measured",
    source="guide.md facts: a latency objective at 100 ms needs a bucket at 0.1",
    do="add a histogram bucket at the objective",
)
def latency_bucket_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The latency histogram has a bucket at the objective."""
    p99, buckets = fleet.objective(workload.namespace).p99, workload.traffic.latency_buckets
    if p99 is not None and buckets is not None and Fraction(int(p99), 1000) not in buckets:
        yield f"its latency histogram has no bucket at {p99}"


@warning(
    "HR906",
    "cpu-alert-at-target",
    Alert,
    why="the autoscaler holds the fleet near its target, so the alert is on whenever the fleet is used well",
    source="guide.md section 7: CPU > 80 %; the autoscaler tolerates 10 % above its target",
    do="set the threshold above 1.1 x the autoscaler's CPU target, or alert on throttling",
)
def cpu_alert_at_target(alert: Alert, fleet: Fleet) -> Iterator[str]:
    """A CPU alert is above what the autoscaler aims at."""
    if alert.signal != "cpu" or alert.threshold is None:
        return
    percent = alert.threshold * 100 if alert.threshold <= 1 else alert.threshold
    held = [_primary_cpu_target(w) for w in fleet.workloads if w.namespace == alert.namespace]
    highest = max((target for target in held if target is not None), default=None)
    if highest is not None and percent < highest * Fraction(11, 10):
        yield f"fires above {format_rate(percent)} %; the autoscaler holds {format_rate(highest)} % within 10 %"


def _primary_cpu_target(workload: Workload) -> Fraction | None:
    """The CPU target of who scales on CPU alone; as a backstop behind a rate it is not what holds the fleet."""
    metrics = workload.autoscaler.metrics if isinstance(workload.autoscaler, Autoscaler) else None
    if metrics and all(metric.name == "cpu" for metric in metrics):
        return metrics[0].target
    return None
