"""Can cells be run in any order?"""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnf_teach.authoring.names import find_reused_names


def problems(*sources: str) -> list[str]:
    cells = [new_code_cell(source, id=f"c{k}") for k, source in enumerate(sources)]
    notebook = new_notebook(cells=[new_markdown_cell("x"), *cells])
    return list(map(str, find_reused_names(notebook, "a")))


def test_a_name_that_a_third_cell_needs_is_made_once() -> None:
    (problem,) = problems("X = 1", "X = 2", "print(X)")
    assert problem.startswith("a, cell 4 (c2): the cell needs X, which cells 2, 3 make")


def test_each_may_make_its_own() -> None:
    assert problems("X = 1\nprint(X)", "X = 2\nprint(X)") == []
    assert problems("for k in range(3): print(k)", "print([k for k in 'ab'])", "k = 2") == []


def test_what_is_needed_inside_of_a_function_counts() -> None:
    assert problems("X = 1", "def f():\n    return [X for _ in 'ab']", "X = 3") != []
    assert problems("X = 1", "def f(X):\n    return X", "X = 3") == []
    assert problems("X = 1", "def f():\n    return X\nX = 2") == []


def test_a_cell_that_changes_what_it_needs_counts() -> None:
    assert problems("X = 1", "X = X + 1") != []


def test_what_an_except_takes_away_counts() -> None:
    caught = "try:\n    f()\nexcept E as error:\n    pass"
    assert problems("error = 1", caught, "print(error)") != []
