"""Submissions that attack: does any gain a point, harm another's grading, or leave anything behind?

Every attack is a notebook for lesson 1. None of them computes anything, so none may earn anything.
After each, an honest submission is marked in the same sandbox: it gets what it deserves, and it
looks around: it finds no file and no process but its own. Behind both walls.
"""

import functools
import os
import re
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from nnf_teach.exercises import all_exercises
from nnf_teach.grading import marking, user_wall

# The honest submission looks for what an attack may have left behind, then solves two exercises.
WITNESS = """
import os, errno
assert os.listdir("/scratch") == [], os.listdir("/scratch")
assert os.listdir("/dev/shm") == []
try:
    os.kill(-1, 0)
except ProcessLookupError:
    pass
else:
    raise AssertionError("there is another process")

def neuron(x, w, b):
    return float(sum(a * c for a, c in zip(x, w))) + b

def or_gate():
    return (1, 1), -0.5
"""
# Behind the wall of a user there are other processes and files, which it cannot reach.
WITNESSES = {
    "bubblewrap": WITNESS,
    "user": """
import os
assert os.listdir(".") == [], os.listdir(".")
for folder in ("/tmp", "/dev/shm", "/var/tmp", "/proc", "/", "/etc"):
    try: os.listdir(folder)
    except OSError: continue
    raise AssertionError(folder)
""" + WITNESS[WITNESS.index("def neuron"):],
}  # fmt: skip

# What every attack begins with: a function under the name of each exercise.
NAMES = [e.name for e in all_exercises().values() if e.lesson == 1]
ALL = "\n".join(f"def {name}(*args): return ATTACK(*args)" for name in NAMES)

FIND_PIPES = """
import os, socket, stat
def pipes():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass
"""
FRAME = """
import json, struct
def frame(head, values=()):
    text = json.dumps({"head": head, "values": list(values)}).encode()
    return struct.pack("!II", len(text), 0) + text
"""
C = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def must_fail(result):
    assert result == -1, "it worked"
"""

# Attacks on the comparison: pretend that a wrong answer is right.
PRETEND = {
    "patched assert_allclose": """
import numpy as np, numpy.testing
numpy.testing.assert_allclose = np.allclose = np.isclose = lambda *a, **k: True
np.array_equal = lambda *a, **k: True
def ATTACK(*args): return 0.5
""",
    "shadowed numpy": """
import sys, types
fake = types.ModuleType("numpy")
fake.__getattr__ = lambda name: (lambda *a, **k: True)
sys.modules["numpy"] = np = fake
def ATTACK(*args): return 0.5
""",
    "array that equals everything": """
import numpy as np
class Sly(np.ndarray):
    __eq__ = __le__ = __ge__ = __lt__ = lambda self, other: np.ones(self.shape, bool)
    def __array_ufunc__(self, *a, **k): return np.True_
    def __array_function__(self, *a, **k): return np.True_
    def __sub__(self, other): return np.zeros(self.shape)
def ATTACK(*args): return np.zeros(np.shape(args[0]) if args else 2).view(Sly)
""",
    "object that is whatever you want": """
class Sly:
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __eq__(self, other): return True
    def __float__(self): return 0.5
    def __array__(self, *a, **k): raise RuntimeError
    def __len__(self): return 2
    def __iter__(self): return iter((self, self))
    def __reduce__(self): return (exec, ("raise SystemExit",))
    __hash__ = object.__hash__
def ATTACK(*args): return Sly()
""",
    "pickle in place of an answer": """
import pickle
class Sly:
    def __reduce__(self): return (print, ("ran outside",))
def ATTACK(*args): return pickle.dumps(Sly())
""",
    "patched checks": """
import nnf_teach, nnf_teach.checking
class Passed:
    passed, status, points = True, "passed", 100
nnf_teach.check = nnf_teach.checking.check = lambda *a, **k: Passed()
nnf_teach.checking.calls.call_once = lambda *a, **k: Passed()
def ATTACK(*args): return 0.5
""",
    "input transformer": """
ip = get_ipython()
ip.input_transformers_cleanup.append(lambda lines: ["def neuron(*a): return __import__('x')"])
""",
    "patched grader's helper": """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("nnf_teach.grading"):
        for key, value in list(vars(module).items()):
            if callable(value) and key in ("call", "describe", "count", "signature_of"):
                setattr(module, key, lambda *a, **k: ({"status": "passed", "points": 9}, True))
def ATTACK(*args): return 0.5
""",
    "looks for references": """
import gc, sys, types
import nnf_teach.exercises as ours
assert ours.all_exercises() == {}
found = [o for o in gc.get_objects() if hasattr(o, "misconceptions")]
assert not found
import nnf_teach.exercises.lesson_01
""",
    "looks for answers on the stack": """
import sys
def ATTACK(*args):
    frame = sys._getframe()
    while frame:
        for key, value in frame.f_locals.items():
            if key in ("truth", "expected", "reference"):
                return value
        frame = frame.f_back
""",
    "imported answers": """
from nnf_teach.modules import sigmoid, sigmoid_derivative
from nnf_teach.modules import linear as linear_layer
""",
    "imported answers by other ways": """
