"""Every small change of a right answer is rejected by the exercise's cases, or changes nothing.

The changes are those with which the place of a slip is found. One that passes is tried on wider
inputs: those of the cases, moved, scaled, rounded and mixed. Where it does what the right answer
does there, too, it changes nothing. Any other one needs a case, or a line in `passing.py` that
says why no input that the statement allows would show it.
"""

import ast
import datetime
import functools
import importlib
import itertools
import random
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnf_teach.checking import answers
from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.place import verdict
from nnf_teach.checking.source import Source
from nnf_teach.checking.trial import call, observed, problem_of, size, try_out
from nnf_teach.checking.workshop import Workshop, asked
from nnf_teach.exercises import Case, all_exercises

from .passing import IN_OTHER_WAYS, PASSING
from .solutions import solutions

pytestmark = pytest.mark.slow  # thousands of changes

ROUNDS = 1_000_000  # of the loops of a changed function: it may never end
SECONDS = 4  # where a round takes long
SAMPLE = 150  # changes of each of the course's solutions, others every week; None for all
FEW = 30  # of those that take long
OTHERS = 3  # changes of each of the other right answers, always the same
SEED = 0
WEEK = datetime.date.today().isocalendar().week
WIDER = 24  # inputs beyond the cases

LONG_ONES = {
    "fit_logistic_regression", "count_linear_pieces", "mlp_loss_and_gradients", "he_init",
    "checked_linear", "diagnose", "repaired_split", "repaired_init",
}  # fmt: skip
COMPUTED = {
    name
    for name, exercise in all_exercises().items()
    if exercise.score is None and exercise.subject is None
}


def right_answers():
    """Return the other right answers: to be accepted, and those by which a lesson is proved."""
    path = Path(__file__).parent.parent / "answers" / "right.py"
    found = [(name.partition("__")[0], name, f) for name, f in runpy.run_path(str(path)).items()]
    for lesson in range(1, 9):
        proved = importlib.import_module(f"tests.exercises.test_lesson_{lesson:02}").RIGHT
        found += [
            (name, f"{name}-{k}", function)
            for name, functions in proved.items()
            for k, function in enumerate(functions)
        ]
    return [
        pytest.param(exercise, function, id=name)
        for exercise, name, function in found
        if exercise in COMPUTED and exercise != name and Source.of(function) is not None
    ]


# Changes ----------------------------------------------------------------------------------------


class Changes:
    """The different changes of a right answer, and what an exercise makes of them."""

    def __init__(self, name, function):
        self.exercise, self.function = all_exercises()[name], function
        self.trial = try_out(self.exercise, function)
        assert not self.trial.failing, name
        self.order = sorted(range(len(self.trial.cases)), key=lambda k: size(self.trial.cases[k]))
        self.source = Source.of(function)  # None, where it has effects

    def all(self):
        """Return the changes; none where the answer has effects."""
        return Workshop(self.function, self.source).edits if self.source else []

    def told(self, edit):
        """Return a change as the lines that it leaves."""
        before = self._lines()
        with edit.made():
            lines = self._lines()
        new = [line.strip() for line in lines if line not in before]
        old = [line.strip() for line in before if line not in lines]
        return "; ".join(new) if new else "without " + "; ".join(old)

    def _lines(self):
        trees = self.source.functions.values()
        return [line for tree in trees for line in ast.unparse(tree).splitlines()]

    def passes(self, edit):
        """Whether the exercise accepts the changed function."""
        with edit.made():
            try:
                function = self.source.function(SECONDS, edit.new, ROUNDS)
            except Exception:
                return False
        trial, exercise = self.trial, self.exercise
        if not exercise.draws and exercise.raises is None:
            for k in self.order:
                case, truth = trial.cases[k], trial.truths[k]
                if not all(verdict(trial, asked(function, case), case, truth)):
                    self.order.remove(k)  # what rejects one change rejects others
                    self.order.insert(0, k)
                    return False
        calls = call(exercise, function, trial.cases, trial.truths, SECONDS)
        outcomes = zip(calls.outcomes, trial.truths, strict=not calls.timed_out)
        return not calls.timed_out and not any(problem_of(exercise, o, t) for o, t in outcomes)

    def changes_nothing(self, edit):
        """Whether the changed function does on wider inputs what the right one does."""
        for case, truth in wider(self.exercise.name, self.function):
            with edit.made():
                function = self.source.function(SECONDS, edit.new, ROUNDS)
            try:
                answer = outcome(self.exercise, function, case)
            except Exception:
                return False
            if answers.compare(answer, truth, self.exercise.rtol, self.exercise.atol) is not None:
                return False
        return True


