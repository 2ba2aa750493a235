"""Double descent: train and test error as a model grows past the number of its examples.

Slides "Overfitting and regularisation": Belkin et al. 2019; Nakkiran et al. 2019. Random Fourier
features on 1,000 digits of MNIST, tested on 2,000 others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnf_teach import looks
from nnf_teach.experiments import double_descent as models
from nnf_teach.modules.double_descent import DescentPoint, Fit
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import adapt, attempt, yours
from nnf_teach.widgets.working import waiting

Curve = list[DescentPoint]

SIZES_OF_THEIRS = models.SIZES.index(3000) + 1  # a pseudoinverse of more takes long
TICKS = (10, 100, 1000, 10_000)
PLAIN, RIDGED = ui.Look(*looks.TEST, 3), ui.Look(*looks.RIDGE, 1.5)
SIZE = ui.log_axis("features (log scale)", 8, 13_000, TICKS)
NORM = ui.log_axis("√(sum of w²) (log scale)", 0.5, 10_000, (1, *TICKS))


def _guarded(fit: Fit, F: Any, T: Any) -> Any:
    result, problem = attempt(fit, F, T)
    if problem:
        raise ValueError(problem.removeprefix("Your "))
    return result


def _try(fit: Fit) -> models.Models:
    theirs = models.Models(adapt(fit, _guarded))
    theirs.go_to(0)
    return theirs


def _theirs(s: ui.Values) -> models.Models | None:
    theirs: models.Models | None = s.kept(_try, s.given["fit"]) if s.given["fit"] else None
    return theirs


def _last(s: ui.Values) -> int:
    theirs = _theirs(s)
    return (SIZES_OF_THEIRS if theirs and not theirs.problem else len(models.SIZES)) - 1


def _fit_up_to(frame: int, theirs: models.Models | None) -> int:
    """Fit the models up to a size, and return the last one that is done: it can be interrupted."""
    used = [theirs] if theirs and not theirs.problem else []
    fitted = [models.our_models(), *used]
    k = done = min(len(some.points) for some in fitted)
    doing, end = "Fitting models of growing size", "The models are fitted."
    try:
        with waiting(doing, frame + 1 - done, end) as tell:
            for k in range(done, frame + 1):
                for some in fitted:
                    some.go_to(k)
                tell(k + 1 - done)
    except KeyboardInterrupt:
        if k < 1:
            raise
        return k - 1
    return frame


@ui.widget(
    "Double descent",
    ui.player("frame", "Models fitted, from 10 features on", _last, rate=4),
    ui.slider("ridge", "Ridge λ", models.RIDGES[0], models.RIDGES[-1], 0.5, at=0.1, scale="log"),
    ui.choice("noise", "Wrong training labels", models.NOISE),
    begin=lambda fit=None: {"frame": (SIZES_OF_THEIRS if fit else len(models.SIZES)) - 1},
)
def double_descent(s: ui.Values, fit: Fit | None = None) -> ui.Picture:
    """Grow a model past the number of its examples, with and without a ridge.

    Parameters
    ----------
    fit : function of (F (N, P), T (N, K)) -> weights (P, K), optional
        Your own `min_norm_fit`: it then fits the models without a ridge, up to 3,000 features,
        which takes a few seconds. Interrupt it (the stop button) to look at those that are done.
        Our models are recorded.

    Examples
    --------
    >>> stage = double_descent()
    >>> stage.set(frame=12)  # as many features as digits
    >>> "This is the peak." in stage.scene.caption
    True
    """
    theirs = _theirs(s)
    frame = _fit_up_to(min(s.frame, _last(s)), theirs)
    kind = list(models.NOISE).index(s.noise)
    which = int(np.argmin(np.abs(np.log(np.array(models.RIDGES) / s.ridge))))
    rows = [row[kind] for row in models.our_models().points[: frame + 1]]
    plain, whose, credit = [row[0] for row in rows], "no ridge", ""
    if theirs and theirs.problem:
        credit = f"Your {theirs.problem.rstrip('.')}, so this is ours."
    elif theirs:
        plain = [row[kind][0] for row in theirs.points[: frame + 1]]
        whose, credit = yours(fit), f"Fitted by {yours(fit)}."
    chosen, ridge = [row[1 + which] for row in rows], f"ridge λ = {models.RIDGES[which]:g}"
    return ui.Picture(
        (
            _errors(plain, chosen, ridge, whose),
            _norms(plain, chosen, ridge),
            _ridges(plain[-1], rows[-1][1:], which),
        ),
        credit,
        *_say(plain, rows[-1][1:], which, s.noise),
        state={"frame": frame, "ridge": models.RIDGES[which]},
    )


def _threshold(low: float, high: float) -> ui.Line:
    return ui.upright(models.DIGITS, [low, high], "as many as digits: 1,000", width=2)


def _series(points: Curve, field: str) -> Any:
    return np.array([getattr(point, field) for point in points])


def _two(p: Any, plain: Any, chosen: Any, words: str, with_ridge: str, now: str) -> list[Any]:
    """Draw what has no ridge and what has one, and where the newest model stands."""
    return [
        RIDGED.marked(p, chosen, with_ridge, 5),
        PLAIN.line(p, plain, words),
        PLAIN.dots(p[-1], plain[-1], f"now: {now}"),
    ]


def _errors(plain: Curve, chosen: Curve, ridge: str, whose: str) -> ui.Panel:
    p, train = _series(plain, "features"), 100 * _series(plain, "train_error")
    test, ridged = (100 * _series(points, "test_error") for points in (plain, chosen))
    words = f"test error, {whose}", f"test error, {ridge}"
    return ui.panel(
        "Digits read wrongly",
        SIZE,
        ui.axis("% read wrongly", 0, 100),
        _threshold(0, 100),
        ui.line(p, train, "training error, no ridge"),
        _two(p, test, ridged, *words, f"{test[-1]:.1f} %"),
    )


def _norms(plain: Curve, chosen: Curve, ridge: str) -> ui.Panel:
    p, now = _series(plain, "features"), _norm(plain[-1].norm)
    without, ridged = (ui.onto(NORM, _series(points, "norm")) for points in (plain, chosen))
    return ui.panel(
        "Size of the weights",
        SIZE,
        NORM,
        _threshold(NORM.low, NORM.high),
        _two(p, without, ridged, "no ridge", ridge, now),
    )


def _ridges(plain: DescentPoint, points: Curve, which: int) -> ui.Panel:
    errors, without = 100 * _series(points, "test_error"), 100 * plain.test_error
    ridge, ends = models.RIDGES[which], [models.RIDGES[0], models.RIDGES[-1]]
    top = ui.nice_top(1.1 * max(*errors, without), least=10, steps=(1, 1.5, 2, 3, 5))
    return ui.panel(
        f"Ridge, with {plain.features:,} features",
        ui.log_axis("ridge λ (log scale)", 0.0007, 14, (0.001, 0.01, 0.1, 1, 10)),
        ui.axis("% of test digits read wrongly", 0, top),
        ui.level(without, ends, f"no ridge: {without:.1f} %", PLAIN.color, PLAIN.stroke, 2.5),
        ui.line(models.RIDGES, errors, "with a ridge", ui.GREEN),
        RIDGED.dots(ridge, errors[which], f"λ = {ridge:g}"),
    )


def _norm(norm: float) -> str:
    return f"{float(f'{norm:.2g}'):,.0f}" if norm >= 100 else f"{norm:.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def _say(plain: Curve, ridged: Curve, which: int, noise: str) -> Iterator[str]:
    now = plain[-1]
    yield (
        f"{now.features:,} features for 1,000 digits: {_percent(now.test_error)} of the 2,000 test "
        f"digits are read wrongly, {_percent(now.train_error)} of the training digits."
    )
    if models.NOISE[noise]:
        yield f"About {noise} of the training labels are wrong."
    yield _where(plain)
    errors = [point.test_error for point in ridged]
    best = int(np.argmin(errors))
    yield f"With λ = {models.RIDGES[which]:g} the test error is {_percent(errors[which])}."
    if errors[best] >= 0.95 * now.test_error:
        yield "At this size no λ of these helps by much."
        return
    yield (
        f"The best λ of these is {models.RIDGES[best]:g}: {_percent(errors[best])} in place of "
        f"{_percent(now.test_error)}."
    )
    if now.features > models.DIGITS:
        yield "Even this big model gains from regularisation."


def _where(plain: Curve) -> str:
    """Say at which part of the double descent the newest model stands, and how large w is."""
    now, norm = plain[-1], _norm(plain[-1].norm)
    first = min(plain[: models.THRESHOLD], key=lambda point: point.test_error)
    minimum = f"{_percent(first.test_error)} at {first.features:,} features."
    if now is first:
        return "The more features, the better, so far."
    if now.features < models.DIGITS:
        return (
            f"The first minimum is behind: {minimum} The model overfits: it hits ever more "
            f"training targets, with ever larger weights (norm {norm})."
        )
    peak = plain[models.THRESHOLD]
    if now is peak:
        return (
            "As many weights as digits: just one w hits all targets, right or wrong, and it is "
            f"huge (norm {norm}). This is the peak."
        )
    where = "still above" if now.test_error >= first.test_error else "below"
    return (
        f"Many w hit all targets now, and the smallest is taken: its norm is {norm}, at the peak "
        f"it was {_norm(peak.norm)}. The test error is {where} the first minimum, {minimum}"
    )
