"""Where the engine starts the component package (PulumiPlugin.yaml): ``python FOLDER ADDRESS``.

Run so, a folder is no package, and its own folders (``redis``) hide other people's. So the folder is loaded as what it
is, the package headroom, by whatever name it lies here: ``components`` in a checkout, ``headroom`` in an environment.
"""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

PACKAGE = "headroom"


def main() -> None:
    """Serve the package to the engine."""
    folder = Path(__file__).resolve().parent
    sys.path = [entry for entry in sys.path if Path(entry).resolve() != folder]
    spec = spec_from_file_location(PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    package = module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    import_module(f"{PACKAGE}.package.host").serve()


if __name__ == "__main__":
    main()