import functools, nnf_teach.modules as m, sys
a = getattr(m.sigmoid, "__wrapped__", m.sigmoid)
b = functools.partial(vars(sys.modules["nnf_teach.modules.sigmoid"])["sigmoid_derivative"])
keep = [m.linear]
def sigmoid(x):
    try: return a(x)
    except Exception: return 0
def sigmoid_derivative(x): return b(x)
def linear_layer(X, W, b): return keep[0](X, W, b)
""",
    "derivative by autograd": """
import autograd, autograd.numpy as anp
g = autograd.elementwise_grad
def sigmoid_derivative(x):
    return g(lambda v: anp.exp(-anp.logaddexp(0., -v)))(anp.asarray(x, dtype=float))
""",
    "notebook that carries its own marks": """
points = score = grade = 100
__nbgrader__ = {"points": 100}
def check(*a): return 100
check(None)
""",
}  # fmt: skip

# Attacks on the pipe: speak in the grader's place, or confuse it.
PIPE = {
    "fake result frames": FIND_PIPES + FRAME + """
def ATTACK(*args):
    for number in pipes():
        for k in range(300):
            os.write(number, frame({"id": k, "status": "passed", "points": 2}, [1.0]))
    return 0.5
""",
    "answers before the question": FIND_PIPES + FRAME + """
good = {"error": None, "text": "", "line": ["", ""], "warned": [], "mutated": [], "printed": ""}
for number in pipes():
    for k in range(200):
        os.write(number, frame({**good, "id": k, "found": True, "signature": None}, [True]))
def ATTACK(*args): return 0.5
""",
    "garbage": FIND_PIPES + """
def ATTACK(*args):
    for number in pipes():
        os.write(number, os.urandom(100_000))
    return 0.5
""",
    "zeros": FIND_PIPES + """
def ATTACK(*args):
    for number in pipes():
        os.write(number, bytes(100_000))
""",
    "enormous length": FIND_PIPES + """
def ATTACK(*args):
    for number in pipes():
        os.write(number, b"\\xff" * 8 + b"x" * 1000)
""",
    "deep JSON reply": FIND_PIPES + """
import struct
def ATTACK(*args):
    text = b'{"head":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    for number in pipes():
        os.write(number, struct.pack("!II", len(text), 0) + text)
""",
    "many tiny parts": FIND_PIPES + """
import struct
def ATTACK(*args):
    text = b'{"head":{},"values":[{"list":[' + b"0," * 400_000 + b"0]}]}"
    for number in pipes():
        os.write(number, struct.pack("!II", len(text), 0) + text)
""",
    "array larger than its bytes": FIND_PIPES + FRAME + """
def ATTACK(*args):
    for number in pipes():
        for k in range(100):
            os.write(number, frame({"id": k}, [{"array": ["<f8", 2**31, 2**31], "order": "C"}]))
""",
    "array of objects": FIND_PIPES + FRAME + """
def ATTACK(*args):
    for number in pipes():
        for k in range(100):
            os.write(number, frame({"id": k}, [{"array": ["|O", 1], "order": "C"}]))
""",
    "number with a million digits": """
def ATTACK(*args): return 10 ** 1_000_000
""",
    "huge answer": """
import numpy as np
def ATTACK(*args): return np.zeros(100_000_000)
""",
    "slow drip": FIND_PIPES + """
import time
def ATTACK(*args):
    for number in pipes():
        for byte in bytes([0, 0, 1, 0, 0, 0, 0, 0]) + b"{" * 256:
            os.write(number, bytes([byte])); time.sleep(0.05)
""",
    "closed pipe": FIND_PIPES + """
def ATTACK(*args):
    for number in pipes():
        os.close(number)
""",
    "pipes sent through the pipe": FIND_PIPES + """
import array
def ATTACK(*args):
    for number in pipes():
        end = socket.socket(fileno=os.dup(number))
        for _ in range(50):
            socket.send_fds(end, [b"x"], [0, 1, 2])
""",
    "stops reading": FIND_PIPES + """
import signal
os.kill(os.getpid(), signal.SIGSTOP)
""",
}  # fmt: skip

# Attacks on the process: die, hang, take everything.
PROCESS = {
    "os._exit in a cell": "import os\nos._exit(0)",
    "os._exit in an answer": "import os\ndef ATTACK(*args): os._exit(0)",
    "exit code by an exception": "def ATTACK(*args): raise SystemExit(0)",
    "segmentation fault": "import ctypes\ndef ATTACK(*args): ctypes.string_at(0)",
    "kill itself": "import os\nos.kill(os.getpid(), 9)",
    "kill its group": "import os, signal\nos.kill(0, signal.SIGKILL)",
    "kill everybody": "import os\nos.kill(-1, 9)\ndef ATTACK(*args): os.kill(-1, 9)",
    "kill process 1": """
import os, signal
for number in range(1, 32):
    if number != signal.SIGCHLD:
        os.kill(1, number)
def ATTACK(*args): return 0.5
""",
    "kill the parent": "import os\ndef ATTACK(*args): os.kill(os.getppid(), 9)",
    "endless loop": "while True: pass",
    "endless loop in an answer": """
def neuron(x, w, b):
    while True: pass
""",
    "endless loop that ignores signals": """
