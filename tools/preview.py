"""`make preview STACK=prod`: what `pulumi up` would make of a stack from nothing, without the user's login or state.

With credentials and the vendor's plugins the program asks AWS; on a machine that has neither, stand-ins answer, and
that is said first and last. It changes nothing anywhere but in .headroom/preview.
"""

from tools import children, places, providers
from tools.engine import Engine
from tools.links import replace_link
from tools.problem import Problem
from tools.progress import say
from tools.standins import environment as standins
from tools.standins.plugins import LAUNCHERS

STATE = places.STATE / "preview"


def preview(stack: str, arguments: list[str]) -> int:
    """pulumi's exit status."""
    known = sorted(path.name.split(".")[1] for path in places.CHECKOUT.glob("Pulumi.?*.yaml"))
    if stack not in known:
        raise Problem(
            f"preview: no stack {stack or '(none named)'}",
            todo=f"make preview STACK=one of {', '.join(known)}",
        )
    engine = Engine(places.CHECKOUT, STATE / stack, stack)
    engine.prepare()
    found = providers.find()
    environment = engine.environment()
    _place(engine, found)
    note = _note(found)
    if not found.vendors:
        # A vendor's plugin on PATH would be taken before one that is installed, so ours go in front of it.
        path = environment["PATH"] if not found.plugins else standins(places.STATE, environment)["PATH"]
        environment |= standins(STATE / stack / "account", environment) | {"PATH": path}
    say(note)
    status = children.run_attached(
        engine.command(["preview", *arguments]), cwd=places.CHECKOUT, environment=environment
    )
    say(note)
    return status


def _note(found: providers.Found) -> str:
    if found.vendors:
        return f"AWS is asked: the vendor's plugins, and credentials from {found.credentials}."
    return (
        f"Stand-ins answer for AWS, since there is no {found.missing}: inputs are checked against AWS's published"
        " models, and what only an account knows (quotas, names that are taken, versions on offer) is not."
    )


def _place(engine: Engine, found: providers.Found) -> None:
    """The plugins where this engine looks for installed ones: from PATH it would warn at each run."""
    standing_in = {name: LAUNCHERS / f"pulumi-resource-{name}" for name in providers.PACKAGES}
    for name, path in (found.plugins if found.vendors else standing_in).items():
        folder = engine.home / "plugins" / f"resource-{name}-v{providers.version(name)}"
        folder.mkdir(parents=True, exist_ok=True)
        replace_link(folder / path.name, path)
