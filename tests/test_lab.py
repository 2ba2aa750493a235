"""Does `nnf lab` open the course in JupyterLab, and leave nothing behind?"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from nnf_teach import lab


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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_lab_runs(installed: Path, tmp_path: Path) -> None:
    """Does the printed address open notebook 00, and does Ctrl-C end it without a trace?"""
    package = tmp_path / "site-packages" / "nnf_teach"
    script = (
        "import sys; from pathlib import Path; from nnf_teach import notebooks, cli;"
        f"notebooks._PACKAGE = Path({str(package)!r});"
        "sys.exit(cli.main(['lab', '--no-browser', '--port', '18765']))"
    )
    log = tmp_path / "log"
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        address = _wait_for_announcement(log)
        page = urllib.request.urlopen(address).read().decode()
        assert '"treePath": "00_start_here.ipynb"' in page
    finally:
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=30)
    assert status == 0
    assert "Traceback" not in log.read_text()


def _wait_for_announcement(log: Path) -> str:
    pattern = r"Open this address in a browser on this computer:\s+(http://\S+)"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if match := re.search(pattern, log.read_text()):
            return match[1]
        time.sleep(0.2)
    raise AssertionError(log.read_text())
