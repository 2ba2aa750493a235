"""`predict`: a question before the reveal; the answer is locked before the explanation shows."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from nnf_teach import session
from nnf_teach.checking.hints import show_text
from nnf_teach.checking.store import store
from nnf_teach.exercises import Prediction, all_predictions

_HERE = Path(__file__).parent


def predict(name: str) -> Any:
    """Ask a question of the lesson; the explanation shows when the answer is locked in.

    Parameters
    ----------
    name
        The name of the prediction, as its cell has it.

    Returns
    -------
    A widget in a notebook, None elsewhere (the question is printed).

    >>> predict("ten-sigmoids")  # doctest: +ELLIPSIS
    A gradient of 1 travels backwards through ten sigmoids...
      a) about 1/10
      b) about 1/1,000
      c) about 1/1,000,000
    """
    found = all_predictions().get(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(all_predictions())
        return show_text(f"There is no prediction of the name {name!r}. There are: {known}.")
    if not session.in_notebook():
        print(question_text(found))
        return None
    return prediction_widget(found)


def prediction_widget(prediction: Prediction) -> Any:
    """Return the widget that asks a prediction's question."""
    import anywidget
    import traitlets as t

    class PredictionView(anywidget.AnyWidget):
        _esm = _HERE / "prediction.js"
        _css = _HERE / "prediction.css"
        question = t.Unicode(prediction.question).tag(sync=True)
        options = t.List(list(prediction.options)).tag(sync=True)
        choice = t.Int(-1).tag(sync=True)
        verdict = t.Unicode("").tag(sync=True)
        explanation = t.Unicode("").tag(sync=True)  # stays empty until an answer is locked in
        note = t.Unicode("").tag(sync=True)

        _locked_choice = -1

        def _lock(self, choice: int) -> None:
            """Keep the first answer, then show whether it is right, and why."""
            right = choice == prediction.answer
            self._locked_choice = choice
            self.note = store(session.strict()).record_prediction(prediction.name, choice, right)
            self.explanation = prediction.explanation
            self.verdict = verdict_text(prediction, choice)

        @t.validate("choice")
        def _known_option(self, proposal: Any) -> int:
            value = int(proposal["value"])
            free = self._locked_choice < 0 and 0 <= value < len(prediction.options)
            return value if free else self._locked_choice

        @t.observe("choice")
        def _chosen(self, change: Any) -> None:
            if self._locked_choice < 0 <= change["new"]:
                self._lock(change["new"])

        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
            text = question_text(prediction)
            if session.strict():
                text += f"\n{verdict_text(prediction, prediction.answer)}\n{prediction.explanation}"
            bundle["text/plain"] = text
            bundle["text/html"] = f'<pre style="white-space:pre-wrap">{escape(text)}</pre>'
            return bundle, metadata

        def __repr__(self) -> str:
            return question_text(prediction)

    view = PredictionView()
    session.close_earlier_runs(view)
    earlier = store(session.strict()).read()[0]["predictions"].get(prediction.name)
    if earlier and 0 <= earlier["choice"] < len(prediction.options):
        view.choice = earlier["choice"]
    return view


def question_text(prediction: Prediction) -> str:
    """Return the question with its options, lettered."""
    options = [f"  {'abcdefgh'[k]}) {text}" for k, text in enumerate(prediction.options)]
    return "\n".join([prediction.question, *options])


def verdict_text(prediction: Prediction, choice: int) -> str:
    """Say whether the chosen option is right, and which one is."""
    if choice == prediction.answer:
        return f"✓ Right: {prediction.options[prediction.answer]}."
    return f"✗ Not so. The answer is: {prediction.options[prediction.answer]}."
