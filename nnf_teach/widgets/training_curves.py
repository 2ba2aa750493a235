"""The curves of a training record, its warnings, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.training_record import USUAL, Entry, TrainingRecord
from nnf_teach.modules.training_warnings import warnings_of
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import typeset

Column = tuple[Array, Array]  # steps, and values there

MOST = 1e37  # the largest number drawn: the picture's numbers are float32
LOG_DECADES = -30, 37  # of a log axis
RUNNING = "Running"  # in place of how a run has ended
DRAWN = 400  # points of a curve, at most


def training_scene(record: TrainingRecord, ending: str = "") -> ui.Scene:
    """Return the picture of a record.

    >>> record = TrainingRecord(every=1)
    >>> for loss in (2.0, 1.0):
    ...     record.take((loss, [np.ones(2)], [np.ones(2)]))
    >>> training_scene(record).caption[:28]
    'Step 2: loss 1, gradient nor'
    """
    entries = list(record.entries)  # it may grow meanwhile
    warned = warnings_of(record)
    running = ending == RUNNING
    nothing = "Nothing to warn of so far." if running else "Nothing to warn of."
    kinds = [words.partition(":")[0] for words in warned]
    which = np.unique(np.linspace(0, max(0, len(entries) - 1), DRAWN).astype(int))
    drawn = [entries[k] for k in which] if entries else []
    picture = ui.Picture(
        [_losses(drawn, record), *((_norms(drawn, record), _ratios(drawn)) * record.has_params)],
        _now(entries, record),
        *(warned or [nothing] * bool(entries)),
        "It is still running." if running else "",
        f"{ending}, after step {record.step:,}." if ending and not running else "",
    )
    title = f"Training monitor: {', '.join(kinds)}" if kinds else "Training monitor"
    return typeset(ui.Scene(title, picture.panels, picture.caption))  # type: ignore[no-any-return]


def _now(entries: Sequence[Entry], record: TrainingRecord) -> str:
    if not entries:
        return "Waiting for the first step."
    last = entries[-1]
    words = [f"loss {last.loss:.3g}"]
    validated = [entry for entry in entries if entry.validated]
    if validated:
        words.append(f"validation loss {validated[-1].validation_loss:.3g}")
    if record.has_grads:
        words.append(f"gradient norm {last.gradient_norm:.3g}")
    if record.has_params:
        words.append(f"weight norm {last.weight_norm:.3g}")
    ratios = [entry.update_ratio for entry in entries[-2:] if math.isfinite(entry.update_ratio)]
    if ratios:
        words.append(f"a step is {ratios[-1]:.2g} times the weight norm")
    return f"Step {last.step:,}: {', '.join(words)}."


def _losses(drawn: list[Entry], record: TrainingRecord) -> ui.Panel:
    steps, losses = _column(drawn, "loss")
    validation = _column([entry for entry in drawn if entry.validated], "validation_loss")
    y = _value_axis("loss", losses, validation[1])
    end: ui.Mark | None = None
    if record.lost_at is not None:
        end = ui.upright(record.lost_at, [y.low, y.high], f"lost at step {record.lost_at}", width=2)
    elif len(steps):
        end = ui.dots(steps[-1], losses[-1], f"now {losses[-1]:.3g}", size=8)
    return ui.panel(
        "Loss",
        _steps(drawn),
        y,
        _looks(ui.line(steps, losses, "training loss")),
        _looks(ui.line(*validation, "validation loss", ui.ORANGE, "dashed", 2.5))
        if validation[0].size
        else None,
        end,
    )


def _norms(drawn: list[Entry], record: TrainingRecord) -> ui.Panel:
    weights, slopes = _column(drawn, "weight_norm"), _column(drawn, "gradient_norm")
    label = "gradients" if record.has_grads else "steps (no gradients given)"
    return ui.panel(
        "Norms",
        _steps(drawn),
        _value_axis("norm", weights[1], slopes[1], log=True),
        _looks(ui.line(*weights, "weights", ui.GREEN, width=2.5)),
        _looks(ui.line(*slopes, label, ui.PINK, "dashed")),
    )


def _ratios(drawn: list[Entry]) -> ui.Panel:
    ratios, steps = _column(drawn, "update_ratio"), _steps(drawn)
    return ui.panel(
        "Update ratio",
        steps,
        _value_axis("step / weights", ratios[1], log=True, around=USUAL),
        ui.level(USUAL, [steps.low, steps.high], f"usual: about {USUAL:g}", width=2),
        _looks(ui.line(*ratios, "length of a step / of the weights", ui.YELLOW)),
    )


def _looks(curve: ui.Line) -> list[ui.Mark]:
    """Return a curve with a dot at each look: between two of them anything may have happened."""
    return [curve, ui.dots(curve.x, curve.y, "", curve.color, size=3)]


def _steps(drawn: list[Entry]) -> ui.Axis:
    return ui.axis("step", 0, max(drawn[-1].step if drawn else 1, 2))


def _column(drawn: list[Entry], name: str) -> Column:
    """Return the steps and values of those entries at which the value is a number."""
    rows = [(entry.step, getattr(entry, name)) for entry in drawn]
    rows = [row for row in rows if math.isfinite(row[1])]
    x, y = np.array(rows, dtype=np.float64).reshape(-1, 2).T
    return x, np.clip(y, -MOST, MOST)


def _value_axis(
    label: str, *columns: Array, log: bool = False, around: float | None = None
) -> ui.Axis:
    """Return an axis that holds all values: log where asked for, or where they need it."""
    values = np.concatenate([*columns, [] if around is None else [around]])
    high = float(values.max(initial=0)) or 1.0
    positive = values[values > 0]
    low = float(positive.min(initial=high))
    if len(positive) and (log or (high > 100 * low and len(positive) == len(values))):
        least, most = LOG_DECADES
        first = max(math.floor(math.log10(low) - 0.05), least)
        last = min(max(math.ceil(math.log10(high) + 0.05), first + 1), most)
        decades = range(first, last + 1, max(1, -(-(last - first) // 6)))
        return ui.log_axis(
            f"{label} (log scale)", 10.0**first, 10.0**last, [10.0**k for k in decades]
        )
    return ui.axis(label, min(0.0, 1.1 * float(values.min(initial=0))), min(1.1 * high, MOST))
