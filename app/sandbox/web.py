"""The Flask app: the partners' contracts, the control plane, and the pages of the demonstration."""

from __future__ import annotations

import sqlite3
import time
from datetime import datetime
from io import BytesIO
from itertools import groupby

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from . import (
    afnor,
    books,
    calendars,
    control,
    credentials,
    dolibarr,
    ovh,
    payments,
    pennylane,
    refunds,
    smoobu,
    smsmode,
)
from .cdar import WORDS
from .faults import store
from .invoices import supplier_invoice
from .letters import deliver, read_letter, write_bounce, write_reply
from .sanitize import sanitize
from .store import Store

POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
MAIL_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
STATES = {"sent": "Envoyé", "delivered": "Reçu", "failed": "Non remis"}
PARTNERS = {
    "ovh": "OVHcloud",
    "smsmode": "smsmode",
    "stripe": "Stripe",
    "helloasso": "HelloAsso",
    "afnor": "Plateforme agréée",
    "smoobu": "Smoobu",
    "pennylane": "Pennylane",
    "dolibarr": "Dolibarr",
    "calendars": "Calendriers",
}
SHOWN = 500

pages = Blueprint("pages", __name__)


def create_sandbox(store: Store, *, deliver_after: float | None = None) -> Flask:
    """The app on `store`. An SMS reaches its phone after `deliver_after` seconds; None: only on demand."""
    app = Flask("app.sandbox", static_folder="static", template_folder="templates")
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.config["MAX_CONTENT_LENGTH"] = 25_000_000
    app.extensions["sandbox.store"] = store
    app.config["PLATFORM_MOVES"] = deliver_after is not None
    app.register_blueprint(ovh.bp, url_prefix="/ovh")
    app.register_blueprint(smsmode.bp, url_prefix="/smsmode")
    app.register_blueprint(payments.stripe, url_prefix="/stripe")
    app.register_blueprint(payments.helloasso, url_prefix="/helloasso")
    app.register_blueprint(afnor.afnor, url_prefix="/afnor")
    app.register_blueprint(smoobu.bp, url_prefix="/smoobu")
    app.register_blueprint(pennylane.bp, url_prefix="/pennylane")
    app.register_blueprint(dolibarr.bp, url_prefix="/dolibarr")
    app.register_blueprint(calendars.bp, url_prefix="/calendriers")
    app.register_blueprint(calendars.control)
    app.register_blueprint(books.control)
    app.register_blueprint(control.bp)
    app.register_blueprint(smoobu.control)
    app.register_blueprint(afnor.control)
    app.register_blueprint(payments.control)
    app.register_blueprint(refunds.control)
    app.register_blueprint(pages)
    app.add_template_filter(_time, "time")
    app.jinja_env.globals.update(states=STATES, partners=PARTNERS, mail_user=credentials.MAIL_USER)

    @app.before_request
    def pass_time() -> None:
        if deliver_after is not None:
            store.run("UPDATE sms SET state = 'delivered' WHERE state = 'sent' AND at < ?", time.time() - deliver_after)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return app


@pages.before_request
def same_site_only() -> None:
    """Another site's page must not write here through the visitor's browser."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403)


@pages.get("/")
def phones() -> str:
    """The SMS received, phone by phone, the last one first."""
    rows = store().rows("SELECT * FROM sms ORDER BY recipient, id LIMIT ?", SHOWN)
    groups = [(number, list(texts)) for number, texts in groupby(rows, key=lambda row: row["recipient"])]
    groups.sort(key=lambda group: group[1][-1]["id"], reverse=True)
    return render_template("phones.html", phones=groups)


@pages.get("/courrier")
def mails() -> str:
    """The mails caught, the last one first."""
    rows = store().rows("SELECT * FROM mail ORDER BY id DESC LIMIT ?", SHOWN)
    return render_template("mails.html", mails=[(row, read_letter(row["raw"])) for row in rows])


@pages.get("/courrier/<int:key>")
def mail(key: int) -> str:
    """One mail, with the client's reply to write."""
    row = _mail(key)
    done = request.args.get("fait", "")
    return render_template("mail.html", row=row, letter=read_letter(row["raw"]), done=done)


@pages.get("/courrier/<int:key>/contenu")
def mail_html(key: int) -> Response:
    """The HTML of a mail, for the frame."""
    response = Response(sanitize(read_letter(_mail(key)["raw"]).html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@pages.get("/courrier/<int:key>/pieces/<int:number>")
def mail_file(key: int, number: int) -> Response:
    """An attachment, always as a download."""
    files = read_letter(_mail(key)["raw"]).files
    if number >= len(files):
        abort(404)
    file = files[number]
    return send_file(BytesIO(file.content), file.mime, as_attachment=True, download_name=file.name)


@pages.post("/courrier/<int:key>/reponse")
def reply(key: int) -> BaseResponse:
    """Play the client: his answer goes to the organisation's mailbox."""
    text = request.form.get("texte", "").strip()
    if text:
        deliver(store(), write_reply(_mail(key)["raw"], text))
    return redirect(url_for("pages.mail", key=key, fait="reponse" if text else "vide"), 303)


@pages.post("/courrier/<int:key>/retour")
def bounce(key: int) -> BaseResponse:
    """Play the client's mail server: a report of failure goes to the organisation's mailbox."""
    row = _mail(key)
    deliver(store(), write_bounce(row["raw"], row["envelope_to"].split(", ")[0], time.time()))
    return redirect(url_for("pages.mail", key=key, fait="retour"), 303)


#: What the client may be made to say: code and reason of the life cycle, and the words of the list.
ANSWERS = (
    ("204", "Prise en charge"), ("205", "Approuvée"), ("207 QTE_ERR", "En litige : quantité fausse"),
    ("210 CMD_ERR", "Refusée : numéro de commande absent"), ("213 DEST_INC", "Rejetée : destinataire inconnu"),
)  # fmt: skip


@pages.get("/plateforme")
def platform() -> str:
    """The invoices handed over, and what may be said of them."""
    afnor.judge()
    rows = store().rows("SELECT * FROM flow WHERE flow_type = 'CustomerInvoice' ORDER BY id DESC LIMIT ?", SHOWN)
    said = store().rows("SELECT name FROM flow WHERE syntax = 'CDAR' AND direction = 'Out' ORDER BY id")
    words = [(row, [WORDS.get(one["name"][-7:-4], "") for one in said if one["name"][:-8] == row["name"].rpartition(".")[0]]) for row in rows]  # fmt: skip
    return render_template("platform.html", invoices=words, answers=ANSWERS)


@pages.post("/plateforme/<int:key>/statut")
def client(key: int) -> BaseResponse:
    """Play the client."""
    row = store().row("SELECT * FROM flow WHERE id = ? AND flow_type = 'CustomerInvoice'", key)
    chosen = dict(ANSWERS).get(request.form.get("statut", ""))
    if row is None or chosen is None:
        abort(404)
    code, _space, reason = request.form["statut"].partition(" ")
    afnor.emit(row, code, reason, chosen.partition(" : ")[2])
    return redirect(url_for("pages.platform", fait="statut"), 303)


@pages.post("/plateforme/fournisseur")
def supplier() -> BaseResponse:
    """Play a supplier."""
    number, xml = supplier_invoice()
    afnor.add("SupplierInvoice", "CII", f"{number}.xml", xml)
    return redirect(url_for("pages.platform", fait="facture"), 303)


def _mail(key: int) -> sqlite3.Row:
    row = store().row("SELECT * FROM mail WHERE id = ?", key)
    if row is None:
        abort(404)
    return row


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%d/%m/%Y %H:%M:%S")
