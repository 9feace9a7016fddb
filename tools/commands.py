"""One function per command of `python3 -m tools`; each imports what it needs when it runs, to stay fast.

It decides nothing: arguments in, exit status out.
"""

from argparse import Namespace


def build(arguments: Namespace) -> int:
    from tools import toolchain

    toolchain.ensure()
    found = toolchain.resolve_all()
    on_path = sum(one.origin == "PATH" for one in found)
    print(f"Toolchain: {len(found)} tools ready, {on_path} from PATH, {len(found) - on_path} from the cache.")
    return 0


def doctor(arguments: Namespace) -> int:
    from tools import doctor

    return doctor.report()


def make_venv(arguments: Namespace) -> int:
    from tools import venv

    venv.ensure()
    return 0


def lock(arguments: Namespace) -> int:
    from tools import venv

    venv.lock()
    return 0


def up(arguments: Namespace) -> int:
    from tools import up

    return up.up()


def status(arguments: Namespace) -> int:
    from tools import up

    return up.status()


def down(arguments: Namespace) -> int:
    from tools import up

    return up.down()


def load(arguments: Namespace) -> int:
    from tools import load

    return load.offer(arguments.rps)


def pulumi(arguments: Namespace) -> int:
    from tools import engine

    given = arguments.arguments
    return engine.local().run(given[1:] if given[:1] == ["--"] else given)


def changes(arguments: Namespace) -> int:
    import json
    from pathlib import Path

    from tools import changes

    folders = [Path(given).resolve() for given in (arguments.before, arguments.after, arguments.state)]
    answer = json.dumps(changes.between(arguments.stack, *folders), indent=1, sort_keys=True)
    Path(arguments.output).write_text(f"{answer}\n", encoding="utf-8")
    return 0


def preview(arguments: Namespace) -> int:
    from tools import preview

    return preview.preview(arguments.stack, arguments.arguments)


def test_tools(arguments: Namespace) -> int:
    from tools import redis_server

    print(f"redis-server: {redis_server.redis_server()}")
    return 0
