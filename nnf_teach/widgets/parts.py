"""The values of a widget's state: where each begins, its range, what the learner moves it by."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.widgets.scene import (
    Button,
    Choice,
    Control,
    Handle,
    Player,
    Slider,
    State,
    Toggle,
)

KEPT = 8  # results that a widget remembers


class Values:
    """The values of a state by name, `s.height`, each as its part can have made it.

    `given` has the widget's arguments by name, the learner's functions.
    """

    def __init__(
        self, parts: Iterable[Part], state: State, given: Mapping[str, Any], kept: Kept
    ) -> None:
        self.__dict__ |= {part.name: part.read(state[part.name]) for part in parts}
        self._handles = {part.name: part.look for part in parts if part.look is not None}
        self.given, self.kept = given, kept

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def row(self, names: Iterable[str]) -> Array:
        """Return the values of these parts, numbers or points, as one array."""
        return np.array([getattr(self, name) for name in names])

    def handle(
        self, name: str, x: float | None = None, y: float | None = None, **looks: Any
    ) -> Handle:
        """Return a declared handle where it stands, or where it follows to with x and y.

        Where it does not move, x or y is 0 unless it is given.
        """
        look, value = self._handles[name], getattr(self, name)
        at = {"both": value, "x": (value, 0.0), "y": (0.0, value)}[look.moves]
        x, y = at[0] if x is None else x, at[1] if y is None else y
        return replace(look, x=float(x), y=float(y), **looks)


class Kept:
    """Calls functions, and remembers a widget's last few results by function and arguments.

    So `s.kept(Training, s.units)` is the training that went on in the state before.
    """

    def __init__(self) -> None:
        self._results: OrderedDict[Any, Any] = OrderedDict()

    def __call__(self, make: Callable[..., Any], *key: Any) -> Any:
        which = (make, *key)
        if which not in self._results:
            self._results[which] = make(*key)
        self._results.move_to_end(which)
        while len(self._results) > KEPT:
            self._results.popitem(last=False)
        return self._results[which]


Sets = Mapping[str, Any] | Callable[[Values, Values], Mapping[str, Any]]
Said = str | Callable[[Values], str]


@dataclass(frozen=True)
class Part:
    """A value of the state: where it begins, how it is read, and what the learner moves it by."""

    name: str
    at: Any
    read: Callable[[Any], Any]
    control: Callable[[Values], Control | None] = lambda s: None
    sets: Sets | None = None
    look: Handle | None = None


def _always(s: Values) -> bool:
    return True


def _say(label: Said, s: Values) -> str:
    return label if isinstance(label, str) else label(s)


def slider(
    name: str,
    label: Said,
    low: float,
    high: float,
    step: float,
    *,
    at: float,
    unit: str = "",
    scale: Literal["linear", "log"] = "linear",
    when: Callable[[Values], bool] = _always,
    sets: Sets | None = None,
) -> Part:
    """Declare a number from low to high; it is whole if `at` is an int.

    Parameters
    ----------
    label : str or function of the values
    when : function of the values
        Whether the control is shown; the value is there in any case.
    sets : dict, or function of the values and the values before -> dict
        What else of the state changes when the learner has moved this.
    """

    def read(value: Any) -> float:
        inside = min(max(float(value), low), high)
        return round(inside) if isinstance(at, int) else inside

    def control(s: Values) -> Control | None:
        return Slider(name, _say(label, s), low, high, step, unit, scale) if when(s) else None

    return Part(name, at, read, control, sets)


def choice(
    name: str,
    label: Said,
    options: Iterable[str] | Callable[[Values], Iterable[str]],
    *,
    at: str | None = None,
    when: Callable[[Values], bool] = _always,
    sets: Sets | None = None,
) -> Part:
    """Declare one word out of options, the first one unless `at` says which.

    Options that depend on the values, or on what was given, are a function of them; empty ones
    are left out.
    """
    fixed = None if callable(options) else tuple(options)

    def read(value: Any) -> str:
        if fixed is not None and value not in fixed:
            raise ValueError(f"{name} is {value!r}; it can be {', '.join(fixed)}")
        return str(value)

    def control(s: Values) -> Control | None:
        words = options(s) if callable(options) else fixed or ()
        return Choice(name, _say(label, s), tuple(filter(None, words))) if when(s) else None

    first = at if at is not None else (fixed or ("",))[0]
    return Part(name, first, read, control, sets)


def toggle(
    name: str,
    label: Said,
    *,
    at: bool = False,
    when: Callable[[Values], bool] = _always,
    sets: Sets | None = None,
) -> Part:
    """Declare a yes or no."""
    return Part(name, at, bool, lambda s: Toggle(name, _say(label, s)) if when(s) else None, sets)


def button(
    name: str,
    label: Said,
    *,
    when: Callable[[Values], bool] = _always,
    sets: Sets | None = None,
) -> Part:
    """Declare a button; the value counts its presses."""
    return Part(name, 0, int, lambda s: Button(name, _say(label, s)) if when(s) else None, sets)


def player(
    name: str,
    label: str,
    last: int | Callable[[Values], int],
    *,
    at: int = 0,
    unit: str = "",
    rate: float = 30.0,
    when: Callable[[Values], bool] = _always,
    sets: Sets | None = None,
) -> Part:
    """Declare a run through the frames 0 to last.

    Where last is a function of the values, the picture has to see to it that none is beyond.
    """

    def read(value: Any) -> int:
        frame = max(int(value), 0)
        return frame if callable(last) else min(frame, last)

    def control(s: Values) -> Control | None:
        end = last(s) if callable(last) else last
        return Player(name, label, end, unit, rate) if when(s) else None

    return Part(name, at, read, control, sets)


def handle(
    name: str,
    label: str,
    low: Any,
    high: Any,
    *,
    at: Any,
    moves: Literal["both", "x", "y"] = "both",
    step: float = 0.1,
    sets: Sets | None = None,
    **looks: Any,
) -> Part:
    """Declare a point [x, y] of a panel that is dragged, or with `moves` a number on one axis.

    `low` and `high` are numbers, or one for each coordinate. `s.handle(name)` goes among the
    marks of the panel where it is to be seen.
    """
    look = Handle(name, label, 0.0, 0.0, moves, step, **looks)

    def read(value: Any) -> Any:
        return np.clip(np.asarray(value, dtype=np.float64), low, high).tolist()

    return Part(name, at, read, sets=sets, look=look)


def memory(name: str, *, at: Any) -> Part:
    """Declare a value that no control moves: what others set, or the picture (`Picture.state`)."""
    return Part(name, at, lambda value: value)
