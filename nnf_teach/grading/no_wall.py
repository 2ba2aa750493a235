"""No sandbox: limits of time and memory, and a scratch folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from nnf_teach.grading.processes import counted_elsewhere, descendants, kill_all
from nnf_teach.grading.wall import Wall


class NoWall(Wall):
    """What there is where somebody asked for no sandbox."""

    name = "none"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.counted_elsewhere = counted_elsewhere()
        self.scratch = self.folder / "scratch"

    @staticmethod
    def problem() -> str:
        if hasattr(os, "fork"):
            return ""
        return "Grading needs Linux, also in WSL or a container, or macOS (--sandbox none)."

    def prepare(self) -> None:
        Path(self.home).mkdir(mode=0o700)
        self.scratch.mkdir(mode=0o700)

    def settings(self) -> dict[str, Any]:
        return {"scratch": [str(self.scratch)]}

    def end(self, parent: int) -> None:
        kill_all(lambda: descendants(parent))
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(mode=0o700, exist_ok=True)
