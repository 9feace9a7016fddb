"""The cost command: which stack, at which prices, in which form. It asks a pricing API only where it may."""

from collections.abc import Callable, Sequence
from datetime import date

import typer

from components.policy.cost import CostSpec
from components.policy.platform import Platform
from components.policy.prices import has_price, priced_regions
from components.policy.regions import zone_region
from config.loader import load_stack
from config.problems import StackError, presented, problem_line
from config.settings import Settings

from ..formats import Format, console, print_json, print_lines
from ..plan.planned import planned_platform
from ..tables import as_markdown, as_rich
from ..what_if import changed
from .bill import Bill, bill
from .pricing_api import asker
from .quotes import Quotes, cache_folder, look_up
from .tables import as_data, cost_tables, headline, notes


def answer(
    stack: str, figures: Sequence[str], *, offline: bool, form: Format, tell: Callable[[str], None]
) -> None:
    """Print the bill. Raises StackError, or WrongFigureError for a figure."""
    name, settings = changed(stack, figures) if figures else (f"Pulumi.{stack}.yaml", load_stack(stack))
    found = billed(name, settings, offline=offline, tell=tell)
    match form:
        case Format.JSON:
            print_json(as_data(found))
        case Format.MARKDOWN:
            tables = [as_markdown(table) for table in cost_tables(found)]
            listed = "\n".join(f"- {line}" for line in notes(found))
            typer.echo("\n\n".join([f"## {headline(found)}", *tables, listed]))
        case Format.TEXT:
            on = console()
            print_lines(on, [headline(found)])
            for table in cost_tables(found):
                on.print(as_rich(table))
            print_lines(on, notes(found))


def billed(name: str, settings: Settings, *, offline: bool, tell: Callable[[str], None]) -> Bill:
    """The bill of a stack. Raises StackError where a price or the pool is missing, with what to state."""
    spec = settings.cost or _from_zones(settings)
    quotes = None
    if spec is not None:
        quotes = look_up(
            spec.region,
            folder=cache_folder(),
            today=date.today(),
            ask=None if offline else asker(),
            tell=tell,
        )
    return bill_at(name, settings, spec, quotes)


def bill_at(name: str, settings: Settings, spec: CostSpec | None, quotes: Quotes | None) -> Bill:
    """The bill at these quotes. Raises StackError."""
    if not settings.pools:
        raise StackError(
            name, [problem_line("node_pool", "missing: whose nodes are they? state it to price them")]
        )
    kinds = [kind for pool in settings.pools.values() for kind in pool.instance_types]
    kind = next((k for k in kinds if spec and not _has_price(spec.region, k, quotes)), kinds[0])
    if spec is None or (settings.cost is None and not _has_price(spec.region, kind, quotes)):
        raise StackError(name, [_what_to_state(kind, spec.region if spec is not None else None)])
    platform: Platform = settings.platform.model_copy(update={"cost": spec})
    quoted = quotes.by_type if quotes is not None else {}
    planned = planned_platform(name, settings, platform, quoted)
    with presented(name):
        return bill(planned, platform, spec, quoted)


def _from_zones(settings: Settings) -> CostSpec | None:
    """The default profile in the region that the zones are of; None where they are no zones of AWS."""
    regions = {region for zone in settings.zones if (region := zone_region(zone)) is not None}
    return CostSpec(region=regions.pop()) if len(regions) == 1 else None


def _has_price(region: str, kind: str, quotes: Quotes | None) -> bool:
    return has_price(kind, region) or (quotes is not None and kind in quotes.prices)


def _what_to_state(kind: str, region: str | None) -> str:
    place = region or "REGION"
    return problem_line(
        "cost",
        f"missing, and {kind} in {region or 'a region that is not stated'} has no price here; the table knows"
        f" {', '.join(priced_regions())}; state headroom:cost:"
        f" {{region: {place}, prices: {{{kind}: DOLLARS_PER_HOUR}}}}, or"
        " have boto3 (pip install boto3) and credentials, and the AWS Pricing API is asked",
    )
