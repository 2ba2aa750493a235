"""Is an answer that is made of weights told what is wrong with it, and not with another?"""

from dataclasses import replace

import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from tests.checking.cells import run_cell

STEP = """def approximate(f, n):
    edges = np.linspace(0, 1, n + 1)
    left, right = edges[:-1].copy(), edges[1:].copy()
    left[0], right[-1] = -1, 2
    s = 1000.0 * n
    W = np.full((2 * n, 1), s)
    h = f((edges[:-1] + edges[1:]) / 2)
    BREAK
    return [(W, -s * np.concatenate([left, right])), (np.concatenate([h, -h])[None, :], [0.0])]
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "def or_gate(): return [1, -1], -0.5",
            "(0, 1), w1 x1 + w2 x2 + b is -1.5, but it must",
        ),
        ("def best_line_for_xor(): return [1, -1], 0.5", "At one corner a line must be wrong"),
        (
            "def xor_output_weights(): return [1, -1], 0.5",
            "At (3, 3), v1 h1 + v2 h2 + c is 0.5",
        ),
        (
            "def solve_xor_by_hand():\n    return [([[20, -20], [-20, -20]], [-10, 30]), "
            "([[20, 20]], [-30])]",
            "must be above 0.9",
        ),
        (STEP.replace("BREAK", "h[len(h) // 2] += 8"), "in cell 3 of 4 only"),
        (STEP.replace("BREAK", "h += 8"), "in every cell"),
        (STEP.replace("BREAK", "h[0] += 8; h[-1] += 8"), "in the first and the last cell only"),
    ],
)
def test_what_is_wrong_with_these_weights_is_told(code, said):
    names = run_cell(code)
    exercise = next(e for name, e in all_exercises().items() if name in names)
    result = diagnose(replace(exercise, misconceptions=()), names[exercise.name])
    assert result.explained_by == "clue"
    assert said in dict(result.rows)["look at"]
    assert "learning rate" not in result.message
