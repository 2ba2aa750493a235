"""Can what we tell people to type be typed, and does it bring what we mean?"""

import re
from pathlib import Path

import pytest

from nnf_teach import cli

ROOT = Path(__file__).parents[1]
READ = [
    *(path for kind in ("py", "js") for path in (ROOT / "nnf_teach").rglob(f"*.{kind}")),
    *(ROOT / "solutions").glob("*.ipynb"),
    *(ROOT / "docs").glob("*.md"),
    *ROOT.glob("*.md"),
    ROOT / "Makefile",
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def found(pattern: str) -> list[tuple[str, str]]:
    """Return where a pattern stands, and its group; pictures in notebooks are no text."""
    return [
        (path.name, match[1])
        for path in READ
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) < 2000
        for match in re.finditer(pattern, line)
    ]


def test_no_advice_installs_a_name_that_anybody_could_claim() -> None:
    """Is the package, which is on no index, installed from its folder only?"""
    lines = found(r"pip install ([^\n]*)")
    assert len(lines) > 5
    assert [line for line in lines if re.search(r"nnf[_-]teach", line[1])] == []


def test_every_command_exists(capsys: pytest.CaptureFixture[str]) -> None:
    """Is each `nnf X` and `make X` that a text names a command?"""
    named = found(r"[`'\"]nnf ([a-z]+)\b")
    assert len(named) > 10
    for name in {name for _, name in named}:
        with pytest.raises(SystemExit) as stop:
            cli.main([name, "--help"])
        assert stop.value.code == 0, [place for place, word in named if word == name]
    made = found(r"`make ([a-z]+)\b")
    assert len(made) > 5
    assert {name for _, name in made} <= TARGETS


def test_the_version_and_the_module(capsys: pytest.CaptureFixture[str]) -> None:
    """Does `nnf --version` say it, and does `python -m nnf_teach` run the same command?"""
    import runpy
    import sys

    from nnf_teach import __version__

    before = sys.argv
    try:
        sys.argv = ["nnf", "--version"]
        with pytest.raises(SystemExit) as stop:
            runpy.run_module("nnf_teach", run_name="__main__")
    finally:
        sys.argv = before
    assert stop.value.code == 0
    assert __version__ in capsys.readouterr().out
