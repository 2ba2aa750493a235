"""Each lesson as a page to read: its text, formulas, code and pictures, without any script.

Formulas become MathML, which browsers draw and screen readers read. The pictures are those that
the solution notebook has stored, the text and the code those that a learner gets.
"""

from __future__ import annotations

import base64
import html
import io
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import mistune
import nbformat
from nbformat import NotebookNode
from PIL import Image

from nnf_teach.exercises import Prediction, all_predictions
from nnf_teach.site.fetch import Store
from nnf_teach.site.frame import framed
from nnf_teach.site.lessons import Lesson, read_lessons

TEMPLATE = Path(__file__).parent / "lesson.html"

# They answer where Python runs, and say nothing to a reader.
_ANSWERED = re.compile(r"(check|hint|solution|progress|certificate)\(")
_PREDICT = re.compile(r'predict\("([^"]+)"\)')
_DISPLAYED = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<!\$)\$(?!\$)[^$]+(?<!\$)\$(?!\$)")
_GROWN = re.compile(r"\\[bB]igg?(?=\\[lr]Vert)")  # latex2mathml does not know it before these
_INDEXED = re.compile(r"<msub><mi>(.)</mi><mn>(\d)</mn></msub>")
_LONG = 40  # letters of a formula that a telephone may be too narrow for
_PLUGINS = ["math", "table", "strikethrough"]


class Reading(NamedTuple):
    """A lesson as HTML: its sections by id, its body, and its pictures by file name."""

    sections: dict[str, str]
    body: str
    pictures: dict[str, bytes]


class _Renderer(mistune.HTMLRenderer):
    def __init__(self) -> None:
        super().__init__(escape=False)
        self.sections: dict[str, str] = {}
        self.titled = False

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = _slug(text)
        level = 2 if level == 1 and self.titled else level
        self.titled = True
        if level == 2:
            self.sections[name] = text
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def inline_math(self, text: str) -> str:
        formula = mathml(text, "inline")
        return f'<span class="long" tabindex="0">{formula}</span>' if len(text) > _LONG else formula

    def block_math(self, text: str) -> str:
        return f'<div class="formula" tabindex="0">{mathml(text, "block")}</div>\n'

    def table(self, text: str) -> str:
        return f'<div class="table" tabindex="0"><table>{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head and text.strip() else "td"  # an empty corner heads nothing
        return f"<{tag}>{_as_words(text) if head else text}</{tag}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return _code(code.rstrip("\n"))


@contextmanager
def formulas(store: Store) -> Iterator[None]:
    """Have latex2mathml at hand, out of the cache of what the site is built with."""
    with tempfile.TemporaryDirectory() as folder:
        for wheel in store.pins.tools:
            if wheel.file.startswith("latex2mathml-"):
                zipfile.ZipFile(store.wheel(wheel)).extractall(folder)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)


def write_lessons(folder: Path, root: Path, words: Mapping[str, str]) -> None:
    """Write every lesson as a page to read, with its pictures beside it.

    Parameters
    ----------
    folder : Path
        Where the pages go, one folder below the top of the site.
    root : Path
        The top of the repository.
    words : mapping
        What stands in every page of the site for each name in a template, as HTML.
    """
    folder.mkdir(exist_ok=True)
    template = TEMPLATE.read_text(encoding="utf-8")
    lessons = read_lessons(root)
    for k, lesson in enumerate(lessons):
        reading = read_lesson(root, lesson.notebook)
        around = [other for other in lessons[max(0, k - 1) : k + 2] if other is not lesson]
        of_lesson = dict(words) | _words(lesson, reading, around)
        page = framed(template, of_lesson, f"{folder.name}/{lesson.page}")
        (folder / lesson.page).write_text(page, encoding="utf-8")
        for name, picture in reading.pictures.items():
            (folder / name).write_bytes(picture)


def _words(lesson: Lesson, reading: Reading, around: Sequence[Lesson]) -> dict[str, str]:
    sections = [
        f'      <li><a href="#{name}">{title}</a></li>' for name, title in reading.sections.items()
    ]
    neighbours = [
        f'      <a href="{other.page}">{other.number} {html.escape(other.title)}</a>'
        for other in around
    ]
    return {
        "number": lesson.number,
        "title": html.escape(lesson.title),
        "time": html.escape(lesson.time),
        "lab": html.escape(lesson.address),
        "body": reading.body,
        "sections": "\n".join(sections),
        "neighbours": "\n".join(neighbours),
    }


