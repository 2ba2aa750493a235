"""Is a result kept whole, found again for exactly what it rests on, and for nothing else?"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from nnf_teach.grading import results as results_module
from nnf_teach.grading import versions
from nnf_teach.grading.mark import ExerciseMark, Mark, Result
from nnf_teach.grading.marking import Limits, Task
from nnf_teach.grading.names import key
from nnf_teach.grading.results import Results, ResultsError, task_key, write
from nnf_teach.grading.similar import Features

TASK = Task("ann", 1, b"{}", seed=7)
NEURON = ExerciseMark("neuron", 0, 1, False, "wrong", "forgot-bias", (("got", "3"),), (2, 9))
RESULT = Result(
    Mark("ann", 1, 7, "graded", "caf\udce9", notes=("cell 1: ...",), exercises=(NEURON,)),
    Features((17, 4), ("x = 17",)),
)


@pytest.fixture(autouse=True)
def version(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    versions = {1: "a", 2: "b"}
    monkeypatch.setattr(results_module, "exercise_version", versions.__getitem__)
    return versions


def test_kept(tmp_path: Path) -> None:
    with Results(tmp_path / "deep" / "out") as results:
        assert results.kept(TASK) is None
        results.keep(TASK, RESULT)
        assert results.kept(TASK) == RESULT
    with Results(tmp_path / "deep" / "out") as results:
        assert results.kept(TASK) == RESULT


@pytest.mark.parametrize(
    "other",
    [
        replace(TASK, student="bob"),
        replace(TASK, lesson=2),
        replace(TASK, notebook=b"{ }"),
        replace(TASK, seed=8),
        replace(TASK, sandbox="none"),
        replace(TASK, limits=Limits(statement_seconds=3)),
    ],
    ids=["student", "lesson", "notebook", "seed", "unsafe", "limits"],
)
def test_not_for_another_task(tmp_path: Path, other: Task) -> None:
    with Results(tmp_path) as results:
        results.keep(TASK, RESULT)
        assert results.kept(other) is None


def test_not_for_another_version_of_the_exercises(tmp_path: Path, version: dict[int, str]) -> None:
    """Is a lesson graded again whose exercises changed since the last run, and no other?"""
    other = replace(TASK, lesson=2)
    with Results(tmp_path) as results:
        results.keep(TASK, RESULT)
        results.keep(other, RESULT)
        version[1] = "changed"
        assert results.kept(TASK) == RESULT  # by what this run has imported
    with Results(tmp_path) as results:
        assert results.kept(TASK) is None
        assert results.kept(other) == RESULT


def test_damaged_results_are_graded_again(tmp_path: Path) -> None:
    """Is a file that is cut off, or something else, no result?"""
    with Results(tmp_path) as results:
        results.keep(TASK, RESULT)
        (path,) = tmp_path.glob("results/*/*.json")
        whole = path.read_text()
        damaged = [whole[:-5], "", "[]", "[" * 100_000]
        damaged += [whole.replace(f'"{name}"', '"other"') for name in ("result", "status", "lines")]
        damaged.append(whole.replace('"points": 0', '"points": "0"'))
        for text in damaged:
            path.write_text(text)
            assert results.kept(TASK) is None
        path.write_text(whole)
        assert results.kept(TASK) == RESULT


def test_a_crash_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the old content there, and nothing half, when writing fails?"""
    path = tmp_path / "x.csv"
    write(path, "old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as broken:
            broken.setattr(os, step, fail)
            with pytest.raises(OSError, match="No space"):
                write(path, "new")
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Results(tmp_path), pytest.raises(ResultsError, match="Another run"), Results(tmp_path):
        pass
    with Results(tmp_path):
        pass


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultsError, match="cannot be written"), Results(tmp_path / "file" / "out"):
        pass


def test_seed(tmp_path: Path) -> None:
    """Is the seed drawn once, and kept for whoever goes on?"""
    with Results(tmp_path / "a") as results:
        seed = results.seed(None)
        assert results.seed(None) == seed
        assert results.seed(5) == results.seed(None) == 5
    with Results(tmp_path / "b") as results:
        assert results.seed(None) != seed


def test_hostile_names_stay_inside(tmp_path: Path) -> None:
    with Results(tmp_path / "out") as results:
        for name in ("../../x", "/etc/x", "..", "a\x00b", "con"):
            results.keep(replace(TASK, student=name), RESULT)
            assert results.kept(replace(TASK, student=name)) == RESULT
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert len(list((tmp_path / "out" / "results").glob("*/lesson_01.json"))) == 5


def test_another_package_or_version_is_another_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = task_key(TASK, "a")
    assert versions.environment.__wrapped__() == versions.environment()
    package = tmp_path / "pandas-3.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: pandas\nVersion: 3.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(results_module, "environment", versions.environment.__wrapped__)
    assert task_key(TASK, "a") != here


def test_keys_are_stable() -> None:
    key = task_key(TASK, "a")
    assert key == task_key(Task("bob", 1, b"{}", seed=7), "a") != task_key(TASK, "b")
    assert len(json.dumps(key)) == 66


@pytest.mark.parametrize("name", ["results", "feedback", ".lock", "results/KEY"])
def test_a_link_in_the_results_is_not_followed(tmp_path: Path, name: str) -> None:
    """Who can write there must not choose what else is written over, or deleted."""
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    (elsewhere / "thesis.html").write_text("precious")
    link = out / name.replace("KEY", key("ann"))
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / "thesis.html" if name == ".lock" else elsewhere)

    def run() -> None:
        with Results(out) as results:
            results.keep(TASK, RESULT)

    with pytest.raises(ResultsError, match="link"):
        run()
    assert [path.name for path in elsewhere.iterdir()] == ["thesis.html"]
    assert (elsewhere / "thesis.html").read_text() == "precious"
