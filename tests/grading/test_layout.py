"""Is there all in the sandbox that what runs there imports, and none of the answers?"""

from pathlib import Path

from nnf_teach.grading.inside import inert
from nnf_teach.grading.layout import lay_out
from tests.test_layers import PACKAGE, imports


def test_what_is_laid_out_imports_nothing_else(tmp_path: Path) -> None:
    lay_out(tmp_path)
    laid = tmp_path / "nnf_teach"
    missing = []
    for folder in ("checking", "grading"):
        for path in sorted((laid / folder).rglob("*.py")):
            package = ".".join(["nnf_teach", *path.relative_to(laid).parts[:-1]])
            for name, line in imports(path.read_text(encoding="utf-8"), package):
                parts = name.split(".")[1:]
                files = [Path(*parts[:n]).with_suffix(".py") for n in range(1, len(parts) + 1)]
                if name.startswith(inert.ABSENT):
                    continue
                if any((PACKAGE / f).is_file() and not (laid / f).is_file() for f in files):
                    missing.append(f"{path.relative_to(laid)}:{line}: {name}")
    assert missing == []


def test_no_lesson_is_laid_out(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert not list((tmp_path / "nnf_teach" / "exercises").glob("lesson_*"))
