"""`check` shows and returns; it raises only where nobody is looking."""

import pytest

from nnf_teach import check
from nnf_teach.checking.engine import CheckFailed


def sigmoid(x):
    raise NotImplementedError("write sigmoid here")


def test_the_exercise_is_found_by_the_functions_name(capsys):
    assert check(sigmoid).exercise == "sigmoid"
    assert "sigmoid: not attempted yet." in capsys.readouterr().out


def test_a_misspelt_name_is_answered_with_the_near_one(capsys):
    def sigmod(x):
        return x

    assert not check(sigmod).passed
    assert "Did you mean 'sigmoid'?" in capsys.readouterr().out


@pytest.mark.parametrize("junk", [0.5, None, [1, 2]])
def test_what_is_no_function_is_refused_with_a_sentence(junk, capsys):
    assert check(junk).status == "wrong"
    assert "without brackets" in capsys.readouterr().out


def test_a_strict_check_raises_on_wrong_and_on_unattempted(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    with pytest.raises(CheckFailed, match="not attempted"):
        check(sigmoid)
    with pytest.raises(CheckFailed, match="sigmoid: not yet"):
        check(lambda x: __import__("numpy").tanh(x), "sigmoid")


def test_strict_runs_do_not_touch_the_progress_file(monkeypatch, progress_file):
    monkeypatch.setenv("NNF_STRICT", "1")
    check(lambda x: 2 * x, "double")
    assert not progress_file.exists()
