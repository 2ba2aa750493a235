"""A widget in one declaration: what can be changed, where it begins, and what is shown for it.

    @widget("A level", slider("height", "Height", 0, 1, 0.1, at=0.5))
    def level(s: Values) -> Picture:
        '''Move a line up and down.'''
        heights = [s.height, s.height]
        shown = panel("", axis("x", 0, 1), axis("y", 0, 1), line([0, 1], heights, "y = height"))
        return Picture([shown], f"The line is at {s.height:.1f}.")

`level()` shows it, and `level.scene(height=0.2)` is the scene of a state, for tests. Each control
stands once: its start, its range, its label, when it is shown, and what else it sets.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec

from nnf_teach.widgets.parts import Kept, Part, Values
from nnf_teach.widgets.picture import Picture
from nnf_teach.widgets.scene import Scene, State
from nnf_teach.widgets.wording import typeset

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

P = ParamSpec("P")


class Widget(Generic[P]):
    """A declared widget: a call, with the learner's functions, gives the Stage that shows it."""

    def __init__(
        self,
        title: str,
        parts: tuple[Part, ...],
        begin: Callable[..., State],
        draw: Callable[Concatenate[Values, P], Picture],
    ) -> None:
        self.title, self.parts, self.begin, self.draw = title, parts, begin, draw
        self.initial: State = {part.name: part.at for part in parts}
        functools.update_wrapper(self, draw)
        signature = inspect.signature(draw)
        self.__signature__ = signature.replace(
            parameters=list(signature.parameters.values())[1:], return_annotation="Stage"
        )

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Stage:
        from nnf_teach.widgets.stage import Stage  # anywidget is slow to import

        bound = self.bind(*args, **kwargs)
        return Stage(bound.build, bound.initial, bound.react)

    def __repr__(self) -> str:
        return f"{self.draw.__name__}: call it to see it, {self.draw.__name__}()"

    def bind(self, *args: P.args, **kwargs: P.kwargs) -> Bound:
        """Return the widget with these functions of the learner, and a memory of its own."""
        given = self.__signature__.bind(*args, **kwargs)
        given.apply_defaults()
        return Bound(
            self.title,
            self.parts,
            self.initial | self.begin(*args, **kwargs),
            lambda s: self.draw(s, *args, **kwargs),
            given.arguments,
            Kept(),
        )

    def scene(self, **changes: Any) -> Scene:
        """Return the scene of a state: the initial one with changes."""
        return self.bind().scene(**changes)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Bound:
    """Pure functions of the state: `build` makes the scene, `react` adds what a change brings."""

    title: str
    parts: tuple[Part, ...]
    initial: State
    draw: Callable[[Values], Picture]
    given: Mapping[str, Any]
    kept: Kept

    def build(self, state: State) -> Scene:
        """Return the scene of a state; the scene's own state is what the parts have read."""
        s = self._values(state)
        picture = self.draw(s)
        controls = [part.control(s) for part in self.parts]
        read = {part.name: getattr(s, part.name) for part in self.parts}
        scene = Scene(
            self.title,
            picture.panels,
            picture.caption,
            tuple(control for control in controls if control is not None),
            picture.goal,
            read | picture.state,
        )
        return typeset(scene)  # type: ignore[no-any-return]

    def react(self, before: State, after: State) -> State:
        """Return the state after a change, with what the changed parts set."""
        was, s = self._values(before), self._values(after)
        for part in self.parts:
            if part.sets is not None and getattr(was, part.name) != getattr(s, part.name):
                more = part.sets(s, was) if callable(part.sets) else part.sets
                after = after | dict(more)
        return after

    def scene(self, **changes: Any) -> Scene:
        """Return the scene of the initial state with changes."""
        return self.build(self.initial | changes)

    def _values(self, state: State) -> Values:
        return Values(self.parts, state, self.given, self.kept)


def _nothing(*args: Any, **kwargs: Any) -> State:
    return {}


def widget(
    title: str, *parts: Part, begin: Callable[..., State] = _nothing
) -> Callable[[Callable[Concatenate[Values, P], Picture]], Widget[P]]:
    """Make a widget of a function from the values, and the learner's functions, to a picture.

    Parameters
    ----------
    title : str
    *parts : Part
        Controls in the order in which they are shown, handles, and what is remembered.
    begin : function of the widget's arguments -> dict
        What of the first state depends on them; it raises where they cannot be used.
    """

    def declare(draw: Callable[Concatenate[Values, P], Picture]) -> Widget[P]:
        return Widget(title, parts, begin, draw)

    return declare