def read_lesson(root: Path, name: str) -> Reading:
    """Return the lesson of a notebook, `01_neuron.ipynb`, as a page to read."""
    lesson, solved = (
        nbformat.read(root / folder / name, as_version=4) for folder in ("course", "solutions")
    )
    predictions = all_predictions()
    drawn = {cell.id: cell for cell in solved.cells}
    renderer = _Renderer()
    markdown = mistune.create_markdown(renderer=renderer, plugins=_PLUGINS)
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            parts.append(str(markdown(_laid_out(cell.source))))
        elif asked := _PREDICT.match(cell.source):
            parts.append(str(markdown(_question(predictions[asked[1]]))))
        elif not _ANSWERED.match(cell.source):
            parts.append(_cell(cell))
            for png, size, words in _pictures(drawn[cell.id]):
                file = f"{Path(name).stem}-{len(pictures) + 1}.webp"
                pictures[file] = _webp(png)
                parts.append(_figure(file, size, words))
    return Reading(renderer.sections, "\n".join(parts), pictures)


def _question(asked: Prediction) -> str:
    options = "\n".join(f"- {option}" for option in asked.options)
    return f"**Predict.** {asked.question}\n\n{options}\n"


def _laid_out(source: str) -> str:
    """Give each displayed formula lines of its own, and each within a line only one.

    >>> _laid_out("so $a +\\nb$ and $$c$$")
    'so $a + b$ and \\n\\n$$\\nc\\n$$\\n\\n'
    """
    source = _INLINE.sub(lambda formula: formula[0].replace("\n", " "), source)
    return _DISPLAYED.sub(r"\n\n$$\n\1\n$$\n\n", source)


def mathml(tex: str, display: str) -> str:
    """Return a formula as MathML."""
    from latex2mathml.converter import convert  # of the build's tools, installed nowhere

    return str(convert(_GROWN.sub("", tex.strip()), display=display))


def _as_words(heading: str) -> str:
    """Write a heading that is one symbol as text: not every reader has words for MathML.

    >>> _as_words("<math><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow></math>")
    '<var>x</var><sub>1</sub>'
    """
    if not re.fullmatch(r"<math.*</math>", heading.strip(), re.DOTALL):
        return heading
    text = _INDEXED.sub(r"<mi>\1</mi><sub>\2</sub>", heading)
    text = text.replace("<mi>", "<var>").replace("</mi>", "</var>")
    return re.sub(r"</?m[^>]*>", "", text)


def _cell(cell: NotebookNode) -> str:
    code = _code(cell.source)
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        return code
    summary = html.escape(cell.source.partition("\n")[0].lstrip("# "))
    return f"<details><summary>Code: {summary}</summary>{code}</details>"


def _code(source: str) -> str:
    return f'<pre tabindex="0"><code>{html.escape(source)}</code></pre>\n'


def _pictures(cell: NotebookNode) -> Iterator[tuple[bytes, dict[str, int], str]]:
    """Yield the stored pictures of a cell: PNG, its size in CSS pixels, and what it shows."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" in data:
            size = output.metadata.get("image/png", {})
            yield base64.b64decode(data["image/png"]), size, data["text/plain"]


def _webp(png: bytes) -> bytes:
    """Return the same pixels in a third of the bytes."""
    file = io.BytesIO()
    Image.open(io.BytesIO(png)).save(file, "WEBP", lossless=True)
    return file.getvalue()


def _figure(file: str, size: dict[str, int], words: str) -> str:
    sizes = "".join(f' {name}="{size[name]}"' for name in ("width", "height") if name in size)
    alt = html.escape(" ".join(words.split()))
    return f'<figure><img src="{file}" alt="{alt}"{sizes} loading="lazy"></figure>\n'


def _slug(text: str) -> str:
    """Make a name for an address.

    >>> _slug("Exercise 2: a <em>layer</em> [2 points]")
    'exercise-2-a-layer-2-points'
    """
    plain = re.sub(r"<math.*?</math>|<[^>]+>", " ", text, flags=re.DOTALL)
    return "-".join(re.findall(r"\w+", plain.lower()))
