"""Progress is never lost, and never costs the notebook."""

import json
import os
import subprocess
import sys

import pytest

from nnf_teach import check, progress
from nnf_teach.checking.store import FileStore, progress_path


def right(x):
    return 2 * x


def saved(path):
    return json.loads(path.read_text())["exercises"]


def test_a_pass_is_kept(progress_file):
    check(right, "double")
    assert saved(progress_file)["double"]["passed"] is True
    assert progress_path() == progress_file


def test_a_later_failure_takes_nothing_away(progress_file):
    check(right, "double")
    check(lambda x: x, "double")
    assert saved(progress_file)["double"]["passed"] is True


def test_attempts_are_counted_until_the_pass(progress_file):
    check(lambda x: x, "double")
    check(right, "double")
    check(right, "double")
    assert saved(progress_file)["double"]["attempts"] == 2


def test_unattempted_leaves_no_trace(progress_file):
    def double(x):
        raise NotImplementedError

    check(double)
    assert not progress_file.exists()


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"exercises": []}', '{"exercises": {"double": 3}}', "\x00\x01", "null",
     '{"exercises": {"double": {"points": "x", "attempts": 0}}}',
     '{"exercises": {"double": {"points": 0, "attempts": 0, "said": 1}}}'],
)  # fmt: skip
def test_a_damaged_file_is_kept_aside_and_said(progress_file, damage, capsys):
    progress_file.parent.mkdir(parents=True)
    progress_file.write_text(damage)
    assert check(right, "double").passed
    assert "was damaged. It was kept as" in capsys.readouterr().out
    kept = list(progress_file.parent.glob("progress-damaged-*.json"))
    assert len(kept) == 1
    assert kept[0].read_text() == damage
    assert "double" in saved(progress_file)


def test_bytes_that_are_no_text_are_damage_too(progress_file):
    progress_file.parent.mkdir(parents=True)
    progress_file.write_bytes(b"\xff\xfe\xfa")
    assert check(right, "double").passed


def test_a_folder_that_cannot_be_written_costs_a_sentence(progress_file, monkeypatch, capsys):
    """As on a read-only disk: is the check still answered, and progress kept in memory?"""

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("nnf_teach.checking.store.tempfile.mkstemp", refuse)
    assert check(right, "double").passed
    assert "could not be saved" in capsys.readouterr().out
    assert FileStore(progress_file).read()[0]["exercises"]["double"]["passed"]


def test_a_file_in_place_of_the_folder_costs_a_sentence(progress_file, capsys):
    progress_file.parent.parent.mkdir(parents=True, exist_ok=True)
    progress_file.parent.write_text("a file")
    assert check(right, "double").passed
    assert "could not be saved" in capsys.readouterr().out


@pytest.mark.slow
def test_two_notebooks_at_once_lose_nothing(progress_file):
    """Eight processes write forty entries at the same time: is every one there?"""
    program = (
        "import sys; from nnf_teach.checking.store import FileStore, progress_path\n"
        "for k in range(5):\n"
        "    FileStore(progress_path()).record_prediction(f'{sys.argv[1]}-{k}', k, True)\n"
    )
    environment = {**os.environ, "NNF_PROGRESS": str(progress_file)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(n)], env=environment) for n in range(8)
    ]
    assert all(process.wait(60) == 0 for process in running)
    predictions = json.loads(progress_file.read_text())["predictions"]
    assert len(predictions) == 40
    assert not list(progress_file.parent.glob("*.tmp"))


def test_an_interrupted_write_leaves_the_old_file(progress_file, monkeypatch):
    check(right, "double")
    before = progress_file.read_text()

    def cut(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnf_teach.checking.store.os.replace", cut)
    check(lambda x, w, b: x @ w + b, "neuron")
    assert progress_file.read_text() == before
    assert not list(progress_file.parent.glob("*.tmp"))


def test_progress_counts_points_and_names_what_is_open():
    check(lambda x, w, b: x @ w + b, "neuron")
    lesson = progress().lessons[1]
    assert (lesson.points, lesson.out_of) == (1, 10)
    assert lesson.open[0] == "linear_layer"
    assert "1 of 10" in str(progress())
    assert str(progress(1)).splitlines()[-1].split() == ["in", "all", "1", "of", "10"]


def test_the_table_is_escaped_and_says_numbers_beside_bars():
    html = progress(1)._repr_mimebundle_()["text/html"]
    assert "0 of 10" in html
    assert 'aria-hidden="true"' in html
    assert '<th scope="row"' in html


def test_a_moment_in_which_the_file_cannot_be_read_erases_nothing(progress_file, monkeypatch):
    check(right, "double")
    with monkeypatch.context() as patch:
        patch.setattr(type(progress_file), "read_text", refuse_to_read)
        check(lambda x, w, b: x @ w + b, "neuron")
    check(lambda: ([1, 1], -0.5), "or_gate")
    assert set(saved(progress_file)) == {"double", "neuron", "or_gate"}


def refuse_to_read(*args, **kwargs):
    raise PermissionError(13, "Permission denied")


@pytest.mark.slow
def test_what_another_notebook_saved_meanwhile_is_kept(progress_file, monkeypatch):
    """Kernel A cannot save for a moment, kernel B saves, A saves again: is all of it there?"""
    with monkeypatch.context() as patch:
        patch.setattr("nnf_teach.checking.store.tempfile.mkstemp", refuse_to_read)
        check(right, "double")
    other = "from nnf_teach import check; check(lambda: ([1, 1], -1.5), 'and_gate')"
    subprocess.run([sys.executable, "-c", other], check=True, env=dict(os.environ))
    check(lambda: ([1, 1], -0.5), "or_gate")
    assert set(saved(progress_file)) == {"double", "and_gate", "or_gate"}


def test_endless_brackets_are_damage_too(progress_file):
    progress_file.parent.mkdir(parents=True)
    progress_file.write_text("[" * 200_000)
    assert check(right, "double").passed
