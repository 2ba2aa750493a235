"""Say what is wrong with an installation, and how to fix it: `nnf_teach.doctor()`."""

import importlib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType

from nnf_teach import notebooks, session
from nnf_teach.checking.store import KEPT_BY_BROWSER

OLDEST_PYTHON = (3, 11)

# The package is on no index: advice that named it there would install what somebody else put there.
_RELOAD = "load the page again; if that does not help, please tell us, with what stands here"
REINSTALL = (
    _RELOAD
    if session.in_browser()
    else f"in the folder {notebooks.checkout()}: remove the folder .venv, then: make lab"
    if notebooks.checkout()
    else f'in the folder that you got the course in: "{sys.executable}" -m pip install '
    "--force-reinstall -c constraints.txt ."
)
# A name, a lower bound, a system; what has another marker, such as an extra, is not a learner's.
_REQUIREMENT = (
    r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?(?:\s*;\s*sys_platform\s*([!=]=)\s*[\"'](\w+)[\"'])?"
)
_EXTENSIONS = {
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab-widgets",
    "anywidget": "anywidget",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` says what to do, and is empty if it is well."""

    what: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to fix."""
        return not self.fix

    def __str__(self) -> str:
        # A word beside the sign: for readers who do not see colours or shapes.
        return f"✓ ok       {self.what}" if self.ok else f"✗ problem  {self.what}\n{self._advice()}"

    def _advice(self) -> str:
        return f"           to fix it: {self.fix}"


def examine(where: Path | None = None) -> Iterator[Finding]:
    """Look at everything that the course needs; with `where`, also for the notebooks there.

    A look that itself goes wrong is a finding as well, never an exception.
    """
    looks: list[Callable[[], Iterator[Finding]]] = [
        _look_at_python,
        _look_at_packages,
        _look_at_kernel,
        _look_at_extensions,
        _look_at_folders,
        _look_at_progress,
    ]
    if session.in_browser():  # its page brings kernel and extensions
        looks = [_look_at_browser, _look_at_packages, _look_at_progress, _look_at_what_is_kept]
    elif where is not None:
        looks.append(lambda: _look_at_notebooks(where))
    for look in looks:
        try:
            yield from look()
        except Exception as error:  # a broken installation can raise anything
            name = getattr(look, "__name__", "look").replace("_look_at_", "")
            yield Finding(f"{name}: {type(error).__name__}: {error}", REINSTALL)


def _look_at_python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    needed = ".".join(map(str, OLDEST_PYTHON))
    old = sys.version_info[:2] < OLDEST_PYTHON
    yield Finding(
        f"Python {version} at {sys.executable}",
        f"install Python {needed} or newer, then the course again" if old else "",
    )


def _look_at_packages() -> Iterator[Finding]:
    for name, needed in requirements():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(f"{name} is missing", _install(name))
            continue
        old = _numbers(version) < _numbers(needed)
        yield Finding(
            f"{name} {version}" + (f" is older than {needed}" if old else ""),
            _install(f"{name}>={needed}", "--upgrade ") if old else "",
        )


def _install(what: str, how: str = "") -> str:
    return _RELOAD if session.in_browser() else f'"{sys.executable}" -m pip install {how}"{what}"'


def requirements() -> list[tuple[str, str]]:
    """Return the packages that learners need here, with the oldest version that will do."""
    found = []
    for line in metadata.requires("nnf_teach") or []:
        match = re.fullmatch(_REQUIREMENT, line.strip())
        if match and (not match[3] or (match[3] == "==") == (match[4] == sys.platform)):
            found.append((match[1], match[2] or "0"))
    return found


def _look_at_browser() -> Iterator[Finding]:
    from nnf_teach.checking.speed import slowness

    version = ".".join(map(str, sys.version_info[:3]))
    pyodide, js = importlib.import_module("pyodide"), importlib.import_module("js")
    yield Finding(f"Python {version} in a browser (Pyodide {pyodide.__version__})")
    agent = getattr(getattr(js, "navigator", None), "userAgent", "unknown")
    yield Finding(f"the browser is {agent}")
    yield Finding(f"training takes {slowness():.0f} times as long here as on a usual computer")
    yield Finding(
        "a cell cannot be stopped here, and there are no terminals and no commands (nnf, !pip); "
        "for those install the course, as its README says"
    )


def _look_at_what_is_kept() -> Iterator[Finding]:
    """See whether the folder of the notebooks is the browser's own, or Python's memory."""
    found = importlib.import_module("pyodide_js").FS.lookupPath(str(KEPT_BY_BROWSER))
    kept = found.node.mount.mountpoint == str(KEPT_BY_BROWSER)
    yield Finding(
        "the browser keeps notebooks and progress on this computer, until its data are cleared"
        if kept
        else "this page may keep nothing: what you do is gone when it is closed",
        ""
        if kept
        else "save_progress() writes your points into a file; download it, and load it "
        "with load_progress() the next time. Private windows keep nothing, an ordinary one does",
    )


def _look_at_kernel() -> Iterator[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    fix = f'"{sys.executable}" -m ipykernel install --sys-prefix'
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield Finding("Jupyter has no Python kernel", fix)
        return
    command = spec.argv[0]
    # A bare name means: the Python that runs Jupyter, which is this one.
    ours = command in ("python", "python3", f"python3.{sys.version_info[1]}") or _same_file(command)
    if ours:
        yield Finding("notebooks run in this Python")
        return
    yield Finding(
        f"notebooks run in another Python, {command}",
        f'remove the folder "{spec.resource_dir}" (or rename it), or run: {fix}',
    )


def _look_at_extensions() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_path
    from jupyterlab.commands import AppOptions, get_app_info

    # without a registry it would ask yarn for one, which starts node
    options = AppOptions(labextensions_path=jupyter_path("labextensions"), registry="none")
    info = get_app_info(options)
    disabled = {name.partition(":")[0] for name in info.get("disabled", {})}
    for extension, package in _EXTENSIONS.items():
        if extension not in info["federated_extensions"]:
            fix = f'"{sys.executable}" -m pip install --force-reinstall {package}'
            yield Finding(f"JupyterLab has no extension {extension}", fix)
        elif extension in disabled:
            fix = f'"{sys.executable}" -m jupyter labextension enable {extension}'
            yield Finding(f"JupyterLab's extension {extension} is disabled", fix)
        else:
            yield Finding(f"JupyterLab's extension {extension}")


def _look_at_notebooks(where: Path) -> Iterator[Finding]:
    try:
        folder = notebooks.course_folder(where)
    except notebooks.TwoFoldersError as error:
        yield Finding(f"the course is in {len(error.folders)} folders here", str(error))
        return
    if folder is None and notebooks.packaged_course() is not None:
        yield Finding("the notebooks are in the package; 'nnf lab' copies them here")
    elif folder is None:
        yield Finding(f"there is no notebook {notebooks.FIRST}", REINSTALL)
    elif not (folder / notebooks.FIRST).is_file():
        yield Finding(f"{folder} has no notebook {notebooks.FIRST}", "nnf reset 00")
    else:
        yield Finding(f"the notebooks are in {folder}")


def _look_at_folders() -> Iterator[Finding]:
    from nnf_teach.lab import unwritable_folders

    bad = unwritable_folders()
    yield Finding(
        f"Jupyter cannot write to {', '.join(map(str, bad.values()))}"
        if bad
        else "Jupyter can keep its own files",
        f"allow yourself to write there, or set {', '.join(bad)} to folders of your own; until "
        "then 'nnf lab' uses one that is gone when it ends"
        if bad
        else "",
    )


def _look_at_progress() -> Iterator[Finding]:
    from nnf_teach.checking.store import progress_path

    path = progress_path()
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if path.exists() and not os.access(path, os.W_OK):
        yield Finding(f"progress cannot be written to {path}", "allow yourself to write this file")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            f"progress cannot be kept in {folder} ({error.strerror})",
            "allow yourself to write there, or set NNF_PROGRESS to a file of your own",
        )
        return
    yield Finding(f"progress is kept in {path}")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", version)[:3]]
    return (*numbers, 0, 0, 0)[:3]  # 8.1 and 8.1.0 are the same


def _same_file(command: str) -> bool:
    """Say whether a command is this environment's Python (not only the same binary)."""
    return (
        os.path.normcase(os.path.abspath(command))
        == os.path.normcase(os.path.abspath(sys.executable))
        or Path(command).parent.resolve() == Path(sys.executable).parent.resolve()
    )


class _Callable(ModuleType):
    """This module, which can be called where there is no terminal for `nnf doctor`."""

    def __call__(self) -> None:
        """Print all that was found: what an issue should say."""
        print(*examine(), sep="\n")


sys.modules[__name__].__class__ = _Callable
