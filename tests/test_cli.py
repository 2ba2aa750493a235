"""Does the `nnf` command do what it says, and never answer with a stack trace?"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest

from nnf_teach import doctor, lab, notebooks
from nnf_teach.cli import main

NOW = datetime(2026, 11, 23, 14, 5, 9)
NAMES = ("00_start_here.ipynb", "01_neuron.ipynb")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a learner's empty folder, with the package installed elsewhere."""
    package = tmp_path / "site-packages" / "nnf_teach"
    (package / "course").mkdir(parents=True)
    for name in NAMES:
        (package / "course" / name).write_text(f"fresh {name}")
    monkeypatch.setattr(notebooks, "_PACKAGE", package)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def cloned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a clone of the repository, with the course committed."""
    top = tmp_path / "a clone"
    for folder in ("course", "solutions", "nnf_teach"):
        (top / folder).mkdir(parents=True)
    (top / "pyproject.toml").touch()
    for name in NAMES:
        (top / "course" / name).write_text(f"fresh {name}")
    monkeypatch.setattr(notebooks, "_PACKAGE", top / "nnf_teach")
    monkeypatch.chdir(top)
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=all"]):
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *author, *words], check=True)
    return top


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        ([], "required: COMMAND"),
        (["lab", "--port", "x"], "'x' is no port"),
        (["lab", "--port", "70000"], "'70000' is no port"),
        (["lab", "now"], "unrecognized arguments: now"),
        (["reset"], "required: NOTEBOOK"),
        (["doctor", "--deep"], "unrecognized arguments: --deep"),
    ],
)
def test_unknown_words(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does an unknown word get one line on stderr and a failing status?"""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_reset_installed(installed: Path) -> None:
    """Is work kept beside the fresh copy, also twice in one second?"""
    course = notebooks.open_course(installed)
    mine = course / "01_neuron.ipynb"
    mine.write_text("work")
    fresh, backup = notebooks.reset("01", installed, NOW)
    assert (fresh, mine.read_text()) == (mine, "fresh 01_neuron.ipynb")
    assert backup is not None
    assert backup.name == "01_neuron-2026-11-23T14-05-09.ipynb"
    assert backup.read_text() == "work"
    mine.write_text("more work")
    _, second = notebooks.reset("01_neuron", course, NOW)
    assert second is not None
    assert backup.read_text() == "work"
    assert second.read_text() == "more work"
    assert notebooks.is_backup(second)


