import contextlib
import sys
import types

import numpy as np
import pytest

from nnf_teach.modules import last_state, progress, progress_bar, train


class Bar:
    """What tqdm does, written down."""

    made: list["Bar"] = []

    def __init__(self, **options):
        self.options, self.n, self.texts, self.closed = options, 0, [], False
        Bar.made.append(self)

    def update(self, n):
        self.n += n

    def set_postfix_str(self, text, refresh):
        self.texts.append(text)

    def close(self):
        self.closed = True


@pytest.fixture
def bars(monkeypatch):
    Bar.made = []
    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    return Bar.made


def states(epochs=50):
    X, t = np.array([[2.0], [-2.0]]), np.array([1, 0])
    return train([([[0.0]], [0.0])], X, t, learning_rate=0.5, epochs=epochs)


def test_shows_steps_and_loss(bars):
    passed = list(progress_bar(states(), 50))
    assert [state.step for state in passed] == list(range(1, 51))
    [bar] = bars
    assert bar.options == {"total": 50, "unit": "step", "disable": None}
    assert bar.n == 50
    assert bar.texts[0] == "loss 0.6931"
    assert bar.texts[-1] == f"loss {passed[-1].loss:.4g}"
    assert bar.closed


def test_costs_little(bars):
    list(progress_bar(states(2000), 2000))
    assert len(bars[0].texts) < 30


@pytest.mark.parametrize("variable", ["NNF_STRICT", "NBGRADER_EXECUTION"])
def test_nothing_where_nobody_looks(bars, monkeypatch, capsys, variable):
    monkeypatch.delenv("NNF_STRICT")
    monkeypatch.delenv("PYTEST_VERSION", raising=False)
    monkeypatch.setenv(variable, "1")
    assert len(list(progress_bar(states(), 50))) == 50
    assert bars == []
    assert capsys.readouterr() == ("", "")


def interrupted(after):
    for state in states():
        if state.step > after:
            raise KeyboardInterrupt
        yield state


def test_interrupt_keeps_the_last_state(bars, capsys):
    state = None
    for state in progress_bar(interrupted(20), 50):  # noqa: B007
        pass
    assert state.step == bars[0].n == 20
    assert bars[0].closed
    assert capsys.readouterr().out == (
        "Stopped after step 20 of 50. What was learnt so far is kept.\n"
    )


def test_interrupt_before_the_first_step(bars):
    with pytest.raises(KeyboardInterrupt):
        list(progress_bar(interrupted(0), 50))
    assert bars[0].closed


def test_interrupt_in_the_loop(bars):
    """Does last_state keep what there is when the interrupt strikes outside the training?"""

    def body(passed):
        for state in passed:
            if state.step == 7:
                raise KeyboardInterrupt
            yield state

    assert last_state(body(progress_bar(states(), 50))).step == 6


def test_break_closes_the_bar(bars):
    for state in progress_bar(states()):
        if state.step == 3:
            break
    assert bars[0].closed or bars[0].n <= 3


def test_interrupt_is_an_error_where_nobody_looks(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    with pytest.raises(KeyboardInterrupt):
        list(progress_bar(interrupted(5), 50))


def test_terminal(capsys, monkeypatch):
    """Does the real tqdm take it, and stay quiet where there is no terminal?"""
    monkeypatch.setattr(progress, "_INTERVAL", 0.0)
    assert len(list(progress_bar(states(5), 5))) == 5
    assert capsys.readouterr() == ("", "")


def test_notebook(monkeypatch, capsys):
    """Is it a bar of widgets in a notebook, with the loss in its text?"""
    from tqdm.notebook import tqdm

    made = []

    class Shown(tqdm):
        def __init__(self, **options):
            super().__init__(**options, display=False)
            made.append(self)

    monkeypatch.setattr("nnf_teach.session.in_notebook", lambda: True)
    monkeypatch.setattr("tqdm.notebook.tqdm", Shown)
    passed = list(progress_bar(states(5), 5))
    [bar] = made
    bar_widget, text = bar.container.children[1:]
    assert bar_widget.max == 5
    assert bar.n == 5
    assert f"loss {passed[-1].loss:.4g}" in bar.postfix


def test_a_long_cell_says_how_long_it_takes_and_then_how_long_it_took(monkeypatch):
    said = []

    def display(bundle, **options):
        said.append(bundle)
        return types.SimpleNamespace(update=display)

    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    monkeypatch.setattr(progress.session, "strict", lambda: False)
    monkeypatch.setattr(progress.session, "in_notebook", lambda: True)
    with contextlib.suppress(KeyboardInterrupt), progress.takes_seconds(5):
        assert said[0]["text/plain"] == "This takes about 5 s."
        assert "<progress></progress>" in said[0]["text/html"]
        raise KeyboardInterrupt
    assert said[1:] == [{"text/plain": "It took 0 s."}]


def test_where_nobody_looks_a_long_cell_says_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with progress.takes_seconds(5):
        pass
