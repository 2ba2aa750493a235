"""A real JupyterLab in a real browser, and the few moves that a test makes in it.

    def test_my_widget(lab):
        notebook = lab.open("mine.ipynb", ["from nnf_teach.widgets import saturation",
                                           "saturation()"])
        notebook.run_all()                      # waits until the kernel is idle
        stage = notebook.page.locator(".nnf-stage")
        handle = stage.locator('[role="slider"][data-name="w"]')
        notebook.drag(handle, 40, -20)          # in pixels, as a hand would
        notebook.wait_drawn()                   # every answer of the kernel is on the screen
        assert notebook.kernel("1 + 1") == "2"  # asks the living kernel
        assert lab.axe(notebook.page, ".nnf-stage") == []

`lab` is one server and one browser for the whole session. `lab.open` takes over a page whose
notebook has been closed, since JupyterLab takes seconds to start, or makes a new one; unless a
kernel of that notebook is alive, it starts a new kernel. `lab.open(name)` without cells opens a
notebook that already lies in `lab.root` (copy one there first).
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from nnf_teach.lab import SETTINGS

from .axe import find_axe

REPO = Path(__file__).resolve().parents[2]
BROWSERS = (
    "chromium-headless-shell",  # a fifth less work for the same pages
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START = 90.0  # seconds for the server; a cell gets its own limit in `run_all`
# stores no pictures for readers without a kernel, which take a third of a second each
NO_PICTURES = """
from types import SimpleNamespace
from nnf_teach.widgets import shell
shell.session = SimpleNamespace(in_browser=lambda: True)
"""
POLLING = 50  # ms; to ask at every frame would make the page draw, and keep a core busy


# anywidget says so of a widget that is not there after two seconds, and shows it when it is
LATE = "[anywidget] Failed to initialize model."


def errors_of(page: Any) -> list[str]:
    """Return a list to which the page's uncaught errors are added."""
    errors: list[str] = []

    def note(error: Any) -> None:
        if str(error) != LATE:
            errors.append(str(error))

    page.on("pageerror", note)
    return errors


def find_chromium() -> str | None:
    """Return the path of the first Chromium on PATH that can be driven from here."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class Lab:
    """A running JupyterLab, a browser beside it, and the folder that it serves."""

    def __init__(self, root: Path, browser: Any) -> None:
        self.root = root
        self.browser = browser
        self.free: list[Any] = []  # pages whose notebook is closed
        self.token = secrets.token_hex(16)
        self.progress = root.parent / "progress.json"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.log = root.parent / "server.log"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        home = self.root.parent
        settings = home / "settings" / "@jupyterlab"
        # All cells are in the page, also those far below: a test can look at any of them.
        _write_json(
            settings / "notebook-extension" / "tracker.jupyterlab-settings",
            {"windowingMode": "none"},
        )
        folders = {
            "JUPYTERLAB_SETTINGS_DIR": home / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_RUNTIME_DIR": home / "runtime",
            "IPYTHONDIR": home / "ipython",
            "JUPYTER_CONFIG_PATH": SETTINGS,
            "JUPYTER_PATH": SETTINGS,
            "NNF_PROGRESS": self.progress,
        }
        paths = os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {k: str(v) for k, v in folders.items()}
        environment |= {"NNF_STRICT": "0", "PYTHONPATH": paths}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--ServerApp.root_dir={self.root}", "--ServerApp.port_retries=0"]
        command += [f"--ServerApp.port={self.url.rsplit(':', 1)[1]}", "--ServerApp.ip=127.0.0.1"]
        command += [f"--IdentityProvider.token={self.token}", "--LabApp.expose_app_in_browser=True"]
        command += ["--LabApp.extension_manager=readonly"]
        with self.log.open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.root)

    def wait(self) -> None:
        """Wait until the server answers."""
        end = time.monotonic() + START
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=5).close()
                return
            time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def open(
        self, name: str, cells: list[str] | None = None, width: int = 1300, **context: Any
    ) -> Notebook:
        """Open a notebook; with `cells`, write it first.

        With `context` the page is a new one; it goes to Playwright's `new_context`:
        `has_touch=True`, `reduced_motion="reduce"`.
        """
        if cells is not None:
            write_notebook(self.root / name, cells)
        size = {"width": width, "height": 900}
        if self.free and not context:
            notebook = Notebook(self, self.free.pop(), name)
            notebook.page.set_viewport_size(size)
            notebook.show()
        else:
            page = self.browser.new_context(viewport=size, **context).new_page()
            notebook = Notebook(self, page, name, reusable=not context)
            notebook.load()
        return notebook

    @staticmethod
    def axe(page: Any, selector: str = ".nnf-stage") -> list[str]:
        """Return axe-core's serious and critical violations inside `selector`, a line each."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(find_axe().read_text(encoding="utf-8"))
        found = page.evaluate(
            "async (s) => (await axe.run(s, { resultTypes: ['violations'] })).violations", selector
        )
        return [
            f"{v['id']} ({v['impact']}): {v['help']}: {node['html'][:200]}"
            for v in found
            if v["impact"] in ("serious", "critical")
            for node in v["nodes"]
        ]


