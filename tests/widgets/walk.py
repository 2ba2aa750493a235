"""Where a learner gets in a widget by one move after another, without a browser."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from nnf_teach import widgets
from nnf_teach.widgets.declaration import Bound
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Control,
    Handle,
    Player,
    Scene,
    Slider,
    State,
    Toggle,
)

DECLARED = [name for name in widgets.__all__ if hasattr(getattr(widgets, name), "scene")]


def moves(scene: Scene) -> Iterator[State]:
    """Each control at its ends, each handle at two corners of its panel, one after the other."""
    for control in scene.controls:
        now = scene.state[control.name]
        yield from ({control.name: value} for value in _values(control, now) if value != now)
    for panel in scene.panels:
        for handle in panel.handles:
            for share in (0.1, 0.7):
                yield {handle.name: _place(handle, panel.x, panel.y, share)}


def _values(control: Control, now: Any) -> tuple[Any, ...]:
    match control:
        case Slider(low=low, high=high):
            return low, high
        case Player(last=last):
            return 0, 1, last
        case Choice(options=options):
            return options
        case Toggle():
            return (not now,)
    return (now + 1,)  # a button


def _place(handle: Handle, x: Axis, y: Axis, share: float) -> Any:
    at = [axis.low + share * (axis.high - axis.low) for axis in (x, y)]
    return at if handle.moves == "both" else at["xy".index(handle.moves)]


def change(bound: Bound, state: State, move: State) -> tuple[State, Scene]:
    """Return the state after a move, and its scene, as a stage makes them."""
    after = bound.react(state, state | move)
    scene = bound.build(after)
    return after | dict(scene.state), scene


@functools.cache
def walked(name: str) -> list[tuple[State, State, Scene]]:
    """The first state with no move, each move from there, and from each choice each move.

    As (what was chosen, what was moved, the scene).
    """
    bound = getattr(widgets, name).bind()
    found = []
    first = bound.build(bound.initial)
    begin = bound.initial | dict(first.state)
    found.append(({}, {}, first))
    chosen = {c.name for c in first.controls if isinstance(c, Choice | Toggle)}
    for move in moves(first):
        state, scene = change(bound, begin, move)
        found.append(({}, move, scene))
        if move.keys() & chosen:
            found += [
                (move, again, change(bound, state, again)[1])
                for again in moves(scene)
                if not again.keys() & chosen
            ]
    return found