@pytest.mark.parametrize(
    "name",
    ["01", "01_neuron", "01_neuron.ipynb", "course/01_neuron.ipynb", "{top}/01_neuron.ipynb"],
)
def test_reset_cloned(cloned: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a clone take the fresh copy from git, by any name of the notebook?"""
    mine = cloned / "course" / "01_neuron.ipynb"
    mine.write_text("work")
    assert main(["reset", name.format(top=cloned / "course")]) == 0
    assert mine.read_text() == "fresh 01_neuron.ipynb"
    (backup,) = (path for path in mine.parent.iterdir() if notebooks.is_backup(path))
    assert backup.read_text() == "work"
    assert str(backup) in capsys.readouterr().out


@pytest.mark.parametrize("name", ["7", "07_lost", "nowhere/01_neuron.ipynb", "", "..", "01_"])
def test_reset_unknown(cloned: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a notebook that is not there refused in a sentence, and nothing changed?"""
    before = sorted((cloned / "course").iterdir())
    assert main(["reset", name]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted((cloned / "course").iterdir()) == before


def test_reset_without_git(cloned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a clone without its history say so, and leave the work alone?"""
    (cloned / ".git").rename(cloned / "history")
    assert main(["reset", "01"]) == 1
    assert "There is no fresh copy" in capsys.readouterr().err
    assert (cloned / "course" / "01_neuron.ipynb").exists()


def test_reset_elsewhere(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a folder without the course told so?"""
    assert main(["reset", "01"]) == 1
    assert "The course is not in this folder" in capsys.readouterr().err


def test_open_copies(installed: Path) -> None:
    """Does the first opening copy, and the next one add only what is missing?"""
    course = notebooks.open_course(installed)
    assert course == installed / "nnf-course"
    assert sorted(path.name for path in course.iterdir()) == list(NAMES)
    (course / "01_neuron.ipynb").write_text("work")
    (course / "00_start_here.ipynb").unlink()
    notebooks.open_course(installed)
    assert (course / "01_neuron.ipynb").read_text() == "work"
    assert (course / "00_start_here.ipynb").read_text() == "fresh 00_start_here.ipynb"


def test_open_cloned(cloned: Path) -> None:
    """Does a clone open its own course, and copy nothing?"""
    assert notebooks.open_course(cloned) == cloned / "course"
    assert not (cloned / "nnf-course").exists()


def test_open_where_a_file_is(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a file in the place of the folder reported, not overwritten?"""
    (installed / "nnf-course").write_text("mine")
    assert main(["lab", "--no-browser"]) == 1
    assert "cannot be copied" in capsys.readouterr().err
    assert (installed / "nnf-course").read_text() == "mine"


def test_no_browser_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no browser started where nobody could see it?"""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not lab.can_show_browser()


def test_lab_command(tmp_path: Path) -> None:
    """Does JupyterLab run in this Python, in the course, with the port that was asked for?"""
    command = lab.lab_command(tmp_path, 9000, browser=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--port=9000" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--no-browser" in command
    assert "--no-browser" not in lab.lab_command(tmp_path, 9000, browser=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_lab_runs(installed: Path, tmp_path: Path) -> None:
    """Does the printed address open notebook 00, and does Ctrl-C end it without a trace?"""
    package = tmp_path / "site-packages" / "nnf_teach"
    script = (
        "import sys; from pathlib import Path; from nnf_teach import notebooks, cli;"
        f"notebooks._PACKAGE = Path({str(package)!r});"
        "sys.exit(cli.main(['lab', '--no-browser', '--port', '18765']))"
    )
    log = tmp_path / "log"
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        address = _wait_for_announcement(log)
        page = urllib.request.urlopen(address).read().decode()
        assert '"treePath": "00_start_here.ipynb"' in page
    finally:
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=30)
    assert status == 0
    assert "Traceback" not in log.read_text()


def _wait_for_announcement(log: Path) -> str:
    pattern = r"Open this address in a browser on this computer:\s+(http://\S+)"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if match := re.search(pattern, log.read_text()):
            return match[1]
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_doctor_is_content(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Does every look at this very installation say ok, in signs and in words?"""
    findings = list(doctor.examine(tmp_path))
    assert [str(finding) for finding in findings if not finding.ok] == []
    assert all(str(finding).startswith("✓ ok ") for finding in findings)
    assert len(findings) >= 13


def test_doctor_finds_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Are packages that are missing or too old named, with how to fix them?"""
    monkeypatch.setattr(doctor, "requirements", lambda: [("nnf-lost", "1"), ("numpy", "99.0")])
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "✗ problem  nnf-lost is missing" in out
    assert "is older than 99.0" in out
    assert '-m pip install --upgrade "numpy>=99.0"' in out
    assert "2 problems." in out


def test_doctor_finds_another_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a kernel that runs another Python found?"""
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {"argv": ["/opt/other/bin/python", "-m", "x"], "display_name": "x", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (bad,) = (finding for finding in doctor.examine(tmp_path) if not finding.ok)
    assert "another Python, /opt/other/bin/python" in str(bad)
    assert str(kernel) in bad.fix


def test_doctor_finds_progress_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is a place where progress cannot be written found, and no folder made to find out?"""
    (tmp_path / "file").touch()
    monkeypatch.setenv("NNF_PROGRESS", str(tmp_path / "file" / "progress.json"))
    (bad,) = (finding for finding in doctor.examine(tmp_path) if not finding.ok)
    assert "progress cannot be kept" in bad.what


def test_doctor_survives_a_look_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is an installation so broken that a look raises reported like the rest?"""

    def broken() -> list[tuple[str, str]]:
        raise RuntimeError("no metadata")

    monkeypatch.setattr(doctor, "requirements", broken)
    (bad,) = (finding for finding in doctor.examine(tmp_path) if not finding.ok)
    assert bad.what == "packages: RuntimeError: no metadata"


def test_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Does progress print something to read, also before there is any?"""
    monkeypatch.setenv("NNF_PROGRESS", str(tmp_path / "progress.json"))
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("words", [["--check"], [], ["--no-execute"]])
def test_build_with_nothing_to_build(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Does a build that finds no notebooks fail?"""
    assert main(["build", "--root", str(tmp_path), *words]) == 1
    assert "no notebooks" in capsys.readouterr().err


def test_build_corrupt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a corrupt notebook get a sentence?"""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_bad.ipynb").write_text("{")
    assert main(["build", "--root", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("01_bad.ipynb: this is no notebook")


def test_build_without_nbgrader(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is a missing contributor's tool named, with the line that installs it?"""
    for name in [name for name in sys.modules if name.startswith("nnf_teach.authoring")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "nbgrader"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    assert main(["build"]) == 1
    assert "pip install 'nnf_teach[instructor]'" in capsys.readouterr().err


def test_learners_never_import_authoring() -> None:
    """Does what a lesson imports leave out the contributors' tools and the command?"""
    code = (
        "import sys, nnf_teach; nnf_teach.check; "
        "sys.exit(any(n.startswith(('nnf_teach.authoring', 'nbgrader', 'nnf_teach.cli')) "
        "for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
