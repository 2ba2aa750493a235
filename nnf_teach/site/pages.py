"""The pages of the site beside the lab: the front page, and the playground.

They are templates in `pages/`; what they say about lessons is read where the build holds it right:
in the notebooks, and in README's table. Their scripts import those of the widgets.
"""

from __future__ import annotations

import html
import json
import os
import posixpath
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from nnf_teach.authoring.facts import NUMBERS
from nnf_teach.notebooks import FIRST
from nnf_teach.site.frame import framed
from nnf_teach.site.lessons import Lesson, read_lessons
from nnf_teach.site.reading import write_lessons
from nnf_teach.version import __version__
from nnf_teach.widgets.shell import STATIC

PAGES = Path(__file__).parent / "pages"

_IMPORT = re.compile(r'^import [^;]*?"(\..+?)";', re.MULTILINE)
_SCRIPT = re.compile(r'<script type="module" src="(.+?)">')
_AHEAD = ("build/jlab_core.*.js", "static/pyodide/*")
_BINDER = "https://mybinder.org"
_OPENED = f"course/{FIRST}"


def write_pages(
    folder: Path,
    root: Path,
    repository: str | None = None,
    lab: Path | None = None,
    to_read: bool = False,
) -> None:
    """Write the front page and the playground's, with all that they load, into a folder.

    Parameters
    ----------
    folder : Path
        The top of the site; it is made if it is not there.
    root : Path
        The top of the repository, for README and `course/`.
    repository : str, optional
        The repository's address; without it, the pages say where it goes and link to none.
    lab : Path, optional
        The folder with the lab's files, which are fetched ahead while the front page is read.
    to_read : bool
        Whether each lesson gets a page to read, too; that needs `formulas`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        STATIC,
        folder / "widgets/static",
        ignore=shutil.ignore_patterns("*.d.ts"),
        dirs_exist_ok=True,
    )
    shutil.copytree(PAGES, folder, ignore=shutil.ignore_patterns("*.html"), dirs_exist_ok=True)
    words = page_words(root, repository, to_read)
    ahead = json.dumps(files_ahead(lab) if lab else [])
    for path in sorted(PAGES.glob("*.html")):
        template = path.read_text(encoding="utf-8")
        modules = _modules(folder, _SCRIPT.findall(template))
        page = framed(template, dict(words, modules=modules, ahead=ahead), path.name)
        (folder / path.name).write_text(page, encoding="utf-8")

    if to_read:
        write_lessons(folder / "lessons", root, words)


def page_words(root: Path, repository: str | None, to_read: bool) -> dict[str, str]:
    """Return what stands for each name in the templates, as HTML."""
    lessons = read_lessons(root)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    of = {lesson.number: html.escape(lesson.address) for lesson in lessons}
    return {
        "description": html.escape(project["description"]),
        "lecture": html.escape(project["urls"]["Lecture"]),
        "version": __version__,
        "count": NUMBERS[len(lessons)],
        "hours": _hours(lessons),
        "lessons": "\n".join(_item(lesson, to_read) for lesson in lessons),
        "first": html.escape(lessons[0].address),
        "xor": of["03"],
        "backprop": of["05"],
        "source": f'<li><a href="{html.escape(repository)}">Repository</a></li>'
        if repository
        else "",
        "elsewhere": _elsewhere(repository),
    }


def files_ahead(lab: Path) -> list[tuple[str, int]]:
    """Return what every lesson needs, Python and most of JupyterLab, and how large each file is."""
    paths = [path for pattern in _AHEAD for path in sorted(lab.glob(pattern))]
    return [(path.relative_to(lab).as_posix(), path.stat().st_size) for path in paths]


def repository_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the address of the repository, where GitHub builds the site; else None.

    >>> repository_address({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b"})
    'https://github.com/a/b'
    """
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
    found = [environment[name] for name in names if environment.get(name)]
    return "/".join(found) if len(found) == len(names) else None


def _hours(lessons: Sequence[Lesson]) -> str:
    least, most = (sum(lesson.minutes[k] for lesson in lessons) for k in (0, 1))
    return f"{round(least / 60)} to {round(most / 60)}"


def _item(lesson: Lesson, to_read: bool) -> str:
    number, title, time, writes, address = map(
        html.escape, (lesson.number, lesson.title, lesson.time, lesson.writes, lesson.address)
    )
    page = f'. <a class="to-read" href="lessons/{lesson.page}">Read {number}</a>' if to_read else ""
    return (
        f'      <li><span class="number">{number}</span> <a href="{address}">{title}</a> '
        f'<span class="fine"><b>{time}</b>: {writes}{page}</span></li>'
    )


def _elsewhere(repository: str | None) -> str:
    """Say how to open the course without this site: at home, and on Binder."""
    if repository and repository.startswith("https://github.com/"):
        name = repository.removeprefix("https://github.com/")
        binder = html.escape(f"{_BINDER}/v2/gh/{name}/HEAD?urlpath=lab/tree/{_OPENED}")
        home = f'<a href="{html.escape(repository)}">at home</a>'
        return f'It runs <a href="{binder}">on Binder</a> and {home}, too.'
    return (
        f'It runs at home, too, and on <a href="{_BINDER}">Binder</a>: give it the address of the '
        f"course's repository and the file <code>{html.escape(_OPENED)}</code>."
    )


def _modules(folder: Path, scripts: Sequence[str]) -> str:
    """Let the browser fetch all modules at once, and not each after the one that imports it."""
    found, todo = [], list(scripts)
    while todo:
        name = todo.pop(0)
        if name not in found:
            found.append(name)
            imported = _IMPORT.findall((folder / name).read_text(encoding="utf-8"))
            todo += [
                posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in imported
            ]
    return "\n".join(f'<link rel="modulepreload" href="{name}">' for name in found)
