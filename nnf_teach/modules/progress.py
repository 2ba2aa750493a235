"""What is shown while a cell is busy: a bar for training, and how long it will take."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import Any

from nnf_teach import session
from nnf_teach.modules.training import TrainingState

_INTERVAL = 0.1  # seconds between two looks of the bar


def progress_bar(
    states: Iterable[TrainingState], total: int | None = None
) -> Iterator[TrainingState]:
    """Pass states on and show how far training is, its loss and the time left.

    A bar of the notebook in a notebook, of characters in a terminal, and nothing where nobody
    is looking (under nbval and nbgrader, or with `NNF_STRICT=1`).

    An interrupt (the stop button) ends training as if it were over, and the last state is kept.
    To have that whatever the loop's body does, let `last_state` run the loop:

        state = last_state(progress_bar(train(...), total))

    Parameters
    ----------
    states : iterable of TrainingState
        What `train` returns.
    total : int, optional
        How many there will be; `count_steps` knows. Without it no time left is shown.

    Yields
    ------
    TrainingState
        The same states.

    Raises
    ------
    KeyboardInterrupt
        Only when nothing has been learnt yet, or nobody is looking.
    """
    if session.strict():
        yield from states
        return
    bar, shown, state = _bar(total), 0, None
    look_again = 0.0
    try:
        for state in states:
            now = time.monotonic()
            if now > look_again:
                shown, look_again = _show(bar, state, shown), now + _INTERVAL
            yield state
    except KeyboardInterrupt:
        if state is None:
            raise
        of = f" of {total:,}" if total else ""
        print(f"Stopped after step {state.step:,}{of}. What was learnt so far is kept.")
    finally:
        if state is not None:
            _show(bar, state, shown)
        bar.close()


@contextlib.contextmanager
def takes_seconds(seconds: float) -> Iterator[None]:
    """Say in a notebook how long what follows will take, and show that it goes on.

    Nothing is shown outside of notebooks, and where nobody is looking (see `progress_bar`).

    Parameters
    ----------
    seconds : float
        On an ordinary computer. In a browser tab without one, ten times that is said.

    Examples
    --------
    >>> with takes_seconds(5):
    ...     total = sum(range(10))
    """
    if session.strict() or not session.in_notebook():
        yield
        return
    from IPython.display import display

    longer = 10 if session.in_browser() else 1
    says = f"This takes about {longer * seconds:g} s."
    html = f'<label class="nnf-panel">{says} <progress></progress></label>'
    shown = display({"text/plain": says, "text/html": html}, raw=True, display_id=True)  # type: ignore[no-untyped-call]
    begin = time.monotonic()
    try:
        yield
    finally:
        took = f"It took {time.monotonic() - begin:.0f} s."
        shown.update({"text/plain": took}, raw=True)


def _bar(total: int | None) -> Any:
    if session.in_notebook():
        from tqdm.notebook import tqdm

        if session.in_browser():
            tqdm.monitor_interval = 0  # its monitor is a thread
        return tqdm(total=total, unit="step")
    from tqdm import tqdm as terminal

    return terminal(total=total, unit="step", disable=None)


def _show(bar: Any, state: TrainingState, shown: int) -> int:
    """Bring the bar to a state, and return the step that it now shows."""
    bar.set_postfix_str(f"loss {state.loss:.4g}", refresh=False)
    bar.update(state.step - shown)
    return state.step
