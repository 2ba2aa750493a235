"""Put Python into the site: Pyodide, its wheels and ours, and the list of them that it reads."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nnf_teach.site.compiled import Say, compile_wheels
from nnf_teach.site.fetch import Store
from nnf_teach.site.pins import HERE

Entry = dict[str, Any]

# what an official package names, and nobody here needs
_LEFT_OUT = {"fonttools", "prompt-toolkit", "pytz", "sqlite3"}
# the wheels that the kernel's extension brings; those of its installer stay out
_KERNEL = ("ipykernel", "pyodide_kernel", "widgetsnbextension-4")
# what Python finds in one archive need not be unpacked at each start
_LIBRARIES = "libraries.zip"
_NEVER_READ = re.compile(
    r"/tests?/|\.pyi$|\.data/|/labextension/|/nbextension/|/sboms/|/include/"
    r"|^IPython/(testing/(?!__init__|skipdoctest)|sphinxext/|terminal/shortcuts/)|^numpy/(f2py|random/lib)/"
    r"|^matplotlib/backends/(web_backend|backend_(cairo|gtk|mac|nb|qt|tk|web|wx)|_backend_(gtk|tk))"
    r"|^matplotlib/mpl-data/(sample_data|fonts/(afm|pdfcorefonts|ttf/(cm|DejaVuSerif)))|^mpl_toolkits/axisartist"
    r"|DejaVuSansMono-|DejaVuSans-BoldOblique|^PIL/_(imagingft|webp)"
    r"|^pygments/lexers/(?!__init__|_mapping|python|special)"
)


def put_python(store: Store, kernel: Path, course: Path, target: Path, say: Say) -> None:
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
        The folder; `pyodide-lock.json` in it lists the packages there.
    say
        Told what is being done.
    """
    target.mkdir(parents=True)
    for file in ("boot.js", "boot.py", "ready.js"):
        shutil.copy(HERE / "python" / file, target)
    shutil.copy(HERE / "python" / "start.js", target.parent)
    for name in store.pins.core:
        shutil.copy(store.core(name), target)
    lock = json.loads((target / "pyodide-lock.json").read_text(encoding="utf-8"))
    theirs = official(lock["packages"], store.pins.packages)
    wheels = [store.compiled(entry["file_name"], entry["sha256"]) for entry in theirs.values()]
    wheels += [store.wheel(wheel) for wheel in store.pins.wheels if wheel.python]
    wheels += [path for start in _KERNEL for path in kernel.glob(f"{start}*.whl")]
    wheels = compile_wheels([*wheels, course], store.folder / "compiled", target, say)
    unpacked = [wheel for wheel in wheels if _is_unpacked(wheel)]
    _merge([wheel for wheel in wheels if wheel not in unpacked], target / _LIBRARIES)
    lock["packages"] = {name_of(wheel): _put(wheel, target, theirs) for wheel in unpacked}
    (target / "pyodide-lock.json").write_text(json.dumps(lock, indent=1), encoding="utf-8")


def _is_unpacked(wheel: Path) -> bool:
    """Compiled code cannot be imported out of an archive, and the course reads files of its own."""
    return "wasm32" in wheel.name or name_of(wheel) == "nnf-teach"


def _merge(wheels: list[Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w") as merged:
        for wheel in wheels:
            _copy(wheel, merged)


def _copy(wheel: Path, target: zipfile.ZipFile) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not _NEVER_READ.search(name):
                target.writestr(zipfile.ZipInfo(name), archive.read(name), zipfile.ZIP_DEFLATED, 9)


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


def _put(wheel: Path, target: Path, theirs: dict[str, Entry]) -> Entry:
    """Write a wheel without what is never read, and return its entry in the lock."""
    path = target / wheel.name
    with zipfile.ZipFile(path, "w") as smaller:
        _copy(wheel, smaller)
    name = name_of(wheel)
    imports = theirs[name]["imports"] if name in theirs else [name.replace("-", "_")]
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": [],
        "unvendored_tests": False,
    }
