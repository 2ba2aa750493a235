"""Static figures of the lessons (matplotlib): axes in, axes out.

Each `plot_x(..., ax=None)` draws on the given axes, or on those of a new figure, and returns
them; nothing is shown as a side effect. `picture` shows them in a notebook, with alt text.
"""

from __future__ import annotations

import base64
import io
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

from nnf_teach import looks, session

BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, INK = looks.SERIES
GRAY, GRID = "#616161", "#E0E0E0"
STROKES: dict[str, Any] = {"solid": "-", "dashed": (0, (4, 2.5)), "dotted": (0, (1, 1.6))}
SYMBOLS = {"circle": "o", "square": "s", "triangle": "^", "cross": "X"}
WIDTH = 7.4  # inches of a figure, of 100 pixels each: the width of the text
STYLE: Any = {  # as the widgets have it: type of 12 pixels, thin grey frames
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRAY,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=looks.SERIES),
    "grid.color": GRID,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "path",
}
GRADIENTS_AND_WEIGHTS = (
    looks.Meaning(looks.PINK, "dashed", "square"),
    looks.Meaning(looks.GREEN, "solid", "circle"),
)  # as in the training monitor, in the order of a history: gradients, weights
ON_PAGE = {
    **{color: f"var(--nnf-series-{k}, {color})" for k, color in enumerate(looks.SERIES[:6])},
    INK: f"var(--jp-content-font-color1, {INK})",
    GRAY: f"var(--jp-ui-font-color2, {GRAY})",
    GRID: f"var(--jp-border-color2, {GRID})",
    "#FFFFFF": "var(--jp-layout-color0, #fff)",
}
ON_DARK = ";".join(f"--nnf-series-{k}:{color}" for k, color in enumerate(looks.SERIES_ON_DARK))


def new_axes(columns: int = 1, height: float = 3.0, width: float = WIDTH, rows: int = 1) -> Any:
    """Return the axes of a new figure in the course's style: one, or an array of them."""
    figure = Figure(figsize=(width, height * rows), layout="constrained")
    with rc_context(STYLE):
        return figure.subplots(rows, columns)


def look(label: str, line: bool = True) -> dict[str, Any]:
    """Return how what a label names is drawn in every picture of the course, for `ax.plot`.

    >>> look("test error")["color"] == ORANGE
    True

    Raises
    ------
    ValueError
        When `looks.MEANINGS` has no such word.
    """
    meaning = looks.meaning_of(label)
    if meaning is None:
        raise ValueError(f"look: no meaning is known for {label!r}; see nnf_teach/looks.py")
    drawn = {"color": looks.SERIES[meaning.color], "label": label}
    if line:
        return drawn | {"linestyle": STROKES[meaning.stroke], "linewidth": 2}
    return drawn | {"linestyle": "", "marker": SYMBOLS[meaning.symbol]}


def plot_function(
    functions: Sequence[Callable[[Any], Any]],
    low: float,
    high: float,
    labels: Sequence[str],
    ax: Axes | None = None,
) -> Axes:
    """Plot functions of one number over [low, high], told apart by colour and stroke.

    >>> plot_function([np.sin, np.cos], 0, 3, ["sin", "cos"]).lines[1].get_label()
    'cos'
    """
    ax = new_axes() if ax is None else ax
    x = np.linspace(low, high, 400)
    strokes = ["-", "--", ":", "-."]
    for k, (function, label) in enumerate(zip(functions, labels, strict=True)):
        free = {"color": looks.SERIES[k], "linestyle": strokes[k % 4], "linewidth": 2}
        meant = looks.meaning_of(label)
        ax.plot(x, function(x), **(look(label) if meant else free | {"label": label}))
    ax.set_xlabel("x")
    ax.legend()
    return ax


