"""How long the course takes to open in a browser tab, with nothing installed, and how large it is.

The address of lesson 01 is typed, and its cells up to the first widget are run as soon as that can
be asked for: the time runs to the first picture of this widget. Cold is a browser that has never
been there; warm the same page, loaded again. The server is on this machine. A slider is moved there
and in the usual JupyterLab, as `widgets.py` does.
"""

from __future__ import annotations

import gzip
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.widgets import SLIDER, STAGE, WATCH, _latency

TIMES = 3  # of which the quickest counts
MOST_COLD, MOST_WARM = 12.0, 8.0  # seconds
MOST_ON_DISK, MOST_SENT = 60.0, 25.0  # MB
FIRST = "spiking_neuron()"
LESSON = "01_neuron.ipynb"

Row = tuple[str, str, str, bool]

RUN = """([name, widget]) => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  if (panel?.context?.path !== name || !panel.context.isReady) return false;
  if (!panel.sessionContext?.session?.kernel) return false;
  const cells = panel.content.widgets;
  panel.content.activeCellIndex =
    1 + cells.findIndex(({ model }) => model.sharedModel.source.startsWith(widget));
  jupyterapp.commands.execute('notebook:run-all-above');
  return true;
}"""
DRAWN = "() => [...document.querySelectorAll('.nnf-stage')].some(({ nnf }) => nnf?.frames > 0)"


def measure() -> list[Row]:
    """Build the site, open lesson 01 in new browser windows and in old ones, and move a slider."""
    from nnf_teach.notebooks import checkout
    from nnf_teach.site import build_site
    from tests.browser.lab import run_lab, start_browser
    from tests.site.lab import ALONE, SUB_PATH, SiteLab, serve_site

    root = checkout()
    assert root is not None
    cold, warm = [], []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = Path(folder) / SUB_PATH
        site.parent.mkdir(parents=True)
        build_site(root, site, lambda _: None)
        with start_browser(ALONE) as browser:
            with serve_site(Path(folder)) as url:
                for _ in range(TIMES):
                    lab = SiteLab(url, browser)
                    cold.append(_seconds(lab))
                    sent = {site / name for name in lab.asked if (site / name).is_file()}
                    warm.append(_seconds(lab))
                    lab.context.close()
                there = _slider(SiteLab(url, browser).open("00_start_here.ipynb"), 2)
            with run_lab(Path(folder), browser) as usual:
                here = _slider(usual.open("stage.ipynb", [""]), 0)
        disk = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
        sizes = sum(len(gzip.compress(path.read_bytes(), 6)) for path in sent) / 1e6
    return [
        _row("in a browser tab: first widget of lesson 01, cold", min(cold), "s", MOST_COLD),
        _row("in a browser tab: first widget of lesson 01, warm", min(warm), "s", MOST_WARM),
        (
            "slider to pixels, median: `neuron_explorer` in a browser tab / in JupyterLab",
            f"{there:.0f} / {here:.0f} ms = {there / here:.2f}",
            "at most 1",
            there <= here,
        ),
        _row("the site on disk", disk, "MB", MOST_ON_DISK),
        _row("sent for lesson 01, compressed", sizes, "MB", MOST_SENT),
    ]


def _seconds(lab: Any) -> float:
    start = time.perf_counter()
    lab.page.goto(f"{lab.url}lab/index.html?path={LESSON}")
    lab.page.wait_for_function(RUN, arg=[LESSON, FIRST], polling=50, timeout=300_000)
    lab.page.wait_for_function(DRAWN, polling=50, timeout=300_000)
    return time.perf_counter() - start


def _slider(notebook: Any, cell: int) -> float:
    """Return the milliseconds from a slider's key to the pixels, the median."""
    notebook.set_cell(cell, STAGE)
    notebook.run_cell(cell)
    notebook.page.wait_for_selector(SLIDER["stage"])
    notebook.wait_drawn(60)
    notebook.page.wait_for_timeout(1500)
    notebook.page.evaluate(WATCH, "stage")
    return _latency(notebook, "stage")[0]


def _row(what: str, found: float, unit: str, most: float) -> Row:
    return what, f"{found:.1f} {unit}", f"at most {most:g} {unit}", found <= most
