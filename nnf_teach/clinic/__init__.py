"""Six training scripts that run, and are broken: their curves, their text, and a place for repairs.

softmax             a linear classifier of digits
loss                a logistic unit between two clouds
step                a network that keeps its best parameters
split               a network that is tested on other images
normalise           a classifier of digits, on a pile of new forms
init                a hidden layer for XOR

Each is a file of its own that trains for real, in less than two seconds. Exactly one of its
functions is broken, and can be replaced. (Slide "Diagnosing and debugging".)
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from nnf_teach.arguments import choice
from nnf_teach.clinic import init, loss, normalise, softmax, split, step
from nnf_teach.clinic.notes import History

__all__ = ["PATIENTS", "History", "run", "script"]

PATIENTS: dict[str, ModuleType] = {
    "softmax": softmax,
    "loss": loss,
    "step": step,
    "split": split,
    "normalise": normalise,
    "init": init,
}


def run(name: str, repaired: Callable[..., Any] | None = None, **settings: Any) -> History:
    """Run a broken script, or the same with a repaired function, and return what it noted.

    Parameters
    ----------
    name : str
        "softmax", "loss", "step", "split", "normalise" or "init": the broken function.
    repaired : function, optional
        Takes its place.
    settings
        Of the script: `epochs`, and `units` where it has a hidden layer.

    Returns
    -------
    history : dict
        Arrays `loss`, `validation_loss`, `gradient_norm` and `weight_norm`, one value per entry,
        the first before training; `chance_loss`, a number; and `kept_validation_loss`, a
        number, where the script keeps its best parameters.

    Raises
    ------
    ValueError
        When there is no such script.

    Examples
    --------
    An image can show ten digits, so the loss should begin at log 10 = 2.30. This one does not:

    >>> history = run("softmax", epochs=1)
    >>> round(history["chance_loss"], 2), round(float(history["loss"][0]), 2)
    (2.3, 4.61)
    """
    patient = choice("clinic.run", "name", name, PATIENTS)
    train: Callable[..., History] = patient.train
    with np.errstate(all="ignore"):  # whoever wrote these scripts did not read the warnings
        return train(**settings) if repaired is None else train(repaired, **settings)


def script(name: str) -> str:
    """Return the text of a broken script, without the type hints.

    Raises
    ------
    ValueError
        When there is no such script.

    >>> "def softmax(Z):" in script("softmax")
    True
    """
    text = inspect.getsource(choice("clinic.script", "name", name, PATIENTS)).strip()
    for pattern, plain in _HINTS:
        text = re.sub(pattern, plain, text)
    return text


_HINTS = (
    (r"from typing import Any\n\n", ""),
    (r"import History, ", "import "),
    (r" -> (Any|History|float)(?=:\n)", ""),
    (r"(?<=\w): (Any|int) = ", "="),
    (r"(?<=\w): (Any|int)(?=[,)])", ""),
    (r"  # fmt: skip", ""),
)
