"""The playground drawn with matplotlib: what a stored notebook shows where no engine runs."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnf_teach.looks import SERIES
from nnf_teach.widgets.fallback.palette import color_map
from nnf_teach.widgets.playground.data import INPUTS
from nnf_teach.widgets.playground.engine import Run
from nnf_teach.widgets.playground.settings import goal_of, is_regression
from nnf_teach.widgets.playground.words import caption, goal

REACH = 6.0
CELLS = 80
NEGATIVE, POSITIVE, INK = SERIES[0], SERIES[1], SERIES[6]
DASHES: Any = (0, (4, 2.5))


def draw(run: Run) -> Figure:
    """Draw the network, its output with the data, and the loss curve; below, the words."""
    figure = Figure(figsize=(7.4, 7.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle("Neural network playground", fontsize=12, fontweight="bold")
    words = [textwrap.fill(line, 100) for line in (goal(run), caption(run))]
    figure.supxlabel("\n".join(words), x=0.01, ha="left", fontsize=9.5, linespacing=1.35)
    parts = figure.subplot_mosaic([["network", "network"], ["output", "losses"]])
    draw_network(parts["network"], run)
    draw_output(parts["output"], run)
    draw_losses(parts["losses"], run)
    return figure


def draw_network(ax: Axes, run: Run) -> Axes:
    """Draw units as circles, weights as lines: orange and solid above 0, blue and dashed below."""
    columns = [len(run.settings["inputs"]), *(len(b) for _, b in run.params)]
    height = max(columns)
    at = [
        [(column, (count - 1) / 2 - k) for k in range(count)]
        for column, count in enumerate(columns)
    ]
    for layer, (W, _) in enumerate(run.params):
        for k, row in enumerate(W):
            for d, weight in enumerate(row):
                (x0, y0), (x1, y1) = at[layer][d], at[layer + 1][k]
                ax.plot(
                    (x0, x1),
                    (y0, y1),
                    color=NEGATIVE if weight < 0 else POSITIVE,
                    linestyle=DASHES if weight < 0 else "-",
                    linewidth=min(6.0, 0.4 + 1.2 * abs(float(np.nan_to_num(weight)))),
                    zorder=1,
                )
    for column in at:
        ax.plot(*zip(*column, strict=True), "o", color="white", mec=INK, ms=13, zorder=2)
    for (x, y), name in zip(at[0], run.settings["inputs"], strict=True):
        ax.text(x - 0.16, y, pretty(name), ha="right", va="center", fontsize=10)
    ax.set(xlim=(-0.75, len(columns) - 0.75), ylim=(-height / 2 - 0.2, height / 2 + 0.2))
    ax.set_title("Network: solid +, dashed \N{MINUS SIGN}", fontsize=11)
    ax.axis("off")
    return ax


def draw_output(ax: Axes, run: Run) -> Axes:
    """Draw the network's answer at every point, and the training points."""
    side = (np.arange(CELLS) + 0.5) / CELLS * 2 * REACH - REACH
    x1, x2 = np.meshgrid(side, side)
    answer = run.layers(np.column_stack([x1.ravel(), x2.ravel()]))[-1].reshape(CELLS, CELLS)
    if run.settings["discretize"]:
        answer = np.where(answer >= 0, 0.7, -0.7)
    image = ax.imshow(
        np.ma.masked_invalid(answer),
        extent=(-REACH, REACH, -REACH, REACH),
        origin="lower",
        cmap=color_map("diverging"),
        vmin=-1,
        vmax=1,
        interpolation="bilinear",
    )
    parts = [(run.split.X, run.split.t, True)]
    if run.settings["show_test"]:
        parts.append((run.split.X_test, run.split.t_test, False))
    for X, t, train in parts:
        _points(ax, run, X, t, train)
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel="$x_1$", ylabel="$x_2$")
    ax.set_title("Output", fontsize=11)
    ax.tick_params(labelsize=9)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False, fontsize=9)
    assert ax.figure is not None
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1.04, 0, 0.05, 1)), ticks=(-1, 0, 1))
    bar.ax.tick_params(labelsize=9)
    return ax


def _points(ax: Axes, run: Run, X: Any, t: Any, train: bool) -> None:
    names = (
        ("t at least 0", "t below 0") if is_regression(run.settings) else ("class +1", "class -1")
    )
    for symbol, color, name, chosen in (
        ("^", POSITIVE, names[0], t >= 0),
        ("o", NEGATIVE, names[1], t < 0),
    ):
        ax.plot(
            X[chosen, 0],
            X[chosen, 1],
            symbol,
            color=color if train else "white",
            mec="white" if train else color,
            ms=5,
            mew=0.6 if train else 1,
            label=name if train else f"{name} (test)",
        )


def draw_losses(ax: Axes, run: Run) -> Axes:
    """Draw both losses over the epochs, and the goal."""
    history = np.array(run.history)
    ax.plot(history[:, 0], history[:, 1], color=NEGATIVE, label="training")
    ax.plot(history[:, 0], history[:, 2], color=POSITIVE, linestyle=DASHES, label="test")
    ax.axhline(goal_of(run.settings), color=INK, linestyle=":", label="goal")
    top = np.nanmax(np.where(np.isfinite(history[:, 1:]), history[:, 1:], np.nan), initial=0.1)
    ax.set(xlim=(0, max(10, history[-1, 0])), ylim=(0, 1.1 * top), xlabel="epoch")
    ax.set_title("Mean loss", fontsize=11)
    ax.tick_params(labelsize=9)
    ax.grid(color="#E0E0E0", linewidth=0.8)
    ax.legend(frameon=False, fontsize=9)
    return ax


def pretty(name: str) -> str:
    """Write an input as a formula.

    >>> pretty("x1^2"), pretty("sin x2")
    ('$x_1^2$', '$\\\\sin\\\\,x_2$')
    """
    assert name in INPUTS
    text = name.replace("x1", "x_1").replace("x2", "x_2").replace("sin ", r"\sin\,")
    return f"${text}$"
