"""The package as a wheel, made of what is installed: no build tool and no registry is asked."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nnf_teach
from nnf_teach.notebooks import checkout, is_backup

_PACKAGE = Path(nnf_teach.__file__).parent
_WHEEL = "Wheel-Version: 1.0\nGenerator: nnf_teach\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_INFO = ("METADATA", "entry_points.txt", "licenses/LICENSE", "licenses/LICENSE-text")
_OLD = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows: the same wheel each time


def wheel_name() -> str:
    """Return the wheel's file name.

    >>> wheel_name()
    'nnf_teach-0.1.0-py3-none-any.whl'
    """
    return f"nnf_teach-{nnf_teach.__version__}-py3-none-any.whl"


def make_wheel() -> bytes:
    """Return the bytes of a wheel with the package, and the notebooks as they are handed out."""
    packed, record = io.BytesIO(), []
    info = f"nnf_teach-{nnf_teach.__version__}.dist-info"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_files(), *_metadata(info)):
            archive.writestr(zipfile.ZipInfo(name, _OLD), content, zipfile.ZIP_DEFLATED)
            record.append(f"{name},sha256={_hash(content)},{len(content)}\n")
        text = "".join([*record, f"{info}/RECORD,,\n"])
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD", _OLD), text)
    return packed.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"nnf_teach/{path.relative_to(_PACKAGE).as_posix()}", path.read_bytes()
    top = checkout()  # an installed package has the notebooks in it
    for path in sorted((top / "course").glob("*.ipynb")) if top else ():
        if not is_backup(path):
            yield f"nnf_teach/course/{path.name}", path.read_bytes()


def _metadata(info: str) -> Iterator[tuple[str, bytes]]:
    installed = importlib.metadata.distribution("nnf_teach")
    yield f"{info}/WHEEL", _WHEEL.encode()
    for name in _INFO:
        if text := installed.read_text(name):
            yield f"{info}/{name}", text.encode()


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
