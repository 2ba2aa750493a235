"""Show a mime bundle: in a notebook as rich output, elsewhere as text."""

from __future__ import annotations

from typing import Any

from nnf_teach import session
from nnf_teach.checking.result import panel_html


def show(bundle: dict[str, Any], sentence: str = "", place: Any = None) -> Any:
    """Display a bundle, and a sentence under it when there is one; return where it stands.

    With a `place` that an earlier call has returned, the bundle takes that one's place.
    """
    if not session.in_notebook():
        print(bundle["text/plain"] + (f"\n{sentence}" if sentence else ""))
        return None
    from IPython.display import display

    if place is None:
        place = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
    else:
        place.update(bundle, raw=True)
    if sentence:
        note = {"text/plain": sentence, "text/html": panel_html(sentence, ())}
        display(note, raw=True)  # type: ignore[no-untyped-call]
    return place


class Bar:
    """A bar that fills while a training check runs; leaves nothing behind."""

    def __init__(self, name: str, limit: float) -> None:
        self.name, self.limit = name, limit
        self.handle: Any = None

    def __call__(self, seconds: float) -> None:
        """Show how much of the time is gone."""
        text = f"{self.name} runs: {seconds:.0f} of at most {self.limit:.0f} seconds"
        html = (
            f'<label class="nnf-panel">{text} <progress max="{self.limit:.0f}" '
            f'value="{seconds:.1f}"></progress></label>'
        )
        self._put({"text/plain": text, "text/html": html})

    def close(self) -> None:
        """Take the bar away."""
        if self.handle is not None:
            self._put({"text/plain": "", "text/html": ""})

    def _put(self, bundle: dict[str, str]) -> None:
        if not session.in_notebook():
            return
        from IPython.display import display

        if self.handle is None:
            self.handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self.handle.update(bundle, raw=True)
