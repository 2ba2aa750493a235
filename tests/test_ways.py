"""Other ways are right ways: each passes its check, and says what it is good for."""

import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.right_answers import other_ways, our_answers
from nnf_teach.exercises import all_exercises

WAYS = {way.function.__name__: way for ways in other_ways().values() for way in ways}


@pytest.mark.parametrize("name", WAYS)
def test_a_way_passes_the_check(name):
    way = WAYS[name]
    for seed in (0, 1):
        result = diagnose(all_exercises()[way.exercise], way.function, seed)
        assert result.passed, result.message


@pytest.mark.parametrize("name", WAYS)
def test_a_way_says_what_it_is_good_for_and_can_be_run_as_it_is_shown(name):
    way = WAYS[name]
    assert way.good_for.endswith(".")
    assert 40 < len(way.good_for) < 200
    assert '"""' not in way.code
    space = dict(way.function.__globals__)
    exec(way.code, space)
    assert diagnose(all_exercises()[way.exercise], space[way.exercise]).passed


def test_every_exercise_has_an_answer_of_ours():
    assert list(our_answers()) == list(all_exercises())


def test_of_one_exercise_there_are_two_other_ways_at_most():
    assert max(map(len, other_ways().values())) <= 2
