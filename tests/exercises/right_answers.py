"""What is proved of every exercise of a lesson: other right answers pass, near misses do not.

A lesson's file takes these tests over. It has `LESSON`, `POINTS` (of all that is no stretch) and
`RIGHT`, at least three differently written right answers by exercise; and where they are needed
`OTHERS` (exercises that are proved in another way), `SEEDS` (how many of them, where chance plays
a part), `NUMBERS` (whose answers a near miss is made of; all) and `PARTS` (answers of several).
"""

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises


def scaled(answer, factor=1.0005):
    """Return the answer, all its parts wrong by a factor."""
    if isinstance(answer, tuple | list):
        return [scaled(part, factor) for part in answer]
    return factor * np.asarray(answer, dtype=float)


def parametrise(metafunc):
    """Give the tests here the answers of the file that takes them over."""
    if metafunc.function.__module__ != __name__:
        return
    module, given = metafunc.module, metafunc.fixturenames
    if "right" in given:
        answers = [(name, k) for name, all_ in module.RIGHT.items() for k in range(len(all_))]
        metafunc.parametrize("right", answers, ids=[f"{name}-{k}" for name, k in answers])
    if "near_miss" in given:
        metafunc.parametrize("near_miss", getattr(module, "NUMBERS", list(module.RIGHT)))
    if "of_parts" in given:
        metafunc.parametrize("of_parts", module.PARTS)


def test_a_different_right_answer_passes(right, request):
    name, k = right
    for seed in range(getattr(request.module, "SEEDS", {}).get(name, 5)):
        result = diagnose(all_exercises()[name], request.module.RIGHT[name][k], seed)
        assert result.passed, result.message


def test_every_exercise_is_proved_by_three_other_right_answers(request):
    module = request.module
    lesson = [e for e in all_exercises().values() if e.lesson == module.LESSON]
    others = set(getattr(module, "OTHERS", ()))
    assert others <= {e.name for e in lesson}
    assert [e.name for e in lesson if e.name not in others] == list(module.RIGHT)
    assert all(len(answers) >= 3 for answers in module.RIGHT.values())
    assert sum(e.points for e in lesson if not e.stretch) == module.POINTS


def test_an_answer_that_is_wrong_by_half_a_thousandth_fails(near_miss, request):
    answer = request.module.RIGHT[near_miss][0]
    result = diagnose(all_exercises()[near_miss], lambda *args: scaled(answer(*args)))
    assert result.status == "wrong"


@pytest.mark.slow
def test_every_part_of_an_answer_counts(of_parts, request):
    """Does an answer fail when one part alone is a little wrong?"""
    exercise, right = all_exercises()[of_parts], request.module.RIGHT[of_parts][0]
    for part in range(len(right(*exercise.cases(np.random.default_rng(0))[0].args))):

        def nearly(*args, part=part):
            answer = list(right(*args))
            answer[part] = scaled(answer[part])
            return answer

        assert diagnose(exercise, nearly).status == "wrong", part
