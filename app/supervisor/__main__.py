"""`python -m app.supervisor [--serve] [--web N] [--workers N]`: the command behind `make run` and `make serve`."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

from app.core import process
from app.core.config import SettingError, Settings, load_settings
from app.supervisor import plan
from app.supervisor.checks import LINGER_SECONDS, InstanceLock, check_ports, make_private
from app.supervisor.loop import StartError, Stopped, Supervisor

REFUSED_STATUS = 2

DEMO_PASSWORD = "etabli-demo"  # noqa: S105  (published: demonstration accounts only)
DEMO_ACCOUNTS = (
    "gerant", "accueil", "commercial", "technicien", "luthier",
    "compta", "adherent", "parent", "client", "proprietaire",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal; 0 after a normal end, 2 after a sentence that says why nothing could start."""
    options = _options(arguments)
    if options.leash:
        process.die_with_parent(os.getppid(), signal.SIGTERM)
    try:
        settings = load_settings()
        _run(replace(settings, demo=False) if options.serve else settings, options)
    except (SettingError, StartError) as error:
        print(error, file=sys.stderr, flush=True)
        return REFUSED_STATUS
    except (Stopped, KeyboardInterrupt):
        pass
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m app.supervisor", description="Lance Établi et tout ce qu'il lui faut."
    )
    parser.add_argument("--serve", action="store_true", help="production : ni démonstration, ni simulateur")
    parser.add_argument("--web", type=int, default=2, metavar="N", help="processus web (2)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="exécutants des tâches de fond (1)")
    parser.add_argument("--leash", action="store_true", help="s'arrêter avec le programme appelant")
    return parser.parse_args(arguments)


def _run(settings: Settings, options: argparse.Namespace) -> None:
    lock = InstanceLock(settings.data_dir)
    lock.take(settings.base_url)
    try:
        check_ports(settings.host, _ports(settings), patience=LINGER_SECONDS if lock.unclean else 0.0)
        with Supervisor(plan.ROOT, settings.logs_dir, _show) as supervisor:
            _start(supervisor, settings, options)
            _welcome(settings)
            supervisor.run()
    finally:
        lock.release()


def _start(supervisor: Supervisor, settings: Settings, options: argparse.Namespace) -> None:
    """Start everything in order: who needs a service comes after it."""
    grace = plan.SERVE_GRACE if options.serve else plan.RUN_GRACE
    if settings.embedded_queue:
        _prepare_queue_folder(settings)
        queue = supervisor.start(plan.queue(settings))
        supervisor.wait_until(lambda: plan.queue_answers(settings), queue, 60)
    _prepare_database(supervisor, settings)
    web = supervisor.start(plan.web(settings, workers=options.web, grace=grace))
    # The others load the same code: they wait, so that the site answers sooner.
    supervisor.wait_until(lambda: plan.web_answers(settings), web, 120)
    for number in range(1, options.workers + 1):
        supervisor.start(plan.worker(settings, number, grace=grace))
    supervisor.start(plan.scheduler(settings))
    if settings.demo:
        supervisor.start(plan.sandbox(settings))


def _prepare_queue_folder(settings: Settings) -> None:
    settings.queue_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_private(settings.queue_socket.parent)
    # A socket left by a killed server would answer to nobody.
    settings.queue_socket.unlink(missing_ok=True)


def _prepare_database(supervisor: Supervisor, settings: Settings) -> None:
    status, lines = supervisor.run_once(plan.preparation(settings))
    if status == plan.REFUSED and lines:
        raise StartError(lines[-1])
    if status:
        raise StartError(f"La préparation de la base a échoué, le détail est dans {settings.logs_dir / 'prepare.log'}.")


def _ports(settings: Settings) -> list[int]:
    demo = [settings.sandbox_port, settings.catcher_smtp_port, settings.catcher_imap_port]
    return [settings.port, *(demo if settings.demo else [])]


def _welcome(settings: Settings) -> None:
    _show(f"Établi : {settings.base_url}")
    if settings.demo:
        _show(f"Comptes de démonstration, mot de passe « {DEMO_PASSWORD} » :")
        for half in (DEMO_ACCOUNTS[:5], DEMO_ACCOUNTS[5:]):
            _show("  " + "  ".join(f"{name}@demo.example" for name in half))
        _show("Ctrl-C arrête tout.")


def _show(line: str) -> None:
    """Print one line; a terminal that has gone away must not stop the supervisor."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
