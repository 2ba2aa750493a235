"""The playground as a widget: settings and weights travel both ways, training stays in the browser.

Two synchronised traits, each written by one side only. `_order` is Python's: a run to take over,
with a number. `_run` is the browser's: where its run is now, and the number of the order that it
follows; while it trains it is written four times a second. What follows an older order is
dropped. A page without a kernel starts from the `_order` that is stored in it.
"""

from __future__ import annotations

import math
import threading
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from nnf_teach import session
from nnf_teach.widgets.playground.engine import (
    Loss,
    Params,
    Run,
    count_weights,
    flatten,
    unflatten,
)
from nnf_teach.widgets.playground.settings import DEFAULTS, Settings, changed, restarts, sizes
from nnf_teach.widgets.playground.state import from_text, to_text
from nnf_teach.widgets.playground.words import caption, goal
from nnf_teach.widgets.shell import join_modules, join_styles, mime_bundle
from nnf_teach.widgets.stage import MODULES as STAGE_MODULES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OURS = (  # each after those that it imports
    "random",
    "data",
    "engine",
    "run",
    "session",
    "state",
    "words",
    "pictures",
    "units",
    "graph",
    "output",
    "losses",
    "editor",
    "choices",
    "fields",
    "toolbar",
    "datasets",
    "network",
    "view",
)
# The stage's axes, palette and controls are reused; its panels' own view is not.
SHARED = STAGE_MODULES[: STAGE_MODULES.index("controls") + 1]
MODULES = (*SHARED, *(f"playground/{name}" for name in OURS))
CSS = join_styles("shell", "playground/playground")
MOST_EPOCHS = 100_000


class Playground(anywidget.AnyWidget):
    """A network that trains in the browser; see `playground` for its settings.

    Examples
    --------
    >>> network = Playground()
    >>> network.train(218)
    >>> network.epoch, network.loss.train < 0.1
    (218, True)
    """

    _esm = join_modules(MODULES)
    _css = CSS
    _key = traitlets.Unicode().tag(sync=True)  # views of one widget share one run
    _order = traitlets.Dict().tag(sync=True)
    _run = traitlets.Dict().tag(sync=True, echo_update=False)

    def __init__(self, state: str | None = None, **settings: Any) -> None:
        if state is not None and settings:
            raise ValueError(
                "playground: there are a text and settings; a text has all settings. Give one of "
                "the two: network = playground(text) and then network.set(...) changes some."
            )
        self._lock = threading.RLock()
        self._state = Run(changed(DEFAULTS, settings)) if state is None else from_text(state)
        self._number = 1
        super().__init__(_key=uuid.uuid4().hex, _order=self._message(), _run={})
        self.observe(self._hear, "_run")
        session.close_earlier_runs(self)

    @property
    def settings(self) -> Settings:
        """A copy of the settings as they are now, by name."""
        with self._lock:
            return {k: list(v) if isinstance(v, list) else v for k, v in self._settings().items()}

    def set(self, **changes: Any) -> None:
        """Change settings, as the learner could.

        New data, inputs, layers, activation or seeds start the run afresh; learning rate, batch,
        regularisation and what is shown take effect at once.

        Raises
        ------
        ValueError
            If a setting is unknown or its value cannot be; nothing is changed then.
        """
        with self._lock:
            old = self._settings()
            new = changed(old, changes)
            if restarts(old, new):
                self._state = Run(new)
                self._push()
            else:
                self._state.settings = new
                self._push({name: new[name] for name in changes})

    @property
    def text(self) -> str:
        """Its state now as a short text: `playground(text)` shows it again, anywhere.

        Settings, weights (as float32) and epoch are in it, the loss curve is not.
        """
        with self._lock:
            return to_text(self._state)

    @property
    def params(self) -> Params:
        """The network now: a list of `(W (K, D), b (K,))` pairs of float64, input side first.

        While it trains in the browser the newest weights arrive four times a second. Assigning
        such a list shows that network; training goes on from there.
        """
        with self._lock:
            return [(W.copy(), b.copy()) for W, b in self._state.params]

    @params.setter
    def params(self, params: Sequence[Any]) -> None:
        with self._lock:
            self._state.params = checked_params(params, sizes(self._settings()))
            for dead in self._state.dead:
                dead[:] = False
            self._push()

    @property
    def loss(self) -> Loss:
        """The mean of (y - t)**2 / 2 over the training points and over the test points, now."""
        with self._lock:
            return self._state.loss()

    @property
    def epoch(self) -> int:
        """How many times the run has gone through the training points."""
        with self._lock:
            return self._state.epoch

    @property
    def history(self) -> NDArray[np.float64]:
        """The loss curve: rows of epoch, training loss, test loss, (n, 3)."""
        with self._lock:
            return np.array(self._state.history, dtype=np.float64).reshape(-1, 3)

    def train(self, epochs: int) -> None:
        """Train for some epochs here and now, with the NumPy twin, and show where that leads.

        The browser would come to the same weights. For notebooks that run without a browser.
        """
        whole = isinstance(epochs, (int, np.integer)) and not isinstance(epochs, bool)
        if not whole or not 0 <= epochs <= MOST_EPOCHS:
            raise ValueError(
                f"epochs must be a whole number from 0 to {MOST_EPOCHS}, but it is {epochs!r}"
            )
        with self._lock:
            self._state.train(int(epochs))
            self._push()

    def reset(self) -> None:
        """Start the run afresh, with the start weights that follow from the seed."""
        with self._lock:
            self._state = Run(self._settings())
            self._push()

    def __repr__(self) -> str:
        settings = self.settings
        shape = "-".join(map(str, sizes(settings)))
        return f"Playground({settings['data']!r}, {shape}, {settings['activation']!r})"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        with self._lock:
            words = f"Neural network playground\n{caption(self._state)}\n{goal(self._state)}"
            return mime_bundle(self, words, self._picture)

    def _picture(self) -> Figure:
        from nnf_teach.widgets.playground.picture import draw  # matplotlib is slow to import

        return draw(self._state)

    def _settings(self) -> Settings:
        return self._state.settings

    def _message(self, changes: Settings | None = None) -> dict[str, Any]:
        """Pack the run as the browser takes it; `Run.restore` in run.js is the other end.

        With `changes` a browser that has followed so far keeps its run and changes its settings.
        """
        state = self._state
        dead = np.concatenate([_with_biases(dead).ravel() for dead in state.dead])
        return {
            "id": self._number,
            "changes": changes,
            "settings": dict(state.settings),
            "epoch": state.epoch,
            "at": state.at,
            "stride": state.stride,
            "weights": flatten(state.params).tobytes(),
            "dead": np.flatnonzero(dead).tolist(),
            "history": np.array(state.history, dtype=np.float64).tobytes(),
        }

    def _push(self, changes: Settings | None = None) -> None:
        self._number += 1
        self._order = self._message(changes)

    # JupyterLab sends messages to kernel subshells: this may run in another thread than a
    # cell that reads `params`, and at the same time.
    def _hear(self, change: Any) -> None:
        with self._lock:
            said = change["new"]
            if isinstance(said, Mapping) and said.get("id") == self._number:
                state = understood(said, self._state)
                self._state = state if state is not None else self._state


