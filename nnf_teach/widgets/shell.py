"""What the stage and the playground are as widgets: one JavaScript module, and a stored picture."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnf_teach import session

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STATIC = Path(__file__).parent / "static"
SHOWN_DPI = 100
PNG_DPI = 160  # more than is shown, for sharp text


def join_modules(names: Iterable[str]) -> str:
    """Join ES modules into one: imports and comments on types go, only the last one exports."""
    parts = []
    for name in names:
        text = (STATIC / f"{name}.js").read_text(encoding="utf-8")
        text = re.sub(r"^import\b[^;]*;\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"^ */\*\*(?:(?!\*/).)*\*/\n", "", text, flags=re.MULTILINE | re.DOTALL)
        parts.append(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE))
    return "\n".join(parts)


def join_styles(*names: str) -> str:
    """Join style sheets into one."""
    return "\n".join((STATIC / f"{name}.css").read_text(encoding="utf-8") for name in names)


def mime_bundle(
    widget: Any, words: str, draw: Callable[[], Figure | None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a widget for every kind of reader: the living view, a picture, and its text twin.

    Where Python runs in the browser the view lives as long as Python does, and nobody would see
    the picture, which takes seconds there: it is not drawn.
    """
    bundle: dict[str, Any] = {"text/plain": words}
    metadata: dict[str, Any] = {}
    alive = session.in_browser() and widget.comm is not None
    figure = None if alive else draw()
    if figure is not None:
        file = io.BytesIO()
        # Without the version in the file, equal pictures have equal bytes.
        figure.savefig(file, format="png", dpi=PNG_DPI, metadata={"Software": None})
        width, height = map(round, figure.get_size_inches() * SHOWN_DPI)
        bundle["image/png"] = base64.b64encode(file.getvalue()).decode("ascii")
        metadata["image/png"] = {"width": width, "height": height, "alt": words}
    if widget.comm is not None:
        bundle["application/vnd.jupyter.widget-view+json"] = {
            "version_major": 2,
            "version_minor": 0,
            "model_id": widget.model_id,
        }
    return bundle, metadata
