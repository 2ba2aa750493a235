"""Shut a process off: its own namespaces, no privileges, few resources, fewer system calls.

Python has no names for these calls of the Linux kernel, so the C library is called by ctypes. The
numbers are those of the kernel's headers, which never change.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)

# linux/sched.h
_NEWNS, _NEWIPC, _NEWPID = 0x00020000, 0x08000000, 0x20000000
_ANY_NAMESPACE = 0x7E020000
# linux/mount.h
_NOSUID, _NODEV, _BIND, _REC, _PRIVATE = 2, 4, 4096, 16384, 1 << 18
# linux/prctl.h
_SET_PDEATHSIG, _SET_DUMPABLE, _SET_SECCOMP, _NO_NEW_PRIVS, _CHILD_SUBREAPER = 1, 4, 22, 38, 36


class CannotLock(OSError):
    """The kernel refused what shutting off needs."""


def _call(name: str, *args: Any) -> None:
    if getattr(_LIBC, name)(*args) != 0:
        number = ctypes.get_errno()
        raise CannotLock(number, f"{name}: {os.strerror(number)}")


def fork_in_new_pid_namespace() -> int:
    """Fork; the child is process 1 of a namespace of its own, which dies with it."""
    here = os.pidfd_open(os.getpid())
    try:
        _call("unshare", _NEWPID)
        pid = os.fork()
        if pid:
            _call("setns", here, _NEWPID)  # for the next fork
        return pid
    finally:
        os.close(here)


def new_scratch(folders: list[str], size: int) -> None:
    """Mount one empty folder in memory on all these; this process and its children see it."""
    _call("unshare", _NEWNS | _NEWIPC)
    _call("mount", b"none", b"/", None, _REC | _PRIVATE, None)
    options = f"size={size},nr_inodes=4096,mode=1777".encode()
    first, *others = (folder.encode() for folder in folders)
    _call("mount", b"tmpfs", first, b"tmpfs", _NOSUID | _NODEV, options)
    for other in others:
        _call("mount", first, other, None, _BIND, None)


def limit(limits: dict[str, int]) -> None:
    """Bound what each process of a submission may use."""
    bounds = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_NOFILE: 128,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: limits["processes"],
    }
    for name in ("RLIMIT_MSGQUEUE", "RLIMIT_MEMLOCK"):
        if hasattr(resource, name):
            bounds[getattr(resource, name)] = 0
    for which, bound in bounds.items():
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        resource.setrlimit(which, (bound, bound))


def stay_alone() -> None:
    """Start no thread and no other process from now on."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def drop_privileges(uid: int | None) -> None:
    """Become an ordinary user without any capability, for good."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _call("capset", header, bytes(24))
    _call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)


def hide() -> None:
    """Let no process of the same user look into this one, or trace it."""
    _call("prctl", _SET_DUMPABLE, 0, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of all descendants that lose theirs (process 1 is that anyway)."""
    if platform.system() == "Linux":
        _call("prctl", _CHILD_SUBREAPER, 1, 0, 0, 0)


def ignore_signals() -> None:
    """Let process 1 take no signal: what it has no handler for cannot reach it from inside."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # and let the kernel reap children


# System calls ------------------------------------------------------------------------------
# Refused: namespaces and mounts, other processes' memory, memory that no process is charged for,
# keys, kernel modules, and whatever opens a large part of the kernel.

_NUMBERS = {
    "x86_64": {
        "arch": 0xC000003E, "clone": 56, "clone3": 435, "prlimit64": 302, "socket": 41,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155,
        "chroot": 161, "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "memfd_create": 319, "shmget": 29,
        "semget": 64, "msgget": 68, "mq_open": 240, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "init_module": 175, "finit_module": 313, "kexec_load": 246,
        "sched_setaffinity": 203, "sched_setscheduler": 144, "sched_setparam": 142,
        "sched_setattr": 314, "setpriority": 141, "personality": 135, "syslog": 103,
    },
    "aarch64": {
        "arch": 0xC00000B7, "clone": 220, "clone3": 435, "prlimit64": 261, "socket": 198,
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41,
        "chroot": 51, "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "memfd_create": 279, "shmget": 194,
        "semget": 190, "msgget": 186, "mq_open": 180, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "init_module": 105, "finit_module": 273, "kexec_load": 104,
        "sched_setaffinity": 122, "sched_setscheduler": 119, "sched_setparam": 118,
        "sched_setattr": 274, "setpriority": 140, "personality": 92, "syslog": 116,
    },
}  # fmt: skip
# From 424 on, all machines have the same numbers: io_uring_*, open_tree, move_mount, fs*,
# pidfd_getfd, process_madvise, mount_setattr, memfd_secret.
_SAME = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 447)
_SPECIAL = ("arch", "clone", "clone3", "prlimit64", "socket")

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NR, _ARCH, _FIRST_ARG = 0, 4, 16  # offsets in struct seccomp_data; arguments little-endian


def known_machine() -> bool:
    """Whether the numbers of this machine's system calls are known."""
    return platform.machine() in _NUMBERS


def refuse_system_calls() -> None:
    """Refuse the system calls above, in this process and all its children, for good."""
    program = b"".join(struct.pack("=HBBI", *line) for line in _program())
    lines = ctypes.create_string_buffer(program, len(program))
    prog = struct.pack("HxxxxxxP" if struct.calcsize("P") == 8 else "HxxP",
                       len(program) // 8, ctypes.addressof(lines))  # fmt: skip
    _call("prctl", _SET_SECCOMP, 2, ctypes.c_char_p(prog), 0, 0)


def _program() -> list[tuple[int, int, int, int]]:
    numbers = _NUMBERS[platform.machine()]
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, numbers["arch"]),
        refuse,
        (_LOAD, 0, 0, _NR),
        (_AT_LEAST, 0, 1, 0x40000000),  # the x32 names of the same calls
        refuse,
        (_EQUAL, 0, 1, numbers["clone3"]),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),  # then the C library takes clone
    ]
    for number in (*(n for name, n in numbers.items() if name not in _SPECIAL), *_SAME):
        program += [(_EQUAL, 0, 1, number), refuse]
    program += [
        (_EQUAL, 0, 4, numbers["clone"]),
        (_LOAD, 0, 0, _FIRST_ARG),
        (_ANY_BIT, 0, 1, _ANY_NAMESPACE),
        refuse,
        allow,
        (_EQUAL, 0, 4, numbers["prlimit64"]),
        (_LOAD, 0, 0, _FIRST_ARG),
        (_EQUAL, 1, 0, 0),  # its own limits only
        refuse,
        allow,
        (_EQUAL, 0, 4, numbers["socket"]),  # AF_UNIX alone: the kernel has one store of memory
        (_LOAD, 0, 0, _FIRST_ARG),  # for all the machine's AF_INET buffers
        (_EQUAL, 1, 0, 1),
        refuse,
        allow,
        allow,
    ]
    return program
