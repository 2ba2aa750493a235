"""Compile the wheels in /wheels/in, with the very Python that will import them, into /wheels/out.

Reading a source again at each start costs seconds. Ours keeps its sources, which lessons show;
of the others the compiled files are enough.
"""

import importlib.util
import marshal
import zipfile
from collections.abc import Iterator
from pathlib import Path

INSTALLED = "/lib/python3.12/site-packages/"
UNCHECKED = (1).to_bytes(4, "little") + bytes(8)  # never compared with a source


def compiled(name: str, source: bytes) -> bytes:
    code = compile(source, INSTALLED + name, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + UNCHECKED + marshal.dumps(code)


def files(wheel: zipfile.ZipFile, keep_sources: bool) -> Iterator[tuple[str, bytes]]:
    for name in wheel.namelist():
        content = wheel.read(name)
        if not name.endswith(".py"):
            yield name, content
            continue
        if keep_sources:
            yield name, content
        folder, _, file = name.rpartition("/")
        cache = f"{folder}/__pycache__/{file[:-3]}.cpython-312.pyc"
        try:
            yield cache if keep_sources else f"{name}c", compiled(name, content)
        except SyntaxError:  # a template that ends in .py
            if not keep_sources:
                yield name, content


for path in sorted(Path("/wheels/in").glob("*.whl")):
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(Path("/wheels/out", path.name), "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name, content in files(old, keep_sources=path.name.startswith("nnf_teach")):
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