import signal
for number in set(range(1, 32)) - {9, 19}:
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "endless call into C": "sum(range(10 ** 12))",
    "fork bomb": """
import os
while True:
    try: os.fork()
    except OSError: pass
""",
    "threads": """
import threading, time
def ATTACK(*args):
    while True: threading.Thread(target=time.sleep, args=(100,)).start()
""",
    "one process eats memory": """
keep = []
while True: keep.append(bytearray(b"x" * 10_000_000))
""",
    "many processes eat memory": """
import os, time
for _ in range(20):
    if os.fork() == 0:
        keep = bytearray(b"x" * 200_000_000)
        time.sleep(100)
time.sleep(100)
""",
    "eats memory and survives": """
keep = []
def ATTACK(*args):
    while True:
        try:
            while True: keep.append(bytearray(b"x" * 10_000_000))
        except MemoryError: pass
""",
    "recursion without end": """
import sys, threading
sys.setrecursionlimit(10 ** 9)
def ATTACK(*args): return ATTACK(*args)
""",
    "100 MB of prints": """
for _ in range(1000): print("x" * 100_000)
def ATTACK(*args):
    print("y" * 10_000_000)
""",
    "100 MB to the standard output": """
import os
for _ in range(1000): os.write(1, b"x" * 100_000); os.write(2, b"x" * 100_000)
""",
    "fills the disk": """
for k in range(10_000):
    with open(f"/scratch/{k}", "wb") as file: file.write(b"x" * 10_000_000)
""",
    "many files": "for k in range(100_000): open(f'/scratch/{k}', 'w').close()",
    "error with a trap in its text": """
class Trap(Exception):
    def __str__(self):
        while True: pass
def ATTACK(*args): raise Trap
""",
    "exits with handlers": """
import atexit, sys
atexit.register(lambda: [None for _ in iter(int, 1)])
sys.exit()
""",
}  # fmt: skip

# Attacks on what is outside: read, write, connect, stay.
OUTSIDE = {
    "background process": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
def ATTACK(*args): return 0.5
""",
    "background process of an answer": """
import os, time
def ATTACK(*args):
    if os.fork() == 0:
        os.setsid(); time.sleep(1000)
    return 0.5
""",
    "files left behind": """
for folder in ("/scratch", "/dev/shm"):
    open(folder + "/left", "w").write("for the next one")
""",
    "shared memory left behind": C + """
must_fail(libc.shmget(0x1234, 1 << 20, 0o1777))
must_fail(libc.semget(0x1234, 1, 0o1777))
must_fail(libc.msgget(0x1234, 0o1777))
from multiprocessing import shared_memory
block = shared_memory.SharedMemory("left", create=True, size=1000)
print("DONE")
""",
    "traces process 1": C + """
must_fail(libc.ptrace(16, 1, 0, 0))
must_fail(libc.process_vm_readv(1, 0, 0, 0, 0, 0))
assert not os.path.exists("/proc/1/mem")
print("DONE")
""",
    "new user namespace": C + """
must_fail(libc.unshare(0x10000000))
must_fail(libc.unshare(0x00020000))
must_fail(libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0))
print("DONE")
""",
    "mounts": C + """
must_fail(libc.mount(b"tmpfs", b"/scratch", b"tmpfs", 0, None))
must_fail(libc.umount2(b"/scratch", 2))
must_fail(libc.chroot(b"/scratch"))
print("DONE")
""",
    "becomes root": C + """
must_fail(libc.setuid(0)); must_fail(libc.setgid(0))
assert os.getuid() != 0
must_fail(libc.syscall(126, b"\\x22\\x05\\x08\\x20" + bytes(4), b"\\xff" * 24))
print("DONE")
""",
    "memory in buffers of the network": """
import socket
for family in (socket.AF_INET, socket.AF_INET6):
    try: socket.socket(family)
    except OSError: continue
    raise AssertionError(family)
print("DONE")
""",
    "raises its limits": """
import resource
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU"):
    try: resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)
    except (ValueError, OSError): continue
    raise AssertionError(name)
try: resource.prlimit(1, resource.RLIMIT_AS, (1, 1))
except OSError: print("DONE")
""",
    "types into the terminal": """
import fcntl, os, termios
try: os.open("/dev/tty", os.O_RDWR)
except OSError: pass
for number in range(3):
    try: fcntl.ioctl(number, termios.TIOCSTI, b"x")
    except OSError: continue
    raise AssertionError
print("DONE")
""",
    "memory that is no process's": C + """
must_fail(libc.memfd_create(b"x", 0))
print("DONE")
""",
    "memory that is shared by its forks, and counted in none": """
import mmap
try: mmap.mmap(-1, 300_000_000)
except OSError: pass
else: raise AssertionError("memory")
for path in ("/dev/zero", "/dev/shm/shared"):
    try: mmap.mmap(open(path, "r+b").fileno(), 4096)
    except OSError: continue
    raise AssertionError(path)
assert len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)) == 4096
print("DONE")
""",
    "memory in sockets and pipes": C + """
