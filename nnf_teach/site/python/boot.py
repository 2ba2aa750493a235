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


def no_commands(_: str) -> None:
    print(
        "Commands (!) are programs of their own, which no page can start. What `nnf doctor` and "
        "`nnf progress` say, nnf_teach.doctor() and nnf_teach.progress() say here; to grade or to "
        "build, install the course."
    )


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

import IPython.core.interactiveshell  # noqa: E402

vars(IPython.core.interactiveshell)["system"] = no_commands

# who asks for a database gets Pyodide's own words on it
del sys.modules["sqlite3"]
