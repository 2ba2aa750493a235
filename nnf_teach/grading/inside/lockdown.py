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
import stat
import struct
import subprocess
import time
from collections.abc import Iterable
from typing import Any, NoReturn

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


_NO_CORE = 1  # byte; at 0 a program of the machine still gets the core that is piped to one


def limit(limits: dict[str, int]) -> None:
    """Bound what each process of a submission may use."""
    bounds = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: _NO_CORE,
        resource.RLIMIT_NPROC: limits["processes"],
    }
    for name, bound in (("MSGQUEUE", 0), ("MEMLOCK", 0), ("SIGPENDING", 1024)):  # and timers
        if hasattr(resource, f"RLIMIT_{name}"):
            bounds[getattr(resource, f"RLIMIT_{name}")] = bound
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
    _drop_capabilities()
    _call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)


def _drop_capabilities() -> None:
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _call("capset", header, bytes(24))


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


# Forks --------------------------------------------------------------------------------------

_LARGE = 1 << 21  # bytes of a large page
_COLLAPSE = 25  # asm-generic/mman-common.h


def use_large_pages(addresses: Iterable[int]) -> None:
    """Put the memory around these addresses into large pages, where the kernel can (Linux 6.1).

    A fork then shares it in some tens of steps in place of some thousands.
    """
    if platform.system() == "Linux":
        for number in {address // _LARGE for address in addresses}:
            place = ctypes.c_void_p(number * _LARGE)
            _LIBC.madvise(place, ctypes.c_size_t(_LARGE), _COLLAPSE)


# A user of its own -------------------------------------------------------------------------


def try_user(uid: int) -> None:
    """Become a user without rights, to see whether that can be done here."""
    kill_user(uid, uid + 1)
    drop_privileges(uid)
    refuse_system_calls()


def end_with_parent() -> None:
    """End this process with its parent."""
    _call("prctl", _SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def kill_user(uid: int, killer: int) -> None:
    """Kill all processes of a user, and wait for those that are this process's children.

    The kernel does it in one step, so that none can fork meanwhile. Who asks it for that has the
    user's rights and no other, and an identity that the user cannot reach: `killer`.

    Raises
    ------
    CannotLock
        When something survives.
    """
    for _ in range(_TRIES):
        pid = os.fork()
        if not pid:
            _kill_all_others(uid, killer)
        os.waitpid(pid, 0)
        if _reap():
            return
        time.sleep(0.01)
    raise CannotLock(errno.EBUSY, f"processes of user {uid} cannot be killed")


_TRIES = 500


def _kill_all_others(uid: int, killer: int) -> NoReturn:
    """Kill all processes of a user; this one is of that user to the kernel's question alone."""
    try:
        os.setgroups([])
        os.setresgid(killer, killer, killer)
        os.setresuid(killer, uid, killer)
        _drop_capabilities()
        if 0 not in os.getresuid():  # else it would reach everybody
            os.kill(-1, signal.SIGKILL)
    finally:
        os._exit(0)


def _reap() -> bool:
    """Reap what has ended; return whether no child is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def clear(folder: str) -> None:
    """Empty a folder, however deep it is, without following a link."""
    if os.listdir(folder):
        subprocess.run(["find", folder, "-xdev", "-mindepth", "1", "-delete"], **_QUIET)


def remove_files_of(uid: int, folders: list[str]) -> None:
    """Remove what a user has left in folders where everybody may write."""
    there = [folder for folder in folders if os.path.isdir(folder)]
    remove = ["-exec", "rm", "-rf", "--one-file-system", "--", "{}", "+"]
    for some in (there[k : k + 500] for k in range(0, len(there), 500)):  # a command has an end
        direct = ["find", *some, "-mindepth", "1", "-maxdepth", "1", "-uid", str(uid)]
        subprocess.run([*direct, *remove], **_QUIET)


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# Landlock ----------------------------------------------------------------------------------
# linux/landlock.h; the numbers of these calls are the same on all machines.

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}  # of files, by version
_RIGHTS_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | 0x4000  # the last: truncate
_TCP, _SCOPES = 3, 3  # bind and connect; names of sockets and signals outside


def landlock_version() -> int:
    """Return the version of Landlock in this kernel, 0 if there is none."""
    return max(0, int(_LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def rules_for_files(
    readable: list[str], listable: list[str], devices: list[str], writable: list[str]
) -> int:
    """Return rules, as a file descriptor: which paths may be used, with all below them."""
    version = landlock_version()
    rights = _RIGHTS[min(version, 5)]
    network, scopes = _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0
    handled = struct.pack("=QQQ", rights, network, scopes)[
        : 8 if version < 4 else 16 if version < 6 else 24
    ]
    rules = _descriptor(_CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    read = _EXECUTE | _READ_FILE | _READ_DIR
    for paths, allowed in (
        (readable, read),
        (listable, _READ_DIR),
        (devices, _READ_FILE | _WRITE_FILE),
        (writable, rights),
    ):
        for path in paths:
            _allow(rules, path, allowed & rights)
    return rules


def _allow(rules: int, path: str, allowed: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(place).st_mode):
        allowed &= _RIGHTS_ON_FILES
    _descriptor(_ADD_RULE, rules, 1, struct.pack("=Qi", allowed, place), 0)
    os.close(place)


def close_files(rules: int) -> None:
    """Hold this process and its children to rules for files, for good."""
    _descriptor(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _descriptor(number: int, *args: Any) -> int:
    found = int(_LIBC.syscall(number, *args))
    if found < 0:
        code = ctypes.get_errno()
        raise CannotLock(code, f"Landlock ({number}): {os.strerror(code)}")
    return found


# System calls ------------------------------------------------------------------------------
# Refused: namespaces and mounts, other processes' memory, memory that no process is charged for,
# keys, kernel modules, whatever opens a large part of the kernel, and sockets: of a network, or to
# a service of the machine. Pairs of them stay, for threads and child processes; but no message may
# carry open files, which no process would hold then (sendmsg), no buffer may grow (setsockopt), and
# no pages may be lent to a pipe (vmsplice, splice, tee): the limits of memory and of files do not
# count these. Refused, too: what all of the machine share (sync, io_setup), tables of open files
# that a thread has for itself, where nobody sees them, and cores.

_NUMBERS = {
    "x86_64": {
        "arch": 0xC000003E, "clone": 56, "clone3": 435, "prlimit64": 302, "socketpair": 53,
        "mmap": 9, "fallocate": 285, "setrlimit": 160, "close_range": 436,
        "socket": 41, "connect": 42, "bind": 49, "listen": 50, "setsockopt": 54,
        "sendmsg": 46, "sendmmsg": 307, "vmsplice": 278,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155,
        "chroot": 161, "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "memfd_create": 319, "shmget": 29,
        "semget": 64, "msgget": 68, "mq_open": 240, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "init_module": 175, "finit_module": 313, "kexec_load": 246,
        "sched_setaffinity": 203, "sched_setscheduler": 144, "sched_setparam": 142,
        "sched_setattr": 314, "setpriority": 141, "personality": 135, "syslog": 103,
        "splice": 275, "tee": 276, "io_setup": 206, "sync": 162, "syncfs": 306,
        "fanotify_init": 300, "quotactl": 179,
    },
    "aarch64": {
        "arch": 0xC00000B7, "clone": 220, "clone3": 435, "prlimit64": 261, "socketpair": 199,
        "mmap": 222, "fallocate": 47, "setrlimit": 164, "close_range": 436,
        "socket": 198, "connect": 203, "bind": 200, "listen": 201, "setsockopt": 208,
        "sendmsg": 211, "sendmmsg": 269, "vmsplice": 75,
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41,
        "chroot": 51, "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "memfd_create": 279, "shmget": 194,
        "semget": 190, "msgget": 186, "mq_open": 180, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "init_module": 105, "finit_module": 273, "kexec_load": 104,
        "sched_setaffinity": 122, "sched_setscheduler": 119, "sched_setparam": 118,
        "sched_setattr": 274, "setpriority": 140, "personality": 92, "syslog": 116,
        "splice": 76, "tee": 77, "io_setup": 0, "sync": 81, "syncfs": 267,
        "fanotify_init": 262, "quotactl": 60,
    },
}  # fmt: skip
# From 424 on, all machines have the same numbers: io_uring_*, open_tree, move_mount, fs*,
# pidfd_getfd, process_madvise, mount_setattr, memfd_secret. What is newer than all that a C library
# needs is not there: statmount and what follows it.
_SAME = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 447)
_NEWER = 457
_SPECIAL = ("arch", "clone", "clone3", "prlimit64", "setrlimit", "close_range", "socketpair",
            "mmap", "fallocate")  # fmt: skip

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
# offsets in struct seccomp_data; arguments are little-endian, of 64 bits
_NR, _ARCH = 0, 4
_FIRST, _SECOND, _THIRD, _THIRD_HIGH, _FOURTH = 16, 24, 32, 36, 40
_SHARED_ANONYMOUS = 0x21  # linux/mman.h: both bits
_THREAD, _SAME_FILES = 0x10000, 0x400  # linux/sched.h
_OWN_FILES = 2  # linux/close_range.h

Line = tuple[int, int, int, int]


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


def _fail(code: int) -> Line:
    return (_RETURN, 0, 0, _ERRNO | code)


def _program() -> list[Line]:
    numbers = _NUMBERS[platform.machine()]
    refuse, allow = _fail(errno.EPERM), (_RETURN, 0, 0, _ALLOW)
    by_name: dict[str, list[Line]] = {
        "clone3": [_fail(errno.ENOSYS)],  # then the C library takes clone
        # fills a disk faster than anybody can look; the C library writes zeros then
        "fallocate": [_fail(errno.EOPNOTSUPP)],
        "mmap": [
            (_LOAD, 0, 0, _FOURTH),
            (_AND, 0, 0, _SHARED_ANONYMOUS),
            (_EQUAL, 0, 1, _SHARED_ANONYMOUS),  # stays when no process counts its pages any more
            refuse,
            allow,
        ],
        "clone": [
            (_LOAD, 0, 0, _FIRST),
            (_ANY_BIT, 0, 1, _ANY_NAMESPACE),
            refuse,
            (_AND, 0, 0, _THREAD | _SAME_FILES),
            (_EQUAL, 0, 1, _THREAD),
            refuse,
            allow,
        ],
        "close_range": [(_LOAD, 0, 0, _THIRD), (_ANY_BIT, 0, 1, _OWN_FILES), refuse, allow],
        "prlimit64": [
            (_LOAD, 0, 0, _FIRST),
            (_EQUAL, 1, 0, 0),  # its own limits only
            refuse,
            (_LOAD, 0, 0, _SECOND),
            (_EQUAL, 0, 5, resource.RLIMIT_CORE),
            (_LOAD, 0, 0, _THIRD),
            (_EQUAL, 0, 2, 0),
            (_LOAD, 0, 0, _THIRD_HIGH),
            (_EQUAL, 1, 0, 0),  # which it may only read
            refuse,
            allow,
        ],
        "setrlimit": [(_LOAD, 0, 0, _FIRST), (_EQUAL, 0, 1, resource.RLIMIT_CORE), refuse, allow],
        "socketpair": [
            (_LOAD, 0, 0, _FIRST),
            (_EQUAL, 0, 3, 1),  # AF_UNIX, and
            (_LOAD, 0, 0, _SECOND),
            (_AND, 0, 0, 0xF),  # streams: they cannot be sent to anywhere else
            (_EQUAL, 1, 0, 1),
            refuse,
            allow,
        ],
    }
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, numbers["arch"]),
        refuse,
        (_LOAD, 0, 0, _NR),
        (_AT_LEAST, 0, 1, 0x40000000),  # the x32 names of the same calls
        refuse,
        (_AT_LEAST, 0, 1, _NEWER),
        _fail(errno.ENOSYS),
    ]
    for name, lines in by_name.items():
        program += [(_EQUAL, 0, len(lines), numbers[name]), *lines]
    for number in (*(n for name, n in numbers.items() if name not in _SPECIAL), *_SAME):
        program += [(_EQUAL, 0, 1, number), refuse]
    return [*program, allow]
