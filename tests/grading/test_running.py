"""Cells run as in a kernel, and what goes wrong costs only what depends on it."""

import json
import random
import time

import pytest

from nnf_teach.grading.inside.notebook import (
    Cell,
    Unreadable,
    choose,
    names_of,
    needed_for,
    read_cells,
)
from nnf_teach.grading.versions import handed_out

NEURON = "def neuron(x, w, b):\n    return sum(a * c for a, c in zip(x, w)) + b"
OR_GATE = "def or_gate(): return (1, 1), -0.5"
AND_GATE = "def and_gate(): return (1, 1), -1.5"


def points(result):
    return {name: row["points"] for name, row in result["exercises"].items() if row["points"]}


# Which cells there are, and which are run ---------------------------------------------------


def test_cells_are_numbered_among_the_code_cells(make_notebook):
    notebook = json.loads(make_notebook("a = 1", "b = 2"))
    notebook["cells"].insert(1, {"cell_type": "markdown", "source": "text"})
    notebook["cells"].append({"cell_type": "code", "source": ["c = 3\n", "d = 4"]})
    cells = read_cells(json.dumps(notebook).encode())
    assert [(cell.number, cell.source) for cell in cells] == [
        (1, "a = 1"),
        (2, "b = 2"),
        (3, "c = 3\nd = 4"),
    ]


def test_what_is_no_notebook_is_unreadable():
    for data in (b"", b"[]", b"{}", b'{"cells": 1}', b"\xff", b"[" * 100_000):
        with pytest.raises(Unreadable):
            read_cells(data)


def run_of(cells, ours, wanted=("answer",)):
    numbered = [Cell(k, source) for k, source in enumerate(cells, 1)]
    known = {text.strip(): names_of(text) for text in ours}
    return [cell.number for cell in choose(numbered, known, wanted) if cell.needed]


DEMONSTRATION = "import time\nfor k in range(10): print(slow(k))"


def test_a_demonstration_that_nothing_depends_on_is_left_out():
    cells = ["import numpy as np", DEMONSTRATION, "def answer(x): return np.sum(x)"]
    assert run_of(cells, cells[:2]) == [1, 3]


def test_a_cell_that_the_student_changed_is_always_run():
    cells = ["import numpy as np", DEMONSTRATION + "\n# mine", "def answer(x): return 1"]
    assert run_of(cells, ["import numpy as np", DEMONSTRATION]) == [2, 3]


def test_what_needed_cells_use_is_needed_too_also_from_later_cells():
    cells = ["a = 1", "def helper(): return a", "b = 2", "def answer(): return helper() + later",
             "later = b", "unused = 3"]  # fmt: skip
    assert run_of(cells, [c for c in cells if "answer" not in c]) == [1, 2, 3, 4, 5]


def test_names_inside_functions_need_nothing():
    cells = ["x, t = 1, 2", "def answer(x):\n    t = x.t\n    return [k for k in t]", "k = 5"]
    assert run_of(cells, cells[::2]) == [2]


OWN = "def ridge(x): return x\ndef answer(x): return ridge(x)"
OTHERS = "ridge = slow()"


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        ([OWN, OTHERS], [1]),
        ([OTHERS, OWN], [2]),
        (["def ridge(x): return x", "y = 1", "def answer(x): return ridge(x)", OTHERS], [1, 3]),
        (["def ridge(x): return x", OTHERS, "def answer(x): return ridge(x)"], [1, 2, 3]),
        (["y = ridge(1)\n" + OWN, OTHERS], [1, 2]),  # it is used before it is theirs
        (["if x:\n    def ridge(x): return x\ndef answer(x): return ridge(x)", OTHERS], [1, 2]),
        (["ridge = 1\ndef answer(x): return ridge", OTHERS], [1, 2]),
        (["1 / 0\n" + OWN, OTHERS], [1, 2]),  # it may never be defined
        ([OWN.replace("answer", "of"), OTHERS, "def answer(x): return of(x)"], [1, 2, 3]),
        ([OWN.replace("answer", "of"), OTHERS, "def answer(x): return x"], [1, 3]),
    ],
)
def test_a_function_of_the_students_is_not_what_a_demonstration_calls_the_same(cells, numbers):
    assert run_of(cells, [OTHERS, "y = 1"]) == numbers


def test_changing_something_counts_as_binding_it():
    cells = ["table = {}", "table['a'] = 1", "import q\nq.r.s = 2", "def answer(): return table, q"]
    assert run_of(cells, cells[:3]) == [1, 2, 3, 4]


