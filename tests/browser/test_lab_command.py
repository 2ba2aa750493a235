"""`nnf lab`: the address that it prints opens notebook 00."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

from .lab import REPO


def test_the_printed_address_opens_notebook_00(lab, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": str(REPO), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "nnf_teach.cli", "lab", "--no-browser", "--port", str(port)]
    log = tmp_path / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=file, stderr=file, start_new_session=True
        )
    try:
        address = wait_for_address(log, process)
        page = lab.browser.new_context().new_page()
        page.goto(address)
        page.get_by_role("tab", name="00_start_here.ipynb").wait_for(timeout=60_000)
        page.get_by_role("heading", name="Start here").first.wait_for(timeout=60_000)
        files = page.locator("#filebrowser")
        files.wait_for(state="hidden")  # widgets need the width
        page.locator('[data-id="filebrowser"]').click()
        files.wait_for()
        page.wait_for_timeout(2000)  # the layout is saved a moment after it has changed
        page.reload()
        page.get_by_role("heading", name="Start here").first.wait_for(timeout=60_000)
        files.wait_for()  # who opened it finds it open
        page.context.close()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(90)  # a kernel that is just starting keeps it waiting
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def wait_for_address(log, process):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = re.search(r"http://(?:127.0.0.1|localhost):\d+/\S*token=\w+", log.read_text())
        if found:
            return found[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())