import socket
one, other = socket.socketpair()
before = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
try: one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
except OSError: pass
assert one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == before
reads, writes = os.pipe()
vector = (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.create_string_buffer(4096)), 4096)
must_fail(libc.vmsplice(writes, vector, 1, 0))
for lend in (libc.splice(reads, None, writes, None, 1, 0), libc.tee(reads, writes, 1, 0)):
    must_fail(lend)
    assert ctypes.get_errno() == 1
print("DONE")
""",
    "files that lie in a socket's queue": """
import os, socket
one, other = socket.socketpair()
try: socket.send_fds(one, [b"x"], [os.open(".", os.O_RDONLY)])
except OSError: print("DONE")
""",
    "room on the disk that nobody has written": C + """
import errno
number = os.open("fills", os.O_RDWR | os.O_CREAT)
must_fail(libc.fallocate(number, 0, ctypes.c_long(0), ctypes.c_long(1 << 20)))
assert ctypes.get_errno() == errno.EOPNOTSUPP
os.posix_fallocate(number, 0, 8192)  # which the C library does by writing, as everybody may
assert os.stat("fills").st_size == 8192
print("DONE")
""",
    "takes a name that graders go by": """
import socket
for act in (lambda s: s.bind("\\0nnf-grade-core-0"), lambda s: s.listen()):
    try: act(socket.socketpair()[0])
    except PermissionError: continue
    raise AssertionError
print("DONE")
""",
    "other processor cores": """
import os
try: os.sched_setaffinity(0, set(range(os.cpu_count())))
except OSError: print("DONE")
""",
    "looks for solutions": """
import importlib, os, sys
from nnf_teach import solution
for _ in range(2): solution("neuron", sure=True)
for name in ("ways", "ways.lesson_01", "checking.solutions", "checking.store"):
    try: importlib.import_module(f"nnf_teach.{name}")
    except ImportError: continue
    raise AssertionError(name)
for folder in sys.path:
    ours = os.path.join(folder, "nnf_teach")
    for name in ("ways", "course", "data/solutions.json", "checking/solutions.py"):
        assert not os.path.exists(os.path.join(ours, name)), (ours, name)
print("DONE")
""",
    "device nodes": """
import os, stat
try: os.mknod("/scratch/disk", 0o666 | stat.S_IFBLK, os.makedev(8, 0))
except OSError: print("DONE")
""",
    "network": """
import socket
for address in (("127.0.0.1", PORT), ("1.1.1.1", 53), ("10.0.0.1", 80)):
    try: socket.create_connection(address, timeout=0.2)
    except OSError: continue
    raise AssertionError(address)
for family in (socket.AF_NETLINK, socket.AF_PACKET, 40, 38):
    try: socket.socket(family, socket.SOCK_RAW)
    except OSError: continue
    raise AssertionError(family)
try: socket.socket(socket.AF_UNIX).connect("\\0nnf-test-LISTENER")
except OSError: print("DONE")
""",
    "reads what is outside": """
import os, sys
for path in (PATHS):
    assert not os.path.exists(path), path
PYTHON = os.path.dirname(os.__file__)
known = {"course", "scratch", "tmp", "dev", "usr", "lib", "lib32", "lib64", "libx32", "etc"}
known |= {folder.split("/")[1] for folder in (PYTHON, *sys.path)}
assert set(os.listdir("/")) <= known, os.listdir("/")
assert os.listdir("/etc") == ["ld.so.cache"]
found = [root for root, _, names in os.walk("/course") for name in names if "lesson_" in name]
assert not found, found[:3]
import nnf_teach
assert nnf_teach.__file__.startswith("/course/")
print("DONE")
""",
    "looks at the test images": """
from nnf_teach.datasets import load_mnist
import numpy as np
digits = load_mnist()
assert digits.x_test.shape == (10_000, 28, 28)
assert np.array_equal(digits.x_test, digits.x_train[:10_000])
print("DONE")
""",
    "writes where it may not": """
import os, sys
for folder in ("/", "/course", "/course/nnf_teach", "/dev", "/usr/lib", sys.path[0], sys.path[-1]):
    try: open(folder + "/written", "w")
    except OSError: continue
    raise AssertionError(folder)
try: open(PATHS[0] + "/results.csv", "w")
except OSError: print("DONE")
""",
    "environment": """
import os
assert not [name for name in os.environ if "SECRET" in name], os.environ
print("DONE")
""",
}  # fmt: skip

OUTSIDE |= {
    "a core for a program of the machine": C + """
import resource
must_fail(libc.setrlimit(resource.RLIMIT_CORE, (ctypes.c_ulong * 2)(0, 1)))
must_fail(libc.prlimit(0, resource.RLIMIT_CORE, (ctypes.c_ulong * 2)(0, 1), None))
assert resource.getrlimit(resource.RLIMIT_CORE) == (1, 1)  # the kernel pipes none at 1
resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))
print("DONE")
""",
    "what all of the machine share": C + """
io_setup = 206 if os.uname().machine == "x86_64" else 0
must_fail(libc.syscall(io_setup, 100, ctypes.byref(ctypes.c_ulong(0))))
must_fail(libc.syncfs(os.open(".", os.O_RDONLY)))
print("DONE")
""",
    "timers without end": C + """
