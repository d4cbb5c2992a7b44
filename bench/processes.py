"""What the kernel knows of a tree of processes: the CPU they used, the memory they hold."""

import os
from pathlib import Path

PROC = Path("/proc")
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat after the name, which may hold spaces; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def parent_of(pid: int) -> int:
    """The parent's number, 0 when the process is gone."""
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def tree(*roots: int) -> list[int]:
    """These processes and all their descendants."""
    parents = {int(folder.name): parent_of(int(folder.name)) for folder in PROC.iterdir() if folder.name.isdigit()}
    found = list(roots)
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return found


def cpu_ms(*roots: int) -> float:
    """Milliseconds of processor used until now by these trees, ended children that were waited for included."""
    used = 0
    for pid in tree(*roots):
        fields = _fields(pid)
        used += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return used * TICK_MS


def pss_mb(*roots: int) -> float:
    """Megabytes held by these trees, pages shared between processes divided among them."""
    total = 0
    for pid in tree(*roots):
        try:
            rollup = (PROC / str(pid) / "smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024
