"""A line with a bar for work that keeps a cell busy for some seconds, when a widget is made."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from nnf_teach import session


@contextlib.contextmanager
def waiting(sentence: str, total: int, done: str) -> Iterator[Callable[[int], None]]:
    """Show in a notebook what is being done and how far it is, and afterwards that it is done.

    Elsewhere, for a single step, and where nobody is looking, nothing is shown.

    Parameters
    ----------
    sentence, done : str
        What is said meanwhile and afterwards.
    total : int
        Steps of the work.

    Yields
    ------
    tell : function of the number of steps done

    Examples
    --------
    >>> with waiting("Fitting 3 models", 3, "3 models were fitted.") as tell:
    ...     for k in range(3):
    ...         tell(k + 1)
    """
    if total < 2 or session.strict() or not session.in_notebook():
        yield lambda steps: None
        return
    from IPython.display import display

    def bundle(steps: int) -> dict[str, str]:
        html = (
            f'<label class="nnf-panel">{sentence} <progress max="{total}" value="{steps}">'
            f"</progress></label>"
        )
        return {"text/plain": f"{sentence}: {steps} of {total}", "text/html": html}

    shown = display(bundle(0), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    said = "Stopped early; what is done is kept."
    try:
        yield lambda steps: shown.update(bundle(steps), raw=True)
        said = done
    finally:
        shown.update({"text/plain": said}, raw=True)