class Notebook:
    """One notebook, open in a page of its own. `page` is Playwright's."""

    def __init__(self, lab: Lab, page: Any, name: str, reusable: bool = True) -> None:
        self.lab = lab
        self.page = page
        self.name = name
        self.reusable = reusable
        self.errors = errors_of(page)

    def load(self) -> None:
        """Go to the notebook (again: this reloads the page) and wait for its kernel."""
        # A workspace of its own: pages do not open one another's tabs.
        space = f"t{secrets.token_hex(4)}"
        address = f"{self.lab.url}/lab/workspaces/{space}/tree/{self.name}"
        self.page.goto(f"{address}?token={self.lab.token}&reset")
        self._wait_ready()

    def show(self) -> None:
        """Open the notebook in a JupyterLab that runs, and wait for its kernel."""
        self.page.evaluate(
            "path => { jupyterapp.commands.execute('docmanager:open', { path }); }", self.name
        )
        self._wait_ready()

    def _wait_ready(self) -> None:
        self.page.wait_for_function(
            """(name) => {
              const panel = window.jupyterapp?.shell?.currentWidget;
              return panel?.context?.path === name && panel.sessionContext?.isReady &&
                panel.sessionContext.session?.kernel;
            }""",
            arg=self.name,
            timeout=60_000,
            polling=POLLING,
        )
        self.wait_idle()
        self.page.evaluate("jupyterapp.shell.collapseLeft()")

    def run_all(self, timeout: float = 120) -> None:
        """Run all cells and wait until they are done and the kernel is idle."""
        self.command("notebook:run-all-cells", timeout)
        self.wait_idle(timeout)

    def run_cell(self, index: int, timeout: float = 60) -> None:
        """Run one cell and wait until it is done."""
        panel = "jupyterapp.shell.currentWidget.content"
        self.page.evaluate(f"i => {{ {panel}.activeCellIndex = i; }}", index)
        self.command("notebook:run-cell", timeout)
        self.wait_idle(timeout)

    def set_cell(self, index: int, source: str) -> None:
        """Write into a cell, as if the learner had typed it."""
        self.page.evaluate(
            """([i, source]) => jupyterapp.shell.currentWidget.content.widgets[i]
                 .model.sharedModel.setSource(source)""",
            [index, source],
        )

    def content(self) -> NotebookNode:
        """Return the notebook as it would be saved now."""
        content = self.page.evaluate("jupyterapp.shell.currentWidget.model.sharedModel.toJSON()")
        return nbformat.from_dict(content)

    def cell_errors(self) -> list[str]:
        """Return the errors that cells of the notebook show, a line each."""
        return [
            f"{output.ename}: {output.evalue}"
            for cell in self.content().cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        ]

    def wait_idle(self, timeout: float = 60) -> None:
        """Wait until the kernel is idle and no cell is being run.

        A kernel that has answered a widget in a subshell is called idle, too.
        """
        self.page.wait_for_function(
            """() => {
              const { sessionContext, node } = jupyterapp.shell.currentWidget;
              return sessionContext.session?.kernel?.status === 'idle' &&
                ![...node.querySelectorAll('.jp-InputPrompt')]
                  .some((prompt) => prompt.textContent.includes('*'));
            }""",
            timeout=timeout * 1000,
            polling=POLLING,
        )

    def wait_drawn(self, timeout: float = 15) -> None:
        """Wait until there is a stage, none waits for the kernel, and all received is drawn."""
        self.page.wait_for_function(
            """() => document.querySelector('.nnf-stage') &&
               [...document.querySelectorAll('.nnf-stage')].every(({ nnf }) =>
                 nnf?.scene && !nnf.incoming && nnf.frame === undefined &&
                 nnf.link.sent === nnf.link.answered &&
                 Object.keys(nnf.link.pending).length === 0)""",
            timeout=timeout * 1000,
            polling=POLLING,
        )

    def text(self, selector: str) -> str:
        """Return what an element says."""
        return str(self.page.locator(selector).inner_text())

    def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait until what they change is drawn."""
        for key in keys:
            self.page.keyboard.press(key)
        self.wait_drawn()

    def handle(self, widget: str, name: str) -> Any:
        """Return a handle of the widget whose element has this id."""
        return self.page.locator(f'#{widget} [role="slider"][data-name="{name}"]')

    def drag(self, handle: Any, dx: float, dy: float, steps: int = 8) -> None:
        """Drag an element by the mouse, `dx` pixels right and `dy` down."""
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=steps)
        self.page.mouse.up()

    def kernel(self, expression: str) -> str:
        """Evaluate an expression in the notebook's kernel and return its repr."""
        return str(
            self.page.evaluate(
                """async (code) => {
                  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                  const answer = await kernel.requestExecute({
                    code: '', silent: true, user_expressions: { answer: code },
                  }).done;
                  const result = answer.content.user_expressions.answer;
                  if (result.status !== 'ok') throw new Error(result.ename + result.evalue);
                  return result.data['text/plain'];
                }""",
                expression,
            )
        )

    def cut_off(self, name: str) -> list[str]:
        """Return what stands out of the element with the id `name`, or out of the cell's output."""
        return list(
            self.page.evaluate(
                """(name) => {
                  const root = document.getElementById(name);
                  const box = root.getBoundingClientRect();
                  const area = root.closest('.jp-OutputArea').getBoundingClientRect();
                  const out = [...root.querySelectorAll('*')]
                    .filter((e) => e.getClientRects().length && !e.closest('.nnf-spoken'))
                    .filter((e) => {
                      const { left, right } = e.getBoundingClientRect();
                      return left < box.left - 0.5 || right > box.right + 0.5;
                    }).map((e) => e.outerHTML.slice(0, 80));
                  if (root.scrollWidth > root.clientWidth) out.push('wider than its box');
                  if (area.right < box.right - 0.5) out.push('wider than the output');
                  return out;
                }""",
                name,
            )
        )

    def pixels(self, selector: str = ".nnf-stage canvas") -> str:
        """Return a fingerprint of a canvas's pixels."""
        return str(
            self.page.eval_on_selector(
                selector,
                """async (canvas) => {
                  const { data } = canvas.getContext('2d')
                    .getImageData(0, 0, canvas.width, canvas.height);
                  const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', data));
                  return [...hash].join('.');
                }""",
            )
        )

    def command(self, name: str, timeout: float = 30) -> Any:
        """Run one of JupyterLab's commands and wait for it."""
        self.page.set_default_timeout(timeout * 1000)
        return self.page.evaluate(f"async () => {{ await jupyterapp.commands.execute('{name}'); }}")

    def save(self) -> None:
        self.command("docmanager:save")

    def theme(self, name: str) -> None:
        """Change the theme: "JupyterLab Dark" or "JupyterLab Light"."""
        self.page.evaluate(
            "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })", name
        )
        self.page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")
        self.page.wait_for_timeout(600)

    def stop(self) -> None:
        """Shut the kernel down."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def close(self) -> None:
        """Shut the kernel down, and leave the page to the next notebook."""
        self.stop()
        self.page.evaluate("jupyterapp.shell.currentWidget.dispose()")
        if self.reusable and not self.errors:
            self.lab.free.append(self.page)
        else:
            self.page.context.close()


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook of code cells."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{k}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for k, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    _write_json(
        path,
        {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5},
    )


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@contextlib.contextmanager
def start_browser(*more: str) -> Iterator[Any]:
    """Start Chromium, with more arguments."""
    from playwright.sync_api import sync_playwright

    arguments = [*ARGUMENTS, *more]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def run_lab(folder: Path, browser: Any) -> Iterator[Lab]:
    """Start JupyterLab beside a browser, with everything that it writes inside `folder`."""
    root = folder / "notebooks"
    root.mkdir()
    lab = Lab(root, browser)
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


@contextlib.contextmanager
def start_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab and Chromium."""
    with start_browser() as browser, run_lab(folder, browser) as lab:
        yield lab
