"""Which expert owns which region while a mixture of experts trains.

Slide "Conditional execution as a computational graph": "We can learn conditionals themselves too,
just use softmax." The two losses are those of Jacobs, Jordan, Nowlan and Hinton 1991.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnf_teach import looks
from nnf_teach.experiments import mixture as mix
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import attempt, kind, name_of, yours
from nnf_teach.widgets.wording import number

Train = Callable[..., Any]  # (X, T, n_experts, rng) -> (experts, gate)

GOAL_SHARE = 0.1  # of the single line's error
ERRORS = ui.log_axis("mean squared error", 1e-4, 10, (1e-4, 0.001, 0.01, 0.1, 1, 10))
X = mix.ALONG[:, 0]
STROKES = [look.stroke for look in looks.EXPERTS]
WIDTHS = (3.5, 3.5, 3.5, 6.0)
LOSSES = {"each expert for itself": "separate", "the blend": "blended"}
OURS = "ours, as it trains"


def _source(train: Train | None) -> str:
    return f"from {yours(train)}" if train else OURS


def _theirs(s: ui.Values) -> tuple[mix.Mixture | None, str]:
    """Return the mixture that the learner's function trains where it is asked for, or why not."""
    train = s.given["train"]
    if train is None or s.whose != _source(train):
        return None, ""
    mixture: tuple[mix.Mixture | None, str] = s.kept(_train, train, s.experts, s.seed)
    return mixture


def _train(train: Train, count: int, seed: int) -> tuple[mix.Mixture | None, str]:
    name = name_of(train)
    result, problem = attempt(train, *mix.points(), count, np.random.default_rng(seed))
    if not problem and (not isinstance(result, tuple | list) or len(result) != 2):
        problem = f"Your {name} returned {kind(result)}, not the pair (experts, gate)"
    if not problem:
        try:
            found = mix.look_at(*result)
            if len(found.owned) == count:
                return found, ""
            problem = f"Asked for {count} experts, your {name} returned {len(found.owned)}"
        except (TypeError, ValueError) as error:
            problem = f"Your {name} returned no mixture that can be drawn: {error}".rstrip(".")
    return None, f"{problem}, so this is ours."


def _ours_is_shown(s: ui.Values) -> bool:
    return _theirs(s)[0] is None


@ui.widget(
    "A mixture of experts",
    ui.player("frame", "Frame", mix.LAST, when=_ours_is_shown),
    ui.slider("experts", "Experts", 1, len(STROKES), 1, at=3),
    ui.slider("seed", "Random start", 0, 9, 1, at=0),
    ui.choice("loss", "The loss judges", LOSSES, when=_ours_is_shown),
    ui.choice(
        "whose",
        "Mixture",
        lambda s: (_source(s.given["train"]), OURS),
        when=lambda s: s.given["train"] is not None,
    ),
    begin=lambda train=None: {"whose": _source(train)},
)
def mixture_of_experts(s: ui.Values, train: Train | None = None) -> ui.Picture:
    """Watch experts and their gate train on a line of three pieces, and see who owns what.

    Parameters
    ----------
    train : function, optional
        Yours, `train_mixture(X, T, n_experts, rng) -> (experts, gate)`: the mixture that it
        trains is one more choice, and is chosen first. While it does not work, ours is drawn, and
        the caption says so.

    Examples
    --------
    >>> stage = mixture_of_experts()
    >>> stage.set(frame=0)
    >>> stage.scene.caption[:14]
    'Step 1 of 601.'
    """
    theirs, trouble = _theirs(s)
    if theirs is not None:
        drawn, said, course = theirs, f"This is {yours(train)}, trained.", None
    else:
        training = s.kept(mix.Training, s.experts, LOSSES[s.loss], s.seed)
        drawn, said = mix.look_at(*training.at(s.frame)[:2]), _step(s.frame)
        course = [frame.error for frame in training.frames[: s.frame + 1]]
    wanted = GOAL_SHARE * mix.single_line()[1]
    return ui.Picture(
        (_fit(drawn), _gate(drawn), _errors(drawn, course)),
        trouble,
        said,
        *_say(drawn),
        goal=ui.Goal(
            f"a mean squared error of at most {wanted:.3f}, a tenth of the best single line's",
            drawn.error <= wanted,
        ),
    )


