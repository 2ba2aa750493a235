"""Say what is wrong with an installation, and how to fix it."""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from nnf_teach import notebooks

OLDEST_PYTHON = (3, 11)

# The package is on no index: advice that named it there would install what somebody else put there.
REINSTALL = (
    f"in the folder {notebooks.checkout()}: remove the folder .venv, then: make lab"
    if notebooks.checkout()
    else f'in the folder that you got the course in: "{sys.executable}" -m pip install '
    "--force-reinstall -c constraints.txt ."
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
    if where is not None:
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
            yield Finding(f"{name} is missing", f'"{sys.executable}" -m pip install "{name}"')
            continue
        old = _numbers(version) < _numbers(needed)
        yield Finding(
            f"{name} {version}" + (f" is older than {needed}" if old else ""),
            f'"{sys.executable}" -m pip install --upgrade "{name}>={needed}"' if old else "",
        )


def requirements() -> list[tuple[str, str]]:
    """Return the packages that learners need, with the oldest version that will do."""
    found = []
    for line in metadata.requires("nnf_teach") or []:
        match = re.fullmatch(r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?", line.strip())
        if match:  # what has a marker, such as an extra, is not a learner's
            found.append((match[1], match[2] or "0"))
    return found


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
