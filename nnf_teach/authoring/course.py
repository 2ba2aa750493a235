"""Build course/ from solutions/, and check that the two belong together."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from nbformat import NotebookNode

from nnf_teach.authoring.answers import ANSWERS, answers_of
from nnf_teach.authoring.cells import find_cell_problems
from nnf_teach.authoring.documents import find_document_problems
from nnf_teach.authoring.execute import execute_notebook, find_output_problems, find_unrun
from nnf_teach.authoring.facts import Facts, find_course_problems, find_fact_problems
from nnf_teach.authoring.files import read_notebook, to_bytes, write_bytes
from nnf_teach.authoring.leaks import find_leaks
from nnf_teach.authoring.markers import find_marker_problems
from nnf_teach.authoring.names import find_reused_names
from nnf_teach.authoring.normalise import normalise
from nnf_teach.authoring.outline import Outline, outline
from nnf_teach.authoring.problems import BuildError, Problem
from nnf_teach.authoring.student import make_student_notebook
from nnf_teach.authoring.terms import Passage, find_term_problems, passages
from nnf_teach.authoring.wording import find_wording_problems
from nnf_teach.notebooks import is_backup


def build(
    root: Path,
    names: Sequence[str] = (),
    *,
    execute: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Run the solutions, store them in normal form, and write the student notebooks.

    Nothing is run or written before every notebook has been verified, and the facts of all of
    them compared, also where one is built.

    Parameters
    ----------
    root
        The folder with `solutions/` and `course/`.
    names
        Which notebooks, as ``01``, ``01_neuron`` or ``01_neuron.ipynb``; all if empty.
    execute
        Whether to run the solutions; without, their stored outputs are kept.
    say
        Called with one line for each notebook that is done.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    BuildError
        With every problem that was found.
    """
    paths = _choose(solution_paths(root), names)
    solutions = _verify_all(paths)
    if problems := find_all_fact_problems(root):
        raise BuildError(problems)
    changed = []
    if _is_course(root) and write_bytes(root / ANSWERS, answers_of(solution_paths(root))):
        changed.append(root / ANSWERS)  # what some cells show
    for path, solution in zip(paths, solutions, strict=True):
        if execute:
            execute_notebook(solution, path)
        normalise(solution)
        student = _student_bytes(solution, path.name)
        target = root / "course" / path.name
        written = [
            file
            for file, content in ((path, to_bytes(solution)), (target, student))
            if write_bytes(file, content)
        ]
        changed += written
        say(f"{path.name}: {'written' if written else 'unchanged'}")
    return changed


def check_build(root: Path) -> list[Path]:
    """Check, changing nothing, that `build` would change nothing.

    Returns
    -------
    list of Path
        The solutions that were looked at.

    Raises
    ------
    BuildError
        If there is no solution to look at, one breaks a rule, was not run or is not in normal
        form, a fact differs from its source, a student notebook is missing or differs by a byte,
        or `course/` has a file of another origin.
    """
    paths = solution_paths(root)
    problems: list[Problem] = []
    for path in paths:
        try:
            problems += _problems_of_pair(path, root / "course" / path.name)
        except BuildError as error:
            problems += error.problems
    with suppress(BuildError):  # a notebook that cannot be read, which is named above
        problems += find_all_fact_problems(root)
    problems += _strays(root / "course", {path.name for path in paths})
    if _is_course(root) and not problems:
        stored = root / ANSWERS
        if not stored.is_file() or stored.read_bytes() != answers_of(paths):
            problems.append(Problem(ANSWERS, "not what the solutions say", "'nnf build' run"))
    if problems:
        raise BuildError(problems)
    return paths


def solution_paths(root: Path) -> list[Path]:
    """Return the solution notebooks in order; finding none is an error."""
    paths = sorted((root / "solutions").glob("*.ipynb"))
    if not paths:
        raise BuildError([Problem("solutions/", f"no notebooks in {root}", "at least one")])
    return paths


