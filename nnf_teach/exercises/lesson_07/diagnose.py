"""Say what is wrong with a recorded run from its curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets.runs import CURVES, History, Run, read_runs
from nnf_teach.exercises.exercise import BadAnswer, Case, Exercise, Fact, Misconception, Prediction
from nnf_teach.exercises.lesson_07.recipes import KINDS
from nnf_teach.exercises.numbers import kind_of

Array = NDArray[Any]
Test = Callable[[Mapping[str, Any]], Any]

# What is asked -------------------------------------------------------------------------------

FILE = Path(__file__).parent / "recorded_runs.npz"


class Drawn(dict[str, Any]):
    """A history as the check knows it, with its run; who copies it gets a plain dictionary."""

    def __init__(self, history: History, run: Run) -> None:
        super().__init__(history)
        self.run = run

    def __deepcopy__(self, memo: Any) -> History:
        return {name: np.copy(value)[()] for name, value in self.items()}

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


@cache
def recorded_runs() -> tuple[Run, ...]:
    """Return all recorded runs that the check draws from."""
    return tuple(read_runs(FILE))


def _cases(rng: np.random.Generator) -> Sequence[Case]:
    """Return all runs, each in a unit of its own and some of them thinned, the shortest first.

    So no run is known by its numbers, and none can be judged by a number that has no unit.
    """
    drawn = [vary(run, rng) for run in recorded_runs()]
    return [Case((history,)) for history in sorted(drawn, key=lambda h: len(h["loss"]))]


def vary(run: Run, rng: np.random.Generator) -> Drawn:
    """Return a run's history in another unit of loss, and perhaps with every second entry.

    Of a run with a nan every entry is kept: it may be in one of them only.
    """
    unit = float(np.exp(rng.uniform(-3, 3)))
    length = len(run.history["loss"])
    kept = np.arange(length)
    if length >= 30 and run.kind != "nan" and rng.random() < 0.5:
        kept = np.unique([*range(0, length, 2), length - 1])
    history = {name: run.history[name][kept] for name in CURVES}
    for name in ("loss", "validation_loss", "gradient_norm"):
        history[name] = unit * history[name]
    return Drawn(history | {"chance_loss": unit * run.history["chance_loss"]}, run)


class Diagnosis(dict[str, Any]):
    """What is compared, with the learner's word for those who look for a misconception."""

    answer: str


def _observe(answer: Any, history: Any) -> Diagnosis:
    if not isinstance(answer, str):
        raise BadAnswer("type", f"One of six words is asked for, got {kind_of(answer)}.")
    word = str(answer)
    if word not in KINDS:
        known = ", ".join(repr(kind) for kind in KINDS)
        raise BadAnswer("type", f"{answer[:40]!r} is none of the six words: {known}.")
    run = history.run
    found = Diagnosis(
        {
            "diagnosis": Fact(" or ".join(run.kinds) if word in run.kinds else word),
            "what was done": Fact(run.made),
        }
    )
    found.answer = word
    return found


# The rule ------------------------------------------------------------------------------------


