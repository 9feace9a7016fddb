"""What is recorded and when somebody is called: recording rules, burn rates, traffic alerts.

Thresholds are relative to the objectives and to what the fleet carries, so that no alert fires at rest or
never. Decides expressions and numbers; which objects carry them is the Telemetry component's.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal

from .derived import Derived, Frozen, derived
from .quantities import Milliseconds, Ratio, format_percent, format_rate
from .service import ServicePlan

Severity = Literal["warning", "critical"]
# One metric for the autoscaler, the alerts and people: a rate over four scrapes of 15 s.
RATE_WINDOW: Final = "1m"
REQUESTS: Final = "http_server_requests_total"
DURATIONS: Final = "http_server_requests_duration_seconds"
# Google, "The Site Reliability Workbook", chapter 5: alert when this part of a 30-day budget goes within the
# window. The short window is 1/12 of the long one, so that the alert ends soon after the trouble.
BUDGET_WINDOW_HOURS: Final = 720
_BURNS: Final[tuple[tuple[Severity, int, str, str, Fraction], ...]] = (
    ("critical", 1, "1h", "5m", Fraction(2, 100)),
    ("critical", 6, "6h", "30m", Fraction(5, 100)),
    ("warning", 24, "1d", "2h", Fraction(10, 100)),
    ("warning", 72, "3d", "6h", Fraction(10, 100)),
)
_WINDOW_ORDER: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# guide.md section 7: 28,000 and 29,000 of 30,000 rps.
TRAFFIC: Final[tuple[tuple[Severity, Fraction], ...]] = (
    ("warning", Fraction(28, 30)),
    ("critical", Fraction(29, 30)),
)
# The latency objective is on the 99th percentile, so one request in a hundred may be slower.
LATENCY_BUDGET: Final = Fraction(1, 100)
# guide.md section 7.
CPU_ALERT: Final = Fraction(80, 100)


class RecordingRule(Frozen):
    """A Prometheus recording rule."""

    record: str
    expr: str


class BurnAlert(Frozen):
    """Fires when the budget burns ``burn_rate`` times too fast over both windows."""

    name: str
    severity: Severity
    long_window: str
    short_window: str
    burn_rate: Derived[Ratio]
    threshold: Derived[Ratio]
    expr: str


class TrafficAlert(Frozen):
    """Fires above ``threshold`` requests/s, or that part of what the fleet carries now."""

    name: str
    service: str
    severity: Severity
    threshold: Derived[Ratio]
    expr: str


class Objectives(Frozen):
    """Everything that watches the platform."""

    rules: list[RecordingRule]
    burn_alerts: list[BurnAlert]
    traffic_alerts: list[TrafficAlert]
    error_budget: Derived[Ratio]
    cpu_alert: Derived[Ratio]


def objectives(
    services: Mapping[str, ServicePlan], entry: ServicePlan, availability: Fraction, p99: Milliseconds
) -> Objectives:
    """Rules per service, burn rates at the entry (that is where the objective is promised), traffic alerts for all."""
    budget = 1 - availability
    windows = sorted({w for _, _, long, short, _ in _BURNS for w in (long, short)}, key=_WINDOW_ORDER.index)
    return Objectives(
        rules=_rules(p99, windows),
        burn_alerts=[
            *_burns("ErrorBudgetBurn", "service:http_errors:ratio_rate", entry.name, budget, "availability"),
            *_burns(
                "LatencyBudgetBurn", "service:http_slow:ratio_rate", entry.name, LATENCY_BUDGET, f"P99 {p99}"
            ),
        ],
        traffic_alerts=[
            alert for service in services.values() for alert in (*_absolute(service), *_relative(service))
        ],
        error_budget=derived(budget, f"1 - {format_percent(availability)}"),
        cpu_alert=derived(CPU_ALERT, "the guide's warning"),
    )


def _rules(p99: Milliseconds, windows: list[str]) -> list[RecordingRule]:
    seconds = f"{float(Fraction(p99, 1000)):g}"
    # Prometheus 3 writes whole bounds as "1.0", older ones as exposed.
    bucket = f'le="{seconds}"' if "." in seconds else f'le=~"{seconds}|{seconds}\\\\.0"'
    rules = [
        RecordingRule(
            record=f"service:http_requests:rate{RATE_WINDOW}",
            expr=f"sum by (service) (rate({REQUESTS}[{RATE_WINDOW}]))",
        ),
        *(
            RecordingRule(
                record=f"service:http_latency:p{percent}_5m",
                expr=f"histogram_quantile(0.{percent}, sum by (service, le) (rate({DURATIONS}_bucket[5m])))",
            )
            for percent in (50, 95, 99)
        ),
    ]
    for window in windows:
        total = f"sum by (service) (rate({REQUESTS}[{window}]))"
        # "or 0 x total": without any error there is no series, and an alert on nothing is silent for ever.
        errors = f'(sum by (service) (rate({REQUESTS}{{status_code=~"5.."}}[{window}])) or 0 * {total})'
        fast = f"sum by (service) (rate({DURATIONS}_bucket{{{bucket}}}[{window}]))"
        count = f"sum by (service) (rate({DURATIONS}_count[{window}]))"
        rules += [
            RecordingRule(record=f"service:http_errors:ratio_rate{window}", expr=f"{errors} / {total}"),
            RecordingRule(record=f"service:http_slow:ratio_rate{window}", expr=f"1 - {fast} / {count}"),
        ]
    return rules


def _burns(name: str, record: str, service: str, budget: Fraction, objective: str) -> list[BurnAlert]:
    """One alert per pair of windows; a threshold of 1 or more could never be exceeded and is left out."""
    alerts = []
    for severity, hours, long, short, spent in _BURNS:
        burn = spent * BUDGET_WINDOW_HOURS / hours
        threshold = burn * budget
        if threshold >= 1:
            continue
        limit = f"{float(threshold):g}"
        label = f'{{service="{service}"}}'
        alerts.append(
            BurnAlert(
                name=name,
                severity=severity,
                long_window=long,
                short_window=short,
                burn_rate=derived(
                    burn, f"{format_percent(spent)} of the budget x {BUDGET_WINDOW_HOURS}h / {hours}h"
                ),
                threshold=derived(
                    threshold, f"{float(burn):g} x {format_percent(budget)}, the budget of {objective}"
                ),
                expr=f"{record}{long}{label} > {limit} and {record}{short}{label} > {limit}",
            )
        )
    return alerts


def _absolute(service: ServicePlan) -> list[TrafficAlert]:
    """Against the whole fleet with a zone lost: beyond that there is nothing left to scale to.

    Left out where the baseline is there already: it would fire at rest, and nobody reads an alert that is always on.
    """
    left, per_pod = service.replicas.left_at_peak.value, service.demand.rps_per_pod
    carries = max(left * per_pod, service.demand.peak_rps)
    series = f'service:http_requests:rate{RATE_WINDOW}{{service="{service.name}"}}'
    return [
        TrafficAlert(
            name="TrafficNearPeak",
            service=service.name,
            severity=severity,
            threshold=derived(
                part * carries, f"{part} of {format_rate(carries)} rps, the peak with a zone lost"
            ),
            expr=f"{series} > {format_rate(part * carries)}",
        )
        for severity, part in TRAFFIC
        if service.demand.baseline_rps < part * carries
    ]


def _relative(service: ServicePlan) -> list[TrafficAlert]:
    """Against the pods that are there: the autoscaler does not keep up. Left out where it would fire at rest."""
    series = f'service:http_requests:rate{RATE_WINDOW}{{service="{service.name}"}}'
    ready = f'kube_deployment_status_replicas_available{{deployment="{service.name}"}}'
    per_pod = service.demand.rps_per_pod
    at_rest = service.demand.baseline_rps / (service.scaling.rests_at.value * per_pod)
    return [
        TrafficAlert(
            name="FleetNearCapacity",
            service=service.name,
            severity=severity,
            threshold=derived(part, f"the guide's ratio; at rest the fleet is used to {float(at_rest):.0%}"),
            expr=f"{series} / on () group_left () (sum({ready}) * {format_rate(per_pod)}) > {float(part):.4g}",
        )
        for severity, part in TRAFFIC
        if at_rest < part
    ]
