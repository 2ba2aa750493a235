"""A playground's state as a short text, `v1;data=circle;hidden=4,2`, and back.

It has the version of this form, the settings that differ from the lecture's run, and, once it was
trained or edited, its weights: float32 in base64, layer by layer as `flatten` lays them. The loss
curve is left out. All letters may stand in an address. `static/playground/state.js` is its twin.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.widgets.playground.data import INPUTS
from nnf_teach.widgets.playground.engine import (
    Run,
    count_weights,
    flatten,
    start_params,
    unflatten,
)
from nnf_teach.widgets.playground.settings import DEFAULTS, changed, sizes

VERSION = "v1"
EXAMPLE = f"{VERSION};data=circle;hidden=4,2"
SHOWN = 40  # letters of a text that an error repeats
MOST_EPOCHS = 2**53
_INPUTS = {name.replace("^2", "squared").replace(" ", "-"): name for name in INPUTS}


def _list(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: [read(part) for part in text.split(",") if part]


def _switch(text: str) -> bool:
    return {"0": False, "1": True}[text]


_READ: dict[str, Callable[[str], Any]] = {
    "data": str,
    "inputs": _list(_INPUTS.__getitem__),
    "hidden": _list(int),
    "activation": str,
    "regularization": str,
    "discretize": _switch,
    "show_test": _switch,
    **dict.fromkeys(("data_seed", "seed", "batch_size", "speed"), int),
    **dict.fromkeys(
        ("noise", "train_share", "learning_rate", "regularization_rate", "goal"), float
    ),
}


def to_text(run: Run) -> str:
    """Return the state of a run as a text.

    >>> from nnf_teach.widgets.playground.settings import DEFAULTS
    >>> to_text(Run(DEFAULTS | {"data": "circle", "hidden": [4, 2]}))
    'v1;data=circle;hidden=4,2'
    """
    parts = [VERSION]
    for name, value in run.settings.items():
        if value != DEFAULTS[name]:
            parts.append(f"{name}={_write(name, value)}")
    weights = flatten(run.params)
    begun = run.epoch or run.at or not np.array_equal(weights, flatten(start_params(run.settings)))
    if begun and np.isfinite(weights.astype(np.float32)).all():
        parts += [f"epoch={run.epoch}", f"at={run.at}"]
        packed = base64.urlsafe_b64encode(weights.astype("<f4").tobytes())
        parts.append(f"weights={packed.decode().rstrip('=')}")
        dead = np.flatnonzero(np.concatenate([_flat_dead(dead) for dead in run.dead]))
        parts += [f"dead={','.join(map(str, dead))}"] if dead.size else []
    return ";".join(parts)


def _write(name: str, value: Any) -> str:
    if isinstance(value, list):
        words = {known: short for short, known in _INPUTS.items()}
        return ",".join(words.get(each, str(each)) for each in value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _flat_dead(dead: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate([dead.ravel(), np.zeros(len(dead), dtype=bool)])


def from_text(text: Any) -> Run:
    """Return the run that a text describes.

    Raises
    ------
    ValueError
        If it is no such text: what was got, what was expected, what to do.

    Examples
    --------
    >>> from_text("v1;data=spiral;hidden=8,8").settings["hidden"]
    [8, 8]
    """
    parts = _parts(text)
    fields = {name: parts.pop(name, "") for name in ("epoch", "at", "weights", "dead")}
    settings = {name: _value(text, name, part) for name, part in parts.items()}
    try:
        run = Run(changed(DEFAULTS, settings))
    except ValueError as error:
        raise _wrong(text, str(error)) from None
    if not fields["weights"]:
        if any(fields.values()):
            raise _wrong(text, "it says how far training has come, but has no weights")
        return run
    shape = sizes(run.settings)
    run.params = unflatten(_weights(text, fields["weights"], shape), shape)
    run.epoch = _whole(text, "epoch", fields["epoch"] or "0", MOST_EPOCHS)
    run.at = _whole(text, "at", fields["at"] or "0", len(run.split.t) - 1)
    flags = np.zeros(count_weights(shape))
    for part in filter(None, fields["dead"].split(",")):
        flags[_whole(text, "dead", part, len(flags) - 1)] = 1
    run.dead = [W != 0 for W, _ in unflatten(flags, shape)]
    run.history = []
    run.record()
    return run


def _parts(text: Any) -> dict[str, str]:
    """Cut a text of this version into its values by name."""
    if not isinstance(text, str):
        raise _wrong(text, f"it is a {type(text).__name__}")
    version, *rest = text.strip().split(";")
    if version != VERSION:
        newer = version[:1] == "v" and version[1:].isdigit()
        raise _wrong(
            text, f"it is of version {version}, which this course cannot read" if newer else ""
        )
    parts: dict[str, str] = {}
    for part in filter(None, rest):
        name, equals, value = part.partition("=")
        if not equals or name in parts or name not in {*_READ, "epoch", "at", "weights", "dead"}:
            why = "comes twice" if name in parts else "is no name=value of a playground"
            raise _wrong(text, f"{part[:SHOWN]!r} {why}")
        parts[name] = value
    return parts


def _value(text: str, name: str, value: str) -> Any:
    try:
        return _READ[name](value)
    except (ValueError, KeyError):
        raise _wrong(text, f"{name} cannot be {value[:SHOWN]!r}") from None


def _whole(text: str, name: str, value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= most):
        raise _wrong(text, f"{name} is {value[:SHOWN]!r}, not a whole number from 0 to {most}")
    return int(value)


def _weights(text: str, packed: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True)
        weights = np.frombuffer(content, "<f4").astype(np.float64)
    except (ValueError, binascii.Error):
        raise _wrong(text, "its weights are no numbers: some letters are lost") from None
    needed, network = count_weights(shape), "-".join(map(str, shape))
    if len(weights) != needed:
        raise _wrong(text, f"it has {len(weights)} weights, and a {network} network needs {needed}")
    if not np.isfinite(weights).all():
        raise _wrong(text, "a weight is not finite")
    return weights


def _wrong(text: Any, why: str) -> ValueError:
    shown = repr(text)
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 3]}..."
    why = f"; {why}" if why else ""
    return ValueError(
        f"playground: the text is {shown}{why}. Expected a text that its button "
        f"'Copy' has copied, such as {EXAMPLE!r}. Copy it again, all of it."
    )
