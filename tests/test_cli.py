"""Does the `nnf` command do what it says, and never answer with a stack trace?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nnf_teach import doctor
from nnf_teach.cli import main


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


@pytest.mark.slow
def test_building_needs_no_nbgrader() -> None:
    """Does what a fresh copy is made with come with a learner's installation?"""
    code = "import sys; sys.modules.update(nbgrader=None, nbval=None); import nnf_teach.authoring"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_learners_never_import_authoring() -> None:
    """Does what a lesson imports leave out the contributors' tools and the command?"""
    code = (
        "import sys, nnf_teach; nnf_teach.check; "
        "sys.exit(any(n.startswith(('nnf_teach.authoring', 'nbgrader', 'nnf_teach.cli')) "
        "for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