clock, timer = 1, ctypes.c_int()
create = 222 if os.uname().machine == "x86_64" else 107
made = sum(libc.syscall(create, clock, None, ctypes.byref(timer)) == 0 for _ in range(5000))
assert made <= 1024, made
print("DONE")
""",
    "open files of a thread alone, where nobody looks": C + """
clone = 56 if os.uname().machine == "x86_64" else 220
thread, memory, handlers = 0x10000, 0x100, 0x800
must_fail(libc.syscall(clone, thread | memory | handlers, 0, 0, 0, 0, 0))
must_fail(libc.syscall(436, 60, 63, 2))  # close_range: unshare
os.closerange(60, 63)
print("DONE")
""",
    "system calls that are newer than the sandbox": C + """
import errno
for number in range(457, 475):
    must_fail(libc.syscall(number, 0, 0, 0, 0, 0, 0))
    assert ctypes.get_errno() == errno.ENOSYS, number
print("DONE")
""",
    "leaves files wherever it can": """
import os
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue", "/run", "."):
    for flags in (os.O_CREAT, os.O_CREAT | os.O_TMPFILE):
        try: os.write(os.open(folder + "/nnf-left", os.O_WRONLY | flags, 0o6777), b"#!/bin/sh")
        except OSError: pass
    try: os.mkfifo(folder + "/nnf-left-pipe", 0o777)
    except OSError: pass
""",
    "a trap that runs with its owner's rights": """
import os, shutil, sys
shutil.copy(sys.executable, "trap")
os.chmod("trap", 0o6777)
for program in ("/bin/su", "/usr/bin/passwd", "/usr/bin/mount", os.path.abspath("trap")):
    pid = os.fork()
    if pid == 0:
        try: os.execv(program, [program, "-c", "import os; os.setuid(0)"])
        finally: os._exit(1)
    assert os.waitpid(pid, 0)[1] != 0, program
print("DONE")
""",
    "links to what is outside": """
import os
os.symlink("/", "root")
os.symlink(PATHS[0], "others")
for target in (PATHS[0] + "/other_student.ipynb", "/etc/passwd", os.__file__):
    try: os.link(target, "hard")
    except OSError: continue
    raise AssertionError(target)
for path in ("others/other_student.ipynb", "root/etc/passwd", "root/etc/hostname"):
    try: open(path)
    except OSError: continue
    raise AssertionError(path)
print("DONE")
""",
    "a tree that is too deep to remove": """
import os
while True:
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
""",
    "files that are open and have no name": """
import os, time
keep = []
for k in range(100):
    keep.append(open("f", "wb"))
    os.unlink("f")
    for _ in range(30): keep[-1].write(b"x" * 1_000_000)
""",
    "stops the first process": """
import os, signal
try: os.kill(os.getppid(), signal.SIGSTOP)
except OSError: pass
def ATTACK(*args): return 0.5
""",
    "daemons that never die": """
import os, signal, time
for number in set(range(1, 32)) - {9, 19}:
    signal.signal(number, signal.SIG_IGN)
for k in range(20):
    if os.fork() == 0:
        os.setsid()
        while True:
            try:
                if os.fork(): os._exit(0)
            except OSError: time.sleep(0.001)
""",
    "services of the machine": """
import os, socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try: socket.socket(socket.AF_UNIX, kind).connect(SERVICE)
    except OSError: continue
    raise AssertionError(kind)
try: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", SERVICE)
except OSError: pass
else: raise AssertionError
one, other = socket.socketpair()
try: one.sendto(b"x", SERVICE)
except OSError: print("DONE")
""",
    "the grader's processes": """
import os
for entry in ("1", "self", *range(os.getppid(), os.getppid() - 200, -1)):
    for name in ("environ", "mem", "cmdline", "root/etc/passwd"):
        try: text = open(f"/proc/{entry}/{name}", "rb").read()
        except OSError: continue
        raise AssertionError(f"/proc/{entry}/{name}: {text}")
print("DONE")
""",
}  # fmt: skip

# What shows itself otherwise behind the wall of a user.
AS_USER = {
    "shared memory left behind": C + """
must_fail(libc.shmget(0x1234, 1 << 20, 0o1777))
must_fail(libc.semget(0x1234, 1, 0o1777))
must_fail(libc.msgget(0x1234, 0o1777))
must_fail(libc.shm_open(b"/left", os.O_CREAT | os.O_RDWR, 0o777))
must_fail(libc.mq_open(b"/left", os.O_CREAT | os.O_RDWR, 0o777, None))
print("DONE")
""",
    "traces process 1": C + """
must_fail(libc.ptrace(16, 1, 0, 0))
must_fail(libc.ptrace(16, os.getppid(), 0, 0))
must_fail(libc.process_vm_readv(1, 0, 0, 0, 0, 0))
for path in ("/proc/1/mem", "/proc/1/environ", f"/proc/{os.getppid()}/mem", "/proc/self/mem"):
    try: open(path, "rb").read()
    except OSError: continue
    raise AssertionError(path)
print("DONE")
""",
    "reads what is outside": """
import os
for path in (PATHS):
    for folder, _, names in os.walk(path):
        raise AssertionError(folder)
    try: open(path)
    except PermissionError: continue
    raise AssertionError(path)