@pytest.mark.parametrize("way", ["globals()['x']", "eval('x')", "exec('x')", "vars()"])
def test_who_looks_around_gets_everything(way):
    cells = ["x = 1", "y = 2", f"def answer(): return {way}"]
    assert run_of(cells, cells[:2]) == [1, 2, 3]


def test_an_untouched_stub_is_run_so_that_it_is_found():
    stub = "def answer():\n    raise NotImplementedError"
    assert run_of([stub, "check(answer)"], [stub, "check(answer)"]) == [1]


def test_a_cell_that_is_no_python_counts_by_its_words():
    cells = ["a = 1", "b = 2", "def answer( return a"]
    assert run_of(cells, cells[:2]) == [1, 3]


def test_the_loops_of_lesson_1_are_not_run():
    """Are the handed-out cells found at all?"""
    texts = handed_out(1)
    slow = next(text for text in texts if "with_loops" in text)
    assert run_of([slow, NEURON], texts, ["neuron"]) == [2]


# How they are run ---------------------------------------------------------------------------


def test_statements_before_an_error_count_and_later_cells_go_on(mark_cells):
    result = mark_cells(f"{NEURON}\n1 / 0\ndef neuron(x, w, b): return 0", "x = undefined", OR_GATE)
    assert points(result) == {"neuron": 1, "or_gate": 1}
    first, second = result["notes"]
    assert first.startswith("cell 1 (def neuron(x, w, b):): line 3 failed. ZeroDivisionError")
    assert second.endswith("NameError: name 'undefined' is not defined")


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%timeit x = 1",
        "!ls -la | head",
        "files = !ls",
        "x = %pwd",
        "neuron?",
        "??neuron",
        "  %load_ext autoreload",
    ],
)
def test_magics_are_skipped_and_noted(line, mark_cells):
    indent = "if True:\n    a = 1\n  " if line.startswith(" ") else ""
    result = mark_cells(f"{indent}{line}\n{NEURON}")
    assert points(result) == {"neuron": 1}
    assert f"the line {line.strip()!r} was skipped" in result["notes"][0]


def test_a_percent_sign_inside_a_string_is_no_magic(mark_cells):
    source = f'text = """\n%matplotlib inline\n!ls\n"""\nshare = 7 \\\n% 4\n{NEURON}'
    result = mark_cells(source)
    assert result["notes"] == []
    assert points(result) == {"neuron": 1}


NOTHING_TO_A_KERNEL = {
    "what only a kernel has": "display(3)\nget_ipython().run_line_magic('autoreload', '2')\n"
    "Out, In[0]\nexit\nhelp(abs)\n",
    "a separator from the web": "# as there\u2028it's said, \x85\x0b\x1d'\ns = 'a\x1cb'\n",
    "a form feed": "\x0c\n",
    "a shell's words": "pip install --quiet numpy\ncd ..\n",
}


@pytest.mark.parametrize("name", NOTHING_TO_A_KERNEL)
def test_what_a_kernel_takes_costs_nothing(name, mark_cells):
    assert points(mark_cells(NOTHING_TO_A_KERNEL[name] + NEURON)) == {"neuron": 1}


def test_a_cell_may_be_indented_as_a_whole(mark_cells):
    indented = "\n" + "".join(f"    {line}\n" for line in NEURON.splitlines())
    assert points(mark_cells(indented)) == {"neuron": 1}


def test_a_cell_magic_skips_its_cell(mark_cells):
    result = mark_cells(f"%%bash\n{NEURON}", f"%%timeit\n{NEURON}", OR_GATE)
    assert points(result) == {"or_gate": 1}
    assert "it begins with %%bash" in result["notes"][0]


BODIES = ["%%time", "%%capture", "%%capture out --no-stderr", "\n\n%%time\n%%capture", "%%prun -q"]


@pytest.mark.parametrize("seed", range(4))
def test_lines_of_magics_take_nothing_else_with_them(seed, mark_cells):
    """A notebook of cells as students time, silence and install: all that is bound in it counts."""
    rng = random.Random(seed)
    lines = [
        "!pip install --quiet \\\n    numpy \\\n    autograd",
        "%pip install numpy \\\n  scipy",
        "%time slow = sum(range(9))",
        "%time slow = sum( \\\n range(9))",
        "slow = %time 36",
        "time slow = 36",
        "ls",
        "whos",
        "%matplotlib inline",
        "matplotlib inline",
        "if True:\n    !pip install \\\n  x\n    %time slow = 36",
    ]
    above, below = rng.sample(lines, 3), rng.sample(lines, 3)
    timed = f"%time slow = 36\nassert slow == 36\n{OR_GATE}"
    body = f"{rng.choice(BODIES)}\n{NEURON}"
    result = mark_cells("\n".join([*above, "a = 1", *below, AND_GATE]), timed, body)
    assert points(result) == {"neuron": 1, "or_gate": 1, "and_gate": 1}
    assert not any("failed" in note or "not run" in note for note in result["notes"])