def verified(path: Path) -> NotebookNode:
    """Read a solution notebook that keeps all the rules, or raise BuildError."""
    notebook = read_notebook(path)
    problems = [
        *find_marker_problems(notebook, path.name),
        *find_cell_problems(notebook, path.name),
        *find_wording_problems(notebook, path.name),
        *find_reused_names(notebook, path.name),
    ]
    if problems:
        raise BuildError(sorted(problems, key=lambda problem: (problem.cell, problem.line or 0)))
    return notebook


def find_all_fact_problems(root: Path) -> list[Problem]:
    """Return where notebooks or documents disagree with the package, or with each other.

    Only the folder that holds the package is the course; other notebooks have no such source.
    """
    if not _is_course(root):
        return []
    facts = Facts.of_package()
    read = [read_facts(path, facts) for path in solution_paths(root)]
    notebooks = [notebook for notebook, _ in read]
    texts = [passage for _, of_notebook in read for passage in of_notebook]
    return [
        *(problem for notebook in notebooks for problem in find_fact_problems(notebook, facts)),
        *find_course_problems(notebooks, facts),
        *find_document_problems(root, notebooks, facts),
        *find_term_problems(root, texts),
    ]


def read_facts(path: Path, facts: Facts) -> tuple[Outline, tuple[Passage, ...]]:
    """Read a solution notebook as its outline and its texts."""
    notebook = read_notebook(path)
    texts = tuple(passages(notebook, path.name, facts.predictions))
    return outline(notebook, path.name), texts


def _is_course(root: Path) -> bool:
    return (root / "nnf_teach").is_dir()


def _verify_all(paths: list[Path]) -> list[NotebookNode]:
    notebooks: list[NotebookNode] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            notebooks.append(verified(path))
        except BuildError as error:
            problems += error.problems
    if problems:
        raise BuildError(problems)
    return notebooks


def _choose(paths: list[Path], names: Sequence[str]) -> list[Path]:
    if not names:
        return paths
    chosen = []
    for name in names:
        stem = Path(name).name.removesuffix(".ipynb")
        found = [path for path in paths if stem in (path.stem, path.stem.partition("_")[0])]
        if not found:
            there = ", ".join(path.stem for path in paths)
            raise BuildError([Problem(name, "there is no such solution notebook", there)])
        chosen += found
    return chosen


def student_bytes(path: Path) -> bytes:
    """Return the student's version of a solution notebook, as it is written to `course/`.

    Raises
    ------
    BuildError
        If the solution breaks a rule, or would leak.
    """
    return _student_bytes(normalise(verified(path)), path.name)


def _student_bytes(solution: NotebookNode, name: str) -> bytes:
    student = make_student_notebook(solution)
    if leaks := find_leaks(solution, student, f"course/{name}"):
        raise BuildError(leaks)
    return to_bytes(student)


def _problems_of_pair(path: Path, target: Path) -> list[Problem]:
    solution = normalise(verified(path))
    problems = find_unrun(solution, path.name) + find_output_problems(solution, path.name)
    if to_bytes(solution) != path.read_bytes():
        problems.append(Problem(f"solutions/{path.name}", "not in normal form", "'nnf build' run"))
    student = _student_bytes(solution, path.name)
    if not target.exists():
        problems.append(Problem(f"course/{path.name}", "missing", "'nnf build' run"))
    elif target.read_bytes() != student:
        found = "not what the solution gives"
        problems.append(Problem(f"course/{path.name}", found, "'nnf build' run"))
    return problems


def _strays(course: Path, names: set[str]) -> list[Problem]:
    """Find files that no solution gives; a contributor's own backups are no concern."""
    return [
        Problem(f"course/{path.name}", "no solution gives this file", "it gone")
        for path in sorted(course.glob("*"))
        if path.name not in names and path.name != ".ipynb_checkpoints" and not is_backup(path)
    ]
