"""Put Python into the site: Pyodide, its wheels and ours, and the list of them that it reads."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nnf_teach.site.fetch import Store
from nnf_teach.site.pins import HERE

Entry = dict[str, Any]

# the wheels that the kernel's extension brings, and what they need
_KERNEL = {
    "ipykernel": ["comm"],
    "piplite": ["micropip"],
    "pyodide_kernel": ["ipykernel", "ipython", "comm"],
    "widgetsnbextension-4": [],
}
_OURS = ["numpy", "matplotlib", "ipywidgets", "anywidget", "autograd"]
_OURS += ["filelock", "platformdirs", "tqdm", "grandalf"]
# what an official package names, and nobody here needs
_LEFT_OUT = {"pytz"}


def put_python(store: Store, kernel: Path, course: Path, target: Path) -> None:
    """Fill the folder `target` with all that Python needs in the browser.

    Parameters
    ----------
    store
        Where files come from.
    kernel
        The folder of the wheels that the kernel's extension brings.
    course
        The wheel of this package.
    target
        The folder; `pyodide-lock.json` in it lists what is there.
    """
    target.mkdir(parents=True)
    shutil.copy(HERE / "python" / "boot.js", target)
    for name in store.pins.core:
        shutil.copy(store.core(name), target)
    lock = json.loads((target / "pyodide-lock.json").read_text(encoding="utf-8"))
    found = official(lock["packages"], store.pins.packages)
    for entry in found.values():
        shutil.copy(store.compiled(entry["file_name"], entry["sha256"]), target)
    for wheel, needs in _pure(store, kernel, course):
        found[name_of(wheel)] = _entry(wheel, needs)
        shutil.copy(wheel, target)
    lock["packages"] = dict(sorted(found.items()))
    (target / "pyodide-lock.json").write_text(json.dumps(lock, indent=1), encoding="utf-8")


def official(packages: dict[str, Entry], wanted: Iterable[str]) -> dict[str, Entry]:
    """Return the entries of these packages, and of all that they need.

    >>> packages = {"a": {"depends": ["b", "pytz"]}, "b": {"depends": []}, "c": {"depends": []}}
    >>> official(packages, ["a"])
    {'a': {'depends': ['b']}, 'b': {'depends': []}}
    """
    found: dict[str, Entry] = {}
    todo = list(wanted)
    while todo:
        name = canonical(todo.pop())
        if name not in found:
            needs = {canonical(need) for need in packages[name]["depends"]} - _LEFT_OUT
            found[name] = {**packages[name], "depends": sorted(needs)}
            todo += needs
    return found


def canonical(name: str) -> str:
    """Return the name of a package as the lock writes it.

    >>> canonical("Prompt_Toolkit")
    'prompt-toolkit'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(wheel: Path) -> str:
    """Return the package's name, of the name of its wheel.

    >>> name_of(Path("typing_extensions-4.16.0-py3-none-any.whl"))
    'typing-extensions'
    """
    return canonical(wheel.name.split("-")[0])


def _pure(store: Store, kernel: Path, course: Path) -> Iterator[tuple[Path, list[str]]]:
    for wheel in store.pins.wheels:
        if wheel.needs is not None:
            yield store.wheel(wheel), wheel.needs
    for start, needs in _KERNEL.items():
        (path,) = kernel.glob(f"{start}*.whl")
        yield path, needs
    yield course, _OURS


def _entry(wheel: Path, needs: list[str]) -> Entry:
    return {
        "name": name_of(wheel),
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(_imports(wheel)),
        "depends": sorted(map(canonical, needs)),
        "unvendored_tests": False,
    }


def _imports(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    return {top.removesuffix(".py") for top in tops if not top.endswith((".dist-info", ".data"))}
