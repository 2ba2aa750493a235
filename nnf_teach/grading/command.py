"""What `nnf grade` does with its command line: read the options, run, and say how it went."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nnf_teach.grading import github
from nnf_teach.grading.compare import compare
from nnf_teach.grading.grade_class import GradeError, Options, Outcome, grade_class
from nnf_teach.grading.late import (
    LateError,
    LateRule,
    parse_deadlines,
    parse_duration,
    parse_penalty,
    read_times,
)
from nnf_teach.grading.report import OWN_DATE, ClassReport, number
from nnf_teach.grading.results import ResultsError
from nnf_teach.grading.roster import RosterError, read_roster
from nnf_teach.grading.run import RunError
from nnf_teach.grading.sandbox import NoSandbox
from nnf_teach.grading.sheets import unknown
from nnf_teach.grading.submissions import MEGABYTE
from nnf_teach.grading.task import Limits

OK, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130
Say = Callable[[str], None]


def run(args: argparse.Namespace, say: Say) -> int:
    """Do what the command line asks for; return the exit status."""
    try:
        if args.self_check:
            return _self_check(args, say)
        if args.compare:
            return _compare(args, say)
        return _grade(args, say)
    except (LateError, RosterError, github.NotInAWorkflow) as error:
        return _fail(str(error), USAGE)
    except (GradeError, ResultsError, RunError, NoSandbox) as error:
        return _fail(str(error))


def _grade(args: argparse.Namespace, say: Say) -> int:
    if args.submissions is None or (args.out is None and not args.report):
        return _fail(
            "nnf grade: say which submissions, and --out RESULTS. See: nnf grade --help", USAGE
        )
    if args.report:
        return _repository(args, say)
    if args.at_least is not None:
        return _fail("nnf grade: --at-least goes with --report github.", USAGE)
    options = _options(args)
    _warn(options.sandbox)
    try:
        outcome = grade_class(options)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        print("Interrupted. What is graded is kept; the same command goes on.", file=sys.stderr)
        return INTERRUPTED
    _tell(outcome, options, say)
    if args.gradebook:
        _to_gradebook(outcome.report, args.gradebook, say)
    return OK if outcome.ok else PROBLEM


def _warn(sandbox: str) -> None:
    if sandbox == "none":
        print(
            "WARNING: WITHOUT A SANDBOX. Each notebook can read your files, use your network, and "
            "change marks: its own, and those of others. Every page and table will say so.",
            file=sys.stderr,
        )


def _repository(args: argparse.Namespace, say: Say) -> int:
    """Grade the repository of one student, and tell GitHub."""
    student = github.student_name(os.environ, args.submissions)
    with tempfile.TemporaryDirectory() as folder:
        args.out = args.out or Path(folder)
        outcome = grade_class(replace(_options(args), student=student))
    for line in github.write(outcome.report, os.environ, Path.cwd()):
        say(line)
    points = outcome.report.students[0].points
    say(f"{number(points)} of {outcome.report.out_of()} points; the summary of this step says why.")
    if args.at_least is not None and points < args.at_least:
        return _fail(f"At least {number(args.at_least)} points are asked for.")
    return OK if outcome.ok else PROBLEM


def _options(args: argparse.Namespace) -> Options:
    late = LateRule(
        deadlines=parse_deadlines(args.deadline),
        penalty=parse_penalty(args.penalty),
        grace=parse_duration(args.grace),
        times=read_times(args.times) if args.times else {},
    )
    if not late.deadlines and args.penalty != "none":
        raise LateError("--penalty needs a --deadline")
    options = Options(
        submissions=args.submissions,
        out=args.out,
        scheduler=args.scheduler,
        seed=args.seed,
        limits=_limits(args),
        sandbox=args.sandbox,
        regrade=args.regrade,
        late=late,
        roster=read_roster(args.roster) if args.roster else None,
        separator={"comma": ",", "semicolon": ";"}.get(args.separator),
    )
    return replace(options, jobs=args.jobs) if args.jobs else options


def _limits(args: argparse.Namespace) -> Limits:
    limits = Limits()
    chosen = {
        "statement_seconds": args.statement_seconds,
        "notebook_seconds": args.notebook_seconds,
        "question_factor": args.time_factor,
        "place_seconds": args.place_seconds,
        "notebook_bytes": int(args.max_size * MEGABYTE) if args.max_size else None,
    }
    return replace(limits, **{name: value for name, value in chosen.items() if value is not None})


def _tell(outcome: Outcome, options: Options, say: Say) -> None:
    parts = [f"{outcome.graded} graded"]
    parts += [f"{outcome.kept} kept from before"] if outcome.kept else []
    parts += [f"{outcome.not_graded} not readable"] if outcome.not_graded else []
    parts += [f"{outcome.failed} failed in the grader"] if outcome.failed else []
    say(f"{', '.join(parts)}; {len(outcome.report.students)} students.")
    say(f"Open {options.out / 'class.html'}; marks are in {options.out / 'grades.csv'}.")
    if outcome.report.similar:
        say(f"{len(outcome.report.similar)} likenesses for a person to judge: see class.html.")
    if strangers := unknown(outcome.report, options.roster):
        say(f"Not in the roster, and so not in its tables: {', '.join(strangers)}.")
    if outcome.nobodys:
        say(f"Times of handing in for nobody who handed in: {', '.join(outcome.nobodys)}.")
    handed = [h for student in outcome.report.students for h in student.lessons.values()]
    if own := sum(OWN_DATE in h.remarks for h in handed):
        say(
            f"{own} of {len(handed)} times of handing in are the files' own dates, which unpacking "
            "may have changed. A table of times is better: --times CSV."
        )


def _to_gradebook(report: ClassReport, database: str, say: Say) -> None:
    try:
        from nnf_teach.grading.gradebook import GradebookError, write_gradebook
    except ModuleNotFoundError as error:
        raise GradeError(
            f"A gradebook needs {error.name}, which is not installed. In the course's folder: "
            "pip install -c constraints.txt '.[instructor]'"
        ) from None
    try:
        count = write_gradebook(report, database)
    except GradebookError as error:
        raise GradeError(str(error)) from None
    say(f"{count} submissions are in {database}.")


def _compare(args: argparse.Namespace, say: Say) -> int:
    for line in compare(*args.compare):
        say(line)
    return OK


def _self_check(args: argparse.Namespace, say: Say) -> int:
    from nnf_teach.grading.self_check import self_check

    problems = self_check(
        args.lesson, jobs=args.jobs, sandbox=args.sandbox, say=say, seed=args.seed
    )
    for problem in problems:
        print(problem, file=sys.stderr)
    say(f"{len(problems)} problems." if problems else "All is well.")
    return PROBLEM if problems else OK


def _fail(message: str, status: int = PROBLEM) -> int:
    print(message, file=sys.stderr)
    return status
