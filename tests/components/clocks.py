"""The clocks of the three that hold an event: KEDA's cron scaler, Karpenter's budgets, Prometheus' recorded windows.

Each answers for one instant as its controller does, from what was deployed. Written from their sources, by nothing of
ours.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = timedelta(days=1)


def next_hit(schedule: str, after: datetime) -> datetime:
    """github.com/robfig/cron/v3, SpecSchedule.Next, of schedules that name one minute of one day."""
    minute, hour, day, month, weekday = schedule.split()
    assert weekday == "*", "a day of the week would be another condition"
    year = after.year
    while True:
        try:
            hit = datetime(year, int(month), int(day), int(hour), int(minute), tzinfo=UTC)
        except ValueError:  # A 29th of February, in a year without.
            year += 1
            continue
        if hit > after:
            return hit
        year += 1


def keda_pods(trigger: dict[str, Any], now: datetime) -> int:
    """KEDA v2.20.2, pkg/scalers/cron_scaler.go, GetMetricsAndActivity."""
    metadata = trigger["metadata"]
    assert metadata["timezone"] == "Etc/UTC"
    starts, ends = next_hit(metadata["start"], now), next_hit(metadata["end"], now)
    within = starts < now < ends if starts < ends else now > starts or now < ends
    return int(metadata["desiredReplicas"]) if within else 0


def karpenter_holds(budget: dict[str, Any], now: datetime) -> bool:
    """karpenter v1.14.1, pkg/apis/v1/nodepool.go, Budget.IsActive."""
    if "schedule" not in budget:
        return True
    text = budget["duration"]
    assert re.fullmatch(r"((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)", text), "the CRD's pattern"
    lasts = timedelta(
        **{
            name: int(found[1])
            for name, unit in (("hours", "h"), ("minutes", "m"))
            if (found := re.search(rf"(\d+){unit}", text))
        }
    )
    return next_hit(budget["schedule"], now - lasts) <= now


def recorded(expr: str, now: datetime) -> int:
    """A recording rule, vector(n) * (time() >= bool a) * (time() < bool b), by Python's arithmetic."""
    found = re.fullmatch(
        r"vector\((\d+)\) \* \(time\(\) >= bool (\d+)\)(?: \* \(time\(\) < bool (\d+)\))?", expr
    )
    assert found is not None, expr
    seconds = now.timestamp()
    open_ = seconds >= int(found[2]) and (found[3] is None or seconds < int(found[3]))
    return int(found[1]) if open_ else 0
