"""Static figures of the lessons (matplotlib): axes in, axes out.

Each `plot_x(..., ax=None)` draws on the given axes, or on those of a new figure, and returns
them; nothing is shown as a side effect. `picture` shows them in a notebook, with alt text.
"""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnf_teach import session

BLUE, ORANGE, GRAY = "#0072b2", "#d55e00", "#767676"


def new_axes(columns: int = 1, width: float = 4.2, height: float = 3.2) -> Any:
    """Return the axes of a new figure: one, or an array of `columns`."""
    figure = Figure(figsize=(width * columns, height), layout="constrained")
    return figure.subplots(1, columns)


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
        color = (BLUE, ORANGE, GRAY)[k % 3]
        ax.plot(x, function(x), strokes[k % 4], color=color, linewidth=2, label=label)
    ax.set_xlabel("x")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def plot_neuron(ax: Axes | None = None) -> Axes:
    """Draw the artificial neuron of the slide: inputs, weights, sum, activation, output."""
    ax = new_axes(width=7, height=2.8) if ax is None else ax
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

    ax.add_patch(Rectangle((x - half, -0.4), 2 * half, 0.8, facecolor="white", edgecolor="black"))
    ax.text(x, 0.0, text, ha="center", va="center", fontsize=10)


def _arrow(ax: Axes, tail: tuple[float, float], tip: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.2}
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
    ax = new_axes(width=1.25 * len(modules) + 2, height=2.2) if ax is None else ax
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
    ax = new_axes(height=3.6, width=3.6) if ax is None else ax
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
        ax.contour(x1, x2, total, levels=[0], colors=["black"], linewidths=2)
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
    ax = new_axes(width=3.8, height=3.6) if ax is None else ax
    for label, symbol, color in ((0, "o", BLUE), (1, "s", ORANGE)):
        x1, x2 = X[np.asarray(t) == label].T
        ax.plot(x1, x2, symbol, color=color, markersize=5, label=f"t = {label}")
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_digits(images: Any, titles: Sequence[str], axes: Any = None) -> Any:
    """Show images in a row, each under its title; returns the array of axes.

    >>> len(plot_digits(np.zeros((3, 28, 28)), ["0", "1", "2"]))
    3
    """
    axes = new_axes(len(titles), width=0.7, height=1.0) if axes is None else axes
    for image, title, ax in zip(images, titles, np.ravel(axes), strict=True):
        ax.imshow(image, cmap="gray_r")
        ax.set_title(title, fontsize=10)
        ax.axis("off")
    return axes


def plot_history(history: Mapping[str, Any], axes: Any = None) -> Any:
    """Plot a recorded run: its losses on the left, its norms on the right; returns both axes.

    Hatching covers the entries from the first value on that is not finite. A scale is logarithmic
    where values differ by more than 30 times.

    >>> run = {"loss": [0.7, 0.2], "validation_loss": [0.7, 0.3], "chance_loss": 0.69}
    >>> left, right = plot_history(run | {"gradient_norm": [1, 0.5], "weight_norm": [1, np.inf]})
    >>> [line.get_label() for line in left.lines]
    ['loss', 'validation loss', 'chance']
    """
    axes = new_axes(2, width=4.4) if axes is None else axes
    panels = (("loss", "validation_loss"), ("gradient_norm", "weight_norm"))
    for ax, names in zip(np.ravel(axes), panels, strict=True):
        values = np.array([history[name] for name in names], dtype=float)
        strokes = ((BLUE, "-"), (ORANGE, "--"))
        for name, curve, (color, stroke) in zip(names, values, strokes, strict=True):
            ax.plot(np.where(np.isfinite(curve), curve, np.nan), stroke, color=color, linewidth=2,
                    label=name.replace("_", " "))  # fmt: skip
        if "loss" in names:
            ax.axhline(history["chance_loss"], color=GRAY, linestyle="-.", label="chance")
            if "kept_validation_loss" in history:
                kept = history["kept_validation_loss"]
                ax.axhline(kept, color="black", linestyle=":", label="network that was kept")
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
        ax.grid(alpha=0.3)
        ax.legend(fontsize=8)
    return axes


class Picture:
    """A figure with its alt text, shown as the last value of a notebook cell."""

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        png = io.BytesIO()
        self.figure.savefig(png, format="png", dpi=100, metadata={"Software": None})
        encoded = base64.b64encode(png.getvalue()).decode()
        if session.strict():  # stored outputs: pixels differ between machines, so none in HTML
            return {"text/plain": self.alt, "image/png": encoded}
        image = (
            f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{encoded}" '
            'style="max-width:100%;background:white">'
        )
        return {"text/plain": self.alt, "text/html": image}


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
    figure = first.get_figure(root=True)
    assert figure is not None
    return Picture(figure, alt)
