"""Does a record come back from JSON as it was, and is everything else refused with its place?"""

import json
from dataclasses import replace
from typing import Any

import pytest

from nnf_teach.grading.mark import ExerciseMark, Mark, Result
from nnf_teach.grading.records import NotARecord, from_json, to_json
from nnf_teach.grading.similar import Features

SIGMOID = ExerciseMark(
    name="sigmoid",
    points=1,
    out_of=2,
    stretch=False,
    status="wrong",
    misconception="unstable-exp",
    rows=(("got", "nan"), ("look at", "exp(1000) overflows.")),
    cases=(3, 9),
    parts=(("ordinary inputs", 1, 1), ("extreme inputs", 0, 1)),
    seconds=0.25,
)
MARK = Mark(
    student="Änne",
    lesson=1,
    seed=7,
    status="graded",
    sandbox="bubblewrap",
    notes=("cell 3: NameError",),
    exercises=(SIGMOID, replace(SIGMOID, misconception=None)),
    seconds=1.5,
)
RECORDS = [
    Result(MARK, Features((3, 17), ("x = 17",))),
    Result(Mark("ann", None, None, "refused", "It is a pipe.")),
]


def written(record: object) -> Any:
    return json.loads(json.dumps(to_json(record)))


@pytest.mark.parametrize("record", RECORDS, ids=["graded", "refused"])
def test_a_record_comes_back_as_it_was(record: Result) -> None:
    found = from_json(Result, written(record))
    assert found == record
    assert hash(found) == hash(record)


def test_the_form_on_disk_stays_as_it_is() -> None:
    """Would results of an earlier version still be read, and the fields stand in their order?"""
    assert json.dumps(to_json(replace(MARK, exercises=(SIGMOID,))), ensure_ascii=False) == (
        '{"student": "Änne", "lesson": 1, "seed": 7, "status": "graded", "sentence": "", '
        '"sandbox": "bubblewrap", "notes": ["cell 3: NameError"], '
        '"exercises": [{"name": "sigmoid", "points": 1, "out_of": 2, "stretch": false, '
        '"status": "wrong", '
        '"misconception": "unstable-exp", "rows": [["got", "nan"], '
        '["look at", "exp(1000) overflows."]], "cases": [3, 9], '
        '"parts": [["ordinary inputs", 1, 1], ["extreme inputs", 0, 1]], "seconds": 0.25, '
        '"explained_by": null, "place": null, "clue": null, "steps": []}], "seconds": 1.5}'
    )


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ((), [], "Result: expected an object, got list"),
        (("mark",), None, "Result.mark: expected an object, got NoneType"),
        (("mark", "status"), 3, "Result.mark.status: expected text, got int"),
        (("mark", "lesson"), True, "Result.mark.lesson: expected a whole number, got bool"),
        (
            ("mark", "exercises", 0, "stretch"),
            0,
            "Result.mark.exercises[0].stretch: expected true or false, got int",
        ),
        (("mark", "seconds"), "1", "Result.mark.seconds: expected a number, got str"),
        (("mark", "notes"), ["x", 3], "Result.mark.notes[1]: expected text, got int"),
        (("mark", "notes"), "x", "Result.mark.notes: expected a list, got str"),
        (("mark", "more"), 1, "Result.mark: missing or unknown: more"),
        (
            ("mark", "exercises", 1, "cases"),
            [1],
            "Result.mark.exercises[1].cases: expected 2 parts, got 1",
        ),
        (
            ("mark", "exercises", 0, "parts", 1, 2),
            None,
            "Result.mark.exercises[0].parts[1][2]: expected a number, got NoneType",
        ),
        (
            ("features", "shapes", 1),
            1.5,
            "Result.features.shapes[1]: expected a whole number, got float",
        ),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(
    path: tuple[str | int, ...], value: object, sentence: str
) -> None:
    data: Any = {"": written(RECORDS[0])}
    *way, last = ("", *path)
    place = data
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(NotARecord) as refused:
        from_json(Result, data[""])
    assert str(refused.value) == sentence


def test_a_missing_field_is_named() -> None:
    data = written(MARK)
    del data["seed"]
    with pytest.raises(NotARecord, match="Mark: missing or unknown: seed"):
        from_json(Mark, data)
