"""Does a learner see, in a notebook, where the slip is and what each of their lines gave?"""

from __future__ import annotations

from typing import Any

LAYER = "def linear_layer(X, W, b):\n    return X @ W.T + b + 0.5"
SIGMOID = "def sigmoid(x):\n    return np.clip(0.25 * np.asarray(x) + 0.5, 0, 1)"
CELLS = [
    "import numpy as np\nfrom nnf_teach import check",
    f"{LAYER}\ncheck(linear_layer)",
    f"{SIGMOID}\ncheck(sigmoid)",
]


def test_the_panel_shows_the_line_the_question_and_the_folded_steps(lab: Any) -> None:
    notebook = lab.open("wrong.ipynb", CELLS, width=700)
    notebook.run_all()
    assert notebook.cell_errors() == []
    panels = notebook.page.locator(".nnf-panel")
    assert panels.count() == 2, "the early verdict is replaced, not kept beside the last one"
    place = panels.first
    assert "what is + 0.5 for?" in place.inner_text()
    assert "line 2: return X @ W.T + b + 0.5" in place.inner_text()
    assert place.locator("mark").inner_text() == "+ 0.5", "carets lose their place in a broken line"
    assert "^" not in place.inner_text()
    steps = place.locator("details")
    assert not steps.locator("pre").is_visible()
    steps.locator("summary").focus()
    notebook.page.keyboard.press("Enter")
    assert steps.locator("pre").is_visible()
    assert "line 2: return X @ W.T + b + 0.5" in steps.inner_text()
    assert lab.axe(notebook.page, ".nnf-panel") == []
    notebook.theme("JupyterLab Dark")
    assert lab.axe(notebook.page, ".nnf-panel") == []
    notebook.close()


def test_an_undefined_name_stops_nothing_and_a_solution_is_shown_when_it_is_wanted(
    lab: Any,
) -> None:
    cells = [
        "%env NNF_PROGRESS=of_a_newcomer.json\n"  # other tests pass this check
        "from nnf_teach import check, hint, or_ours, solution",
        "check(sigmoid)",
        "hint(sigmoid)",
        "or_ours(sigmoid)(0.0)",
        "solution(sigmoid)",
        "solution(sigmoid, sure=True)",
    ]
    notebook = lab.open("undefined.ipynb", cells, width=700)
    notebook.run_all()
    assert notebook.cell_errors() == []
    said = [panel.inner_text() for panel in notebook.page.locator(".nnf-panel").all()]
    assert "Run the cell above first, the one with def sigmoid." in said[0]
    assert "solution(sigmoid, sure=True)" in said[-2]
    assert "return np.where(x >= 0, 1, e) / (1 + e)" in said[-1]
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.theme(theme)
        assert lab.axe(notebook.page, ".nnf-panel") == []
    notebook.close()