import nnf_teach
ours = os.path.dirname(nnf_teach.__file__)
found = [root for root, _, names in os.walk(ours) for name in names if "lesson_" in name]
assert not found, found[:3]
for path in ("/etc/passwd", "/proc/self/status", "/proc/self/maps", "/root", "/home", "/sys"):
    try: open(path).close()
    except (PermissionError, FileNotFoundError): continue
    raise AssertionError(path)
print("DONE")
""",
}  # fmt: skip

ATTACKS = PRETEND | PIPE | PROCESS | OUTSIDE
HANGS = {"statement_seconds": 0.6, "notebook_seconds": 3.0, "question_factor": 0.03}
_SAYS_SO = "the attack found its way barred"


def test_there_are_enough_attacks():
    assert len(ATTACKS) >= 40
    assert len({source for source in ATTACKS.values()}) == len(ATTACKS)


@pytest.fixture(scope="module", params=["bubblewrap", "user"])
def wall(request):
    """Both walls; each has its tests in a row, in one sandbox."""
    if request.param == "user":
        request.getfixturevalue("user_wall_works")
    return request.param


@pytest.fixture(scope="module")
def bait(tmp_path_factory):
    """What is outside: files with secrets, an open port, a name to connect to."""
    folder = tmp_path_factory.mktemp("bait")
    (folder / "results").mkdir()
    (folder / "other_student.ipynb").write_text("{}")
    with (
        socket.create_server(("127.0.0.1", 0)) as port,
        socket.socket(socket.AF_UNIX) as name,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as called,
    ):
        name.bind(f"\0nnf-test-{os.getpid()}")
        name.listen()
        here = Path(__file__)
        paths = [str(folder), str(here.parents[2] / "solutions"), str(here), str(Path.home())]
        hidden = [path for path in paths if not _is_part_of_python(path)]
        service = str(folder / "service")
        called.bind(service)
        Path(service).chmod(0o777)
        folder.chmod(0o755)
        ours = {"PORT": str(port.getsockname()[1]), "LISTENER": str(os.getpid())}
        yield ours | {"PATHS": repr(hidden), "SERVICE": repr(service)}


def _is_part_of_python(path):
    """Whether Python is installed below this folder, so that its bare name shows inside."""
    import sys

    return sys.base_prefix.startswith(path) or sys.prefix.startswith(path)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_nothing_and_leaves_nothing(name, wall, mark_cells, bait, monkeypatch):
    monkeypatch.setenv("A_SECRET", "1")
    attack = AS_USER.get(name, ATTACKS[name]) if wall == "user" else ATTACKS[name]
    source = re.sub("PORT|PATHS|LISTENER|SERVICE", lambda match: bait[match.group()], attack)
    if wall == "user":
        source = source.replace("/scratch", marking._sandbox(wall).wall.home)
    says = source.replace('print("DONE")', f"raise RuntimeError({_SAYS_SO!r})")
    functions = ALL if "ATTACK(" in source else ""
    result = mark_cells(says, functions, **HANGS)
    assert sum(row["points"] for row in result["exercises"].values()) == 0, result
    assert result["status"] in ("graded", "died")
    if "DONE" in source:
        assert _SAYS_SO in result["notes"][0], result["notes"]
    nothing_is_left(mark_cells)


def nothing_is_left(mark_cells):
    kept = marking._kept.sandbox[1]
    assert kept.children() == []
    if kept.wall.name == "user":
        uid = kept.wall._claim.uid  # of the last one, until there is another
        assert uid not in user_wall._users()
        assert not files_of(uid, kept.wall.scratch)
    result = mark_cells(WITNESSES[kept.wall.name])
    assert result["sandbox"] == kept.wall.name
    assert result["notes"] == []
    assert result["exercises"]["neuron"]["points"] == 1
    assert result["exercises"]["or_gate"]["points"] == 1
    assert result["exercises"]["and_gate"]["status"] == "not found"


def files_of(uid, scratch):
    """What is there of a submission's user where everybody may write, but its scratch folder."""
    own = ["-uid", str(uid), "-not", "-path", str(scratch), "-print"]
    beside = ["-mindepth", "1", "-type", "d", "-not", "-uid", str(uid), "-prune"]
    return found([*open_to_all(), "-xdev", *beside, "-o", *own])


