"""A playground's state as a text: does it come back, and is a broken one refused with a reason?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnf_teach.widgets import playground
from nnf_teach.widgets.playground.data import INPUTS, NAMES
from nnf_teach.widgets.playground.engine import Run, flatten
from nnf_teach.widgets.playground.settings import ACTIVATIONS, DEFAULTS, REGULARIZATIONS
from nnf_teach.widgets.playground.state import from_text, to_text

Evaluate = Callable[[str, str], Any]
PLANE = "v1;data=plane;inputs=x2;hidden=;epoch=3;at=20;weights=AACAPwAAAL8"


def random_run(rng: np.random.Generator) -> Run:
    """Return a playground as somebody may have left it."""

    def some(words: Any) -> Any:
        return words[rng.integers(len(words))]

    known = list(INPUTS)
    settings = {
        "data": some(NAMES),
        "noise": float(rng.uniform(0, 0.5)),
        "train_share": float(rng.uniform(0.1, 0.9)),
        "data_seed": int(rng.integers(2**32)),
        "inputs": [name for name in known if rng.random() < 0.5] or [some(known)],
        "hidden": rng.integers(1, 9, size=rng.integers(5)).tolist(),
        "activation": some(ACTIVATIONS),
        "seed": int(rng.integers(2**32)),
        "learning_rate": float(10 ** rng.uniform(-5, -1)),
        "batch_size": int(rng.integers(1, 31)),
        "regularization": some(REGULARIZATIONS),
        "regularization_rate": float(rng.uniform(0, 1)),
        "discretize": bool(rng.integers(2)),
        "show_test": bool(rng.integers(2)),
        "goal": some([None, 0.1]),
        "speed": some([0, 1, 5, 25]),
    }
    run = Run(DEFAULTS | settings)
    for _ in range(rng.integers(4)):
        run.step()
    return run


@pytest.mark.parametrize("seed", range(12))
def test_a_random_state_comes_back(seed: int) -> None:
    run = random_run(np.random.default_rng(seed))
    text = to_text(run)
    again = from_text(text)
    assert again.settings == run.settings
    assert (again.epoch, again.at) == (run.epoch, run.at)
    np.testing.assert_array_equal(
        np.float32(flatten(again.params)), np.float32(flatten(run.params))
    )
    for dead, same in zip(run.dead, again.dead, strict=True):
        np.testing.assert_array_equal(dead, same)
    assert again.loss() == pytest.approx(run.loss(), rel=1e-4, nan_ok=True)
    assert to_text(again) == text
    assert re.fullmatch(r"v1[A-Za-z0-9;=,._-]*", text)  # all may stand in an address


def test_an_edited_weight_comes_back_and_a_dead_one_stays_dead() -> None:
    run = Run(DEFAULTS)
    run.params[0][0][2, 1] = 3.25
    run.dead[0][4, 0] = True
    run.params[0][0][4, 0] = 0.0
    again = from_text(to_text(run))
    assert again.params[0][0][2, 1] == 3.25
    again.train(2)
    assert again.params[0][0][4, 0] == 0
    assert again.params[0][0][2, 1] != 3.25


def test_texts_of_this_version_stay_readable() -> None:
    """What a link of today says must not change with the defaults of tomorrow: then it is v2."""
    assert from_text("v1").settings == {
        "data": "xor",
        "noise": 0.0,
        "train_share": 0.5,
        "data_seed": 1,
        "inputs": ["x1", "x2"],
        "hidden": [6],
        "activation": "sigmoid",
        "seed": 1,
        "learning_rate": 0.03,
        "batch_size": 10,
        "regularization": "none",
        "regularization_rate": 0.0,
        "discretize": False,
        "show_test": False,
        "goal": None,
        "speed": 1,
    }
    run = from_text(PLANE)
    assert [part.tolist() for layer in run.params for part in layer] == [[[1.0]], [-0.5]]
    assert (run.epoch, run.at) == (3, 20)


def test_a_run_beyond_all_numbers_begins_again() -> None:
    run = Run(DEFAULTS)
    run.params[0][0][0, 0] = np.inf
    assert to_text(run) == "v1"


GOOD = "v1;hidden=1;epoch=1;at=0;weights=AACAPwAAgD8AAIA_AACAPwAAgD8"


WRONG = [
    ("", "the text is ''. Expected"),
    ("playground()", "the text is 'playground()'. Expected"),
    (7, "the text is 7; it is a int. Expected"),
    ("v2;data=xor", "it is of version v2, which this course cannot read"),
    ("v1;data", "'data' is no name=value of a playground"),
    ("v1;colour=red", "'colour=red' is no name=value of a playground"),
    ("v1;seed=1;seed=2", "'seed=2' comes twice"),
    ("v1;data=moons", "data must be one of 'circle'"),
    ("v1;hidden=6,x", "hidden cannot be '6,x'"),
    ("v1;hidden=9", "each from 1 to 8, but it is [9]"),
    ("v1;noise=nan", "noise must be a number from 0 to 0.5"),
    ("v1;show_test=yes", "show_test cannot be 'yes'"),
    ("v1;inputs=x3", "inputs cannot be 'x3'"),
    ("v1;epoch=5", "it says how far training has come, but has no weights"),
    (GOOD[:-1], "its weights are no numbers: some letters are lost"),
    (GOOD[:-4] + "*8AA", "its weights are no numbers"),
    (GOOD.replace("hidden=1", "hidden=2"), "has 5 weights, and a 2-2-1 network needs 9"),
    (GOOD.replace("AACAPwAAgD8AAIA", "AACAfwAAgD8AAIA"), "a weight is not finite"),
    (GOOD.replace("epoch=1", "epoch=-1"), "epoch is '-1', not a whole number"),
    (GOOD.replace("at=0", "at=250"), "at is '250', not a whole number from 0 to 249"),
    (GOOD + ";dead=9", "dead is '9', not a whole number from 0 to 4"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_what_is_wrong_with_a_text_is_said(text: Any, says: str) -> None:
    assert from_text(GOOD).epoch == 1
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        playground(text)
    assert str(caught.value).endswith(
        "such as 'v1;data=circle;hidden=4,2'. Copy it again, all of it."
    )


def test_a_text_and_settings_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="a text has all settings"):
        playground("v1", speed=5)


# --- Its twin in the browser ---------------------------------------------------------------------

READERS = "numbers " + " ".join(
    f"playground/{name}"
    for name in ("random", "data", "engine", "run", "state", "words", "reading")
)


def test_the_browser_reads_what_python_writes(javascript: Evaluate) -> None:
    rng = np.random.default_rng(0)
    edited = Run(DEFAULTS)
    edited.params[0][0][2, 1] = 3.25
    edited.dead[0][4, 0] = True
    runs = [Run(DEFAULTS), edited, *(random_run(rng) for _ in range(20))]
    texts = [PLANE, GOOD, *map(to_text, runs)]
    again = javascript(READERS, f"{json.dumps(texts)}.map((text) => stateText(runOf(text)))")
    assert [to_text(from_text(text)) for text in again] == texts  # 2.1e-05 is 0.000021 there
    losses = f"{json.dumps(texts)}.map((text) => runOf(text).measure().test.loss)"
    assert javascript(READERS, losses) == pytest.approx([from_text(t).loss().test for t in texts])


def test_the_browser_says_what_is_wrong_as_python_does(javascript: Evaluate) -> None:
    wrong = [(text, says) for text, says in WRONG if isinstance(text, str)]
    said = """.map((text) => {
      try { runOf(text); return null; } catch (error) { return error.message; }
    })"""
    found = javascript(READERS, f"{json.dumps([text for text, _ in wrong])}{said}")
    for (text, says), message in zip(wrong, found, strict=True):
        # Python repeats the text, and a value as it has read it; the page shows what was written
        expected = says.partition(", which")[0].replace("[9]", "'9'").removeprefix("has ")
        expected = "it does not begin with v1" if "the text is" in says else expected
        assert expected in message, text
