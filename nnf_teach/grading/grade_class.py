"""Grade a class: find, mark what is new, write every report. What `nnf grade` runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from nnf_teach.grading import sheets
from nnf_teach.grading.class_report import class_page
from nnf_teach.grading.feedback import feedback_page
from nnf_teach.grading.late import LateRule
from nnf_teach.grading.lessons import stems
from nnf_teach.grading.mark import Mark, Result
from nnf_teach.grading.names import file_names
from nnf_teach.grading.people import People
from nnf_teach.grading.progress import Progress
from nnf_teach.grading.report import ClassReport, collect
from nnf_teach.grading.results import Results, ResultsError, write
from nnf_teach.grading.roster import Roster
from nnf_teach.grading.run import DIED, FAILED, run_dask, run_processes
from nnf_teach.grading.similar import Features, Pair, features, similar_pairs
from nnf_teach.grading.submissions import (
    NotGraded,
    Submission,
    WrongLevel,
    as_one,
    find_submissions,
    read,
)
from nnf_teach.grading.task import Limits, Task
from nnf_teach.grading.walls import closed
from nnf_teach.notebooks import checkout, packaged_course

Say = Callable[[str], None]


class GradeError(Exception):
    """There is nothing to grade, or nowhere to write; the message says which."""


@dataclass(frozen=True)
class Options:
    """What `nnf grade` was told.

    `jobs` counts for this machine, `scheduler` names a cluster; all submissions are the `student`'s
    if there is one. `separator` divides the cells of tables, None as in the roster.
    """

    submissions: Path
    out: Path
    jobs: int = field(default_factory=lambda: available_cores())
    scheduler: str | None = None
    seed: int | None = None
    limits: Limits = Limits()
    sandbox: str = "auto"
    regrade: bool = False
    late: LateRule = LateRule()
    roster: Roster | None = None
    student: str | None = None
    separator: str | None = None

    @property
    def dialect(self) -> str:
        """The separator of the tables: a comma or a semicolon, which Canvas takes both."""
        told = self.separator or (self.roster.separator if self.roster else ",")
        return ";" if told == ";" else ","


@dataclass
class Outcome:
    """How a run went: the report, and how the results came about.

    `nobodys` are the names in the table of times that mean nobody who handed in.
    """

    report: ClassReport
    graded: int = 0
    kept: int = 0
    not_graded: int = 0
    failed: int = 0
    nobodys: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every submission has a status that the grader stands for."""
        return self.failed == 0


def available_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def grade_class(options: Options, say: Say = lambda line: None) -> Outcome:
    """Grade a folder of submissions and write the reports.

    Each result is on disk as soon as it is known: a run that ends early is taken up again by the
    same call. What has a result that rests on the same work, exercises, seed and limits is not
    graded again.

    Raises
    ------
    GradeError
        If there are no submissions, or the results cannot be written.
    RunError, NoSandbox
        If nothing can be graded.
    """
    try:
        found = find_submissions(options.submissions, options.out, student=options.student)
    except OSError as error:
        raise GradeError(f"{options.submissions} cannot be read ({error.strerror}).") from None
    except WrongLevel as problem:
        raise GradeError(str(problem)) from None
    if not found:
        raise GradeError(f"There are no submissions in {options.submissions}.")
    people = People((s.student for s in found), options.roster)
    if names := people.same():
        found = as_one(found, names)
        people = People((s.student for s in found), options.roster)
    times = {(people.find(s) or s, n): time for (s, n), time in options.late.times.items()}
    nobodys = {s for s, _ in options.late.times if people.find(s) is None}
    options = replace(options, late=replace(options.late, times=times))
    if options.scheduler is None:
        closed(options.sandbox, (options.submissions, options.out))
    try:
        with Results(options.out) as results:
            outcome = _Run(options, results, found, say).go()
            return replace(outcome, nobodys=tuple(sorted(nobodys)))
    except ResultsError as error:
        raise GradeError(str(error)) from None
    except OSError as error:
        raise GradeError(f"{options.out}: {error.strerror or error}.") from None


