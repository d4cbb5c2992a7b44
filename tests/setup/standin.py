"""The real supervisor over children that cost nothing: `python -m tests.setup.standin PORT FOLDER CHILD…`.

A child is `steady` (runs for ever), `stubborn` (ignores SIGTERM), `parent` (has a child of its own in another group) or
`failing` (ends at once with an error). Each writes its process number on its first line of log.
"""

import sys
from pathlib import Path

from app.supervisor.checks import InstanceLock, check_ports
from app.supervisor.children import ChildSpec
from app.supervisor.loop import StartError, Supervisor

STEADY = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + STEADY
PARENT = (
    "import os, subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0); "
    "print(os.getpid(), child.pid, flush=True); time.sleep(600)"
)
FAILING = "print('ERROR la pompe est grippée'); raise SystemExit(4)"
PROGRAMS = {"steady": STEADY, "stubborn": STUBBORN, "parent": PARENT, "failing": FAILING}


def main(port: int, folder: Path, kinds: list[str]) -> int:
    """As `app.supervisor`, with stand-ins for the web, the worker and the rest."""
    lock = InstanceLock(folder)
    try:
        lock.take(f"http://127.0.0.1:{port}")
        check_ports("127.0.0.1", [port])
        with Supervisor(folder, folder / "logs", lambda line: print(line, flush=True)) as supervisor:
            for kind in kinds:
                supervisor.start(ChildSpec(kind, (sys.executable, "-c", PROGRAMS[kind]), grace=0.5))
            print("prêt", flush=True)
            supervisor.run()
    except StartError as error:
        print(error, file=sys.stderr)
        return 2
    lock.release()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
