"""The parent in the sandbox: it imports once what notebooks need, and is forked for each of them.

It runs no line of any notebook, and learns nothing of any but that it begins and ends, and whether
it names Matplotlib, or the digits: these are made ready for the first that does.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


def main() -> None:
    """Get ready, and fork on demand until the pipe is closed."""
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    if settings["cpu"] is not None:
        os.sched_setaffinity(0, {settings["cpu"]})
    _import_everything()
    from nnf_teach.grading.inside import walls
    from nnf_teach.grading.wire import Channel, Closed

    _warm_up()
    channel = Channel(control)
    wall = walls.WALLS[settings["wall"]](settings)
    _get_ready_to_fork()
    channel.send({"ready": True})
    try:
        _serve(channel, wall, Path(settings["course"]))
    except Closed:
        sys.exit()


def _serve(channel: Any, wall: Any, course: Path) -> None:
    pid = 0
    ready = set[str]()
    getting_ready: dict[str, Callable[[], None]] = {
        "plots": _import_plots,
        "digits": partial(_load_digits, course),
    }
    run: dict[str, Any] = {}
    try:
        while True:
            head, _ = channel.receive(take_over=True)
            if pid:
                wall.end(pid, run)
                pid = 0
            if head["do"] == "begin":
                for need in set(head["needs"]) - ready:
                    getting_ready[need]()
                    ready.add(need)
                    _get_ready_to_fork()
                run = head["run"]
                pid = _begin(socket.socket(fileno=head["end"]), head["limits"], channel, wall, run)
            channel.send({"pid": pid})
    finally:
        if pid:  # the grader is gone
            wall.end(pid, run)


def _get_ready_to_fork() -> None:
    from nnf_teach.grading.inside import lockdown

    gc.collect()
    lockdown.use_large_pages(map(id, gc.get_objects()))
    gc.freeze()


def _import_plots() -> None:
    import matplotlib.backends.backend_agg  # noqa: F401
    import matplotlib.pyplot as plt

    for name in ("show", "pause"):
        setattr(plt, name, _nothing)


def _load_digits(course: Path) -> None:
    import numpy as np

    from nnf_teach.datasets import mnist

    x, t = (np.load(course / f"{k}.npy", mmap_mode="r").view(np.ndarray) for k in "xt")
    mnist.use(mnist.Digits(x, t, x[:10_000], t[:10_000]))


def _import_everything() -> None:
    import autograd  # noqa: F401
    import autograd.numpy  # noqa: F401

    warnings.simplefilter("ignore")
    from nnf_teach.grading.inside import inert

    inert.install()
    import nnf_teach.checking
    import nnf_teach.modules
    from nnf_teach.grading.inside import borrowed, node  # noqa: F401

    borrowed.prepare(nnf_teach.modules)


_ROUNDS = 20  # from then on Python has its code as it runs fastest, and changes it no more


def _warm_up() -> None:
    """Run a notebook of our own, so that no fork has to load, compile and write what all need.

    What a fork writes to is copied for it, page by page.
    """
    kept = sys.modules["__main__"], sys.stdout, sys.stderr
    for _ in range(_ROUNDS):
        _one_round()
    sys.modules["__main__"], sys.stdout, sys.stderr = kept


def _one_round() -> None:
    import numpy as np

    from nnf_teach.grading.inside import borrowed
    from nnf_teach.grading.inside.node import Node
    from nnf_teach.grading.wire import Channel, Closed

    text = "import numpy as np\ndef f(x, k=1):\n    return np.exp(-np.abs(x)) @ np.ones((2, 2))"
    endings = ("", "\n%magic", "\n1 / 0", "\ncheck(f)")
    cells = [{"cell_type": "code", "source": [text + more]} for more in endings]
    notebook = np.frombuffer(json.dumps({"cells": cells}).encode(), np.uint8)
    mine, theirs = socket.socketpair()
    channel = Channel(mine, watch=_nothing)
    read = {"do": "read", "handed_out": [["x = 1", [["y"], ["x"]]]], "wanted": ["f"], "all": False}
    channel.send(read, [notebook])
    for number in range(1, len(cells) + 1):
        channel.send({"do": "run", "cell": number, "skip": [], "brief": False})
    channel.send({"do": "settle"})
    find = {"do": "find", "name": "f", "may_call": ["modules", "autograd"]}
    channel.send({**find, "alone": False, "checked": False})
    for x in (np.ones((3, 2)), np.ones(3)):
        channel.send({"do": "call", "function": "f"}, [[x]])
    mine.shutdown(socket.SHUT_WR)
    with mine, theirs:
        try:
            Node(theirs).loop()
        except Closed:
            borrowed.called.clear()


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
