"""How long the course takes to open in a browser, with nothing installed, and how large it is.

The address of lesson 01 is typed, and its first three code cells are run as soon as that can be
asked: the time runs to the first picture of the first widget. Cold is a browser that has never
been there; warm the same page, loaded again. The server is on this machine.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

TIMES = 3
MOST_COLD, MOST_WARM = 12.0, 8.0  # seconds
MOST_ON_DISK, MOST_SENT = 60.0, 25.0  # MB

Row = tuple[str, str, str, bool]

RUN = """async (name) => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  if (panel?.context?.path !== name || !panel.context.isReady) return false;
  if (!panel.sessionContext?.session?.kernel) return false;
  const notebook = panel.content;
  const first = notebook.widgets.findIndex(({ model }) =>
    model.sharedModel.source.startsWith('spiking_neuron()'));
  notebook.activeCellIndex = first + 1;
  jupyterapp.commands.execute('notebook:run-all-above');
  return true;
}"""
DRAWN = "() => [...document.querySelectorAll('.nnf-stage')].some(({ nnf }) => nnf?.frames > 0)"


def measure() -> list[Row]:
    """Build the site, and open lesson 01 in new browser windows and in old ones."""
    from nnf_teach.notebooks import checkout
    from nnf_teach.site import build_site
    from tests.site.lab import SUB_PATH, SiteLab, serve_site, start_browser

    root = checkout()
    assert root is not None
    cold, warm = [], []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = Path(folder) / SUB_PATH
        site.parent.mkdir(parents=True)
        build_site(root, site, lambda _: None)
        with start_browser() as browser, serve_site(Path(folder)) as url:
            for _ in range(TIMES):
                lab = SiteLab(url, browser)
                cold.append(_seconds(lab))
                sent = {site / name for name in lab.asked if (site / name).is_file()}
                warm.append(_seconds(lab))
                lab.context.close()
        disk = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
        sizes = sum(len(gzip.compress(path.read_bytes(), 6)) for path in sent) / 1e6
    return [
        _row("in a browser tab: first widget of lesson 01, cold", cold, MOST_COLD),
        _row("in a browser tab: first widget of lesson 01, warm", warm, MOST_WARM),
        (
            "the site on disk",
            f"{disk:.1f} MB",
            f"at most {MOST_ON_DISK:g} MB",
            disk <= MOST_ON_DISK,
        ),
        ("sent for lesson 01", f"{sizes:.1f} MB", f"at most {MOST_SENT:g} MB", sizes <= MOST_SENT),
    ]


def _seconds(lab: Any) -> float:
    name = "01_neuron.ipynb"
    start = time.perf_counter()
    lab.page.goto(f"{lab.url}lab/index.html?path={name}")
    lab.page.wait_for_function(RUN, arg=name, polling=50, timeout=300_000)
    lab.page.wait_for_function(DRAWN, polling=50, timeout=300_000)
    return time.perf_counter() - start


def _row(what: str, seconds: list[float], most: float) -> Row:
    found = statistics.median(seconds)
    return what, f"{found:.1f} s", f"at most {most:g} s", found <= most


def _size(what: str, megabytes: float, most: float) -> Row:
    return what, f"{megabytes:.1f} MB", f"at most {most:g} MB", megabytes <= most
