"""What the kernel is asked about processes: a leash to the parent, the members of a session, orphans adopted and reaped."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Collection
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with_parent(parent: int, with_signal: int) -> None:
    """Ask the kernel to send `with_signal` to this process when `parent` ends; end at once if it has already ended."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def leash(with_signal: int) -> Callable[[], None]:
    """For `preexec_fn`: the child dies with the process that calls this function."""
    parent = os.getpid()
    return lambda: die_with_parent(parent, with_signal)


def adopt_orphans() -> None:
    """Grandchildren that lose their parent become ours, so that we may reap them."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(own: Collection[int]) -> None:
    """Take the exit status of dead processes that are not in `own` (those are polled by their `Popen`)."""
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None or dead.si_pid in own:
            return
        os.waitpid(dead.si_pid, os.WNOHANG)


def session_members(session: int) -> list[int]:
    """Living processes of one session, process groups of their own included (a worker's job has one)."""
    return [pid for pid in _all_pids() if _session_of(pid) == session]


def kill_session(session: int) -> None:
    """Kill whatever is left of a child that led `session`."""
    for pid in session_members(session):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def is_alive(pid: int) -> bool:
    """Whether a process of this number exists (a zombie does not count)."""
    state = _stat(pid)
    return state is not None and state[0] != "Z"


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()] if LINUX else []


def _session_of(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[3]) if fields and fields[0] != "Z" else None


def _stat(pid: int) -> list[str] | None:
    """State, parent, group, session… of one process: the fields after its name in `/proc/<pid>/stat`."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
