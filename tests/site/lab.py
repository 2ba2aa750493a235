"""The site, served under a sub-path as a school might, and a browser that knows no other host."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnf_teach.site.serve import server

from ..browser.lab import POLLING, Notebook, errors_of

SUB_PATH = "school/course"
PLAIN = "school.test"  # the same server, under an address without https: no service worker there
# A Chromium that finds no host but this computer.
ALONE = f"--host-resolver-rules=MAP {PLAIN} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
START = 300.0  # seconds, on a machine that does much else


class SiteLab:
    """The lab of the site in one browser window, and what it asked other hosts for: nothing."""

    def __init__(self, url: str, browser: Any, **context: Any) -> None:
        self.url = url
        self.origin = url.removesuffix(f"{SUB_PATH}/")
        self.outside: list[str] = []
        self.asked: list[str] = []  # the site's own files
        self.context = browser.new_context(viewport={"width": 1300, "height": 900}, **context)
        self.context.on("request", self._note)
        self.page = self.context.new_page()
        self.errors = errors_of(self.page)

    def _note(self, request: Any) -> None:
        if request.url.startswith(self.url):
            self.asked.append(request.url.removeprefix(self.url).split("?")[0])
        elif not request.url.startswith((self.origin, "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, name: str) -> SiteNotebook:
        """Open a notebook of the course, as its address does."""
        notebook = SiteNotebook(self, self.page, name)
        notebook.load()
        return notebook


class SiteNotebook(Notebook):
    """A notebook in the lab of the site."""

    lab: SiteLab  # type: ignore[assignment]

    def load(self) -> None:
        """Go to the notebook and wait until Python has started in the page."""
        self.page.goto(f"{self.lab.url}lab/index.html?path={self.name}")
        self._wait_ready()

    def _wait_ready(self) -> None:
        self.page.wait_for_function(
            """(name) => {
              const panel = window.jupyterapp?.shell?.currentWidget;
              return panel?.context?.path === name && panel.context.isReady &&
                panel.sessionContext?.session?.kernel;
            }""",
            arg=self.name,
            timeout=START * 1000,
            polling=POLLING,
        )
        assert self.run("1 + 1").strip() == "2"
        self.page.evaluate("jupyterapp.shell.collapseLeft()")

    def run(self, code: str) -> str:
        """Run code in the notebook's kernel, beside its cells, and return what it answers."""
        self.page.set_default_timeout(START * 1000)
        return str(
            self.page.evaluate(
                """async (code) => {
                  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                  const future = kernel.requestExecute({ code });
                  let said = '';
                  future.onIOPub = ({ content }) => {
                    said += content.text ?? content.data?.['text/plain'] ?? content.evalue ?? '';
                  };
                  await future.done;
                  return said;
                }""",
                code,
            )
        )

    def cell_index(self, start: str) -> int:
        """Return the number of the cell that starts with these words."""
        cells = self.content().cells
        return next(k for k, cell in enumerate(cells) if cell.source.startswith(start))

    def output_of(self, start: str) -> Any:
        """Return the output of the cell that starts with these words."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        return cells.nth(self.cell_index(start)).locator(".jp-Cell-outputArea")

    def answer(self, name: str, source: str, timeout: float = 60) -> str:
        """Write an answer, run it and its check, and return what the panel says."""
        index = self.cell_index(f"def {name}(")
        self.set_cell(index, source)
        self.run_cell(index, timeout)
        self.run_cell(self.cell_index(f"check({name})"), timeout)
        return str(self.output_of(f"check({name})").inner_text())


@contextlib.contextmanager
def serve_site(folder: Path) -> Iterator[str]:
    """Serve the folder above the site, and yield the site's address."""
    running = server(folder, 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/{SUB_PATH}/"
    finally:
        running.shutdown()
        running.server_close()
