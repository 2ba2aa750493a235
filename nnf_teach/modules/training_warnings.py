"""What a training run warns of, in words. (Slide "Diagnosing and debugging".)"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.training_record import USUAL, Entry, TrainingRecord

Array = NDArray[np.float64]

FAR = 5.0  # a loss so many times the first one is no accident of one batch
STEEP = 100.0  # gradients so many times the first ones are an explosion
PEAK, GROWN = 3.0, 2.0  # a loss and weights that were once so many times the first: thrown far
AT_CHANCE = 0.95  # of `chance_loss`: who ends above has learnt nothing
ENOUGH = 24  # looks before a stall is called one
FEWEST = 10  # steps before an end is judged
MANY_DEAD = 0.05  # share of a layer's units; a few that hardly ever fire are no trouble
LARGE, TINY = 0.1, 1e-6  # update ratios that are worth a word
SLOPE = "gradient norm"
CLOSED = 0.9  # share of a layer's units that are dead where hardly anything comes through it


def warnings_of(record: TrainingRecord) -> list[str]:
    """Return sentences, each beginning with what it warns of and a colon, the worst first.

    "NaN", "Explosion", "Not learning" (where `chance_loss` is known), "Stalled", "Dead units",
    "Overfitting", "Large steps", "Levelled off", "Validation". No sentence: nothing to warn of.

    Examples
    --------
    >>> record = TrainingRecord(every=1)
    >>> for loss in (2.0, 1.0, float("nan")):
    ...     record.take((loss, [np.ones(2)]))
    >>> warnings_of(record)[0][:37]
    'NaN: the loss is nan since step 3. Ju'
    """
    entries = record.entries
    if not entries:
        return []
    lost = _lost(record)
    found = [lost] if lost else [_exploded(entries, record), _stalled(entries, record)]
    rest: tuple[Callable[[], str], ...] = (
        lambda: _dead(record),
        lambda: _overfits(entries),
        lambda: "" if lost else _large_steps(entries),
        lambda: f"Validation: {record.trouble}" if record.trouble else "",
    )
    return [words for words in (*found, *(look() for look in rest)) if words]


def _lost(record: TrainingRecord) -> str:
    """Say since when a number is not finite, and what came before."""
    bad = [
        entry
        for entry in record.entries
        if not math.isfinite(entry.loss)
        or (record.has_params and not math.isfinite(entry.weight_norm))
        or (record.has_grads and not math.isfinite(entry.gradient_norm))
    ]
    if not bad:
        return ""
    first = bad[0]
    if record.lost_at is not None and record.lost_at <= first.step:
        said = f"the loss is {_not_finite(first.loss)} since step {record.lost_at}."
    else:
        which = "a weight" if not math.isfinite(first.weight_norm) else "a gradient"
        value = first.weight_norm if which == "a weight" else first.gradient_norm
        said = f"{which} is {_not_finite(value)} since step {first.step} or shortly before."
    good = [entry for entry in record.entries if entry.step < first.step and entry not in bad]
    if not good:
        return (
            f"NaN: {said} It was so from the start: is there a nan in the data or in the "
            "starting weights, or a division by 0?"
        )
    last = good[-1]
    sizes = _sizes(last, record)
    grown = _times(last.gradient_norm, [entry.gradient_norm for entry in good])
    grown = max(grown, _times(last.loss, [entry.loss for entry in good]))
    if grown > 10:
        why = (
            f"They had grown {grown:.0e} times"
            if grown > 1e4
            else f"They had grown {grown:.0f} times"
        )
        why += ": is the learning rate too large?"
    else:
        why = "Nothing had grown before: is there a log of 0, a division by 0, or a large exp?"
    near = record.lost_at is None or last.step >= 0.9 * record.lost_at - 2
    when = "Just before" if near else "When it was last looked at"
    return f"NaN: {said} {when}, at step {last.step}, {sizes}. {why}"


def _not_finite(value: float) -> str:
    return "infinite" if math.isinf(value) else "nan"


def _sizes(entry: Entry, record: TrainingRecord) -> str:
    words = [f"the loss was {entry.loss:.3g}"]
    if record.has_grads:
        words.append(f"the gradient norm {entry.gradient_norm:.3g}")
    if record.has_params:
        words.append(f"the weight norm {entry.weight_norm:.3g}")
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _times(value: float, values: list[float]) -> float:
    """Return a value over the median of the first few; 0 where that makes no sense."""
    few = values[: max(1, min(5, len(values) // 3))]
    start = float(np.median(few))
    return value / start if start > 0 and math.isfinite(value) else 0.0


def _exploded(entries: list[Entry], record: TrainingRecord) -> str:
    first, last = entries[0], entries[-1]
    steep = _times(last.gradient_norm, [entry.gradient_norm for entry in entries])
    if len(entries) < 3 or not first.loss > 0:
        return ""
    if last.loss > FAR * first.loss or (steep > STEEP and last.loss > first.loss):
        return (
            f"Explosion: the loss has grown from {first.loss:.3g} to {last.loss:.3g}, the "
            f"{_slope(record)} {_fold(steep)}. Is the learning rate too large, or does a step go "
            "uphill?"
        )
    peak = max(entries, key=lambda entry: entry.loss)
    if peak.loss > PEAK * max(first.loss, record.chance or 0) and (
        last.weight_norm > GROWN * first.weight_norm
    ):
        return (
            f"Explosion: the loss rose from {first.loss:.3g} to {peak.loss:.3g} at step "
            f"{peak.step}, and the weight norm has grown from {first.weight_norm:.3g} to "
            f"{last.weight_norm:.3g}. Is the learning rate too large?"
        )
    return ""


def _slope(record: TrainingRecord) -> str:
    return SLOPE if record.has_grads else "length of a step"


def _fold(times: float) -> str:
    if 0.5 <= times < 2:
        return "hardly"
    return f"{times:,.0f} times" if times >= 2 else f"to {times:.2g} of itself"


def _stalled(entries: list[Entry], record: TrainingRecord) -> str:
    """Compare the last third of the steps with the third before, with the start and with chance."""
    steps = np.array([0, *(entry.step for entry in entries)])
    loss, covered = np.array([entry.loss for entry in entries]), np.diff(steps)
    third = record.step / 3
    last, middle = steps[1:] > 2 * third, (steps[1:] > third) & (steps[1:] <= 2 * third)
    if not (last.any() and middle.any()) or record.step < FEWEST:
        return ""
    before, late, start = (
        float(np.average(loss[part], weights=covered[part])) for part in (middle, last, [0])
    )
    spread = loss[last | middle].std() / math.sqrt(last.sum())
    flat = len(loss) >= ENOUGH and before - late <= max(0.01 * abs(start), spread)
    since = f"from step {steps[1:][last | middle][0]} on it stays near {late:.3g}"
    if record.chance and late > AT_CHANCE * record.chance and (flat or record.ended):
        return (
            f"Not learning: the loss is {late:.3g} in the end, and that of a model that has learnt "
            f"nothing {record.chance:.3g}. {_cause(entries, record)}"
        )
    if not flat:
        return ""
    if late > 0.9 * start:
        return f"Stalled: the loss began at {start:.3g}, and {since}. {_cause(entries, record)}"
    if late < 0.02 * start:
        return ""  # there is nothing left to learn
    why = _closed(record) or "Has it converged, or would a smaller learning rate go lower?"
    return f"Levelled off: the loss began at {start:.3g}, and {since}. {why}"


def _closed(record: TrainingRecord) -> str:
    """Say where nothing comes through, if there is such a layer."""
    if any(dead == units for dead, units in record.dead):
        return "Nothing comes through a layer whose units are all dead."
    if any(dead >= CLOSED * units for dead, units in record.dead):
        return "Hardly anything comes through a layer whose units are nearly all dead."
    return ""


def _cause(entries: list[Entry], record: TrainingRecord) -> str:
    """Say why nothing may be learnt."""
    ratios = [entry.update_ratio for entry in entries[-max(1, len(entries) // 3) :]]
    ratio = float(np.median([each for each in ratios if math.isfinite(each)] or [math.nan]))
    slope = _times(entries[-1].gradient_norm, [entry.gradient_norm for entry in entries])
    if entries[-1].gradient_norm == 0:
        return "Every gradient is 0: are all units dead, or is the loss not connected to them?"
    if closed := _closed(record):
        return closed
    if ratio < TINY:
        return f"A step is {ratio:.1g} times the weight norm: is the learning rate too small?"
    if 0 < slope < 1e-3:
        return f"Gradients have shrunk to {slope:.1g} of the first: do units saturate?"
    if ratio > LARGE:
        return f"A step is {ratio:.2g} times the weight norm: is the learning rate too large?"
    return "Do inputs and labels belong together, and are the inputs scaled?"


def _dead(record: TrainingRecord) -> str:
    words = [
        f"{dead} of {units} in hidden layer {layer}"
        for layer, (dead, units) in enumerate(record.dead, start=1)
        if dead > 0 and dead >= MANY_DEAD * units
    ]
    if not words:
        return ""
    return (
        f"Dead units: {', '.join(words)} got no gradient at all lately. A ReLU that is 0 for every "
        "example learns nothing more: is the learning rate too large, or a bias very negative?"
    )


def _overfits(entries: list[Entry]) -> str:
    measured = [
        entry for entry in entries if entry.validated and math.isfinite(entry.validation_loss)
    ]
    if len(measured) < 8:
        return ""
    losses = np.array([entry.validation_loss for entry in measured])
    best = int(losses.argmin())
    recent = float(np.median(losses[-3:]))
    if best > len(losses) - 4 or recent < 1.1 * losses[best]:
        return ""
    if measured[-1].loss > measured[best].loss:
        return ""  # both rise: another trouble
    return (
        f"Overfitting: the validation loss was lowest at step {measured[best].step} "
        f"({losses[best]:.3g}) and is {recent:.3g} now, while the training loss still falls."
    )


def _large_steps(entries: list[Entry]) -> str:
    ratios = [entry.update_ratio for entry in entries[-5:] if math.isfinite(entry.update_ratio)]
    if len(ratios) < 5 or float(np.median(ratios)) < LARGE:
        return ""
    return (
        f"Large steps: each is about {float(np.median(ratios)):.2g} times the weight norm; "
        f"{USUAL:g} is usual. Is the learning rate too large?"
    )
