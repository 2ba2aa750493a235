"""Is a class graded from the command line, in the real sandbox, come what may?"""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.exercises import all_exercises

STEM = "01_neuron"
NAMES = [e.name for e in all_exercises().values() if e.lesson == 1]
WRONG = "def neuron(x, w, b):\n    return x @ w"

pytestmark = pytest.mark.usefixtures("sandbox_works")


def put(folder: Path, student: str, content: bytes | str, name: str = f"{STEM}.ipynb") -> Path:
    path = folder / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def classroom(tmp_path: Path, answered: Callable[..., bytes]) -> Path:
    """Right, wrong, half, broken and hostile work."""
    folder = tmp_path / "class"
    right = dict.fromkeys(NAMES, ...)
    put(folder, "right", answered(STEM, **right))
    put(folder, "untouched", answered(STEM))
    put(folder, "wrong", answered(STEM, **right | {"neuron": WRONG}))
    put(folder, "broken", answered(STEM, **right | {"sigmoid": "def sigmoid(x:\n    ret"}))
    put(folder, "leaves", answered(STEM, **right | {"sigmoid": "import os\nos._exit(0)"}))
    put(folder, "=1+1", answered(STEM, **right))
    put(folder, "no json", "{" * 1000)
    put(folder, "latin", b'{"cells": "\xe9"}')
    (folder / "link").mkdir()
    (folder / "link" / f"{STEM}.ipynb").symlink_to(folder / "right" / f"{STEM}.ipynb")
    return folder


def grades(out: Path) -> dict[str, dict[str, str]]:
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def words(classroom: Path, out: Path, *more: str) -> list[str]:
    return ["grade", str(classroom), "--out", str(out), "--jobs", "2", *more]


def nothing_is_left() -> bool:
    """Whether no sandbox of ours is there, neither processes nor files."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    mine = [line for line in listed.stdout.splitlines() if "inside.zygote" in line]
    return not mine


def test_a_class(classroom: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does everybody get a row, the points that they earned, and a page?"""
    out = tmp_path / "results"
    assert main(words(classroom, out)) == 0
    said = capsys.readouterr()
    assert "8 graded, 1 not readable; 9 students." in said.out
    assert len(re.findall(r"^\[\d/9\] .*", said.err, re.MULTILINE)) == 9
    rows = grades(out)
    # Where sigmoid is missing, its derivative in the solution, which calls it, is too.
    assert {name: (row["total"], row["status"]) for name, row in rows.items()} == {
        "right": ("10", "graded"),
        "untouched": ("0", "graded"),
        "wrong": ("9", "graded"),
        "broken": ("7", "graded"),
        "leaves": ("7", "graded"),
        "'=1+1": ("10", "graded"),
        "no json": ("0", "unreadable"),
        "latin": ("0", "unreadable"),
        "link": ("0", "refused"),
    }
    page = (out / "feedback" / "wrong.html").read_text()
    message = next(
        m.message for m in all_exercises()["neuron"].misconceptions if m.name == "forgot-bias"
    )
    assert message in page
    assert "forgot-bias" in (out / "class.html").read_text()
    assert len(list((out / "feedback").iterdir())) == 9
    table = (out / "grades_canvas.csv").read_text()
    assert "\nwrong,,,wrong,,9.00" in table
    seed = json.loads((out / "run.json").read_text())["seed"]
    (result,) = (out / "results").glob("wrong-*/lesson_01.json")
    assert json.loads(result.read_text())["result"]["mark"]["seed"] == seed

    # Only what has changed is graded again; what has gone is gone from the reports.
    put(classroom, "wrong", (classroom / "right" / f"{STEM}.ipynb").read_bytes())
    (classroom / "untouched" / f"{STEM}.ipynb").unlink()
    (classroom / "untouched").rmdir()
    assert main(words(classroom, out, "--deadline", "2020-01-01", "--penalty", "50%")) == 0
    assert "1 graded, 6 kept from before, 1 not readable; 8 students." in capsys.readouterr().out
    rows = grades(out)
    assert (rows["wrong"]["total"], rows["wrong"]["01 penalty"]) == ("5", "5")
    assert not (out / "feedback" / "untouched.html").exists()
    # Two of them have the published solution, and so they are set beside it.
    assert "(the published solution)" in (out / "similar.csv").read_text()
    assert nothing_is_left()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_and_resumed(
    how: signal.Signals, tmp_path: Path, answered: Callable[..., bytes]
) -> None:
    """Is nothing lost of what was graded, is nothing left running, and does the rest follow?"""
    classroom, out = tmp_path / "class", tmp_path / "out"
    slow = answered(STEM, neuron="import time\ntime.sleep(0.5)\ndef neuron(x, w, b):\n    return b")
    for k in range(6):
        put(classroom, f"s{k}", slow)
    command = [sys.executable, "-m", "nnf_teach.cli", *words(classroom, out)]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("[1/6] s")
        if how is signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, how)
        _, said = process.communicate(timeout=30)
    assert process.returncode == (-9 if how is signal.SIGKILL else 130)
    if how is signal.SIGINT:
        assert "the same command goes on" in said
        assert "Traceback" not in said
    kept = len(list(out.glob("results/*/*.json")))
    assert 1 <= kept < 6
    deadline = time.monotonic() + 15
    while not nothing_is_left():
        assert time.monotonic() < deadline, "something is still running"
        time.sleep(0.2)
    assert not list(out.glob("**/.*.part"))
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"{6 - kept} graded, {kept} kept from before; 6 students." in again.stdout
    assert {row["total"] for row in grades(out).values()} == {"0"}


@pytest.mark.filterwarnings("default")
def test_two_dask_workers_give_the_same_marks(classroom: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    one, other = tmp_path / "one", tmp_path / "other"
    assert main(words(classroom, one, "--seed", "3")) == 0
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=":0",
        protocol="tcp://",
        host="127.0.0.1",
    ) as cluster:
        address = cluster.scheduler_address
        assert main(words(classroom, other, "--seed", "3", "--scheduler", address)) == 0

    def all_but_time(out: Path) -> list[dict[str, str]]:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in grades(out).values()]

    assert all_but_time(one) == all_but_time(other)
    assert nothing_is_left()


def test_unsafe_says_so(
    tmp_path: Path, answered: Callable[..., bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Do all reports say it, and is a result of one kind never taken for the other?"""
    put(tmp_path / "class", "ann", answered(STEM, neuron=...))
    out = tmp_path / "out"
    assert main(words(tmp_path / "class", out, "--unsafe")) == 0
    assert "WITHOUT A SANDBOX" in capsys.readouterr().err
    for path in (out / "class.html", out / "feedback" / "ann.html"):
        assert "without a sandbox" in path.read_text()
    assert "without a sandbox" in grades(out)["ann"]["remarks"]
    assert main(words(tmp_path / "class", out)) == 0
    assert "without a sandbox" not in grades(out)["ann"]["remarks"]
    assert "without a sandbox" not in (out / "class.html").read_text()
