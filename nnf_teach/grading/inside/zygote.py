"""The parent in the sandbox: it imports once what notebooks need, and is forked for each of them.

It runs no line of any notebook, and learns nothing of any but that it begins and ends.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import warnings
from pathlib import Path
from typing import Any


def main() -> None:
    """Get ready, and fork on demand until the pipe is closed."""
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    if settings["cpu"] is not None:
        os.sched_setaffinity(0, {settings["cpu"]})
    _import_everything(Path(settings["course"]))
    from nnf_teach.grading.inside import walls
    from nnf_teach.grading.wire import Channel, Closed

    _warm_up()
    channel = Channel(control)
    wall = walls.WALLS[settings["wall"]](settings)
    gc.collect()
    gc.freeze()
    channel.send({"ready": True})
    try:
        _serve(channel, wall)
    except Closed:
        sys.exit()


def _serve(channel: Any, wall: Any) -> None:
    pid = 0
    run: dict[str, Any] = {}
    try:
        while True:
            head, _ = channel.receive(take_over=True)
            if pid:
                wall.end(pid, run)
                pid = 0
            if head["do"] == "begin":
                run = head["run"]
                pid = _begin(socket.socket(fileno=head["end"]), head["limits"], channel, wall, run)
            channel.send({"pid": pid})
    finally:
        if pid:  # the grader is gone
            wall.end(pid, run)


def _import_everything(course: Path) -> None:
    import autograd  # noqa: F401
    import autograd.numpy  # noqa: F401
    import matplotlib
    import numpy as np

    matplotlib.use("agg")
    import matplotlib.backends.backend_agg
    import matplotlib.pyplot as plt

    warnings.simplefilter("ignore")
    for name in ("show", "pause"):
        setattr(plt, name, _nothing)

    from nnf_teach.grading.inside import inert

    inert.install()
    import nnf_teach.checking
    import nnf_teach.modules
    from nnf_teach.datasets import mnist
    from nnf_teach.grading.inside import borrowed, node  # noqa: F401

    borrowed.prepare(nnf_teach.modules)

    parts = [np.load(course / f"{name}.npy", mmap_mode="r") for name in mnist.Digits._fields]
    digits = mnist.Digits(*(part.view(np.ndarray) for part in parts))
    mnist.use(digits)


def _warm_up() -> None:
    """Run a notebook of our own once, so that no fork has to load and compile what all need."""
    from types import ModuleType

    import numpy as np

    from nnf_teach.grading.inside import answering, notebook
    from nnf_teach.grading.wire import pack, unpack

    source = "import numpy as np\ndef f(x, k=1):\n    return np.exp(-np.abs(x)) @ np.ones((2, 2))"
    for last in ("", "\n%magic", "\n1 / 0"):
        cell = {"cell_type": "code", "source": [source + last]}
        cells = notebook.read_cells(json.dumps({"cells": [cell]}).encode())
        notebook.choose(cells, {"x = 1": notebook.names_of("x = 1")}, ["f"])
        runner = notebook.Runner(ModuleType("__main__"))
        runner.run(cells[0], lambda k: None)
    f = runner.namespace["f"]
    answering.signature_of(f)
    for x in (np.ones((3, 2)), np.ones(3)):
        reply, answer = answering.call(f, [x])
        _, text, *blobs = pack(reply, [answer, [x]], answering.describe)
        unpack(bytes(text), b"".join(blobs), answering.BUILD)


def _nothing(*args: Any, **kwargs: Any) -> None:
    pass


def _begin(
    end: socket.socket, limits: dict[str, int], channel: Any, wall: Any, run: dict[str, Any]
) -> int:
    pid: int = wall.fork(run)
    if pid:
        end.close()
        return pid
    status = 1
    try:
        channel.close()
        _become_first_process()
        wall.close_off(limits, run)
        from nnf_teach.grading.inside.node import Node

        Node(end).loop()
    except BaseException:
        status = 2
    finally:
        os._exit(status)


def _become_first_process() -> None:
    from nnf_teach.grading.inside import lockdown

    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    os.setsid()
    lockdown.ignore_signals()
    lockdown.adopt_orphans()


if __name__ == "__main__":
    main()
