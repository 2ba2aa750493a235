"""The shared view of all widgets: it shows the scene of a state and takes the learner's moves.

    stage = Stage(build, {"w": [1.0, 0.5], "b": 0.0})

`build` is a pure function from the state to a `Scene`. The browser's part lives in
`static/`: plain ES modules, joined here into the one module that anywidget takes.

Messages. Browser to Python: `{"hello": true, "view"}` when a view is made (also after a page
was loaded again, with the kernel still alive), and `{"state": {name: value}, "seq", "view"}`.
Python to browser: `{"type": "scene", "scene", "error", "seq", "view"}` with the arrays as
binary buffers; it answers each message, and `Stage.set` sends it unasked.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anywidget

from nnf_teach import session
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.moves import accepted
from nnf_teach.widgets.scene import Goal, Handle, Scene, State
from nnf_teach.widgets.shell import join_modules, join_styles, mime_bundle
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.trouble import explain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MODULES = (  # each after those that it imports
    "numbers",
    "decode",
    "elements",
    "palette",
    "shell",
    "arrange",
    "axes",
    "marks",
    "places",
    "labels",
    "legend",
    "handles",
    "pad",
    "read",
    "probe",
    "panel",
    "player",
    "controls",
    "link",
    "stage",
)
REMEMBERED_VIEWS = 16


class Stage(anywidget.AnyWidget):
    """An interactive figure: `build(state)` gives the scene, the learner changes the state.

    Parameters
    ----------
    build : function from a state to a Scene
        It gets a copy of the state and may be called from any thread, one call at a time.
        If it raises, the view keeps its last picture and says so in a sentence. A scene
        whose `state` is not empty changes the stage's values of those names, or adds them (a
        choice that sets several sliders, a handle that follows another). A goal that was
        reached once stays reached.
    state : dict
        The values at the start, by name.
    react : function from the state before and after a change to a state, optional
        Adds what else the change brings, before the scene is built.

    Examples
    --------
    >>> from nnf_teach.widgets.scene import Axis, Line, Panel
    >>> axis = Axis("x", 0, 1)
    >>> def build(state):
    ...     line = Line([0, 1], [state["b"], state["b"]])
    ...     return Scene("A line", (Panel("", axis, axis, (line,)),), f"y = {state['b']}")
    >>> stage = Stage(build, {"b": 0.25})
    >>> stage.set(b=0.5)
    >>> stage.scene.caption
    'y = 0.5'
    """

    _esm = join_modules(MODULES)
    _css = join_styles("shell", "stage")

    def __init__(
        self,
        build: Callable[[State], Scene],
        state: State,
        react: Callable[[State, State], State] = lambda before, after: after,
    ) -> None:
        self._lock = threading.RLock()
        self._build, self._react = build, react
        self._state: State = copy.deepcopy(dict(state))
        self._scene = Scene("", (), "")
        self._error = ""
        self._reached: set[str] = set()  # the goals, in words
        self._answered: dict[str, int] = {}  # newest message of each view
        self._rebuild(self._state)
        super().__init__()
        self.on_msg(self._receive)
        session.close_earlier_runs(self)

    @property
    def state(self) -> State:
        """A copy of the present values by name."""
        with self._lock:
            return copy.deepcopy(self._state)

    @property
    def scene(self) -> Scene:
        """The scene that is shown: the last one that `build` could make."""
        with self._lock:
            return self._scene

    @property
    def error(self) -> str:
        """The sentence that says why `build` failed for the present state, or ''."""
        with self._lock:
            return self._error

    def set(self, **changes: Any) -> None:
        """Change values of the state and show the scene that follows.

        Raises
        ------
        ValueError
            If a name is not one of the state's.
        """
        with self._lock:
            unknown = sorted(changes.keys() - self._state.keys())
            if unknown:
                raise ValueError(
                    f"{', '.join(unknown)}: not in this widget's state, which has "
                    f"{', '.join(self._state) or 'no names'}"
                )
            self._change(changes)
            self._push()

    def close(self) -> None:
        """Take the widget off the page and let go of what it holds."""
        super().close()
        with self._lock:
            self._build, self._react = _closed, _closed
            self._packed: tuple[dict[str, Any], list[memoryview]] = ({}, [])

    def __repr__(self) -> str:
        return f"Stage({self.scene.title!r})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        with self._lock:
            words = "\n".join(part for part in (describe(self._scene), self._error) if part)
            return mime_bundle(self, words, self._picture)

    def _picture(self) -> Figure | None:
        from nnf_teach.widgets.fallback import draw  # matplotlib is slow to import

        return draw(self._scene) if self._scene.panels else None

    # JupyterLab sends messages to kernel subshells: this may run in another thread than
    # `set`, and while a cell is running. The lock also keeps the answers in order.
    def _receive(self, _: Any, content: Any, buffers: Any = None) -> None:
        if not isinstance(content, Mapping):
            return
        view, seq = content.get("view"), content.get("seq")
        if not isinstance(view, str) or len(view) > 64:
            view = None
        if view is None or not isinstance(seq, int):
            seq = None
        with self._lock:
            changes = content.get("state")
            late = seq is not None and seq <= self._answered.get(str(view), 0)
            if isinstance(changes, Mapping) and not late:
                good = accepted(self._scene, self._state, changes)
                if good:
                    self._change(good)
            if seq is not None and not late:
                self._remember(str(view), seq)
            self._push(view, seq)

    def _remember(self, view: str, seq: int) -> None:
        self._answered.pop(view, None)
        self._answered[view] = seq
        while len(self._answered) > REMEMBERED_VIEWS:
            del self._answered[next(iter(self._answered))]

    def _change(self, changes: Mapping[str, Any]) -> None:
        before = copy.deepcopy(self._state)
        self._rebuild(before | copy.deepcopy(dict(changes)), before)

    def _rebuild(self, state: State, before: State | None = None) -> None:
        self._state = state
        try:
            if before is not None:
                self._state = state = self._react(before, state)
            scene = self._build(copy.deepcopy(state))
            if not isinstance(scene, Scene):
                raise TypeError(f"a Scene is needed, but {type(scene).__name__} came back")
            self._state = state | copy.deepcopy(dict(scene.state))
            goal = scene.goal and self._once_reached(scene.goal)
            scene = replace(scene, goal=goal, state=copy.deepcopy(self._state))
            self._packed = _pack(scene)
        except (Exception, SystemExit) as error:  # the learner's own function may run in build
            self._error = explain(error)
            if not self._scene.panels:
                self._scene = Scene("", (), self._error)
            self._packed = _pack(_moved(self._scene, state))
        else:
            self._scene, self._error = scene, ""

    def _once_reached(self, goal: Goal) -> Goal:
        """Return the goal, which stays reached: a learner may look around after it."""
        if goal.reached:
            self._reached.add(goal.text)
        return replace(goal, reached=goal.text in self._reached)

    def _push(self, view: str | None = None, seq: int | None = None) -> None:
        header, buffers = self._packed
        error = self._error if self._scene.panels else ""
        message: dict[str, Any] = {"type": "scene", "scene": header, "error": error or None}
        if seq is not None:
            message |= {"view": view, "seq": seq}
        if self.comm is not None:
            self.send(message, buffers)


def _closed(*states: State) -> Any:
    raise RuntimeError("this widget is closed; run its cell again")


def _pack(scene: Scene) -> tuple[dict[str, Any], list[memoryview]]:
    """Pack a scene with those values of its state that the browser shows."""
    handles = [handle for panel in scene.panels for handle in panel.handles]
    names = {part.name for part in (*scene.controls, *handles)}
    shown = {
        name: list(map(float, value)) if isinstance(value, Iterable) else value
        for name, value in scene.state.items()
        if name in names and not isinstance(value, str)
    }
    words = {k: v for k, v in scene.state.items() if k in names and isinstance(v, str)}
    return to_message(replace(scene, state=shown | words))


def _moved(scene: Scene, state: State) -> Scene:
    """Return the scene with its handles and controls where `state` has them.

    When `build` fails the picture stays, but what the learner has moved must not jump back.
    """

    def move(handle: Handle) -> Handle:
        value = state.get(handle.name)
        try:
            if handle.moves == "both" and value is not None:
                return replace(handle, x=float(value[0]), y=float(value[1]))
            if handle.moves != "both" and value is not None:
                x, y = (value, handle.y) if handle.moves == "x" else (handle.x, value)
                return replace(handle, x=float(x), y=float(y))
        except (TypeError, ValueError, IndexError):
            pass  # not a point: the handle stays
        return handle

    panels = tuple(replace(p, handles=tuple(map(move, p.handles))) for p in scene.panels)
    return replace(scene, panels=panels, state=state)