def _with_biases(dead: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lay a layer's dead weights out as `flatten` lays its weights and biases."""
    return np.concatenate([dead.ravel(), np.zeros(len(dead), dtype=bool)])


def understood(said: Mapping[str, Any], present: Run) -> Run | None:
    """Return the run that a message of the browser describes, or None if it describes none."""
    try:
        settings = changed(DEFAULTS, said["settings"])
        shape = sizes(settings)
        weights = np.frombuffer(said["weights"], dtype="<f8").astype(np.float64)
        rows = np.frombuffer(said["history"], dtype="<f8").reshape(-1, 3)
        counts = [said[name] for name in ("epoch", "at", "stride")]
        numbers = all(type(count) is int and 0 <= count < 2**53 for count in counts)
        dead = np.zeros(count_weights(shape), dtype=bool)
        dead[np.array(said["dead"], dtype=int)] = True
        if not numbers or len(weights) != len(dead) or not len(rows) or counts[2] < 1:
            return None
        run = Run(settings) if restarts(present.settings, settings) else present
        if counts[1] >= len(run.split.t):
            return None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None
    run.settings = settings
    run.params = unflatten(weights, shape)
    run.dead = [W != 0 for W, _ in unflatten(dead.astype(np.float64), shape)]
    run.epoch, run.at, run.stride = counts
    run.history = [(float(a), float(b), float(c)) for a, b, c in rows]
    return run


def checked_params(params: Any, shape: tuple[int, ...]) -> Params:
    """Return float64 copies of `(W, b)` pairs that fit a network, or raise with a sentence.

    >>> checked_params([([[1, 2]], [3])], (2, 1))
    [(array([[1., 2.]]), array([3.]))]
    >>> checked_params([([[1, 2, 4]], [3])], (2, 1))
    Traceback (most recent call last):
        ...
    ValueError: params[0]: W has shape (1, 3), but this network needs (1, 2)
    """
    try:
        pairs = [tuple(pair) for pair in params]
    except TypeError:
        raise ValueError("params must be a list of (W, b) pairs, input side first") from None
    layers = len(shape) - 1
    if len(pairs) != layers or any(len(pair) != 2 for pair in pairs):
        network = "-".join(map(str, shape))
        raise ValueError(
            f"params must be a list of {layers} (W, b) pairs for this {network} network, "
            "input side first"
        )
    checked = []
    for number, (pair, D, K) in enumerate(zip(pairs, shape, shape[1:], strict=False)):
        W = _numbers(f"params[{number}]: W", pair[0], (K, D))
        checked.append((W, _numbers(f"params[{number}]: b", pair[1], (K,))))
    return checked


def _numbers(name: str, value: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    try:
        found = np.asarray(value)
        if found.dtype.kind not in "iuf":
            raise TypeError
        array = found.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of real numbers of shape {shape}") from None
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, but this network needs {shape}")
    if not np.isfinite(array).all():
        bad = next(float(v) for v in array.ravel() if not math.isfinite(v))
        raise ValueError(f"{name} has a value that is not finite: {bad}")
    return array
