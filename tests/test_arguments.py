"""Does the door let the right things through, and say what is wrong with the others?"""

import inspect

import numpy as np
import pytest

from nnf_teach import modules
from nnf_teach.arguments import argument, checked, choice, generator, number, whole_number
from nnf_teach.arguments import unchecked as bare


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ("(N,)", (3,)),
        ("(N, D)", (3, 4)),
        ("(...)", ()),
        ("(...)", (0, 2)),
        ("(..., K)", (3,)),
        ("(..., K)", (2, 3, 4)),
        ("(N, ...)", (3,)),
        ("(N, ...)", (3, 1, 2)),
        ("(N,) or (N, K)", (3, 4)),
    ],
)
def test_fitting_shapes(spec, shape):
    assert argument("f", "x", np.ones(shape), spec, {}).shape == shape


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        ("(N,)", ()),
        ("(N, D)", (3,)),
        ("(..., K)", ()),
        ("(N, ...)", ()),
        ("(N, N)", (2, 3)),
        ("(N,) or (N, K)", (3, 4, 5)),
    ],
)
def test_other_shapes(spec, shape):
    with pytest.raises(ValueError, match=r"^f: x has shape \(.*\), expected \("):
        argument("f", "x", np.ones(shape), spec, {})


def test_a_letter_has_one_size():
    sizes = {}
    argument("f", "x", np.ones((2, 3)), "(..., K)", sizes)
    argument("f", "y", np.ones((2, 3)), "(..., K)", sizes)
    with pytest.raises(ValueError, match=r"with \.\.\. = \(2,\), as in x and K = 3, as in x"):
        argument("f", "y", np.ones((3, 2)), "(..., K)", sizes)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([1, 2], np.float64),
        (np.array([True]), np.float64),
        (np.ones(2, np.float32), np.float32),
        (np.ones(2, np.uint8), np.float64),
        (range(3), np.float64),
    ],
)
def test_types(given, dtype):
    assert argument("f", "x", given, "(N,)", {}).dtype == dtype


@pytest.mark.parametrize("big", [[2, 3, 4, 5, 6, 7, 8]])
def test_a_sentence_stays_short(big):
    with pytest.raises(ValueError, match=r"\{0, 1\}: 2, 3, 4, 5, 6, \.\.\.\.$"):
        argument("f", "t", big, "(N,) labels", {})


def test_single_values():
    assert whole_number("f", "n", np.int32(3), low=1) == 3
    assert type(number("f", "x", np.float32(0.5), low=0)) is float
    rng = np.random.default_rng(0)
    assert generator("f", rng) is rng
    assert choice("f", "c", "a", {"a": 1}) == 1
    with pytest.raises(ValueError, match="f: c is None, expected one of 'a', 'b'"):
        choice("f", "c", None, {"a": 1, "b": 2})


def test_keywords_defaults_and_names_survive():
    @checked(x="(N,)")
    def scale(x, by=2.0):
        """Multiply."""
        return x * by

    assert scale([1, 2]).tolist() == scale(x=[1, 2]).tolist() == [2, 4]
    assert scale([1], by=3).tolist() == [3]
    assert (scale.__name__, scale.__doc__) == ("scale", "Multiply.")
    assert list(inspect.signature(scale).parameters) == ["x", "by"]
    assert bare(scale)(5) == 10
    with pytest.raises(TypeError, match="missing a required argument: 'x'"):
        scale()


def test_every_module_says_what_it_is_and_gives_an_example():
    functions = [f for name in modules.__all__ if inspect.isfunction(f := getattr(modules, name))]
    assert len(functions) > 20
    for f in functions:
        first = f.__doc__.splitlines()[0]
        assert first.endswith((".", ":")) or f.__doc__.split("\n\n")[0].rstrip().endswith("."), f
        assert ">>>" in f.__doc__ or f.__name__ == "progress_bar", f
