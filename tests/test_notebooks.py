"""Do the course's own notebooks hold together?

The tests in `browser/` run each of them untouched, `nbval` runs the solutions, and
`make notebooks` compares them with what the solutions give.
"""

from pathlib import Path

from nnf_teach.notebooks import is_backup

ROOT = Path(__file__).parents[1]
COURSE = [path for path in sorted((ROOT / "course").glob("*.ipynb")) if not is_backup(path)]


def test_there_are_notebooks() -> None:
    """Is there something to look at?"""
    assert (ROOT / "course" / "00_start_here.ipynb") in COURSE
    assert [path.name for path in COURSE] == [
        path.name for path in sorted((ROOT / "solutions").glob("*.ipynb"))
    ]


def test_each_has_its_tests_in_a_browser() -> None:
    for path in COURSE:
        assert (ROOT / "tests" / "browser" / f"test_lesson_{path.name[:2]}.py").is_file()
