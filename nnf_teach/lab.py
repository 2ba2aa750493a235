"""Start JupyterLab on the course.

It runs with the environment's scripts on its PATH, so that `nnf` works in its terminals, and with
what is in `jupyter/`: no question about news over the first page, no menus of nbgrader, which are
an instructor's, and the stored picture of a widget whose kernel has stopped.
"""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from nnf_teach.notebooks import FIRST, OPENED

SETTINGS = Path(__file__).parent / "jupyter"
PATIENCE = 60.0  # seconds to wait for a server before saying nothing about its address


def start_lab(folder: Path, port: int, browser: bool) -> int:
    """Run JupyterLab in `folder` until it is stopped, and say where it is.

    Parameters
    ----------
    folder
        The course, which becomes the root of JupyterLab's files.
    port
        The port to try first; the next ones are tried if it is taken.
    browser
        Whether to open a browser, where there is a display.

    Returns
    -------
    int
        The exit status of JupyterLab; 0 if it was stopped with Ctrl-C.
    """
    browser = browser and can_show_browser()
    with _writable_folders() as folders:
        os.environ.update(folders)  # _wait_for_address looks there, too
        process = subprocess.Popen(
            lab_command(folder, port, browser), env=os.environ | lab_environment(folder)
        )
        try:
            with _ending_with_us(process):
                if address := _wait_for_address(process, folder):
                    print(f"\n{announcement(address, browser)}\n", flush=True)
                return _wait(process)
        except KeyboardInterrupt:
            return _wait_for_end(process)


def lab_environment(folder: Path) -> dict[str, str]:
    """Return what JupyterLab's environment has beside ours: what its terminals inherit."""
    first = {
        "PATH": sysconfig.get_path("scripts"),
        "JUPYTER_CONFIG_PATH": str(SETTINGS),
        "JUPYTER_PATH": str(SETTINGS),
    }
    joined = {
        name: os.pathsep.join(filter(None, (path, os.environ.get(name))))
        for name, path in first.items()
    }
    return joined | {OPENED: str(folder)}


def unwritable_folders() -> dict[str, Path]:
    """Return the folders of Jupyter's that cannot be written to, by the variable that moves them.

    Where a folder is yet to be made, what counts is the folder that it will be made in.
    """
    from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir

    home = Path.home()
    folders = {
        "JUPYTER_RUNTIME_DIR": jupyter_runtime_dir(),
        "JUPYTER_DATA_DIR": jupyter_data_dir(),
        "JUPYTER_CONFIG_DIR": jupyter_config_dir(),
        "IPYTHONDIR": os.environ.get("IPYTHONDIR", home / ".ipython"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", home / ".cache" / "matplotlib"),
    }
    return {name: Path(path) for name, path in folders.items() if not _can_write(Path(path))}


def _can_write(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


_FAREWELL = 30.0  # seconds that JupyterLab may take to end


@contextmanager
def _writable_folders() -> Iterator[dict[str, str]]:
    """Give what cannot be written to a place for as long as JupyterLab runs, and say so."""
    bad = unwritable_folders()
    if not bad:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="nnf-lab-", ignore_cleanup_errors=True) as place:
        print(f"Your home folder cannot be written to. Jupyter's own files are kept in {place},")
        print("until it ends. What else is kept where: nnf doctor")
        for name in bad:
            (Path(place) / name.lower()).mkdir()
        yield {name: str(Path(place) / name.lower()) for name in bad}


@contextmanager
def _ending_with_us(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End JupyterLab where this process is told to end, or its terminal is closed.

    Now and then it waits for itself at its end; it is killed then.
    """

    def end(number: int, frame: FrameType | None) -> None:
        process.terminate()
        late = threading.Timer(_FAREWELL, process.kill)
        late.daemon = True
        late.start()

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt):
            process.terminate()
        raise
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def lab_command(folder: Path, port: int, browser: bool) -> list[str]:
    """Return the command line that starts JupyterLab with this environment's Python."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--port={port}",
        "--log-level=WARN",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{quote(FIRST)}",
        # asks no index, and starts where an old JupyterLab's own would not
        "--LabApp.extension_manager=readonly",
    ]
    if os.name != "nt":
        # Named, it is no login shell, which would set a PATH of its own.
        shell = os.environ.get("SHELL") or shutil.which("bash") or "sh"
        command.append(f"--ServerApp.terminado_settings={ {'shell_command': [shell]} }")
    if not browser:
        command.append("--no-browser")
    # In a container one is root, and Jupyter would refuse.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def can_show_browser() -> bool:
    """Say whether this computer has a display and a browser on it."""
    if "SSH_CONNECTION" in os.environ and "DISPLAY" not in os.environ:
        return False
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def announcement(address: str, browser: bool) -> str:
    """Return what to tell the learner once the server runs.

    Examples
    --------
    >>> print(announcement("http://localhost:8888/lab?token=1", browser=False))
    Open this address in a browser on this computer:
    <BLANKLINE>
        http://localhost:8888/lab?token=1
    <BLANKLINE>
    To stop: press Ctrl-C here, then y.
    """
    first = (
        "The course opens in your browser. If it does not, open this address:"
        if browser
        else "Open this address in a browser on this computer:"
    )
    return f"{first}\n\n    {address}\n\nTo stop: press Ctrl-C here, then y."


def _wait_for_address(process: "subprocess.Popen[bytes]", folder: Path) -> str | None:
    """Return the address of a server as soon as it runs, None if it ends before."""
    from jupyter_server.serverapp import list_running_servers

    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        for server in list_running_servers():
            if server.get("pid") == process.pid:
                address = f"{server['url']}lab/tree/{quote(FIRST)}"
                token = server.get("token")
                return f"{address}?token={token}" if token else address
        time.sleep(0.2)
    return None


def _wait(process: "subprocess.Popen[bytes]") -> int:
    """Return JupyterLab's status; end it where `make`, which has begun us, is killed."""
    maker = os.getppid() if "MAKELEVEL" in os.environ else None
    while maker is None or maker == os.getppid():
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=maker and 1)
    process.terminate()
    return process.wait()


def _wait_for_end(process: "subprocess.Popen[bytes]") -> int:
    """Let JupyterLab, which has had the same Ctrl-C, end in its own way."""
    while True:
        try:
            process.wait()
            return 0
        except KeyboardInterrupt:
            continue
