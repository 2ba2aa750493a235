"""How many random dichotomies a plane through the origin separates, measured and by Cover's count.

Slide of the limitations of linear classifiers: why high-dimensional spaces are easy to shatter.
"""

from __future__ import annotations

import math

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.inseparable import REACH, UNDECIDED, cover_curve, measure
from nnf_teach.widgets import ui

MAX_D = 20
MANY = 200  # dimensions of the dotted curve, which is almost a step
MAX_RUNS = 500


@ui.widget(
    "Shattering",
    ui.slider("d", "Dimensions d", 1, MAX_D, 1, at=5),
    ui.slider("runs", "Runs", 50, MAX_RUNS, 50, at=200),
    ui.button("seed", "New points"),
)
def shattering(s: ui.Values) -> ui.Picture:
    """Compare random dichotomies with Cover's count: half are separable at n = 2d.

    >>> scene = shattering.scene(d=1, runs=50)
    >>> [round(float(y), 3) for y in scene.panels[0].marks[1].y]
    [1.0, 0.5, 0.25, 0.125]
    >>> scene.caption[:54]
    'd = 1: up to the first point, every labelling is separ'
    """
    d, runs = s.d, s.runs
    stuck = np.array(measure(d, runs, s.seed))
    decided = stuck[stuck != UNDECIDED]
    n = np.arange(1, REACH * d + 1)
    measured = (decided[:, None] > n).mean(axis=0) if len(decided) else np.zeros(len(n))
    cover = np.array(cover_curve(d))
    many = np.arange(1, REACH * MANY + 1) / MANY
    half = [2, 2, np.nan, 0, REACH], [0, 1, np.nan, 0.5, 0.5]
    shares = ui.panel(
        "Which share of random labellings can be separated?",
        ui.axis("points per dimension, n / d", 0, REACH),
        ui.axis("share separable", 0, 1.05, ticks=(0, 0.25, 0.5, 0.75, 1)),
        ui.line(many, cover_curve(MANY), f"Cover's count, d = {MANY}", ui.INK, "dotted", 1.5),
        ui.line(n / d, cover, f"Cover's count, d = {d}"),
        ui.line(*half, "half at n = 2d", ui.PINK, "dashed", 1.5),
        ui.dots(n / d, measured, f"measured, {runs} runs", ui.ORANGE, size=5),
    )
    return ui.Picture([shares], *_say(d, runs, measured, cover, len(stuck) - len(decided)))


def _say(d: int, runs: int, measured: Array, cover: Array, undecided: int) -> list[str]:
    chance = 2 * math.sqrt(0.25 / runs)
    every = "the first point" if d == 1 else f"the first {d} points (n ≤ d)"
    words = [
        f"d = {d}: up to {every}, every labelling is separable. At n = 2d = {2 * d} points "
        f"{100 * measured[2 * d - 1]:.0f} % of {runs} runs still are; Cover's count says "
        f"{100 * cover[2 * d - 1]:.0f} %.",
        f"The largest difference over all n is {100 * np.abs(measured - cover).max():.0f} % of the "
        f"runs; at one n chance alone makes up to about {100 * chance:.0f} %.",
        "A run draws points from a normal distribution, with random labels, until no hyperplane "
        "through the origin separates them; with a bias, count one dimension more.",
    ]
    if undecided:
        words.append(f"{undecided} runs were too close to call and are left out.")
    return words