def plot_neuron(ax: Axes | None = None) -> Axes:
    """Draw the artificial neuron of the slide: inputs, weights, sum, activation, output."""
    ax = new_axes(height=2.9) if ax is None else ax
    rows = [("$x_1$", "$w_1$", 1.0), ("$x_2$", "$w_2$", 0.0), ("$x_D$", "$w_D$", -1.0)]
    for x, w, height in rows:
        _node(ax, 0.0, height, x)
        _arrow(ax, (0.28, height), (2.0 - 0.38, 0.16 * height))
        ax.text(0.8, height * 0.66 + 0.14, w, ha="center", va="bottom", fontsize=12)
    ax.text(0.0, -0.5, "...", ha="center", va="center", fontsize=14, rotation=90)
    _node(ax, 2.0, 0.0, r"$\sum$", radius=0.38)
    _node(ax, 2.0, -1.25, "$b$")
    _arrow(ax, (2.0, -0.97), (2.0, -0.38))
    _node(ax, 3.5, 0.0, "$f$", radius=0.38)
    _arrow(ax, (2.38, 0.0), (3.12, 0.0))
    _arrow(ax, (3.88, 0.0), (4.6, 0.0))
    ax.text(4.7, 0.0, r"$y = f(\langle w, x \rangle + b)$", va="center", fontsize=13)
    names = [(0.0, "inputs"), (0.85, "weights"), (2.0, "sum"), (3.5, "activation")]
    for x_name, name in names:
        ax.text(x_name, 1.62, name, ha="center", color=GRAY, fontsize=10)
    ax.set(xlim=(-0.6, 6.9), ylim=(-1.65, 1.9), aspect="equal")
    ax.axis("off")
    return ax


def _node(ax: Axes, x: float, y: float, text: str, radius: float = 0.28) -> None:
    from matplotlib.patches import Circle

    ax.add_patch(Circle((x, y), radius, facecolor="white", edgecolor=BLUE, linewidth=1.8))
    ax.text(x, y, text, ha="center", va="center", fontsize=12)


def _box(ax: Axes, x: float, half: float, text: str) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((x - half, -0.4), 2 * half, 0.8, facecolor="white", edgecolor=INK))
    ax.text(x, 0.0, text, ha="center", va="center", fontsize=10)


def _arrow(ax: Axes, tail: tuple[float, float], tip: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.2}
    ax.annotate("", xy=tip, xytext=tail, arrowprops=arrow)


