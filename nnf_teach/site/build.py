"""Build the site: JupyterLite with the notebooks, Python beside it, and the pages around them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from nnf_teach.notebooks import is_backup
from nnf_teach.site.compiled import Say
from nnf_teach.site.fetch import SiteError, Store
from nnf_teach.site.lock import put_python
from nnf_teach.site.pages import repository_address, write_pages
from nnf_teach.site.pins import HERE, Pins, read_pins
from nnf_teach.site.reading import formulas

_KERNEL = "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
# in no notebook: what instructors and authors use, and the images, which are a file of their own
_NOT_IN_THE_BROWSER = ("authoring/", "course/", "data/mnist.npz", "grading/", "recording/", "site/")
# by what only they contain: diagrams laid out by ELK, Vega and Vega-Lite, and a terminal
_NEVER_DRAWN = (b"org.eclipse.elk", b"Unrecognized scale type", b"vega-lite/", b"xterm-rows")


def build_site(root: Path, out: Path, say: Say, pins: Pins | None = None) -> None:
    """Write the site into the folder `out`, in place of what was there.

    Parameters
    ----------
    root
        The repository: its `course/`, and the package.
    out
        The folder of the site.
    say
        Told what is being done, in sentences.
    pins
        What is pinned; that of `pins.toml` if None.

    Raises
    ------
    SiteError
        When something that the site is made of cannot be had, or is not what it should be.
    """
    if not (root / "course").is_dir() or not (root / "pyproject.toml").is_file():
        raise SiteError(f"{root} is no clone of the course; run this in one, or name it by --root.")
    store = Store(root / ".cache" / "site", pins or read_pins())
    with tempfile.TemporaryDirectory(dir=store.folder) as folder:
        work = Path(folder)
        say("JupyterLab, as a page ...")
        _lite(store, root, work)
        say("Python, in WebAssembly ...")
        course = _course_wheel(root, work)
        _leave_out(work / "site")
        python = work / "site/static/pyodide"
        put_python(store, work / "site" / _KERNEL, course, python, say)
        _start_early(work / "site")
        shutil.copy(root / "nnf_teach/data/mnist.npz", work / "site/static")
        with formulas(store):
            lab = work / "site"
            write_pages(work / "pages", root, repository_address(), lab, to_read=True)
        _put_pages(work / "pages", work / "site")
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(work / "site", out)
    say(f"{out} is built: {_size(out) / 1e6:.0f} MB in {len(_files(out))} files.")


def _lite(store: Store, root: Path, work: Path) -> None:
    (work / "contents").mkdir()
    for notebook in sorted((root / "course").glob("*.ipynb")):
        if not is_backup(notebook):
            shutil.copy(notebook, work / "contents")
    shutil.copytree(HERE / "lab", work, dirs_exist_ok=True)
    extensions = [str(store.wheel(wheel)) for wheel in store.pins.wheels if wheel.extension]
    (work / "jupyter_lite_config.json").write_text(json.dumps(_lite_config(extensions)))
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", "site"]
    paths = os.pathsep.join(filter(None, [_tools(store, work), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise SiteError(f"JupyterLite did not build the page. It said last:\n{last}")


def _leave_out(site: Path) -> None:
    """Remove what is large and never seen here; where it is asked for, its place says so."""
    for font in ("svg", "eot", "ttf", "woff"):  # all browsers of today take woff2
        for path in (site / "build").glob(f"fa-*.{font}"):
            path.unlink()
    for path in (site / "build").glob("[0-9]*.js"):
        code = path.read_bytes()
        if any(words in code for words in _NEVER_DRAWN):
            path.unlink()
    shutil.copy(site / "static/favicons/favicon.ico", site / "lab")  # a tenth of JupyterLite's


def _tools(store: Store, work: Path) -> str:
    for wheel in store.pins.tools:
        with zipfile.ZipFile(store.wheel(wheel)) as archive:
            archive.extractall(work / "tools")
    return str(work / "tools")


def _lite_config(extensions: list[str]) -> dict[str, Any]:
    return {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "contents": ["contents"],
            "federated_extensions": extensions,
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def _course_wheel(root: Path, work: Path) -> Path:
    """Return a wheel of the package, without what no notebook needs."""
    code = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(work)]
    built = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if built.returncode:
        raise SiteError(f"The package cannot be packed: {built.stderr.strip().splitlines()[-1]}")
    whole = work / built.stdout.split()[-1]
    small = work / "small" / whole.name
    small.parent.mkdir()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.removeprefix("nnf_teach/").startswith(_NOT_IN_THE_BROWSER):
                new.writestr(old.getinfo(name), old.read(name))
    return small


def _start_early(site: Path) -> None:
    """Make `start.js` the first script of the lab's page."""
    page = site / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    script = '<meta charset="utf-8" />\n    <script src="../static/start.js"></script>'
    page.write_text(text.replace('<meta charset="utf-8" />', script, 1), encoding="utf-8")


def _put_pages(pages: Path, site: Path) -> None:
    """Copy the pages around the lab; of what JupyterLite wrote, the first page alone gives way."""
    for page in _files(pages):
        target = site / page.relative_to(pages)
        if target.exists() and target.name != "index.html":
            raise SiteError(f"The page {page} would overwrite a part of JupyterLite.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, target)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))
