"""Is what the course says in panels never raw Markdown?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from nnf_teach.checking.hints import _nested
from nnf_teach.checking.result import with_code
from nnf_teach.checking.right_answers import other_ways
from nnf_teach.exercises import Exercise, all_exercises, all_predictions

RAW = re.compile(r"`|\$\S|(?<!\w)\*\*\w|(?<![\w*])\*\w([^*\n]*\w)?\*(?!\w)|\]\(")
EXERCISES = list(all_exercises().values())


def raw(html: str) -> list[str]:
    """Return what is left of Markdown beside code."""
    text = re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    return [text[found.start() - 20 : found.end() + 20] for found in RAW.finditer(text)]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_hints_and_questions_are_not(exercise: Exercise) -> None:
    assert raw(_nested(exercise.name)) == []
    said = [mistake.message for mistake in exercise.misconceptions]
    assert [raw(with_code(words)) for words in said if raw(with_code(words))] == []


@pytest.mark.parametrize("word", ["`code` is", "*here*", "$x$", "[a](b)", "an **other**"])
def test_it_would_be_found(word: str) -> None:
    assert raw(word)
    assert not raw(f"<code>{word}</code> and 2 * x * y, (a * b), x_i, *args")


def test_what_other_ways_are_good_for_is_not() -> None:
    said = [with_code(way.good_for) for ways in other_ways().values() for way in ways]
    assert [raw(words) for words in said if raw(words)] == []


def predictions() -> Iterator[str]:
    for one in all_predictions().values():
        yield from (one.question, *one.options, one.explanation)


def test_predictions_are_not() -> None:
    assert [words for words in predictions() if raw(words)] == []
