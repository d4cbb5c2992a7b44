"""`python -m app.sandbox --port N --smtp-port N --imap-port N --data DIR`: everything on 127.0.0.1, until stopped."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from .imap_catcher import ImapServer
from .mailbox import SmtpServer
from .store import Store
from .web import create_sandbox

DELIVERY_SECONDS = 3.0


class QuietHandler(WSGIRequestHandler):
    """One request, without a line in the log: the log of requests is in the database."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


def arguments() -> argparse.Namespace:
    """The command line; a port of 0 means any free one."""
    parser = argparse.ArgumentParser(prog="python -m app.sandbox", description="Simulateur local des partenaires.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--imap-port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="dossier de la base du simulateur")
    parser.add_argument("--allow", action="store_true", help="démarrer sans SANDBOX=1 dans l'environnement")
    parser.add_argument("--manual", action="store_true", help="les SMS n'avancent que sur demande")
    return parser.parse_args()


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; one line on standard output tells the addresses."""
    args = arguments()
    if not args.allow and os.environ.get("SANDBOX") != "1":
        print("Le simulateur de partenaires ne démarre qu'avec SANDBOX=1 ou --allow.", file=sys.stderr)  # noqa: T201
        return 2
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    store = Store(args.data)
    app = create_sandbox(store, deliver_after=None if args.manual else DELIVERY_SECONDS)
    web = make_server("127.0.0.1", args.port, app, threaded=True, request_handler=QuietHandler)
    smtp, imap = SmtpServer(store, args.smtp_port), ImapServer(store, args.imap_port)
    smtp.start()
    imap.start()
    print(f"sandbox http://127.0.0.1:{web.server_port} smtp {smtp.port} imap {imap.port}", flush=True)  # noqa: T201
    with suppress(KeyboardInterrupt):
        web.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
