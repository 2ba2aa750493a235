"""Say what is wrong with a recorded run from its curves."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from nnf_teach.datasets.runs import CURVES, KINDS, History, Run, read_runs
from nnf_teach.exercises.exercise import BadAnswer, Fact, Prediction
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import kind_of

# The runs ------------------------------------------------------------------------------------

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


QUESTIONS = {
    "nan": "A number of this record is not finite. Which of the four curves do you look at, and do "
    "you find infinities as well as nans?",
    "diverging": "Here the training loss ends far above its beginning, and above chance. Which of "
    "your questions finds that, and what is asked before it?",
    "not learning": "Here the training loss ends at chance. With which number do you compare it, "
    "and how near must it be?",
    "too good": "Here the validation loss goes to nearly nothing, measured in chance losses. "
    "Which of your questions finds that, and what is asked before it?",
    "overfitting": "Here the validation loss turns up while the training loss falls. Where is it "
    "lowest, and where does it end?",
    "healthy": "Here both losses fall, and come to rest. Which of your questions is answered with "
    "yes all the same?",
}


def course(history):
    """Say from where to where a run goes, which a long curve does not show.

    >>> curves = {"loss": [4.0, 1.0], "validation_loss": [4.0, 1.0, 2.0]}
    >>> norms = {"gradient_norm": [1.0, np.inf], "weight_norm": [1.0, 2.0]}
    >>> course({k: np.array(v) for k, v in (curves | norms).items()} | {"chance_loss": 2.0})
    training 2 to 0.5, validation 2 to 1, lowest 0.5; gradient_norm ends at inf
    """
    loss, validation = (history[k] / history["chance_loss"] for k in CURVES[:2])
    lowest = np.min(validation[np.isfinite(validation)], initial=np.inf)
    norms = "".join(
        f"; {k} ends at {history[k][-1]}" for k in CURVES[2:] if not np.isfinite(history[k][-1])
    )
    return Fact(
        f"training {loss[0]:.3g} to {loss[-1]:.3g}, validation {validation[0]:.3g} to "
        f"{validation[-1]:.3g}, lowest {lowest:.3g}{norms}"
    )


def facts_of(answer, history):
    if not isinstance(answer, str):
        raise BadAnswer("type", f"One of six words is asked for, got {kind_of(answer)}.")
    word = str(answer)
    if word not in KINDS:
        known = ", ".join(repr(kind) for kind in KINDS)
        raise BadAnswer("type", f"{answer[:40]!r} is none of the six words: {known}.")
    run = history.run
    said = Fact(" or ".join(run.kinds) if word in run.kinds else word, QUESTIONS[run.kind])
    found = Diagnosis(
        {"diagnosis": said, "what was done": Fact(run.made), "in chance losses": course(history)}
    )
    found.answer = word
    return found


# The rule ------------------------------------------------------------------------------------


def end(curve):
    """Return where a curve ends: the median of its last fifth, for one entry may be an accident."""
    return np.median(curve[-max(1, len(curve) // 5) :])


def not_finite(history):
    return not all(np.isfinite(history[name]).all() for name in CURVES)


def goes_up(history):
    return end(history["loss"]) > 1.5 * max(history["loss"][0], history["chance_loss"])


def at_chance(history):
    return end(history["loss"]) > 0.95 * history["chance_loss"]


def nearly_nothing(history):
    return end(history["validation_loss"]) < 0.02 * history["chance_loss"]


def turned_up(history):
    return end(history["validation_loss"]) > 1.2 * np.min(history["validation_loss"])


RULE = {
    "nan": not_finite,
    "diverging": goes_up,
    "not learning": at_chance,
    "too good": nearly_nothing,
    "overfitting": turned_up,
}


def by(rule, history) -> str:  # type: ignore[no-untyped-def]
    """Return the first kind whose test says so."""
    with np.errstate(all="ignore"):
        return next((kind for kind, test in rule.items() if test(history)), "healthy")


@exercise(lesson=7, points=3, observe=facts_of)
def diagnose(history):
    return by(RULE, history)


@diagnose.cases
def cases(rng):
    """Yield all runs, each in a unit of its own and some of them thinned, the shortest first.

    So no run is known by its numbers, and none can be judged by a number that has no unit.
    """
    drawn = [vary(run, rng) for run in recorded_runs()]
    for history in sorted(drawn, key=lambda history: len(history["loss"])):
        yield (history,)


# What people get wrong: half of it is enough, for nobody has our limits. Of two mistakes that
# explain the same cases the first is named, so that what explains less comes first.


def mistake(rule, throughout=False):
    """Take a mistake that has another rule, which is known by the words that it gives."""

    def wrong(history):
        return by(rule(), history)

    wrong.__doc__ = rule.__doc__
    name = rule.__name__.replace("_", "-")
    known = {"recognise": lambda answer, history: answer == wrong(history)}
    diagnose.mistake(wrong, name=name, **(_both_ways(wrong) if throughout else known))


def _both_ways(wrong):
    """Know a rule that is wrong in many places by these, too: it explains one slip by chance."""

    def recognise(answers, cases):
        pairs = [
            (said, wrong(case.args[0]), case.args[0].run.kinds)
            for said, case in zip(answers, cases, strict=True)
        ]
        theirs = [said == found for said, found, kinds in pairs if said not in kinds]
        ours = [said == found for said, found, kinds in pairs if found not in kinds]
        return min(np.mean(theirs), np.mean(ours)) >= 0.5

    return {"recognise_all": recognise}


@mistake
def hole_above_chance():
    """A loss that ends a little above chance falls between your tests: too high to be at chance,
    too low to diverge. Which of the two limits can be moved, so that no hole is left?"""
    return RULE | {
        "not learning": lambda h: abs(end(h["loss"]) / h["chance_loss"] - 1) < 0.05,
    }


@mistake
def suspicious_of_the_training_loss():
    """A large network can bring its training loss to nearly 0 honestly, by learning by heart. Which
    of the two losses should make you suspicious?"""
    return RULE | {"too good": lambda h: end(h["loss"]) < 0.02 * h["chance_loss"]}


@partial(mistake, throughout=True)
def any_rise_is_diverging():
    """Nearly every curve of small batches rises now and then. When it is over, is the loss above
    the place where it began?"""
    return RULE | {"diverging": lambda h: np.any(np.diff(h["loss"]) > 0)}


@mistake
def compared_with_the_beginning():
    """Bad initial weights can begin far above chance. To fall from there to chance is quickly done:
    has such a model learnt anything about the inputs?"""
    return RULE | {"not learning": lambda h: end(h["loss"]) > 0.95 * h["loss"][0]}


@mistake
def numbers_without_a_unit():
    """The same run can be recorded in nats, in bits, or as a sum over examples: all its losses are
    then multiplied. With which number of the record should a loss be compared?"""
    return RULE | {
        "diverging": lambda h: end(h["loss"]) > 10,
        "not learning": lambda h: end(h["loss"]) > 0.65,
        "too good": lambda h: end(h["validation_loss"]) < 0.01,
    }


@mistake
def every_gap_is_overfitting():
    """The validation loss is a little above the training loss in most healthy runs. Does it turn up
    again after its lowest point?"""
    return RULE | {"overfitting": lambda h: end(h["validation_loss"]) > 1.02 * end(h["loss"])}


@partial(mistake, throughout=True)
def gap_without_a_unit():
    """You compare the gap between the two losses with a fixed number. The same run can be recorded
    in nats, in bits, or as a sum over examples: with which number of the record should a gap be
    compared?"""
    return RULE | {"overfitting": lambda h: end(h["validation_loss"]) - end(h["loss"]) > 0.5}


@mistake
def not_learning_by_validation():
    """A validation loss at chance has two causes: nothing was learnt, or only the training examples
    were. Which curve tells them apart?"""
    return RULE | {"not learning": lambda h: end(h["validation_loss"]) > 0.95 * h["chance_loss"]}


diagnose.hints(
    "Begin with what is most certain. Is every number of the record finite? Only then do "
    "comparisons mean anything. Then look at the training loss, and last at the validation "
    "loss.",
    "Compare losses with chance_loss, never with a fixed number. Where does the training loss "
    "end: far above it (and above its beginning), at it, or below? Where does the validation "
    "loss end, against its own lowest value?",
    "Five tests, in this order: not np.isfinite(...).all(); end of the loss > 1.5 times the "
    "larger of its beginning and chance; > 0.95 chance; end of the validation loss < 0.02 "
    "chance; > 1.2 times its minimum. For the end, take the median of the last entries.",
    remark="Each run is called after what was done to it, not after its curves.",
)

PREDICTIONS = (
    Prediction(
        name="most-suspicious",
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
