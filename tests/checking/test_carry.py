"""Progress goes with the learner: into a file, and out of it, and nothing is lost on the way."""

import json

import pytest

from nnf_teach import check, load_progress, progress, save_progress, session
from nnf_teach.checking.store import FileStore


def right(x):
    return 2 * x


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Go to another computer: an empty folder, and no progress yet."""
    count = iter(range(9))

    def go():
        here = tmp_path / f"computer {next(count)}"
        here.mkdir()
        monkeypatch.chdir(here)
        monkeypatch.setenv("NNF_PROGRESS", str(here / "data" / "progress.json"))
        return here

    return go


def passed():
    data, _ = FileStore(session_file()).read()
    return {name for name, entry in data["exercises"].items() if entry.get("passed")}


def session_file():
    from nnf_teach.checking.store import progress_path

    return progress_path()


def pass_neuron():
    def neuron(x, w, b):
        return x @ w + b

    assert check(neuron).passed


def test_what_was_saved_is_there_on_another_computer(elsewhere, capsys):
    first = elsewhere()
    pass_neuron()
    save_progress()
    assert "1 points are saved" not in capsys.readouterr().out
    saved = (first / "my_progress.json").read_bytes()
    second = elsewhere()
    assert progress(1).points == 0
    (second / "my_progress.json").write_bytes(saved)
    assert load_progress().points == 1
    assert progress(1).points == 1


def test_two_places_become_one(elsewhere):
    first = elsewhere()
    pass_neuron()
    save_progress("mine.json")
    elsewhere()
    check(right, "double")
    load_progress(first / "mine.json")
    assert passed() == {"neuron", "double"}
    save_progress(first / "mine.json")
    assert set(json.loads((first / "mine.json").read_text())["exercises"]) == {"neuron", "double"}


def test_a_save_in_a_new_place_loses_nothing_of_the_file(elsewhere):
    first = elsewhere()
    pass_neuron()
    save_progress(first / "p.json")
    elsewhere()
    save_progress(first / "p.json")
    assert json.loads((first / "p.json").read_text())["exercises"]["neuron"]["passed"]


def test_the_first_prediction_stays_the_first(elsewhere):
    elsewhere()
    store = FileStore(session_file())
    store.record_prediction("gates", 1, True)
    data, _ = store.read()
    early = {"choice": 0, "right": False, "when": "2020-01-01T00:00:00"}
    with open("early.json", "w") as file:
        json.dump({"exercises": {}, "predictions": {"gates": early}}, file)
    load_progress("early.json")
    assert store.read()[0]["predictions"]["gates"] == early
    with open("late.json", "w") as file:
        late = data["predictions"]["gates"] | {"when": "2999-01-01T00:00:00"}
        json.dump({"exercises": {}, "predictions": {"gates": late}}, file)
    load_progress("late.json")
    assert store.read()[0]["predictions"]["gates"] == early


def test_a_file_that_is_not_there_is_named(elsewhere):
    here = elsewhere()
    with pytest.raises(
        FileNotFoundError, match=r"no file mine\.json in .*uploaded there\?"
    ) as said:
        load_progress("mine.json")
    assert str(here) in str(said.value)


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3, "exercises": 1}', "\x00"])
def test_another_file_is_neither_read_nor_overwritten(content, elsewhere):
    elsewhere()
    with open("notes.json", "w") as file:
        file.write(content)
    for act in (load_progress, save_progress):
        with pytest.raises(ValueError, match="not a file of progress"):
            act("notes.json")
    with open("notes.json") as file:
        assert file.read() == content


def test_in_a_browser_the_table_says_how_to_keep_it(monkeypatch):
    assert "save_progress" not in str(progress(1))
    monkeypatch.setattr(session, "in_browser", lambda: True)
    assert "`save_progress()` writes it into a file" in str(progress(1))


def test_in_a_browser_it_is_kept_with_the_notebooks_without_a_lock(monkeypatch, tmp_path):
    from nnf_teach.checking import store

    monkeypatch.delenv("NNF_PROGRESS")
    monkeypatch.setattr(session, "in_browser", lambda: True)
    monkeypatch.setattr(store, "KEPT_BY_BROWSER", tmp_path)
    assert FileStore(store.progress_path()).record_hints("neuron") == ""
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]