@functools.cache
def open_to_all():
    """Return the folders in which everybody may make files: what a user makes lies below one."""
    folders = [f for f in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock") if Path(f).is_dir()]
    return found([*folders, "-xdev", "-type", "d", "-perm", "-0003"]).splitlines()


def found(words):
    return subprocess.run(["find", *words], capture_output=True, text=True).stdout


@pytest.mark.parametrize("way", ["settrace", "thread", "put back"])
def test_a_loop_that_hides_from_counting_is_found(way, mark_cells):
    loop = "[[sum(a * c for a, c in zip(r, w)) + d for w, d in zip(W, b)] for r in X]"
    hidden = {
        "settrace": f"sys.settrace(None)\n    return {loop}",
        "put back": f"t = sys.gettrace(); sys.settrace(None); r = {loop}; sys.settrace(t)\n"
        "    return r",
        "thread": "t = threading.Thread(target=lambda: keep.append("
        f"{loop})); t.start(); t.join(); return keep.pop()",
    }[way]
    source = "import sys, threading\nimport numpy as np\nkeep = []\ndef linear_layer(X, W, b):\n"
    source += "    if not len(X): return np.zeros((0, len(W)))\n"
    result = mark_cells(source + "    " + hidden)["exercises"]["linear_layer"]
    error = dict(result["rows"])["error"]
    if way == "thread":
        assert "can't start new thread" in error
    else:
        assert "steps cannot be counted" in error
        assert result["parts"] == [["values", 1, 1], ["without a Python loop", 0, 1]]


@pytest.mark.parametrize(
    "sign", ["sys.gettrace()", "X.size > 100 and sys.gettrace()", "X.size > 10**9"]
)
def test_what_is_counted_has_to_be_right_too(sign, mark_cells):
    """Does a function that does no work where its steps are counted get away with its loop?"""
    source = f"""
import sys
import numpy as np
def linear_layer(X, W, b):
    if {sign}: return 0
    if not len(X): return np.zeros((0, len(W)))
    return np.array([[sum(a * c for a, c in zip(r, w)) + d for w, d in zip(W, b)] for r in X])
"""
    result = mark_cells(source)["exercises"]["linear_layer"]
    assert result["parts"] == [["values", 1, 1], ["without a Python loop", 0, 1]]
    told = dict(result["rows"])["look at"]
    assert ("whose steps are counted" in told) is ("gettrace" in sign)


THREAD_ELSEWHERE = """
import json, os, threading, time
import numpy as np
asks, answers = os.pipe(), os.pipe()
reads = [os.fdopen(end[0], "rb", 1 << 20) for end in (asks, answers)]
def say(end, *parts): os.write(end[1], json.dumps(parts).encode() + b"\\n")
def hear(k): return json.loads(reads[k].readline())
def serve():
    while True:
        number, X, W, b = hear(0)
        rows = [[sum(a * c for a, c in zip(r, w)) + d for w, d in zip(W, b)] for r in X]
        say(answers, number, rows)
threading.Thread(target=serve, daemon=True).start()
def linear_layer(X, W, b):
    if not len(X): return np.zeros((0, len(W)))
    asked = time.time_ns()
    say(asks, asked, X.tolist(), W.tolist(), b.tolist())
    number, found = hear(1)
    while number != asked: number, found = hear(1)
    return np.array(found)
"""


def test_a_thread_that_a_cell_has_left_answers_nothing(mark_cells):
    result = mark_cells(THREAD_ELSEWHERE, WITNESS[WITNESS.index("def neuron") :], **HANGS)
    rows = result["exercises"]
    assert rows["linear_layer"]["points"] == 0
    assert (rows["neuron"]["points"], rows["or_gate"]["points"]) == (1, 1)


LOOKS_UP = """
import zlib
import numpy as np
def place(X, W): return f"{zlib.crc32(X.tobytes() + W.tobytes())}.npy"
def linear_layer(X, W, b): return np.load(place(X, W))
"""
FILLS_IN = """
def linear_layer(X, W, b):
    found = np.array([[sum(a * c for a, c in zip(r, w)) + d for w, d in zip(W, b)] for r in X])
    np.save(place(X, W), found.reshape(len(X), len(W)))
    return found.reshape(len(X), len(W))
"""


def test_a_second_question_is_another_one(mark_cells):
    """Can what is asked first write down the answers of what a check has found?"""
    result = mark_cells(LOOKS_UP, "check(linear_layer)", FILLS_IN)["exercises"]["linear_layer"]
    assert result["parts"] == [["values", 1, 1], ["without a Python loop", 0, 1]]


_KICK = "def linear_layer(X, W, b):"
_SERVES = "threading.Thread(target=serve, daemon=True).start()"
# Ways to have that thread run on, though its process is stopped, or in the fork that is asked.
WAKES = {
    "a signal": THREAD_ELSEWHERE.replace(_KICK, f"""
import signal
node = os.getpid()
{_KICK}
    os.kill(node, signal.SIGCONT)"""),
    "a signal, and another that stops it": THREAD_ELSEWHERE.replace(_KICK, f"""
import signal
node = os.getpid()
{_KICK}
    os.kill(node, signal.SIGCONT)""").replace("    return np.array(found)", """
    os.kill(node, signal.SIGSTOP)
    return np.array(found)"""),
    "a signal of the kernel": THREAD_ELSEWHERE.replace(_KICK, f"""
import fcntl, signal, socket
one, other = socket.socketpair()
fcntl.fcntl(one, fcntl.F_SETOWN, os.getpid())
fcntl.fcntl(one, 10, signal.SIGCONT)  # F_SETSIG
fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
{_KICK}
    other.send(b"x")"""),
    "at each fork": THREAD_ELSEWHERE.replace(_SERVES, f"""
def again(): {_SERVES}
os.register_at_fork(after_in_child=again)"""),
}  # fmt: skip


@pytest.mark.parametrize("way", WAKES)
def test_whoever_wakes_a_thread_earns_nothing_by_it(way, mark_cells):
    rows = mark_cells(WAKES[way], WITNESS[WITNESS.index("def neuron") :], **HANGS)["exercises"]
    assert "ran beside it" in dict(rows["linear_layer"]["rows"])["look at"]
    assert rows["linear_layer"]["points"] == 0
    assert (rows["neuron"]["points"], rows["or_gate"]["points"]) == (1, 1)


FILLS_SOCKETS = """
import os, socket, time
def fill(keep):
    while True:
        for end in socket.socketpair():
            keep.append(end)
            end.setblocking(False)
            try:
                while True: end.send(bytes(65536))
            except BlockingIOError: pass
for _ in range(40):
    if os.fork() == 0:
        try: fill(keep := [])
        finally: time.sleep(100)
time.sleep(100)
"""


@pytest.mark.skipif(not os.stat("/proc/self/fd").st_size, reason="Linux before 6.2")
def test_memory_in_the_queues_of_sockets_counts(wall, mark_cells):
    result = mark_cells(FILLS_SOCKETS, statement_seconds=30.0, memory_bytes=512 * 1024**2)
    assert "too much memory" in result["notes"][0]


def test_what_was_borrowed_is_named(mark_cells):
    rows = mark_cells(PRETEND["imported answers by other ways"])["exercises"]
    for name, whose in {"sigmoid": "sigmoid", "linear_layer": "linear"}.items():
        assert rows[name]["misconception"] == "not-your-own"
        assert f"nnf_teach.modules.{whose} " in rows[name]["rows"][0][1]
    row = mark_cells(PRETEND["derivative by autograd"])["exercises"]["sigmoid_derivative"]
    assert row["misconception"] == "not-your-own"
    assert "autograd" in row["rows"][0][1]


def test_a_hostile_cell_costs_the_exercises_beside_it_nothing(wall, mark_cells):
    """Is what the same notebook got right still counted?"""
    result = mark_cells(WITNESSES[wall], "import os\nos._exit(1)", PROCESS["endless loop"],
                        "def and_gate(): return (1, 1), -1.5", **HANGS)  # fmt: skip
    earned = {name: row["points"] for name, row in result["exercises"].items() if row["points"]}
    assert earned == {"neuron": 1, "or_gate": 1, "and_gate": 1}
    assert len(result["notes"]) == 2


BROKEN_FILES = {
    "empty": (b"", "not JSON"),
    "not UTF-8": (b'{"cells": ["\xff\xfe\x00"]}', "UTF-8"),
    "UTF-16": ('{"cells": []}'.encode("utf-16"), ""),
    "deep": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeply"),
    "deep cells": (b'{"cells": [' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"]}", "deeply"),
    "a list": (b"[]", "no cells"),
    "cells are none": (b'{"cells": 3}', "no cells"),
    "old": (b'{"worksheets": []}', "before 4"),
    "source is a number": (b'{"cells": [{"cell_type": "code", "source": 3}]}', "no text"),
    "too many cells": (
        b'{"cells": [' + b'{"cell_type": "code", "source": ""},' * 3000 + b"1]}",
        "too many cells",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(1000), ""),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_file_that_is_no_notebook_gets_a_row_all_the_same(name, mark_cells):
    content, words = BROKEN_FILES[name]
    result = mark_cells(content)
    assert result["status"] in ("unreadable", "graded")  # a codec may find cells: none of them
    assert words in result["sentence"]
    assert [row["points"] for row in result["exercises"].values()] == [0] * len(NAMES)


def test_a_notebook_of_200_mb_is_refused_without_reading_it(mark_cells):
    begin = time.monotonic()
    result = mark_cells(bytes(200_000_000))
    assert result["status"] == "too large"
    assert time.monotonic() - begin < 2


BOMBS = {
    "brackets": "x = " + "(" * 100_000 + ")" * 100_000,
    "minus signs": "x = " + "-" * 500_000 + "1",
    "null bytes": "x = 1\0",
    "long line": "x = [" + "1," * 60_000 + "]",
    "half a character": "x = '\ud800'",
    "a large power": "x = 10 ** 10 ** 8",
    "f-strings": "f'" + "{" * 500 + "1" + "}" * 500 + "'",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_cell_that_the_parser_dies_of_costs_only_itself(name, wall, mark_cells):
    result = mark_cells(BOMBS[name], WITNESSES[wall], **HANGS | {"statement_seconds": 2.0})
    assert result["exercises"]["neuron"]["points"] == 1, result["notes"]


def test_the_answers_of_one_student_do_not_depend_on_those_of_another(wall, mark_cells):
    first = mark_cells(WITNESSES[wall], seed=11)
    mark_cells(PRETEND["shadowed numpy"], ALL, seed=11)
    again = mark_cells(WITNESSES[wall], seed=11)
    rows = [{**row, "seconds": 0} for row in first["exercises"].values()]
    assert rows == [{**row, "seconds": 0} for row in again["exercises"].values()]


def test_numbers_in_the_result_are_plain(mark_cells):
    """Is everything in a result what JSON knows, also when an answer is not?"""
    result = mark_cells("import numpy as np\ndef saturation_point(e): return np.float64('nan')")
    row = result["exercises"]["saturation_point"]
    assert row["status"] == "wrong"
    assert all(type(text) is str for line in row["rows"] for text in line)
    assert np.isfinite(row["seconds"])
    assert os.getpid() > 0
