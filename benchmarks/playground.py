"""The playground in headless Chromium: example-updates a second, and frames a second drawn.

Medians and ranges of five runs.
"""

from __future__ import annotations

import shutil
import statistics
from typing import Any

from nnf_teach.widgets.playground.engine import Run
from nnf_teach.widgets.playground.settings import DEFAULTS, changed
from nnf_teach.widgets.playground.widget import CSS, MODULES
from nnf_teach.widgets.shell import join_modules

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
RUNS, SECONDS = 5, 2
DEEP = {"hidden": [8, 8, 8, 8], "activation": "tanh"}

LOAD = """async (source) => {
  const blob = new Blob([source], { type: 'text/javascript' });
  window.engine = await import(URL.createObjectURL(blob));
}"""
TRAIN = """([settings, seconds]) => {
  const run = new engine.Run(settings);
  const { network, X, t, train } = run;
  const batch = settings.batch_size;
  let examples = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    for (let n = 0; n + batch <= train; n += batch) network.step(X, t, n, n + batch, settings);
    examples += train - (train % batch);
  }
  return examples / (performance.now() - start) * 1000;
}"""
DRAW = """async ([source, css, order, seconds]) => {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  document.body.innerHTML = '<div id="here"></div>';
  const state = { _key: String(Math.random()), _order: order, _run: {} };
  const model = {
    get: (name) => state[name], set: (name, value) => { state[name] = value; },
    save_changes() {}, on() {}, off() {}, send() {},
  };
  const blob = new Blob([source], { type: 'text/javascript' });
  const { default: widget } = await import(URL.createObjectURL(blob));
  const leave = widget.render({ model, el: document.querySelector('#here') });
  const { session } = document.querySelector('.nnp-playground').nnf;
  session.play();
  await new Promise((done) => setTimeout(done, 500));
  const [first, start] = [session.frames, performance.now()];
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  const rate = (session.frames - first) / (performance.now() - start) * 1000;
  leave();
  return rate;
}"""


def order(settings: dict[str, Any]) -> dict[str, Any]:
    run = Run(settings)
    counts = {"id": 1, "epoch": 0, "at": 0, "stride": run.stride, "dead": []}
    return counts | {"settings": settings, "weights": None, "history": None}


def row(what: str, rates: list[float], unit: str, least: float) -> tuple[str, str, str, bool]:
    middle, low, high = statistics.median(rates), min(rates), max(rates)
    found = f"{middle:.1f} {unit} ({low:.1f} to {high:.1f})"
    return f"playground, {what}", found, f"at least {least:g}", middle >= least


def measure() -> list[tuple[str, str, str, bool]]:
    """Return a row for each network, trained without drawing and with it."""
    from playwright.sync_api import sync_playwright

    rows = []
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_content("<!doctype html><title>playground</title>")
        names = [f"playground/{name}" for name in ("random", "data", "engine", "run")]
        page.evaluate(LOAD, f"{join_modules(names)}\nexport {{ Run }};")
        rates = [page.evaluate(TRAIN, [DEFAULTS, SECONDS]) / 1e6 for _ in range(RUNS)]
        rows.append(row("2-6-1 sigmoid, batch 10", rates, "million updates/s", 3))
        source, css = join_modules(MODULES), CSS
        for what, change, least in (("2-6-1", {}, 30), ("2-8-8-8-8-1", DEEP, 20)):
            told = order(changed(DEFAULTS, {**change, "show_test": True}))
            rates = [page.evaluate(DRAW, [source, css, told, SECONDS]) for _ in range(RUNS)]
            rows.append(row(f"{what}, drawn", rates, "frames/s", least))
        browser.close()
    return rows