def test_what_a_cell_captures_has_a_name(mark_cells):
    assert mark_cells("%%capture out\nprint(1)", "out.show(); text = out.stdout")["notes"] == []


ABSENT = ["import nowhere as pd", "from nowhere.parts import one, two", "import nowhere.deep, math"]


@pytest.mark.parametrize("seed", range(3))
def test_an_import_that_fails_costs_no_other(seed, mark_cells):
    """Is what the notebook had, and the sandbox has not, missing alone?"""
    lines = [*ABSENT, "import statistics, numpy as np", "pd.set_option('x', 1)", "nowhere.go()"]
    lines[-2:] = random.Random(seed).sample(lines[-2:], 2)
    imports = "\n".join(lines) + "\nfrom math import floor, nothing, ceil"
    answer = "def neuron(x, w, b): return math.fsum(x * w) + b * ceil(1) * statistics.mean([1])"
    result = mark_cells(imports, answer, "def or_gate(): return pd.DataFrame(), 1")
    assert points(result) == {"neuron": 1}
    assert any("not in the sandbox" in note and "nowhere" in note for note in result["notes"])
    row = dict(result["exercises"]["or_gate"]["rows"])
    assert "NameError" in row["error"]


def test_who_looks_whether_a_module_is_there_finds_that_it_is_not(mark_cells):
    result = mark_cells(f"try:\n    import nowhere\nexcept ImportError:\n    {OR_GATE}")
    assert points(result) == {"or_gate": 1}
    assert result["notes"] == []


REBOUND = {
    "a result": "neuron = neuron([1.0], [2.0], 0.0)",
    "another function": "def neuron(x, w, b): return 0",
    "nothing": "del neuron",
    "what it uses": "def total(x, w): return 0",
}


@pytest.mark.parametrize("name", REBOUND)
@pytest.mark.parametrize(
    "check", ["check(neuron)", "check('neuron')", "x = 1\ncheck(neuron)  # mine"]
)
def test_what_is_bound_when_a_check_runs_counts(name, check, mark_cells):
    answer = "def total(x, w): return sum(a * c for a, c in zip(x, w))\n"
    answer += "def neuron(x, w, b): return total(x, w) + b"
    head = "from nnf_teach import check"
    result = mark_cells(head, answer, check, f"scratch = 1\n{REBOUND[name]}")
    assert points(result) == {"neuron": 1}
    said = dict(result["exercises"]["neuron"]["rows"])["notice"]
    assert ("as its check found it" in said) is (name in ("another function", "what it uses"))


def test_what_others_use_is_as_it_was_checked(mark_cells):
    gate = "def or_gate():\n    assert neuron([1], [1], 1) == 2\n    return (1, 1), -0.5"
    result = mark_cells(NEURON, "check(neuron)", gate, "neuron = 3.0")
    assert points(result) == {"neuron": 1, "or_gate": 1}


def test_a_right_answer_below_its_check_counts_too(mark_cells):
    result = mark_cells("def neuron(x, w, b): return 0", "check(neuron)", NEURON)
    assert points(result) == {"neuron": 1}


def test_of_two_wrong_answers_no_better_one_is_made(mark_cells):
    other = "def neuron(x, w, b): return 1"
    result = mark_cells("def neuron(x, w, b): return 0", "check(neuron)", other)
    assert points(result) == {}


def test_a_name_that_is_no_function_any_more_is_told(mark_cells):
    result = mark_cells(f"{NEURON}\nneuron = neuron([1.0], [2.0], 0.0)")
    row = result["exercises"]["neuron"]
    assert row["status"] == "not found"
    assert dict(row["rows"])["look at"].startswith("After the notebook ran, neuron is a float")


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_in_a_cell_of_text_is_named(kind, mark_cells, make_notebook):
    notebook = json.loads(make_notebook("x = 1", NEURON, OR_GATE))
    notebook["cells"][1]["cell_type"] = kind
    result = mark_cells(json.dumps(notebook).encode())
    assert points(result) == {"or_gate": 1}
    said = {n: dict(row["rows"])["look at"] for n, row in result["exercises"].items()
            if row["status"] == "not found"}  # fmt: skip
    assert "is text (Markdown or raw)" in said["neuron"]
    assert "There is no function" in said["and_gate"]


