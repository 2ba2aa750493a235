"""A record of a training run: losses, norms and updates, and what they warn of.

It takes what any training loop yields, step by step, and costs little: the loss of every step is
looked at, everything else at some of the steps. (Slide "Diagnosing and debugging".)
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import number, whole_number

Array = NDArray[Any]
Reader = Callable[[Any], tuple[Any, Any, Any]]  # item -> loss, params, grads

SHARE = 0.01  # the part of the loop's time that looks may take
GRACE = 0.005  # seconds that looks may take besides: a loop may be over in less than a second
VALIDATION_SHARE = 0.25  # the part of it that the validation function may take
FIRST = 20  # steps that are all looked at: a run may break in ten
SPARSEST = 1.05  # a step is looked at when it is so many times the last one, whatever the time
DENSITY = 300  # a look is due when 1/300 of the time so far has passed since the last one
SEEN_DEAD = 10  # a unit without a gradient at so many looks in a row counts as dead
USUAL = 1e-3  # a step's length over that of the weights: a rule of thumb of A. Karpathy's
TAKES = (
    "It takes a loop that yields (loss, params), (loss, params, grads), a dictionary of these "
    "names, or objects with .loss and .params, such as train() yields."
)


class Entry(NamedTuple):
    """What one look has found; nan where it could not be known."""

    step: int  # from 1
    loss: float  # mean of the steps since the look before
    validation_loss: float
    gradient_norm: float  # sqrt of the sum of squares over all; of the step if no grads are known
    weight_norm: float
    update_ratio: float  # length of the step over that of the parameters before it
    validated: bool = False


class TrainingRecord:
    """Watches a training loop: hand it every item that the loop yields.

    Parameters
    ----------
    validation : function of params -> loss, optional
        Measured at the first and last look, and between them for a quarter of the loop's time.
    chance_loss : float, optional
        The loss of a model that has learnt nothing; the first loss if it is not given.
    every : int, optional
        Look at every so many steps. Not given, look at each of the first 20 steps, then whenever
        their number has grown by a twentieth, and more often where that takes 1 % of the loop's
        time at most.
    clock : function returning seconds, or None
        None: looks depend on the steps alone, so that every run gives the same record.

    Examples
    --------
    >>> record = TrainingRecord(every=1)
    >>> for step in range(3):
    ...     W, dW = np.array([[float(step)]]), np.array([[-5.0]])
    ...     record.take((1 / (step + 1), [(W, np.zeros(1))], [(dW, np.zeros(1))]))
    >>> record.history["loss"].round(2), record.history["weight_norm"]
    (array([1.  , 0.5 , 0.33]), array([0., 1., 2.]))
    >>> record.history["gradient_norm"], record.history["update_ratio"]
    (array([5., 5., 5.]), array([nan, nan,  1.]))
    """

    def __init__(
        self,
        validation: Callable[[Any], Any] | None = None,
        chance_loss: float | None = None,
        every: int | None = None,
        clock: Callable[[], float] | None = time.perf_counter,
    ) -> None:
        where = "training_monitor"
        if validation is not None and not callable(validation):
            raise TypeError(
                f"{where}: validation is {validation!r}, expected a function of params."
            )
        self._validation = validation
        self._chance = None if chance_loss is None else number(where, "chance_loss", chance_loss, 0)
        self._every = None if every is None else whole_number(where, "every", every, low=1)
        self._timed = every is None and clock is not None
        self._clock = clock or time.perf_counter
        self.entries: list[Entry] = []
        self.step = 0
        self.lost_at: int | None = None  # the first step whose loss is not finite
        self.trouble = ""  # with the validation function
        self.has_params = self.has_grads = False
        self.dead: list[tuple[int, int]] = []  # of every hidden layer: dead units, all units
        self._silent: list[Array] = []  # looks since a hidden unit last got a gradient
        self._read: Reader | None = None
        self._sum, self._count = 0.0, 0
        self._before: list[Array] | None = None  # the parameters a step before a look
        self._newest: tuple[Any, Any] = (None, None)
        self._ended = False
        self._begin = self._looked = self._validated = 0.0
        self._asked = True  # whether the number of the step asks for the look
        self._spent = self._free = 0.0  # seconds of all looks, and of those that steps ask for

    def take(self, item: Any) -> None:
        """Take what the loop has yielded.

        Raises
        ------
        TypeError
            When no loss is found in it.
        """
        if self._read is None:
            self._read = reader(item)
            self._begin = self._clock()
        loss, params, grads = self._read(item)
        loss = float(loss)
        self.step += 1
        self._sum += loss
        self._count += 1
        self._newest = params, grads
        now = self._clock()
        lost = not math.isfinite(loss) and self.lost_at is None
        if lost:
            self.lost_at = self.step
        if self._before is not None or lost or (self.step == 1 and grads is not None):
            self._look()
        if self._is_due(now):
            begin = self._clock()
            self._before = [np.array(array) for array in arrays(params)]
            self._spent += self._clock() - begin

    def finish(self) -> None:
        """Look at the last step, if no look was at it and its gradients are known."""
        self._before = None  # of this very step
        self._ended = True
        known = not self.entries or self._newest[1] is not None or not self.has_params
        if self.step and known and (not self.entries or self.entries[-1].step < self.step):
            self._look()

    @property
    def seconds(self) -> float:
        """Seconds that looks have taken so far; the validation function's time is its own."""
        return self._spent

    @property
    def chance(self) -> float | None:
        """The loss of a model that has learnt nothing, if it is known."""
        return self._chance

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self._ended

    @property
    def history(self) -> dict[str, Any]:
        """The run in the form that `diagnose` takes: arrays, one value per look, and chance_loss.

        Also `step` and `update_ratio`. With a validation function these are the looks at which it
        was measured; without one `validation_loss` is nan.
        """
        entries = [e for e in self.entries if e.validated] or self.entries
        names = Entry._fields[:-1]
        columns = np.array([e[:-1] for e in entries], float).reshape(-1, len(names)).T
        found: dict[str, Any] = dict(zip(names, columns, strict=True))
        found["step"] = found["step"].astype(np.intp)
        first = self.entries[0].loss if self.entries else math.nan
        found["chance_loss"] = first if self._chance is None else self._chance
        return found

    def _is_due(self, now: float) -> bool:
        if self.step == 1:
            return True
        if self._every is not None:
            return self.step % self._every == 0
        # The parameters of this step are kept, and the next one is looked at.
        self._asked = self.step < FIRST or self.step + 1 >= SPARSEST * self.entries[-1].step
        if self._asked:
            return True
        gone = now - self._begin
        late = now - self._looked >= gone / DENSITY
        return self._timed and late and self._spent - self._free <= GRACE + SHARE * gone

    def _look(self) -> None:
        begin = self._clock()
        params, grads = self._newest
        now, before, slopes = arrays(params), self._before, arrays(grads)
        self._before = None
        self.has_params, self.has_grads = bool(now), bool(slopes)
        ratio = slope = math.nan
        with np.errstate(all="ignore"):
            size = norm(now) if now else math.nan
            if slopes:
                slope = norm(slopes)
                self._count_dead(params, slopes)
            if before is not None and [a.shape for a in before] == [a.shape for a in now]:
                moved = [a - b for a, b in zip(now, before, strict=True)]
                length, was = norm(moved), norm(before)
                ratio = length / was if was else math.nan
                if not slopes:
                    slope = length
                    self._count_dead(params, moved)
        self._looked = self._clock()
        self._spent += self._looked - begin
        if self._asked:
            self._free += self._looked - begin
        loss, self._sum, self._count = self._sum / self._count, 0.0, 0
        measured, validation_loss = self._validate(params, size)
        entry = Entry(self.step, loss, validation_loss, slope, size, ratio, measured)
        self.entries.append(entry)

    def _validate(self, params: Any, size: float) -> tuple[bool, float]:
        """Measure the validation loss if there is a function and time for it."""
        if self._validation is None or self.trouble:
            return False, math.nan
        if not math.isfinite(size):
            return True, math.nan
        begin = self._clock()
        late = self._validated > VALIDATION_SHARE * (begin - self._begin)
        if self._timed and late and not self._ended:
            return False, math.nan
        try:
            loss = float(self._validation(params))
        except Exception as error:
            self.trouble = f"Your validation function raised {type(error).__name__}: {error}"
            return False, math.nan
        self._validated += self._clock() - begin
        return True, loss

    def _count_dead(self, params: Any, updates: list[Array]) -> None:
        """Count the hidden units whose bias got no gradient: it is the sum of their errors."""
        if not _is_layers(params) or len(updates) != 2 * len(params):
            return
        biases = updates[1:-1:2]
        if len(self._silent) != len(biases):
            self._silent = [np.zeros(len(db), int) for db in biases]
        learns = any(array.any() for array in updates[-2:])  # else it is not the hidden units
        for silent, db in zip(self._silent, biases, strict=True):
            silent[:] = np.where((db == 0) & learns, silent + 1, 0)
        self.dead = [(int((silent >= SEEN_DEAD).sum()), len(silent)) for silent in self._silent]


