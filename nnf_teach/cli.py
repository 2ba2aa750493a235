"""The `nnf` command."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from nnf_teach import __version__
from nnf_teach.grading.options import add_gradescope_options
from nnf_teach.grading.options import add_options as add_grade_options

OK, PROBLEM, USAGE = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """Answers a mistake with one sentence and where to read more."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}. See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    arguments
        The words after `nnf`; those of the command line if None.

    Returns
    -------
    int
        0 if all went well, 1 if there is a problem, which is then on stderr in a sentence, and
        2 (raised as SystemExit) for a command that does not exist.
    """
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        # whoever was reading, `nnf doctor | head` for one, has had enough
        sys.stderr.close()
        return PROBLEM


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nnf", description="Neural network foundations, a course in Jupyter.")
    parser.add_argument("--version", action="version", version=f"nnf_teach {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--port", type=_port, default=8888, help="the port to try first (8888)")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.set_defaults(run=_lab)

    doctor = commands.add_parser("doctor", help="check the installation")
    doctor.set_defaults(run=_doctor)

    progress = commands.add_parser("progress", help="show how far you have come")
    progress.set_defaults(run=_progress)

    reset = commands.add_parser("reset", help="get a fresh copy of a notebook; yours is kept")
    reset.add_argument("notebook", metavar="NOTEBOOK", help="for example 01 or 01_neuron.ipynb")
    reset.set_defaults(run=_reset)

    for command in (lab, doctor, progress, reset):
        command.add_argument("--folder", type=Path, help="where the course is, if not here")

    grade = commands.add_parser("grade", help="for instructors: grade a folder of submissions")
    add_grade_options(grade)
    grade.set_defaults(run=_grade)

    gradescope = commands.add_parser(
        "gradescope", help="for instructors: write an autograder for Gradescope"
    )
    add_gradescope_options(gradescope)
    gradescope.set_defaults(run=_gradescope)

    build = commands.add_parser("build", help="for contributors: write course/ from solutions/")
    build.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", help="only these, such as 01")
    build.add_argument("--check", action="store_true", help="change nothing, fail on differences")
    build.add_argument("--no-execute", action="store_true", help="keep the stored outputs")
    build.add_argument("--root", type=Path, help="the folder with solutions/ and course/")
    build.set_defaults(run=_build)

    site = commands.add_parser("site", help="for contributors: the course as a static site")
    site.add_argument("--out", type=Path, help="the folder to write (site/ in the repository)")
    site.add_argument("--root", type=Path, help="the folder of the repository")
    site.add_argument("--serve", action="store_true", help="open it; built if it is not there")
    site.add_argument("--port", type=_port, default=8000, help="the port to serve on (8000)")
    site.add_argument("--no-browser", action="store_true", help="only print the address")
    site.set_defaults(run=_site)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a port is a number up to 65535")
    return int(text)


def _lab(options: argparse.Namespace) -> int:
    from nnf_teach import fresh, lab, notebooks

    try:
        folder = fresh.open_course(_where(options))
    except notebooks.NotebookError as error:
        return _fail(str(error))
    _print(f"The course in {folder}")
    return lab.start_lab(folder, options.port, not options.no_browser)


def _doctor(options: argparse.Namespace) -> int:
    from nnf_teach.doctor import examine

    findings = []
    for finding in examine(options.folder or Path.cwd()):
        _print(str(finding))
        findings.append(finding)
    bad = sum(not finding.ok for finding in findings)
    problems = "problem" if bad == 1 else "problems"
    _print(f"\n{bad} {problems}." if bad else "\nAll is well.")
    return PROBLEM if bad else OK


def _progress(options: argparse.Namespace) -> int:
    from nnf_teach.checking.report import summary_text
    from nnf_teach.checking.store import progress_path
    from nnf_teach.notebooks import course_folders

    _print(summary_text())
    _print(f"\nYour points are kept in {progress_path()}")
    for folder in course_folders(options.folder or Path.cwd()):
        _print(f"Your notebooks are in {folder}")
    return OK


def _reset(options: argparse.Namespace) -> int:
    from nnf_teach import fresh, notebooks

    try:
        notebook, backup = fresh.reset(options.notebook, _where(options), datetime.now())
    except notebooks.NotebookError as error:
        return _fail(str(error))
    _print(f"{notebook} is fresh.")
    if backup:
        _print(f"What you had is in {backup}.")
        _print("If it is open in JupyterLab: close it there without saving, and open it again.")
    return OK


def _where(options: argparse.Namespace) -> Path:
    """Return where to look for the course; where it could be in two places, ask."""
    from nnf_teach import notebooks

    where: Path = options.folder or Path.cwd()
    if not where.is_dir():
        raise notebooks.NotebookError(f"There is no folder {where}.")
    folders = notebooks.course_folders(where)
    if len(folders) < 2 or not sys.stdin.isatty():
        return where
    _print("The course is in two places:")
    for number, folder in enumerate(folders, start=1):
        _print(f"  {number}  {folder}")
    answer = input(f"Which do you mean (1 to {len(folders)})? ").strip()
    if answer not in map(str, range(1, len(folders) + 1)):
        raise notebooks.TwoFoldersError(folders)
    return folders[int(answer) - 1]


def _gradescope(options: argparse.Namespace) -> int:
    from nnf_teach.grading.gradescope.archive import run

    return run(options, _print)


def _grade(options: argparse.Namespace) -> int:
    from nnf_teach.grading import command

    return command.run(options, _print)


def _build(options: argparse.Namespace) -> int:
    from nnf_teach.authoring import BuildError, build, check_build
    from nnf_teach.notebooks import checkout

    root = options.root or checkout() or Path.cwd()
    if options.check and options.notebooks:
        return _fail("--check looks at all notebooks; leave their names out.")
    try:
        if options.check:
            count = len(check_build(root))
            _print(f"{count} {'notebook' if count == 1 else 'notebooks'} as built.")
        else:
            build(root, options.notebooks, execute=not options.no_execute, say=_print)
    except BuildError as error:
        return _fail(str(error))
    return OK


def _site(options: argparse.Namespace) -> int:
    from nnf_teach.notebooks import checkout
    from nnf_teach.site import SiteError, build_site, serve

    root = options.root or checkout() or Path.cwd()
    out = (options.out or root / "site").resolve()
    try:
        if not (options.serve and (out / "index.html").is_file()):
            build_site(root, out, _print)
        return serve(out, options.port, not options.no_browser) if options.serve else OK
    except SiteError as error:
        return _fail(str(error))


def _print(text: str) -> None:
    """Print, with a question mark for what an old terminal cannot show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return PROBLEM


if __name__ == "__main__":
    sys.exit(main())
