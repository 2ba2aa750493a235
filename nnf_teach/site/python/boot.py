"""Let IPython and JupyterLite's kernel start without what no lesson needs."""

import sys
import types

sys.path.append("/lib/libraries.zip")


def stand_in(name: str, **contents: object) -> None:
    module = types.ModuleType(name)
    module.__dict__.update(contents)
    sys.modules[name] = module


async def no_pip(_: list[str]) -> str:
    return "print('Packages cannot be installed on this page: it has what the course needs.')"


# A terminal, and the modules for its keys, a third of IPython's time to start.
stand_in("IPython.terminal.embed", embed=None)
# A history that would be kept in a database: there is none here, and the kernel switches it off.
stand_in("sqlite3", Connection=object, DatabaseError=ValueError, OperationalError=OSError)
# What installs packages from other hosts.
stand_in("piplite", __path__=[])
stand_in("piplite.piplite")
stand_in("piplite.cli", get_transformed_code=no_pip)
for part in ("piplite", "cli"):
    setattr(sys.modules["piplite"], part, sys.modules[f"piplite.{part}"])

import IPython  # noqa: E402, F401

# who asks for a database gets Pyodide's own words on it
del sys.modules["sqlite3"]