def reader(item: Any) -> Reader:
    """Return the function that finds loss, params and grads in the items of a loop.

    >>> reader((7, 0.5, [np.ones(2)]))((8, 0.25, "params"))
    (0.25, 'params', None)
    """
    if isinstance(item, Mapping) and "loss" in item:
        name = "grads" if "grads" in item else "gradients"
        return lambda item: (item["loss"], item.get("params"), item.get(name))
    if hasattr(item, "loss"):
        return lambda item: (item.loss, getattr(item, "params", None), getattr(item, "grads", None))
    if _is_number(item):
        return lambda item: (item, None, None)
    if isinstance(item, tuple | list):
        numbers = [k for k, part in enumerate(item) if _is_number(part)]
        # A step's number may stand before the loss: that is a whole number.
        losses = [k for k in numbers if np.asarray(item[k]).dtype.kind == "f"] or numbers
        rest = [k for k, part in enumerate(item) if k not in numbers and arrays(part)]
        if losses:
            at, params, grads = losses[0], *[*rest, None, None][:2]
            return lambda item: (
                item[at],
                None if params is None else item[params],
                None if grads is None else item[grads],
            )
    raise TypeError(f"training_monitor: the loop yielded {type(item).__name__}. {TAKES}")


def _is_number(value: Any) -> bool:
    if isinstance(value, bool | str | bytes) or value is None:
        return False
    return isinstance(value, int | float | np.number) or (
        isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "fiu"
    )