def plot_modules(
    modules: Sequence[str],
    parameters: Sequence[str],
    target: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a network as a computational graph: data in circles, modules in boxes.

    Parameters
    ----------
    modules
        The modules from the input on.
    parameters
        What each module is given from above, "" for nothing.
    target
        What the last module compares with, "" for nothing.

    >>> ax = plot_modules(["linear", "ReLU"], ["$W, b$", ""])
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['$x$', 'linear', '$W, b$', 'ReLU', '$y$']
    """
    ax = new_axes(height=2.2) if ax is None else ax
    gap, half = 1.8, 0.62  # between the middles, and from the middle of a box to its side
    _node(ax, 0.3, 0.0, "$x$")
    for k, (name, given) in enumerate(zip(modules, parameters, strict=True), start=1):
        _box(ax, gap * k, half, name)
        tail = 0.58 if k == 1 else gap * (k - 1) + half
        _arrow(ax, (tail, 0.0), (gap * k - half, 0.0))
        if given:
            _node(ax, gap * k, 1.25, given, radius=0.5)
            _arrow(ax, (gap * k, 0.75), (gap * k, 0.4))
    last, end = gap * len(modules), gap * (len(modules) + 1) - 0.3
    _arrow(ax, (last + half, 0.0), (end - 0.28, 0.0))
    _node(ax, end, 0.0, "$L$" if target else "$y$")
    if target:
        _node(ax, last, -1.1, target)
        _arrow(ax, (last, -0.82), (last, -0.4))
    ax.set(xlim=(-0.1, end + 0.4), ylim=(-1.5, 1.85), aspect="equal")
    ax.axis("off")
    return ax


def plot_gate(gate: Callable[[], Any], ax: Axes | None = None) -> Axes:
    """Draw a threshold neuron `gate() -> (w, b)` over the four corners of {0, 1}^2.

    Filled circles are corners at which it fires, crosses those at which it is silent; the
    side that fires is shaded. A gate that is not written yet leaves question marks.

    >>> plot_gate(lambda: ([1, 1], -1.5)).get_title()
    'gate'
    """
    ax = new_axes(height=3.6) if ax is None else ax
    name = getattr(gate, "__name__", "gate")
    name = "gate" if name == "<lambda>" else name
    failed = True
    try:
        w, b = gate()
        w, b, failed = np.asarray(w, dtype=float), float(b), False
    except NotImplementedError:
        w, b, name = np.zeros(2), 0.0, f"{name}: not written yet"
    except Exception as error:
        w, b, name = np.zeros(2), 0.0, f"{name}: {type(error).__name__}"
    span = np.linspace(-0.5, 1.5, 201)
    x1, x2 = np.meshgrid(span, span)
    total = w[0] * x1 + w[1] * x2 + b
    if np.any(w):
        ax.contourf(x1, x2, total, levels=[0, np.inf], colors=[ORANGE], alpha=0.2)
        ax.contour(x1, x2, total, levels=[0], colors=[INK], linewidths=2)
    elif b > 0:
        ax.set_facecolor((0.84, 0.37, 0, 0.2))  # no line: it fires everywhere
    for corner in itertools.product((0, 1), repeat=2):
        fires = w @ np.array(corner) + b > 0
        symbol, color = ("o", ORANGE) if fires else ("x", BLUE)
        if failed:
            symbol, color = "$?$", GRAY
        ax.plot(*corner, marker=symbol, color=color, markersize=12, markeredgewidth=3 - 2 * failed)
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=[0, 1], yticks=[0, 1], aspect="equal",
           xlabel="$x_1$", ylabel="$x_2$", title=name)  # fmt: skip
    return ax


def plot_points(X: Any, t: Any, ax: Axes | None = None) -> Axes:
    """Plot examples of two classes in the plane: circles for t = 0, squares for t = 1.

    >>> [line.get_label() for line in plot_points(np.eye(2), np.array([0, 1])).lines]
    ['t = 0', 't = 1']
    """
    ax = new_axes(height=3.6) if ax is None else ax
    for label in (0, 1):
        x1, x2 = X[np.asarray(t) == label].T
        ax.plot(x1, x2, **look(f"t = {label}", line=False), markersize=5)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_digits(images: Any, titles: Sequence[str], axes: Any = None) -> Any:
    """Show images in a row, each under its title; returns the array of axes.

    >>> len(plot_digits(np.zeros((3, 28, 28)), ["0", "1", "2"]))
    3
    """
    axes = (
        new_axes(len(titles), height=0.3 + min(WIDTH / len(titles), 1.2)) if axes is None else axes
    )
    for image, title, ax in zip(images, titles, np.ravel(axes), strict=True):
        ax.imshow(image, cmap="gray_r")
        ax.set_title(title, fontweight="normal")
        ax.axis("off")
    return axes


def plot_history(history: Mapping[str, Any], axes: Any = None) -> Any:
    """Plot a recorded run: its losses on the left, its norms on the right; returns both axes.

    With axes that are given, the legend is the caller's.

    Hatching covers the entries from the first value on that is not finite. A scale is logarithmic
    where values differ by more than 30 times.

    >>> run = {"loss": [0.7, 0.2], "validation_loss": [0.7, 0.3], "chance_loss": 0.69}
    >>> left, right = plot_history(run | {"gradient_norm": [1, 0.5], "weight_norm": [1, np.inf]})
    >>> [line.get_label() for line in left.lines]
    ['loss', 'validation loss', 'chance']
    """
    own = axes is None
    axes = new_axes(2) if own else axes
    panels = (("loss", "validation_loss"), ("gradient_norm", "weight_norm"))
    for ax, names in zip(np.ravel(axes), panels, strict=True):
        values = np.array([history[name] for name in names], dtype=float)
        drawn = (looks.TRAINING, looks.TEST) if "loss" in names else GRADIENTS_AND_WEIGHTS
        for name, curve, meaning in zip(names, values, drawn, strict=True):
            ax.plot(np.where(np.isfinite(curve), curve, np.nan), color=looks.SERIES[meaning.color],
                    linestyle=STROKES[meaning.stroke], linewidth=2,
                    label=name.replace("_", " "))  # fmt: skip
        if "loss" in names:
            ax.axhline(history["chance_loss"], color=GRAY, linestyle="-.", label="chance")
            if "kept_validation_loss" in history:
                kept = history["kept_validation_loss"]
                ax.axhline(kept, color=INK, linestyle=":", label="network that was kept")
        lost = np.flatnonzero(~np.isfinite(values).all(axis=0))
        if lost.size:
            last = max(values.shape[1] - 1, lost[0] + 0.5)
            ax.axvspan(lost[0], last, facecolor="none", edgecolor=GRAY, hatch="//",
                       label="not finite")  # fmt: skip
        seen = values[np.isfinite(values) & (values > 0)]
        if seen.size and seen.max() > 30 * seen.min():
            ax.set_yscale("log")
        else:
            ax.set_ylim(0, 1.1 * ax.get_ylim()[1])  # so that what hardly moves looks like it
        ax.set_xlabel("entry")
        if own:
            ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)
    return axes


def plot_histories(histories: Sequence[Mapping[str, Any]], titles: Sequence[str]) -> Any:
    """Plot recorded runs, two in a row, each as `plot_history` does; returns the array of axes.

    >>> run = {"loss": [0.7, 0.2], "validation_loss": [0.7, 0.3], "chance_loss": 0.69}
    >>> plot_histories([run | {"gradient_norm": [1, 2], "weight_norm": [1, 2]}] * 2, "ab").shape
    (1, 4)
    """
    axes = new_axes(4, height=2.3, rows=-(-len(histories) // 2)).reshape(-1, 4)
    pairs = axes.reshape(-1, 2)
    shown: dict[str, Any] = {}
    for history, title, pair in zip(histories, titles, pairs, strict=False):
        plot_history(history, pair)
        pair[0].set_title(title)
        for ax in pair:
            handles, labels = ax.get_legend_handles_labels()
            shown |= dict(zip(labels, handles, strict=True))
    for ax in pairs[len(histories) :].flat:
        ax.remove()
    figure = pairs[0, 0].get_figure()
    figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=3)
    return axes


class Picture:
    """A figure with its alt text, shown as the last value of a notebook cell."""

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt
        for legend in figure.findobj(Legend):
            legend.set_frame_on(False)
            for text in legend.get_texts():
                text.set_fontsize(STYLE["font.size"])
        artist: Any
        for artist in figure.findobj(lambda one: isinstance(one, Text | Line2D)):
            if to_hex(artist.get_color()) == "#000000":  # nobody has chosen it
                artist.set_color(INK)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if session.strict():  # stored outputs: pixels differ between machines, so none in HTML
            png = io.BytesIO()
            self.figure.savefig(png, format="png", dpi=100, metadata={"Software": None})
            encoded = base64.b64encode(png.getvalue()).decode()
            return {"text/plain": self.alt, "image/png": encoded}
        return {"text/plain": self.alt, "text/html": self._html()}

    def _html(self) -> str:
        """Return the figure as a drawing that takes the colours of the page, light or dark."""
        drawn = io.StringIO()
        with rc_context(STYLE):
            self.figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
        svg = drawn.getvalue()
        svg = svg[svg.index("<svg") :]
        for color, variable in ON_PAGE.items():
            svg = re.sub(f": {color}\\b", f": {variable}", svg, flags=re.IGNORECASE)
        words = f'<svg role="img" aria-label="{escape(self.alt)}" style="width:100%;height:auto" '
        width = round(100 * self.figure.get_figwidth())
        return (
            f"<style>[data-jp-theme-light=false] .nnf-figure{{{ON_DARK}}}</style>"
            f'<div class="nnf-figure" style="max-width:{width}px">{svg.replace("<svg ", words, 1)}'
            "</div>"
        )


def picture(axes: Any, alt: str) -> Picture:
    """Show a figure in a notebook, with words for those who cannot see it.

    Parameters
    ----------
    axes
        The axes of the figure, one or an array of them.
    alt
        What the figure shows, in a sentence.

    Raises
    ------
    ValueError
        When `alt` is empty.

    >>> picture(plot_gate(lambda: ([1, 1], -1.5)), alt="an AND gate")
    an AND gate
    """
    if not alt.strip():
        raise ValueError("picture got an empty alt text; say in a sentence what the figure shows")
    first = axes if isinstance(axes, Axes) else np.ravel(axes)[0]
    assert first.figure is not None
    return Picture(first.figure.figure, alt)
