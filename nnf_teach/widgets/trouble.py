"""Why a picture could not be drawn, in a sentence that names the learner's function and line."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from pathlib import Path
from types import FrameType


def explain(error: BaseException) -> str:
    """Say in a sentence what went wrong, whose function it was and, if known, in which line."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_learners(frame)
    ]
    what = str(error).strip().splitlines()
    message = f"{type(error).__name__}" + (f": {what[0][:200]}" if what else "")
    if not frames:
        return f"The picture could not be drawn here. {message}."
    name = frames[0][0].f_code.co_name
    name = "Your function" if name.startswith("<") else name
    frame, line = frames[-1]
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    where = f", in line {line}" + (f": {source}" if source else "")
    return f"{name} raised {message}{where}"


_LIBRARIES = [sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")]
_OURS = tuple(str(Path(f).resolve()) for f in (str(Path(__file__).parents[1]), *_LIBRARIES))


def _is_learners(frame: FrameType) -> bool:
    """Whether a frame runs code of the notebook (or of a file beside it), not of a library."""
    if frame.f_globals.get("__name__") == "__main__":
        return True
    file = frame.f_code.co_filename
    return not file.startswith("<frozen") and not str(Path(file).resolve()).startswith(_OURS)