def arrays(params: Any) -> list[Array]:
    """Return all arrays of numbers in params: in lists, tuples and dictionaries, in order.

    >>> [array.shape for array in arrays([(np.ones((3, 2)), np.ones(3)), {"gain": 1.0}])]
    [(3, 2), (3,), ()]
    """
    return list(_found(params))


def _found(part: Any) -> Iterator[Array]:
    if isinstance(part, np.ndarray):
        if part.dtype.kind in "fiu":
            yield part
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _found(inner)
    elif isinstance(part, Mapping):
        for inner in part.values():
            yield from _found(inner)
    elif _is_number(part):
        yield np.asarray(part)


def norm(parts: list[Array]) -> float:
    """Return sqrt(sum of squares) over all arrays.

    >>> norm([np.array([[3.0]]), np.array([4.0])])
    5.0
    """
    flat = [part.ravel() for part in parts]
    with np.errstate(all="ignore"):
        total = sum(float(np.dot(part, part)) for part in flat)
        if not math.isfinite(total):  # in float32 large squares overflow
            wide = [part.astype(np.float64) for part in flat]
            total = sum(float(np.dot(part, part)) for part in wide)
    return math.sqrt(total) if total >= 0 else math.nan


def _is_layers(params: Any) -> bool:
    """Whether params is a list of (W, b), as `train` has it."""
    return isinstance(params, list | tuple) and all(
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and np.ndim(pair[0]) == 2
        and np.shape(pair[1]) == np.shape(pair[0])[:1]
        for pair in params
    )
