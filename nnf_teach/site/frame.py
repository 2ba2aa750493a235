"""What all pages of the site have around them: their head, the way to the others, and the foot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

_FRAME = Path(__file__).parent / "frame.html"
_PART = re.compile('^(?=<a class="skip"|<main)', re.MULTILINE)


def framed(page: str, words: Mapping[str, str], name: str) -> str:
    """Return a page, given as its head, the link past the frame, and its main part.

    Parameters
    ----------
    page : str
        The template.
    words : mapping
        What stands for each name in it, as HTML.
    name : str
        The file, from the top of the site: `lessons/01_neuron.html`.
    """
    head, skip, main = (Template(part).substitute(words) for part in _PART.split(page))
    frame = Template(_FRAME.read_text(encoding="utf-8"))
    up = "../" * name.count("/")
    whole = frame.substitute(words, head=head, skip=skip, main=main, up=up)
    whole = whole.replace(f'href="{name}#', 'href="#')
    return whole.replace(f'href="{name}">', f'href="{name}" aria-current="page">', 1)
