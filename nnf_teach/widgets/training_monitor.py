"""A monitor for any training loop: loss, norms and updates while it runs, warnings in words.

Slide "Diagnosing and debugging": monitor the training loss, the weights' norms and NaNs.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

from nnf_teach import session
from nnf_teach.modules.training_record import TAKES, TrainingRecord
from nnf_teach.modules.training_warnings import warnings_of
from nnf_teach.widgets.scene import Scene, State
from nnf_teach.widgets.training_curves import RUNNING, training_scene

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

SHARE = 0.01  # of the loop's time, for new pictures
INTERVAL = 0.2  # seconds between two pictures, at least
PICTURE = "picture of a training monitor"  # the name of the thread that draws it
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class TrainingMonitor:
    """Passes a loop's items on and shows how training goes; see `training_monitor`."""

    def __init__(
        self,
        loop: Iterable[Any],
        validation: Callable[[Any], Any] | None = None,
        chance_loss: float | None = None,
        every: int | None = None,
    ) -> None:
        if not isinstance(loop, Iterable):
            hint = " Call it: training_monitor(train(...))." if callable(loop) else f" {TAKES}"
            raise TypeError(
                f"training_monitor: a {type(loop).__name__} cannot be looped over.{hint}"
            )
        self._loop = loop
        self._strict = session.strict()
        self._seen = session.in_notebook()
        clock = None if self._strict else time.perf_counter
        self.record = TrainingRecord(validation, chance_loss, every, clock)
        self.last: Any = None
        self._ending = ""
        self._stage: Stage | None = None
        self._shown: Any = None  # the output that shows the stage
        self._showing, self._drawn_at, self._begin = 0.0, 0.0, 0.0

    @property
    def history(self) -> dict[str, Any]:
        """What was recorded, as `diagnose` takes it; see `TrainingRecord.history`."""
        return self.record.history

    @property
    def warnings(self) -> list[str]:
        """What the run warns of, in sentences, the worst first."""
        return warnings_of(self.record)

    @property
    def own_seconds(self) -> float:
        """Seconds that looks and pictures have taken so far."""
        return self.record.seconds + self._showing

    @property
    def stage(self) -> Stage:
        """The picture."""
        if self._stage is None:
            from nnf_teach.widgets.stage import Stage

            self._stage = Stage(self._build, {"step": self.record.step})
        return self._stage

    def run(self) -> Any:
        """Run the loop to its end, or until it is interrupted, and return its last item."""
        items = iter(self)
        try:
            for _ in items:
                pass
        except KeyboardInterrupt as interrupt:  # it may strike between two steps
            with contextlib.suppress(StopIteration):
                items.throw(interrupt)
        return self.last

    def __iter__(self) -> Generator[Any, None, None]:
        """Pass the items on; see `training_monitor` for what ends it."""
        record = self.record
        self._ending = RUNNING
        self._begin = time.perf_counter()
        try:
            for item in self._loop:
                record.take(item)
                self.last = item
                self._show()
                yield item
            self._ending = "Finished"
        except GeneratorExit:
            self._ending = "Broken off in the loop's body"
            raise
        except KeyboardInterrupt:
            self._ending = "Interrupted"
            if self._strict or not record.step:
                raise
            print(f"Interrupted after step {record.step:,}. What was recorded is kept.")
        except Exception as error:
            self._ending = f"Your loop raised {type(error).__name__}: {error}"
            raise
        finally:
            record.finish()
            self._show_end()

    def __repr__(self) -> str:
        return f"TrainingMonitor({self.record.step} steps)"

    def __str__(self) -> str:
        return self._build({}).caption

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.stage._repr_mimebundle_(**options)

    def _build(self, state: State) -> Scene:
        return training_scene(self.record, self._ending)

    def _show(self) -> None:
        """Draw a new picture if there is somebody who looks, and if it is time for one."""
        if self._strict or not self._seen:
            return
        now = time.perf_counter()
        if now - self._drawn_at < INTERVAL or self._showing > SHARE * (now - self._begin):
            return
        if self._shown is None:
            self._shown = _display(self.stage)
            self._begin = self._drawn_at = time.perf_counter()  # once in a kernel it takes long
        else:
            self.stage.set(step=self.record.step)
            self._drawn_at = time.perf_counter()
            self._showing += self._drawn_at - now

    def _show_end(self) -> None:
        if self._stage is not None:
            self._stage.set(step=self.record.step)
        if self._shown is not None:
            # The picture for those who open the notebook without a kernel takes matplotlib a while.
            session.aside(_replace, self._shown, self.stage, name=PICTURE)
        elif self._seen and self.record.step:
            from IPython.display import display

            display(self.stage)  # type: ignore[no-untyped-call]


def _display(stage: Stage) -> Any:
    """Show the living view without a picture, and return a handle to that output."""
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": stage.model_id}
    bundle = {WIDGET_VIEW: view, "text/plain": repr(stage)}
    return display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]


def _replace(shown: Any, stage: Stage) -> None:
    with contextlib.suppress(Exception):  # the kernel may be going
        bundle, metadata = stage._repr_mimebundle_()
        shown.update(bundle, metadata=metadata, raw=True)


def training_monitor(
    loop: Iterable[Any],
    validation: Callable[[Any], Any] | None = None,
    chance_loss: float | None = None,
    every: int | None = None,
) -> TrainingMonitor:
    """Watch a training loop while it runs, and be warned of what goes wrong.

        monitor = training_monitor(train(params, X, t, ...))
        for state in monitor:
            ...                     # the loop's own items
        monitor.history             # stays, whatever has ended the loop

    or `monitor.run()`, which runs the loop and returns its last item. It warns of NaN, explosion,
    stalls, dead units, overfitting and large steps, and takes under 5 % of the loop's time (or a
    few hundredths of a second, where a loop is over at once).

    An exception of the loop ends it as always, an interrupt (the stop button) as if it were over;
    either way all that was recorded is kept.

    Parameters
    ----------
    loop : iterable
        Yields, after every step, (loss, params) or (loss, params, grads), a dictionary of these, or
        objects with such attributes, as `train` does. params are arrays in lists, tuples or
        dictionaries, however nested. Without grads the length of the steps is shown in their place.
    validation : function of params -> loss, optional
        It takes a quarter of the loop's time at most, so it is not measured at every step; with
        `every` it is measured at every look.
    chance_loss : float, optional
        The loss of a model that has learnt nothing, such as ln 10 for ten digits; it becomes a part
        of `history`, which holds the first loss if it is not given.
    every : int, optional
        Look at every so many steps. Not given, at each of the first 20, then ever more rarely, but
        as often as the share of time allows; where nobody is looking (nbval, or `NNF_STRICT=1`)
        the record is the same again.

    Returns
    -------
    TrainingMonitor
        With `history` (what `diagnose` takes), `warnings` (sentences) and `last` (the last item).

    Raises
    ------
    TypeError
        When loop cannot be looped over, or yields no loss.

    Examples
    --------
    >>> def loop(w=4.0):
    ...     while True:
    ...         w = w - 0.1 * 2 * w
    ...         yield w * w, [w]
    >>> monitor = training_monitor(loop(), every=1)
    >>> for loss, _ in monitor:
    ...     if loss < 0.01:
    ...         break
    >>> monitor.history["weight_norm"][:3].round(2)
    array([2.56, 2.05, 1.64])
    >>> monitor.warnings[0][:43]
    'Large steps: each is about 0.2 times the we'
    """
    return TrainingMonitor(loop, validation, chance_loss, every)
