"""Is a bar shown where somebody waits, and only there?"""

from types import SimpleNamespace

import IPython.display
import pytest

from nnf_teach import session
from nnf_teach.widgets.working import waiting


@pytest.fixture
def shown(monkeypatch):
    """What a notebook shows, in order."""
    found = []
    handle = SimpleNamespace(update=lambda bundle, raw: found.append(bundle["text/plain"]))

    def display(bundle, raw, display_id):
        found.append(bundle["text/plain"])
        return handle

    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(session, "in_notebook", lambda: True)
    monkeypatch.setattr(session, "strict", lambda: False)
    return found


@pytest.mark.parametrize(
    ("steps", "words"), [(0, []), (1, []), (2, ["Fitting: 0 of 2", "Fitting: 2 of 2", "Fitted."])]
)
def test_a_bar_is_for_more_than_one_step(shown, steps, words):
    with waiting("Fitting", steps, "Fitted.") as tell:
        tell(steps)
    assert shown == words


def test_an_interruption_is_said(shown):
    def work():
        with waiting("Fitting", 2, "Fitted."):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert shown[-1] == "Stopped early; what is done is kept."


def test_where_nobody_looks_nothing_is_shown(shown, monkeypatch):
    monkeypatch.setattr(session, "strict", lambda: True)
    with waiting("Fitting", 2, "Fitted.") as tell:
        tell(2)
    assert shown == []
