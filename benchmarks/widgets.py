"""How fast a stage is against `interact` with a new matplotlib figure, in a real JupyterLab.

Both draw the neuron explorer's picture: a 120 x 120 surface with its boundary and the curve of
the activation. A slider is moved by the arrow key in headless Chromium; the time runs from the
key's event in the page to the first animation frame that shows the new picture. Then a cell
pushes values as fast as it can, and the new pictures on the screen are counted.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

PRESSES = 40
PUSHES = {"stage": 300, "interact": 40}
MOST_LATENCY = 0.4  # of interact's
LEAST_FRAMES = 6.0  # times interact's

STAGE = """
from nnf_teach.widgets import neuron_explorer
stage = neuron_explorer()
def push(b): stage.set(b=b)
stage
"""
INTERACT = """
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from nnf_teach.modules.sigmoid import sigmoid

def draw(b=-1.5):
    w = np.array([1.5, 1.0])
    side = np.linspace(-3, 3, 120)
    z = np.linspace(-6, 6, 241)
    figure, (plane, curve) = plt.subplots(1, 2, figsize=(10, 4.2))
    surface = sigmoid(w[0] * side + w[1] * side[:, None] + b)
    image = plane.imshow(surface, extent=(-3, 3, -3, 3), origin="lower", cmap="RdYlBu",
                         vmin=0, vmax=1)
    figure.colorbar(image, ax=plane, label="y")
    for level, stroke in ((0, "-"), (-2.2, ":"), (2.2, ":")):
        plane.plot(side, -(w[0] * side + b - level) / w[1], stroke, color="black",
                   label=f"z = {level}")
    plane.annotate("w", xy=w, xytext=(0, 0), arrowprops={"arrowstyle": "->"})
    plane.set(xlim=(-3, 3), ylim=(-3, 3), xlabel="x1", ylabel="x2",
              title="The neuron's answer to every input x")
    plane.legend()
    curve.plot(z, sigmoid(z), label="f(z)")
    curve.axvline(0, color="black", label="boundary z = 0")
    curve.plot([b], [sigmoid(np.array([b]))[0]], "s", label="at x = (0, 0)")
    curve.set(xlabel="z = <w, x> + b", ylabel="y = f(z)", title="The activation f")
    curve.legend()
    curve.grid()
    plt.show()

shown = ipywidgets.interactive(draw, b=(-18.0, 18.0, 0.1))
def push(b): shown.children[0].value = b
shown
"""
SLIDER = {"stage": ".nnf-slider input", "interact": ".widget-slider .noUi-handle"}
PUSH = "for k in range({count}):\n    push(round(-3 + 6 * k / {count}, 2))"

# `nnfWatch.shows()` changes with each new picture; it is looked at in every animation frame.
WATCH = """(kind) => {
  const stage = document.querySelector('.nnf-stage');
  const image = () => document.querySelector('.widget-interact img, .jp-OutputArea-output img');
  const shows = kind === 'stage'
    ? () => stage.nnf.frames
    : () => { const i = image(); return i && i.complete && i.naturalWidth ? i.src : undefined; };
  const watch = { times: [], changes: [], pressed: undefined };
  let last = shows();
  const look = (now) => {
    const present = shows();
    if (present !== undefined && present !== last) {
      last = present;
      watch.changes.push(performance.now());
      if (watch.pressed !== undefined) watch.times.push(performance.now() - watch.pressed);
      watch.pressed = undefined;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.addEventListener('keydown', () => { watch.pressed = performance.now(); }, true);
  window.nnfWatch = watch;
}"""


def measure() -> list[tuple[str, str, str, bool]]:
    """Measure both ways in one run of JupyterLab."""
    from tests.browser.lab import start_lab  # which needs playwright

    found = {}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        start_lab(Path(folder)) as lab,
    ):
        for kind, source in (("interact", INTERACT), ("stage", STAGE)):
            cells = [source, PUSH.format(count=PUSHES[kind])]
            notebook = lab.open(f"{kind}.ipynb", cells)
            notebook.run_cell(0)
            notebook.page.wait_for_selector(SLIDER[kind])
            notebook.page.wait_for_timeout(1500)
            notebook.page.evaluate(WATCH, kind)
            found[kind] = (*_latency(notebook, kind), _frames(notebook))
            notebook.close()
    return _rows(found)


def _latency(notebook: Any, kind: str) -> tuple[float, float]:
    """Return the median and the 95th percentile of slider to pixels, in milliseconds."""
    page = notebook.page
    page.locator(SLIDER[kind]).first.focus()
    for k in range(PRESSES):
        page.keyboard.press("ArrowRight")
        page.wait_for_function("n => nnfWatch.times.length > n", arg=k, timeout=20_000)
        page.wait_for_timeout(60)
    times = sorted(page.evaluate("nnfWatch.times"))[:PRESSES]
    return statistics.median(times), times[int(0.95 * (len(times) - 1))]


def _frames(notebook: Any) -> float:
    """Return the new pictures a second while a cell pushes values."""
    notebook.page.evaluate("nnfWatch.changes.length = 0")
    notebook.run_cell(1, timeout=120)
    notebook.page.wait_for_timeout(500)
    changes = notebook.page.evaluate("nnfWatch.changes")
    return float(1000 * (len(changes) - 1) / (changes[-1] - changes[0]))


def _rows(found: dict[str, tuple[float, float, float]]) -> list[tuple[str, str, str, bool]]:
    """Compare ours with the plain way: median and p95 of the latency, and frames."""
    requirements = (
        ("slider to pixels, median", "ms", "at most", MOST_LATENCY),
        ("slider to pixels, p95", "ms", "at most", MOST_LATENCY),
        ("pushed frames", "a second", "at least", LEAST_FRAMES),
    )
    rows = []
    pairs = zip(found["stage"], found["interact"], strict=True)
    for (ours, plain), (what, unit, word, limit) in zip(pairs, requirements, strict=True):
        ratio = ours / plain
        met = ratio <= limit if word == "at most" else ratio >= limit
        text = f"{ours:.0f} / {plain:.0f} {unit} = {ratio:.2f}"
        rows.append((f"{what}: neuron_explorer / interact", text, f"{word} {limit:g}", met))
    return rows