def test_a_cell_of_the_lesson_that_fails_is_not_taken_for_the_students(mark_cells):
    of_lesson = [text for text in handed_out(1) if "np." in text and "import" not in text]
    ours = next(text for text in of_lesson if names_of(text).bound)
    needs = f"mine = {sorted(names_of(ours).bound)[0]}"
    first, second = mark_cells(ours, needs, NEURON)["notes"]
    assert first.startswith("cell 1")
    assert "which is the lesson's own: line" in first
    assert second.startswith("cell 2")
    assert "lesson's own" not in second


def test_await_at_the_top_works(mark_cells):
    source = "import asyncio\nawait asyncio.sleep(0)\nvalue = await asyncio.sleep(0, 0.0)\n"
    assert points(mark_cells(source + NEURON.replace("+ b", "+ b + value"))) == {"neuron": 1}


def test_input_raises(mark_cells):
    result = mark_cells("name = input('your name?')", NEURON)
    assert "EOFError" in result["notes"][0]
    assert points(result) == {"neuron": 1}


def test_future_imports_hold_for_later_cells(mark_cells):
    result = mark_cells(
        "from __future__ import annotations",
        "def neuron(x: Unknown, w: Unknown, b) -> Unknown: return sum(x * w) + b",
    )
    assert points(result) == {"neuron": 1}
    assert result["notes"] == []


def test_the_namespace_is_that_of_main(mark_cells):
    source = "import __main__\nassert __name__ == '__main__'\nimport dataclasses\n"
    source += "@dataclasses.dataclass\nclass A:\n    b: int = 1\nassert __main__.A is A\n"
    assert mark_cells(source)["notes"] == []


def test_widgets_plots_checks_and_displays_do_nothing(mark_cells):
    result = mark_cells(
        "import matplotlib.pyplot as plt\n"
        "from IPython.display import HTML, display\nimport ipywidgets as widgets\n"
        "from nnf_teach import check, hint, or_ours, plots, predict, progress\n"
        "from nnf_teach.widgets import neuron_explorer\n"
        "from nnf_teach.widgets.linear_regions import random_network",
        f"{NEURON}\ncheck(neuron)\nhint('neuron')\npredict('x')\nprogress(1)\n"
        "assert or_ours(neuron) is neuron",
        "neuron_explorer(neuron).value[3].on_click(lambda: 1 / 0)\n"
        "for ax in plots.new_axes(3): ax.plot()\n"
        "plots.picture(plots.plot_neuron(), alt='x')\n"
        "plt.plot([1, 2]); plt.show(); fig, ax = plt.subplots(); ax.imshow([[1]])\n"
        "display(HTML('x')); widgets.interact(neuron, x=(0, 1))\n"
        "print(f'{random_network(1):5.2f}')",
    )
    assert result["notes"] == []
    assert points(result) == {"neuron": 1}


def test_plots_are_drawn_whether_or_not_the_notebook_names_their_module(mark_cells):
    for name in ("'mat' 'plotlib'", "'matplotlib'"):
        result = mark_cells(
            f"import importlib\nmodule = importlib.import_module({name} '.pyplot')",
            "assert module.get_backend().lower() == 'agg'",
            "module.plot([1, 2]); module.gcf().canvas.draw(); module.close()",
            NEURON,
        )
        assert result["notes"] == []
        assert points(result) == {"neuron": 1}


def test_progress_bars_pass_their_items_on(mark_cells):
    source = "from tqdm.auto import tqdm\nfrom tqdm.notebook import trange\n"
    source += "assert [k for k in tqdm(range(3))] == list(trange(3)) == [0, 1, 2]"
    assert mark_cells(source)["notes"] == []


def test_training_with_a_bar_of_ours_works(mark_cells):
    source = """
import numpy as np
from nnf_teach.modules import count_steps, init_params, last_state, progress_bar, train
rng = np.random.default_rng(0)
steps = train(init_params((2, 1), rng=rng), rng.normal(size=(9, 2)), np.arange(9) % 2,
              learning_rate=0.1, epochs=2)
assert len(last_state(progress_bar(steps, count_steps(9, 2))).params) == 1
from nnf_teach.datasets import image_rows, load_mnist, make_xor
assert image_rows(load_mnist().x_train[:5]).shape == (5, 784)
assert make_xor(10, rng=rng)[0].shape == (10, 2)
"""
    assert mark_cells(source)["notes"] == []


