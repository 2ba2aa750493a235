"""Does `nnf lab` open the course in JupyterLab, and leave nothing behind?"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import websocket

from nnf_teach import doctor, lab

ROOT = Path(__file__).parents[1]


def test_no_browser_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no browser started where nobody could see it?"""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not lab.can_show_browser()


def test_lab_command(tmp_path: Path) -> None:
    """Does JupyterLab run in this Python, in the course, with the port that was asked for?"""
    command = lab.lab_command(tmp_path, 9000, browser=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--port=9000" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--no-browser" in command
    assert "--no-browser" not in lab.lab_command(tmp_path, 9000, browser=True)


@pytest.fixture
def start(installed: Path, tmp_path: Path) -> Iterator[Callable[..., tuple[Any, str]]]:
    """Run `nnf lab` as in a fresh account, and wait for the address that it prints."""
    package = tmp_path / "site-packages" / "nnf_teach"
    script = (
        "import signal, sys; from pathlib import Path; from nnf_teach import notebooks, cli;"
        # what a shell starts in the background ignores Ctrl-C
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"notebooks._PACKAGE = Path({str(package)!r});"
        "sys.exit(cli.main(['lab', '--no-browser', '--port', sys.argv[1]]))"
    )
    log = tmp_path / "log"
    # nothing of ours: as a desktop starts it, without the environment's scripts on the PATH
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "account")}
    bare["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    processes = []

    def run(port: int, *below: str, **environment: str) -> tuple[Any, str]:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*below, sys.executable, "-c", script, str(port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=bare | environment,
                start_new_session=True,
            )
        processes.append(process)
        return process, _wait_for_announcement(log)

    yield run
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    assert "Traceback" not in log.read_text()


signals = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@signals
@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_lab_runs_and_ends(start: Callable[..., tuple[Any, str]], name: str) -> None:
    """Does the printed address open notebook 00, and does no way to stop it leave a server?

    SIGKILL stops `make lab`, of which nobody can tell us.
    """
    maker = ["sh", "-c", '"$@"; exit', "make"] if name == "SIGKILL" else []
    process, address = start(18765, *maker, **{"MAKELEVEL": "1"} if maker else {})
    page = urllib.request.urlopen(address).read().decode()
    assert '"treePath": "00_start_here.ipynb"' in page
    ends(process, address, name)


def ends(process: Any, address: str, name: str) -> None:
    """Stop a server by a signal, and see that it is gone."""
    if name == "SIGINT":  # from the keyboard it reaches all of them
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 0
    else:
        process.send_signal(getattr(signal, name))
        process.wait(timeout=30)
    with pytest.raises(OSError, match="refused"):
        visit(address, 60 if name == "SIGKILL" else 1)


def visit(address: str, times: int) -> None:
    for _ in range(times):
        urllib.request.urlopen(address, timeout=5)
        time.sleep(0.5)


def test_who_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab has been seen to wait for itself for ever, when it was told to end twice."""
    monkeypatch.setattr(lab, "_FAREWELL", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(99)"
    command = [sys.executable, "-uc", deaf]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with lab._ending_with_us(process):
            os.kill(os.getpid(), signal.SIGTERM)
            assert process.wait(20) == -signal.SIGKILL


@signals
@pytest.mark.slow
def test_what_a_learner_meets(start: Callable[..., tuple[Any, str]]) -> None:
    """Does `nnf` work in a terminal there, is nothing in the way of the first page, and does
    Ctrl-C end it all?
    """
    process, address = start(18766, SHELL="/bin/sh")
    server, token = re.fullmatch(r"(.*/)lab/tree/.*token=(.*)", address).groups()

    def get(path: str, method: str = "GET") -> str:
        request = urllib.request.Request(f"{server}{path}?token={token}", method=method)
        return urllib.request.urlopen(request).read().decode()

    name = json.loads(get("api/terminals", "POST"))["name"]
    socket = websocket.create_connection(
        f"ws{server.removeprefix('http')}terminals/websocket/{name}?token={token}", timeout=60
    )
    socket.send(json.dumps(["stdin", 'nnf --version; nnf progress | tail -n 1; echo do""ne\r']))
    said = ""
    while "done" not in said:
        kind, *words = json.loads(socket.recv())
        said += words[0] if kind == "stdout" else ""
    socket.close()
    assert "nnf_teach 0." in said
    assert "home/nnf-course" in said  # the folder that was opened
    disabled = re.search(r'"disabledExtensions": (\[[^]]*\])', get("lab"))
    assert "@jupyter/nbgrader" in disabled[1]
    news = json.loads(get("lab/api/settings/@jupyterlab/apputils-extension:notification"))
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
    page = urllib.request.urlopen(address).read().decode()
    assert '"treePath": "00_start_here.ipynb"' in page
    ends(process, address, "SIGINT")


@signals
@pytest.mark.slow
def test_a_home_that_cannot_be_written_to(
    start: Callable[..., tuple[Any, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does JupyterLab start all the same, and does doctor say what is wrong?"""
    (tmp_path / "file").touch()  # nobody, not even root, can make a folder in a file
    home = str(tmp_path / "file" / "account")
    _, address = start(18767, HOME=home)
    assert urllib.request.urlopen(address).status == 200
    said = (tmp_path / "log").read_text()
    assert "Your home folder cannot be written to" in said
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    bad = [finding.what for finding in doctor.examine(tmp_path) if not finding.ok]
    assert len(bad) == 1
    assert bad[0].startswith("Jupyter cannot write to")


def _wait_for_announcement(log: Path) -> str:
    pattern = r"Open this address in a browser on this computer:\s+(http://\S+)"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if match := re.search(pattern, log.read_text()):
            return match[1]
        time.sleep(0.2)
    raise AssertionError(log.read_text())