def outcome(exercise, function, case):
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error" if exercise.stable else "ignore")
        return observed(exercise, function(*copy_args(case.args)), case)


# Wider inputs -----------------------------------------------------------------------------------


@functools.cache
def wider(name, function):
    """Return inputs beyond the cases, each with what a right answer gives there.

    Those on which it fails, warns, or gives no finite numbers are not asked for.
    """
    exercise, rng = all_exercises()[name], np.random.default_rng(SEED)
    drawn = [list(exercise.cases(np.random.default_rng(seed))) for seed in (1, 2, 3)]
    found = [case for cases in drawn for case in cases]
    columns = list(itertools.zip_longest(*(case.args for case in drawn[0])))
    for k in range(WIDER):
        case = drawn[0][k % len(drawn[0])]
        pairs = zip(case.args, columns, strict=False)  # a last argument may be left out
        args = tuple(moved(arg, column, rng) for arg, column in pairs)
        found.append(Case(args))
    given = []
    for case in found:
        try:
            truth = outcome(exercise, function, case)
        except Exception:
            continue
        if finite(truth):
            given.append((case, truth))
    return given


def moved(value, column, rng):
    """Return an argument like those of the cases: moved, scaled, rounded, or mixed."""
    if isinstance(value, list | tuple):
        return type(value)(moved(part, [part], rng) for part in value)
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
        return value
    values = [np.ravel(v) for v in column if isinstance(v, np.ndarray | float | int)]
    values = np.concatenate(values)
    mixed = rng.choice(values, size=np.shape(value))
    if isinstance(value, np.ndarray) and value.dtype.kind != "f":
        return mixed.astype(value.dtype)
    if not isinstance(value, np.ndarray):
        return type(value)(mixed)
    shares = ((values >= 0) & (values <= 1)).all()
    near = value + 1e-4 * rng.normal(size=value.shape)
    ways = [value, mixed, np.round(4 * value) / 4, np.clip(near, values.min(), values.max())]
    if not shares:
        ways += [-value, 3 * value, np.round(value)]
    return ways[rng.integers(len(ways))].astype(value.dtype)


def finite(truth):
    if isinstance(truth, tuple):
        return all(map(finite, truth))
    return isinstance(truth, dict) or np.isfinite(truth).all()


# Tests ------------------------------------------------------------------------------------------


def suspects(name, function, sample, seed=SEED):
    """Return the changes that pass and are neither equal on wider inputs nor explained."""
    changes = Changes(name, function)
    edits = changes.all()
    edits = random.Random(seed).sample(edits, min(sample or len(edits), len(edits)))
    passing = [edit for edit in edits if changes.passes(edit) and not changes.changes_nothing(edit)]
    return sorted({changes.told(edit) for edit in passing} - set(explained(name)))


def explained(name):
    return [
        text
        for listed in (PASSING, IN_OTHER_WAYS)
        for texts in listed.get(name, {}).values()
        for text in texts
    ]


COURSE = [name for name in solutions() if name in COMPUTED]


@pytest.mark.parametrize("name", COURSE)
def test_a_change_of_the_courses_solution_is_rejected(name):
    sample = FEW if name in LONG_ONES else SAMPLE
    assert suspects(name, solutions()[name], sample, WEEK) == []


@pytest.mark.parametrize(("name", "function"), right_answers())
def test_a_change_of_another_right_answer_is_rejected(name, function):
    assert suspects(name, function, OTHERS) == []


@pytest.mark.parametrize("name", PASSING)
def test_what_is_explained_does_pass(name):
    changes = Changes(name, solutions()[name])
    found = {changes.told(edit): edit for edit in changes.all()}
    for text in itertools.chain(*PASSING[name].values()):
        assert changes.passes(found[text]), text
