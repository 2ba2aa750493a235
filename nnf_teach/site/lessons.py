"""The lessons as the site's pages show them: from README's table, which the build holds right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nnf_teach.authoring.documents import README, table_rows
from nnf_teach.notebooks import is_backup

_TIME = re.compile(r"(?P<least>\d+)(?: to (?P<most>\d+))? min\b")


@dataclass(frozen=True)
class Lesson:
    """A row of README's table of lessons, and the notebook that it is about."""

    number: str
    title: str
    time: str
    writes: str
    notebook: str

    @property
    def minutes(self) -> tuple[int, int]:
        """The least and the most time that it takes, for every exercise.

        >>> Lesson("04", "Depth", "140 to 170 min, in two sittings", "bumps", "04.ipynb").minutes
        (140, 170)
        """
        found = _TIME.match(self.time)
        if found is None:
            raise ValueError(f"{README}: lesson {self.number} takes {self.time!r}, not '90 min'")
        return int(found["least"]), int(found["most"] or found["least"])

    @property
    def address(self) -> str:
        """Where the lab has it, from the top of the site."""
        return f"lab/index.html?path={quote(self.notebook)}"

    @property
    def page(self) -> str:
        """The file of its page to read."""
        return f"{Path(self.notebook).stem}.html"


def read_lessons(root: Path) -> list[Lesson]:
    """Return the lessons of README's table, which `nnf build --check` holds to the notebooks."""
    paths = [path for path in (root / "course").glob("*.ipynb") if not is_backup(path)]
    notebooks = {path.name[:2]: path.name for path in paths}
    rows = table_rows((root / README).read_text(encoding="utf-8"))
    found = [cells for _, cells in rows if len(cells) == 4 and cells[0] in notebooks]
    return [
        Lesson(name, title, time, writes, notebooks[name]) for name, title, time, writes in found
    ]