def _step(frame: int) -> str:
    return f"Step {1 + mix.EVERY * frame} of {1 + mix.EVERY * mix.LAST}."


def _fit(mixture: mix.Mixture) -> ui.Panel:
    owner, points = mixture.gate.argmax(axis=1), mix.points()

    def answer(e: int) -> list[Any]:
        y, owns, look = mixture.answers[:, e], owner == e, (e, STROKES[e])
        label = f"expert {e + 1}" + ("" if owns.any() else ", owns nothing")
        return [
            ui.line(X, y, label, *look, width=0.45 * WIDTHS[e]),
            ui.line(X, np.where(owns, y, np.nan), "", *look, width=WIDTHS[e]),
        ]

    return ui.panel(
        "The answers: thick where an expert owns x",
        ui.axis("x", -mix.EDGE, mix.EDGE),
        ui.axis("t", -3, 3),
        ui.Points(points[0][:, 0], points[1][:, 0], "points (x, t)", ui.INK),
        ui.line(X, mixture.blend, "the blend y", ui.INK, "dashed", 3),
        [answer(e) for e in range(len(mixture.owned))],
    )


def _gate(mixture: mix.Mixture) -> ui.Panel:
    return ui.panel(
        "The gate: who owns which x",
        ui.axis("x", -mix.EDGE, mix.EDGE),
        ui.axis("p", 0, 1),
        [
            ui.Region(
                [left, right, right, left], [0, 0, 1, 1],
                f"expert {e + 1}" if right - left > 0.9 else "", e,
            )
            for e, left, right in mix.owners(mixture)
        ],
        [
            ui.line(X, p, f"p of expert {e + 1}", e, STROKES[e], 0.7 * WIDTHS[e])
            for e, p in enumerate(mixture.gate.T)
        ],
    )  # fmt: skip


def _errors(mixture: mix.Mixture, course: list[float] | None) -> ui.Panel:
    end, single = 1 + mix.EVERY * mix.LAST, mix.single_line()[1]
    drawn: list[Any]
    if course is None:
        now = ui.onto(ERRORS, mixture.error)
        drawn = [ui.level(now, [0, end], f"yours: {mixture.error:.2g}", ui.GREEN, "solid", 3)]
    else:
        steps, errors = 1.0 + mix.EVERY * np.arange(len(course)), ui.onto(ERRORS, course)
        drawn = [ui.line(steps, errors), ui.here(steps[-1], errors[-1], f"now: {course[-1]:.2g}")]
    return ui.panel(
        "Error of the blend",
        ui.axis("step", 0, end),
        ERRORS,
        ui.level(single, [0, end], f"best single line: {single:.3f}", stroke="dashed"),
        ui.level(GOAL_SHARE * single, [0, end], "a tenth of it"),
        drawn,
    )


def _say(mixture: mix.Mixture) -> Iterator[str]:
    stretches: dict[int, list[str]] = {}
    for e, left, right in mix.owners(mixture):
        stretches.setdefault(e, []).append(f"{number(left, 1)} to {number(right, 1)}")
    owned = "; ".join(
        f"expert {e + 1} owns x from {' and '.join(parts)} ({mixture.owned[e]} points)"
        for e, parts in sorted(stretches.items())
    )
    yield f"{owned}.".capitalize()
    idle = [str(e + 1) for e in range(len(mixture.owned)) if e not in stretches]
    if idle:
        who = f"Experts {', '.join(idle)} own" if len(idle) > 1 else f"Expert {idle[0]} owns"
        yield f"{who} nothing."
    yield (
        f"Mean squared error {mixture.error:.2g}, of the best single line "
        f"{mix.single_line()[1]:.2g}. The owner's weight is {mixture.certain:.2f} on average "
        "(1: the gate has decided)."
    )
