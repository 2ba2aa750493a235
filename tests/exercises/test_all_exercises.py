"""What must hold for every exercise of every lesson."""

import re

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises, all_predictions, lesson_titles
from nnf_teach.exercises.exercise import NO_LOOP, NO_MATRIX

EXERCISES = list(all_exercises().values())
MISTAKES = [(e, m) for e in EXERCISES for m in e.misconceptions]


def names(items):
    return [getattr(item, "name", None) or f"{item[0].name}-{item[1].name}" for item in items]


def parameters(items):
    """Return exercises, or misconceptions with theirs, as parameters; what trains is slow."""
    made = []
    for item, name in zip(items, names(items), strict=True):
        values = item if isinstance(item, tuple) else (item,)
        marks = [pytest.mark.slow] if values[0].score else []
        made.append(pytest.param(*values, id=name, marks=marks))
    return made


@pytest.mark.parametrize("exercise", parameters(EXERCISES))
def test_the_reference_passes(exercise):
    result = diagnose(exercise, exercise.reference)
    assert result.passed, result.message
    assert result.points == exercise.points


@pytest.mark.parametrize(("exercise", "mistake"), parameters(MISTAKES))
def test_a_misconception_is_rejected_with_its_own_message(exercise, mistake):
    rejected_with_its_own_message(exercise, mistake, 1)


SEEDED = [(e, m) for e, m in MISTAKES if not e.score]


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "mistake"), SEEDED, ids=names(SEEDED))
def test_a_misconception_is_rejected_with_its_own_message_on_other_cases(exercise, mistake):
    for seed in (2, 3, 4, 5):
        rejected_with_its_own_message(exercise, mistake, seed)


def rejected_with_its_own_message(exercise, mistake, seed):
    result = diagnose(exercise, mistake.wrong, seed)
    assert result.status == "wrong"
    assert result.points == 0
    assert result.misconception == mistake.name
    assert mistake.message in result.message


@pytest.mark.parametrize("exercise", EXERCISES, ids=names(EXERCISES))
def test_misconceptions_have_names_of_their_own(exercise):
    found = [m.name for m in exercise.misconceptions]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in found)


@pytest.mark.parametrize("exercise", EXERCISES, ids=names(EXERCISES))
def test_the_stub_counts_as_not_attempted(exercise):
    def stub(*args):
        raise NotImplementedError(f"write {exercise.name} here")

    result = check(stub, exercise.name)
    assert result.status == "not attempted"
    assert not result.passed


class Unreadable:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array for you")

    def __repr__(self):
        raise RuntimeError("no words for you")


def endless_nest():
    nest = []
    nest.append(nest)
    return nest


async def later():
    return 1


JUNK = {
    "None": lambda *a: None,
    "text": lambda *a: "abc",
    "object": lambda *a: object(),
    "function": lambda *a: print,
    "dictionary": lambda *a: {"a": 1},
    "nan": lambda *a: float("nan"),
    "infinity": lambda *a: np.inf,
    "complex": lambda *a: 1j,
    "ragged": lambda *a: [[1], [1, 2]],
    "generator": lambda *a: (k for k in range(3)),
    "coroutine": lambda *a: later(),
    "class": lambda *a: int,
    "masked": lambda *a: np.ma.masked_all(3),
    "objects": lambda *a: np.array([object(), None]),
    "unreadable": lambda *a: Unreadable(),
    "itself": lambda *a: endless_nest(),
    "many axes": lambda *a: np.zeros((1,) * 20),
    "text array": lambda *a: np.array(["a", "b"]),
    "ellipsis": lambda *a: ...,
    "pair of junk": lambda *a: (None, "abc"),
}


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=names(EXERCISES))
def test_junk_is_wrong_and_never_crashes_the_check(exercise):
    for name, junk in JUNK.items():
        result = check(junk, exercise.name)
        assert result.status == "wrong", name
        assert result.message, name
        assert "Traceback" not in result.message, name


@pytest.mark.parametrize("exercise", EXERCISES, ids=names(EXERCISES))
def test_hints_grow_and_messages_ask(exercise):
    assert len(exercise.hints) == 3
    assert len(set(exercise.hints)) == 3
    for mistake in exercise.misconceptions:
        assert "?" in mistake.message, f"{mistake.name} asks no question"
        assert len(mistake.message) < 300


def test_the_parts_of_an_answer_have_names():
    for exercise in EXERCISES:
        if exercise.score or exercise.observe or exercise.subject:
            continue
        answer = exercise.reference(*exercise.cases(np.random.default_rng(0))[0].args)
        parts = len(answer) if isinstance(answer, tuple) else 0
        assert len(exercise.returns) == parts, exercise.name


def read_as_they_are():
    """Yield what a learner reads of exercises and predictions, which knows no Markdown."""
    for exercise in EXERCISES:
        yield from (exercise.remark, *exercise.hints)
        yield from (mistake.message for mistake in exercise.misconceptions)
    for prediction in all_predictions().values():
        yield from (prediction.question, prediction.explanation, *prediction.options)


def test_no_emphasis_is_written_with_stars():
    for text in read_as_they_are():
        assert not re.search(r"(?<![*\w)\]])\*\w[\w ]*\*(?![*\w(])", text), text


def test_no_misconception_gives_the_code_away():
    for exercise, mistake in MISTAKES:
        assert not re.search(r"return |def |W\.T", mistake.message), (exercise.name, mistake.name)


def test_every_prediction_has_an_answer_among_its_options():
    for prediction in all_predictions().values():
        assert 0 <= prediction.answer < len(prediction.options)
        assert prediction.lesson in lesson_titles()
        assert prediction.explanation


def test_right_answers_do_not_all_stand_in_the_same_place():
    assert len({p.answer for p in all_predictions().values()}) > 1


DIVIDED = [exercise for exercise in EXERCISES if exercise.parts]


@pytest.mark.parametrize("exercise", DIVIDED, ids=names(DIVIDED))
def test_the_parts_of_an_exercise_share_its_points_and_have_cases(exercise):
    assert sum(exercise.parts.values()) == exercise.points
    assert all(points > 0 for points in exercise.parts.values())
    first = next(iter(exercise.parts))
    used = {case.part or first for case in exercise.cases(np.random.default_rng(0))}
    used |= {NO_LOOP} if exercise.vectorised else set()
    used |= {NO_MATRIX} if exercise.sparing else set()
    assert used == set(exercise.parts)


@pytest.mark.slow
@pytest.mark.parametrize("exercise", DIVIDED, ids=names(DIVIDED))
def test_no_misconception_earns_all_parts(exercise):
    for mistake in exercise.misconceptions:
        parts = diagnose(exercise, mistake.wrong, 1).parts
        assert sum(earned for _, earned, _ in parts) < exercise.points
    assert diagnose(exercise, exercise.reference).parts == tuple(
        (part, points, points) for part, points in exercise.parts.items()
    )