class _Run:
    """One run over the submissions that were found."""

    def __init__(
        self, options: Options, results: Results, found: Sequence[Submission], say: Say
    ) -> None:
        self.options, self.results, self.found, self.say = options, results, found, say
        self.marks: dict[Submission, Mark] = {}
        self.features: dict[tuple[int, str], Features] = {}
        self.by_task = {(s.student, s.lesson): s for s in found}
        self.outcome = Outcome(ClassReport((), ()))

    def go(self) -> Outcome:
        seed = self.results.seed(self.options.seed)
        with Progress(len(self.found)) as self.progress:
            run = self._run_dask if self.options.scheduler else self._run_processes
            run(self._to_do(seed))
        self.outcome.report = self._report()
        return self.outcome

    def _run_processes(self, tasks: Iterator[Task]) -> None:
        jobs = max(1, min(self.options.jobs, len(self.found)))
        run_processes(tasks, jobs, self._done, self._tick)

    def _run_dask(self, tasks: Iterator[Task]) -> None:
        assert self.options.scheduler is not None
        lessons = {s.lesson for s in self.found if s.lesson is not None}
        run_dask(tasks, self.options.scheduler, lessons, self._done, self._tick)

    def _to_do(self, seed: int) -> Iterator[Task]:
        """Yield what has no result yet; one notebook at a time is in memory."""
        for submission in self.found:
            try:
                content = read(submission, self.options.limits.notebook_bytes)
            except NotGraded as problem:
                self.outcome.not_graded += 1
                student, lesson = submission.student, submission.lesson
                self._note(submission, Mark(student, lesson, None, problem.status, str(problem)))
                continue
            assert submission.lesson is not None  # else it has a status
            options = self.options
            task = Task(
                submission.student,
                submission.lesson,
                content,
                seed,
                options.limits,
                options.sandbox,
            )
            kept = None if options.regrade else self.results.kept(task)
            if kept is None:
                yield task
                continue
            self.outcome.kept += 1
            self._take(submission, kept)

    def _done(self, task: Task, result: Result) -> None:
        status = result.mark.status
        if (
            status not in (DIED, FAILED) or result.features is not None
        ):  # else the next run tries again
            self.results.keep(task, result)
        self.outcome.graded += 1
        self.outcome.failed += status == FAILED
        self._take(self.by_task[task.student, task.lesson], result)

    def _take(self, submission: Submission, result: Result) -> None:
        assert submission.lesson is not None
        if result.features is not None:
            self.features[submission.lesson, submission.student] = result.features
        self._note(submission, result.mark)

    def _note(self, submission: Submission, mark: Mark) -> None:
        self.marks[submission] = mark
        self.progress.done(submission.student, submission.lesson, mark)

    def _tick(self, tasks: list[Task]) -> None:
        self.progress.busy([(task.student, task.lesson) for task in tasks])

    def _report(self) -> ClassReport:
        pairs: list[Pair] = []
        for lesson in sorted({lesson for lesson, _ in self.features}):
            of_lesson = {s: f for (n, s), f in self.features.items() if n == lesson}
            pairs += similar_pairs(lesson, of_lesson, *handed_out(lesson))
        report = collect(self.marks.items(), self.options.late, pairs)
        write_reports(report, self.options.out, self.options.roster, self.options.dialect)
        return report


def handed_out(lesson: int) -> tuple[Features, Features]:
    """Return the features of a lesson's notebook as handed out, and of its published solution."""
    top, stem = checkout(), stems().get(lesson)
    folders = (top / "course", top / "solutions") if top else (packaged_course(), None)

    def of(folder: Path | None) -> Features:
        path = folder / f"{stem}.ipynb" if folder else None
        return features(path.read_bytes()) if path and path.is_file() else Features()

    return of(folders[0]), of(folders[1])


_MARK = "\ufeff"  # by which Excel knows UTF-8; Canvas and Moodle pass over it


def write_reports(
    report: ClassReport, out: Path, roster: Roster | None = None, separator: str = ","
) -> None:
    """Write the tables and the pages. Pages of students who are no longer there go."""
    for name, table in (
        ("grades", sheets.grades(report, roster, separator)),
        ("grades_canvas", sheets.canvas(report, roster, separator)),
        ("grades_moodle", sheets.moodle(report, roster, separator)),
        ("similar", _similar_csv(report.similar, separator)),
    ):
        write(out / f"{name}.csv", _MARK + table)
    folder = out / "feedback"
    folder.mkdir(exist_ok=True)
    names = file_names(student.name for student in report.students)
    for student in report.students:
        write(folder / f"{names[student.name]}.html", feedback_page(report, student))
    wanted = {f"{name}.html" for name in names.values()}
    for path in folder.glob("*.html"):
        if path.name not in wanted:
            path.unlink()
    addresses = {student: f"feedback/{quote(name)}.html" for student, name in names.items()}
    write(out / "class.html", class_page(report, addresses))


def _similar_csv(pairs: Sequence[Pair], separator: str) -> str:
    rows: list[Sequence[object]] = [["lesson", "one", "other", "same shape", "same lines"]]
    rows += [[p.lesson, p.one, p.other, f"{p.shape:.2f}", f"{p.lines:.2f}"] for p in pairs]
    return sheets.to_csv(rows, separator)
