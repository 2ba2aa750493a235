"""Does the statement of each exercise announce what the check asks of an answer?"""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from nnf_teach.authoring.files import read_notebook
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EMPTY = re.compile(r"\$N\$ may be 0|\$D\$ may be 0|\bbe empty\b")


def read_statements():
    """Return the statement above each function: the last cell with an example by hand."""
    found = {}
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        statement = ""
        for cell in read_notebook(path).cells:
            if cell.cell_type == "markdown" and "**By hand**" in cell.source:
                statement = cell.source
            elif cell.cell_type == "code":
                for node in ast.parse(cell.source).body:
                    if isinstance(node, ast.FunctionDef):
                        found.setdefault(node.name, statement)
    return found


STATEMENTS = read_statements()


def is_empty(case):
    return any(isinstance(arg, np.ndarray) and not arg.size for arg in case.args)


EXERCISES = list(all_exercises().values())
SHOWN_EMPTY = [
    exercise.name
    for exercise in EXERCISES
    if not exercise.score and any(map(is_empty, exercise.cases(np.random.default_rng(0))))
]


@pytest.mark.parametrize("name", SHOWN_EMPTY)
def test_empty_arrays_are_announced(name):
    """`X.reshape(X.shape[0], -1)` and `np.vectorize` are right, but for arrays without numbers."""
    assert EMPTY.search(STATEMENTS[name])


def test_a_derivative_by_differences_is_judged_as_the_statement_says():
    """Six digits are asked for, in any way: a step of 1e-5 gives them, and one of 1e-2 does not."""

    def by_differences(step):
        def sigmoid(x):
            return 0.5 * (1 + np.tanh(x / 2))

        return lambda x: (sigmoid(x + step) - sigmoid(x - step)) / (2 * step)

    exercise = all_exercises()["sigmoid_derivative"]
    assert "Six digits" in STATEMENTS[exercise.name]
    for seed in range(5):
        assert diagnose(exercise, by_differences(1e-5), seed).passed
        assert not diagnose(exercise, by_differences(1e-2), seed).passed


# What is special about a case, and the words by which a statement announces it.
SPECIAL = {
    r"whole (number|input|target)|^whole$": r"whole number|as (before|in exercise)",
    r"logits|rows far apart|far out|^sure|far apart$": (
        r"stable|1000|10\^|huge|breaks|0 and 1|any size"
    ),
    r"no axes|one number": r"no axes|also none|\| any \||a (single )?number|\$D\$ may be 1",
    r"^no (inputs|numbers|examples|rows)|^empty$": EMPTY.pattern,
    r"labels that are floats": r"floats",
    r"smallest float|tiny|large and small|(small|large) (losses|gradients)": (
        r"tiny|small|large|10\^|any size"
    ),
    r"near the top|many steps|a large learning rate": r"0\.2499|all of them|small or large",
    r"no (step|layers|weights|penalty|patience)|one layer": r"0 or more|may be (0|empty)|or more",
    r"tie|equal|nearly, but not better": r"tie|equal|same",
    r"nan|not finite": r"nan|finite",
    r"kink|exactly 0": r"exactly|at 0|kink",
    r"below (zero|0)|nothing is positive": r"negative|below 0|any",
    r"float32": r"float32",
    r"int64": r"large|int",
    r"the default": r"default",
    r"saturated|^sure$": r"stable|saturat|exactly 0 or 1",
    r"a constant|no width|one cell": r"constant|may be 0|0 or more|at least",
    r"after training": r"training",
    r"column|row$|fit|without its axis|an axis too many|transposed|one b": r"shape|axis",
    r"the same": r"same|rank",
    r"as steep as it gets": r"as large as",
    r"long gradients": r"shaped like",
    r"another label": r"label",
}
# What no statement has to say: values, sizes and places in memory like any others.
ORDINARY = re.compile(
    r""
    r"one expert|"
    r"one (example|class|unit|input|of .*|window|epoch|blob's centre|key.*|step|logit far ahead)|"
    r"two (inputs|axes|steps)|three (axes|layers)|four (layers|rows)|the four centres|"
    r"an? (single .*|large (batch|step)|straight line|network of ReLUs|sawtooth of .*|short piece)|"
    r"a (bump on the way|long time.*|feature that.*)|(an array that is )?not contiguous|"
    r"another (order in memory|layout)|by hand.*|as many .*|(silent|weights).*|square|deep|"
    r"many (numbers|weights).*|more .*|the (top|first step)|hardly .*|(very )?steep.*|"
    r"too soft.*|short pieces.*|just .*|far (above|from 0)|right|few numbers|zeros|rows of .*|"
    r"windows of one|(not|nearly|exactly|.* than) whole|whole on paper.*|it never turns|"
    r"always on.*|nearly sure|v is zero|no (gradient|error|copies|axes, a dip)|"
    r"nothing (to gate|is dropped)|better to the end|worse from the start|ups and downs|"
    r"z is zero|every .* came twice.*|as in the script|both (\(N,\)|columns)|one is dead|"
    r"never above 0.*|one of each.*|all points.*"
)


def unannounced(exercise):
    """Return what is special about cases of an exercise, and stands in no row of its statement."""
    cases = exercise.cases(np.random.default_rng(0))
    for about in {case.about for case in cases if not ORDINARY.fullmatch(case.about or "right")}:
        ways = [words for kind, words in SPECIAL.items() if re.search(kind, about)]
        if not any(re.search(words, STATEMENTS[exercise.name]) for words in ways):
            yield about


JUDGED = [exercise for exercise in EXERCISES if exercise.score is None]


@pytest.mark.parametrize("exercise", JUDGED, ids=[exercise.name for exercise in JUDGED])
def test_what_is_special_about_a_case_is_announced(exercise):
    """A new special case has its words in `SPECIAL`, and in the statement, or is ORDINARY."""
    assert not set(unannounced(exercise))
