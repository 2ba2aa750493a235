"""Show how far a run is: a bar in a terminal, a line per submission elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, TextIO

from tqdm import tqdm

from nnf_teach.grading.mark import Mark
from nnf_teach.grading.report import number

_LONGEST = 24  # characters of a student's name


class Progress:
    """Counts submissions. In a terminal: a bar with who is at work, the rate and the time left."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.stream = stream if stream is not None else sys.stderr
        self.total, self.count = total, 0
        self.bar: Any = None
        if self.stream.isatty():
            self.bar = tqdm(total=total, file=self.stream, unit="notebook", dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.set_postfix_str("")
            self.bar.close()

    def busy(self, at: Sequence[tuple[str, int]]) -> None:
        """Say who is being graded now."""
        if self.bar is None:
            return
        more = f" +{len(at) - 1}" if len(at) > 1 else ""
        self.bar.set_postfix_str(f"{_short(at[0][0])} {at[0][1]:02}{more}" if at else "")

    def done(self, student: str, lesson: int | None, mark: Mark) -> None:
        """Count a submission."""
        self.count += 1
        if self.bar is not None:
            self.bar.update()
            return
        what = f"{number(mark.points)} of {number(mark.out_of)}" if mark.counted else mark.status
        where = "" if lesson is None else f", lesson {lesson:02}"
        line = f"[{self.count}/{self.total}] {student}{where}: {what}, {mark.seconds:.1f} s"
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        self.stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        self.stream.flush()


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