def test_prints_and_warnings_cost_nothing(mark_cells):
    result = mark_cells(
        "import sys, warnings\nwarnings.warn('x')\nprint('y' * 3_000_000, file=sys.stderr)",
        "def neuron(x, w, b):\n    print('called'); warnings.warn('me')\n    return sum(x * w) + b",
    )
    assert points(result) == {"neuron": 1}
    assert any("3 MB" in note for note in result["notes"])


def test_a_statement_that_hangs_costs_what_its_cell_computes_below(mark_cells):
    begin = time.monotonic()
    hangs = f"{NEURON}\nwhile True: pass\n{OR_GATE}\ndef neuron2(): pass\nNEURONS = list([1])"
    result = mark_cells("count = 0", hangs, "def and_gate(): return (1, 1), -1.5",
                        "def nand_gate(): return (-1, -1), NEURONS",
                        statement_seconds=0.5)  # fmt: skip
    assert points(result) == {"neuron": 1, "or_gate": 1, "and_gate": 1}
    assert "0.5 seconds a statement" in result["notes"][0]
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("dies", ["import os; os._exit(0)", "import ctypes; ctypes.string_at(0)"])
def test_a_statement_that_kills_the_process_costs_itself(dies, mark_cells):
    result = mark_cells("first = 1", f"{NEURON}\n{dies}\n{OR_GATE}",
                        "def and_gate(): return (first, 1), -1.5")  # fmt: skip
    assert points(result) == {"neuron": 1, "or_gate": 1, "and_gate": 1}
    assert "its process ended" in result["notes"][0]


def test_slow_experiments_do_not_use_up_the_time_of_definitions(mark_cells):
    slow = "import time\ntime.sleep(0.4)"
    result = mark_cells(NEURON, *[slow] * 4, f"BIAS = -0.5\n{slow}\n{OR_GATE}", AND_GATE,
                        notebook_seconds=0.9)  # fmt: skip
    assert points(result) == {"neuron": 1, "or_gate": 1, "and_gate": 1}
    assert any("seconds a notebook" in note for note in result["notes"])
    assert "only definitions were run" in result["notes"][-1]


def test_definitions_that_hang_have_an_end(mark_cells):
    hangs = "class A:\n    while True: pass"
    result = mark_cells(NEURON, "import time; time.sleep(9)", *[hangs] * 9, OR_GATE,
                        notebook_seconds=0.5, statement_seconds=0.5)  # fmt: skip
    assert points(result) in ({"neuron": 1}, {})


def test_the_seed_decides_the_inputs(mark_cells):
    """Can a mark be reproduced, and are the inputs others with another seed?"""
    errors = []
    for seed in (1, 1, 2):
        rows = mark_cells(
            "def saturation_point(e):\n    if e in (0.1, 0.01, 0.2499): return 0\n"
            "    raise ValueError(repr(e))",
            seed=seed,
        )["exercises"]["saturation_point"]["rows"]
        errors.append(dict(rows)["error"])
    assert errors[0] == errors[1] != errors[2]


CELLS = [
    "import numpy as np",
    "x = slow()",
    "%matplotlib inline\nSCALE = 2",
    "def helper(x):\n    return SCALE * np.sum(x)",
    "def f(x):\n    return helper(x)",
    "check(f)",
    "not python",
    "SCALE = 3",
]


@pytest.mark.parametrize(
    ("name", "numbers"), [("f", [1, 3, 4, 5, 8]), ("SCALE", [3, 8]), ("g", []), ("x", [2])]
)
def test_a_function_needs_the_cells_that_bind_what_it_uses(name, numbers):
    cells = [Cell(k, source) for k, source in enumerate(CELLS, 1)]
    assert [cell.number for cell in needed_for(cells, name)] == numbers


def test_of_a_function_only_the_definition_is_needed():
    cells = [Cell(1, "def g(): return 1"), Cell(2, "def f(): return g()"), Cell(3, "g = slow()")]
    assert [cell.number for cell in needed_for(cells, "f")] == [1, 2]
    assert [cell.number for cell in needed_for(cells[1:], "f")] == [2, 3]


def test_who_looks_for_names_in_other_ways_needs_no_cells():
    assert needed_for([Cell(1, "def f():\n    return globals()['g']()")], "f") == []
