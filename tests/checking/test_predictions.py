"""An answer is locked before the explanation shows, and stays."""

import json

from nnf_teach import predict, session
from nnf_teach.checking.predictions import prediction_widget
from nnf_teach.exercises import all_predictions

TEN = all_predictions()["ten-sigmoids"]


def test_the_explanation_is_not_in_the_page_before_the_lock():
    view = prediction_widget(TEN)
    state = json.dumps(view.get_state(["question", "options", "choice", "verdict", "explanation"]))
    assert TEN.explanation not in state
    assert "Right" not in state


def test_locking_shows_the_verdict_and_keeps_it(progress_file):
    view = prediction_widget(TEN)
    view.set_state({"choice": 2})
    assert view.verdict.startswith("✓ Right")
    assert view.explanation == TEN.explanation
    assert json.loads(progress_file.read_text())["predictions"]["ten-sigmoids"]["right"] is True


def test_a_wrong_answer_is_said_without_scolding():
    view = prediction_widget(TEN)
    view.set_state({"choice": 0})
    assert view.verdict == f"✗ Not so. The answer is: {TEN.options[2]}."


def test_the_first_answer_stays():
    view = prediction_widget(TEN)
    view.set_state({"choice": 0})
    view.set_state({"choice": 2})
    assert view.choice == 0


def test_an_option_that_does_not_exist_is_ignored():
    view = prediction_widget(TEN)
    for junk in (7, -5):
        view.set_state({"choice": junk})
    assert view.choice == -1
    assert not view.explanation


def test_an_earlier_answer_comes_back_locked():
    prediction_widget(TEN).set_state({"choice": 1})
    view = prediction_widget(TEN)
    assert view.choice == 1
    assert view.explanation


def test_stored_solutions_show_the_answer_in_words(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    bundle, _ = prediction_widget(TEN)._repr_mimebundle_()
    assert TEN.explanation in bundle["text/plain"]
    monkeypatch.setenv("NNF_STRICT", "0")
    bundle, _ = prediction_widget(TEN)._repr_mimebundle_()
    assert TEN.explanation not in bundle["text/plain"]


def test_an_unknown_prediction_is_a_sentence(capsys):
    assert predict("ten-sigmoid") is None
    assert "There is no prediction" in capsys.readouterr().out


def test_running_the_cell_again_closes_the_earlier_question(monkeypatch):
    monkeypatch.setattr(session, "_runs", {})
    monkeypatch.setattr(session, "_current_run", lambda: ("cell", "first"))
    first = prediction_widget(TEN)
    monkeypatch.setattr(session, "_current_run", lambda: ("cell", "second"))
    prediction_widget(TEN)
    assert first.comm is None