def _end(curve: Array) -> float:
    """Return where a curve ends: the median of its last fifth, for one entry may be an accident."""
    return float(np.median(curve[-max(1, len(curve) // 5) :]))


def _not_finite(history: Mapping[str, Any]) -> bool:
    return not all(np.isfinite(history[name]).all() for name in CURVES)


def _goes_up(history: Mapping[str, Any]) -> bool:
    return bool(_end(history["loss"]) > 1.5 * max(history["loss"][0], history["chance_loss"]))


def _at_chance(history: Mapping[str, Any]) -> bool:
    return bool(_end(history["loss"]) > 0.95 * history["chance_loss"])


def _nearly_nothing(history: Mapping[str, Any]) -> bool:
    return bool(_end(history["validation_loss"]) < 0.02 * history["chance_loss"])


def _turned_up(history: Mapping[str, Any]) -> bool:
    return bool(_end(history["validation_loss"]) > 1.2 * np.min(history["validation_loss"]))


RULE: dict[str, Test] = {
    "nan": _not_finite,
    "diverging": _goes_up,
    "not learning": _at_chance,
    "too good": _nearly_nothing,
    "overfitting": _turned_up,
}


def _diagnose(history: Mapping[str, Any]) -> str:
    return _by(RULE, history)


def _by(rule: Mapping[str, Test], history: Mapping[str, Any]) -> str:
    """Return the first kind whose test says so."""
    with np.errstate(all="ignore"):
        return next((kind for kind, test in rule.items() if test(history)), "healthy")


# What people get wrong -----------------------------------------------------------------------


def _never(history: Mapping[str, Any]) -> bool:
    return False


def _mistake(
    name: str,
    message: str,
    changed: Mapping[str, Test],
    first: str = "nan",
) -> Misconception:
    """Return a misconception whose rule has other tests; recognised where they give the answer.

    Nobody has our thresholds, so half of what goes wrong is enough. `first` is the test that the
    rule begins with.
    """
    tests = {**RULE, **changed}
    rule = {first: tests[first], **tests}

    def wrong(history: Mapping[str, Any]) -> str:
        return _by(rule, history)

    return Misconception(
        name, wrong, message, recognise=lambda answer, history: answer == wrong(history)
    )


def _mistake_throughout(name: str, message: str, changed: Mapping[str, Test]) -> Misconception:
    """Return a misconception that is seen by most of what its rule gets wrong, and by what it says.

    For a rule that is wrong so often that it explains other people's mistakes by chance.
    """
    rule = {**RULE, **changed}

    def wrong(history: Mapping[str, Any]) -> str:
        return _by(rule, history)

    def recognise(answers: Sequence[Any], cases: Sequence[Case]) -> bool:
        found = [
            (said, wrong(case.args[0]), case.args[0].run.kinds)
            for said, case in zip(answers, cases, strict=True)
        ]
        theirs = [said == rules for said, rules, kinds in found if said not in kinds]
        ours = [said == rules for said, rules, kinds in found if rules not in kinds]
        return bool(np.mean(theirs) >= 0.5 and np.mean(ours) >= 0.6)

    return Misconception(name, wrong, message, recognise_all=recognise)


def _any_entry(test: Callable[[Array], Any], names: Sequence[str] = CURVES) -> Test:
    return lambda history: any(np.any(test(history[name])) for name in names)


def _last(name: str, factor: float, of: str = "chance_loss", below: bool = False) -> Test:
    sign = -1 if below else 1
    return lambda history: sign * history[name][-1] > sign * factor * history[of]


_MISTAKES = (
    # What explains less comes first: of two that explain the same cases, the first is named.
    _mistake_throughout(
        "small-gradient-is-not-learning",
        "A gradient is also small when training has arrived at its goal. "
        "What does the loss say: is it still at chance?",
        {
            "not learning": lambda history: (
                _end(history["gradient_norm"]) < 0.2 * np.max(history["gradient_norm"])
            )
        },
    ),
    _mistake(
        "gap-without-a-unit",
        "You compare the gap between the two losses with a fixed number. The same run can be "
        "recorded in nats, in bits, or as a sum over examples: with which number of the record "
        "should a gap be compared?",
        {
            "overfitting": lambda history: (
                _end(history["validation_loss"]) - _end(history["loss"]) > 0.5
            )
        },
    ),
    _mistake(
        "hole-above-chance",
        "A loss that ends a little above chance falls between your tests: too high to be at "
        "chance, too low to diverge. Which of the two limits can be moved, so that no hole is "
        "left?",
        {
            "not learning": lambda history: (
                abs(_end(history["loss"]) - history["chance_loss"]) < 0.05 * history["chance_loss"]
            )
        },
    ),
    _mistake(
        "overfitting-asked-first",
        "When a run diverges, or ends in nan, its validation loss has turned up as well. "
        "Which kinds must be out of the way before you ask for overfitting?",
        {},
        first="overfitting",
    ),
    _mistake(
        "infinity-overlooked",
        "You find the nans. But some of these runs end with an infinity, one step before the "
        "first nan. Is that still a number?",
        {"nan": _any_entry(np.isnan)},
    ),
    _mistake(
        "looks-at-the-loss-alone",
        "In some runs the training loss is still a number, and something else no longer is. "
        "Which of the other curves shows it first?",
        {"nan": _any_entry(lambda curve: ~np.isfinite(curve), ["loss"])},
    ),
    _mistake(
        "nan-compared-with-equals",
        "A nan is equal to nothing, not even to itself, so == does not find it. "
        "Which function of NumPy tells numbers from what is no number?",
        {"nan": _any_entry(lambda curve: curve == np.nan)},
    ),
    _mistake(
        "never-suspicious",
        "You trust runs that are far too good. Real data have noise: what should you "
        "think of a validation loss of nearly 0?",
        {
            "too good": _never,  # and what is nearly 0 has not turned up, for most thresholds
            "overfitting": lambda history: _turned_up(history) and not _nearly_nothing(history),
        },
    ),
    _mistake(
        "never-overfitting",
        "You find no overfitting. Where is the validation loss smallest, and where does it end?",
        {"overfitting": _never},
    ),
    _mistake(
        "validation-ignored",
        "You call runs healthy without a look at the validation loss. "
        "What does it do in an overfitting run, while the training loss falls?",
        {"too good": _never, "overfitting": _never},
    ),
    _mistake(
        "suspicious-of-the-training-loss",
        "A large network can bring its training loss to nearly 0 honestly, by learning by heart. "
        "Which of the two losses should make you suspicious?",
        {"too good": lambda history: _end(history["loss"]) < 0.02 * history["chance_loss"]},
    ),
    _mistake(
        "last-training-loss-only",
        "It looks as if you judge by the last training loss alone. Which kinds cannot be "
        "told apart by that one number?",
        {
            "diverging": _last("loss", 1.5),
            "not learning": _last("loss", 0.95),
            "too good": _last("loss", 0.02, below=True),
            "overfitting": _never,
        },
    ),
    _mistake(
        "any-rise-is-diverging",
        "Nearly every curve of small batches rises now and then. When it is over, is the loss "
        "above the place where it began?",
        {"diverging": lambda history: np.any(np.diff(history["loss"]) > 0)},
    ),
    _mistake(
        "compared-with-the-beginning",
        "Bad initial weights can begin far above chance. To fall from there to chance "
        "is quickly done: has such a model learnt anything about the inputs?",
        {"not learning": lambda history: _end(history["loss"]) > 0.95 * history["loss"][0]},
    ),
    _mistake(
        "numbers-without-a-unit",
        "The same run can be recorded in nats, in bits, or as a sum over examples: all its losses "
        "are then multiplied. With which number of the record should a loss be compared?",
        {
            "diverging": lambda history: _end(history["loss"]) > 10,
            "not learning": lambda history: _end(history["loss"]) > 0.65,
            "too good": lambda history: _end(history["validation_loss"]) < 0.01,
        },
    ),
    _mistake(
        "every-gap-is-overfitting",
        "The validation loss is a little above the training loss in most healthy runs. "
        "Does it turn up again after its lowest point?",
        {
            "overfitting": lambda history: (
                _end(history["validation_loss"]) > 1.02 * _end(history["loss"])
            )
        },
    ),
    _mistake(
        "overfitting-called-diverging",
        "The validation loss grows, but the training loss falls: the optimiser does its work. "
        "Which of the two grows when a run diverges?",
        {
            "diverging": lambda history: (
                _goes_up(history)
                or _end(history["validation_loss"]) > 1.2 * np.min(history["validation_loss"])
            )
        },
    ),
    _mistake(
        "not-learning-by-validation",
        "A validation loss at chance has two causes: nothing was learnt, or only the "
        "training examples were. Which curve tells them apart?",
        {
            "not learning": lambda history: (
                _end(history["validation_loss"]) > 0.95 * history["chance_loss"]
            )
        },
    ),
)

DIAGNOSE = Exercise(
    name="diagnose",
    lesson=7,
    points=3,
    reference=_diagnose,
    cases=_cases,
    observe=_observe,
    misconceptions=_MISTAKES,
    hints=(
        "Begin with what is most certain. Is every number of the record finite? Only then do "
        "comparisons mean anything. Then look at the training loss, and last at the validation "
        "loss.",
        "Compare losses with chance_loss, never with a fixed number. Where does the training loss "
        "end: far above it (and above its beginning), at it, or below? Where does the validation "
        "loss end, against its own lowest value?",
        "Five tests, in this order: not np.isfinite(...).all(); end of the loss > 1.5 times the "
        "larger of its beginning and chance; > 0.95 chance; end of the validation loss < 0.02 "
        "chance; > 1.2 times its minimum. For the end, take the median of the last entries.",
    ),
    remark="Each run is called after what was done to it, not after its curves.",
)

EXERCISES = (DIAGNOSE,)

PREDICTIONS = (
    Prediction(
        name="most-suspicious",
        lesson=7,
        question="Four networks learn to read digits from 600 images, a few of which have a wrong "
        "label. A loss of 2.3 is chance. Which validation loss makes you most suspicious?",
        options=("2.3", "0.9", "0.4", "0.004"),
        answer=3,
        explanation="With wrong labels in it, no honest model can have a validation loss of "
        "nearly 0. Somewhere the answers have leaked: the label is among the inputs, or the "
        "validation images are among the training images. A bad result starts a search by itself; "
        "a good one is believed. So be more suspicious of good results than of bad ones.",
    ),
)
