"""Errors as pages or fragments: a French sentence and a way out, never a trace."""

import json
import logging
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.web import wants_fragment

log = logging.getLogger(__name__)

SECRETS = ("password", "secret")  # never written back into a page

TITLES = {
    400: "La demande n'a pas été comprise",
    403: "Votre rôle n'ouvre pas cette page",
    404: "Cette page n'existe pas",
    405: "Cette page ne s'ouvre pas de cette façon",
    409: "Quelqu'un est passé avant vous",
    410: "Ce lien n'est plus valable",
    413: "Ce fichier est trop lourd",
    422: "Il reste quelque chose à corriger",
    429: "Trop d'essais",
    500: "Quelque chose s'est cassé chez nous",
}
ADVICE = {
    400: "Revenez à la page précédente, rechargez-la, puis recommencez.",
    403: "Demandez ce droit au gérant, ou revenez à l'accueil.",
    404: "Elle a pu être déplacée, ou la fiche n'est pas à vous.",
    405: "Revenez à la page précédente, puis utilisez le bouton prévu.",
    413: "Envoyez un fichier de moins de 20 Mo : une photo prise par un téléphone convient.",
    429: "Attendez quelques minutes, puis recommencez.",
    500: "Rien de ce qui était enregistré n'est perdu. Recommencez ; si cela dure, prévenez la personne qui gère l'application.",
}


def register(app: Flask) -> None:
    """Start-up."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    for beyond in (OverflowError, DataError):  # SQLite's name and PostgreSQL's for a number no column holds
        app.register_error_handler(beyond, _beyond_the_columns)
    app.register_error_handler(IntegrityError, _contradicted)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)


def show(status: int, message: str | None = None, title: str = "") -> Response:
    """The error as a toast (htmx) or a page."""
    db.session.rollback()
    title = _(title or TITLES.get(status, TITLES[500]))
    advice = message or _(ADVICE.get(status, ADVICE[500]))
    if _wants_json():
        return make_response(jsonify(message=advice), status)
    if wants_fragment():
        response = make_response(render_template("components/error_toast.html", title=title, advice=advice), status)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    if request.path.startswith("/static/"):
        return make_response(title, status)
    context = {"status": status, "title": title, "advice": advice, "back": _page_of_the_form()}
    return make_response(render_template("errors/error.html", **context), status)


def _page_of_the_form() -> str | None:
    """Where the refused form was filled, when it was here."""
    came_from = urlsplit(request.referrer or "")
    if request.method != "POST" or came_from.netloc != request.host or came_from.path == request.path:
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _domain_error(error: DomainError) -> Response:
    return show(error.status, error.message, error.title)


def _csrf_error(_error: CSRFError) -> Response:
    if by_script() and _from_here():
        return _renewed() if getattr(current_user, "is_authenticated", False) else signed_out()
    return typed_kept(400) or show(
        400, _("La page est restée ouverte trop longtemps. Copiez votre saisie, rechargez la page, puis recommencez.")
    )


def by_script() -> bool:
    """True when the page stays and a script speaks for it: what is typed in it must not be led away from."""
    return wants_fragment() or _wants_json()


def signed_out() -> Response:
    """To a script of a page whose session is over: the page stays as it is, with the way to sign in beside it."""
    if _wants_json():
        return show(401, _("Votre session est terminée : connectez-vous dans un autre onglet, puis réessayez."))
    response = make_response(render_template("components/signed_out_toast.html"), 401)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
    return response


def _renewed() -> Response:
    """To a script of a page opened before its reader signed in again: the page takes the token of the new session."""
    message, token = _("Vous vous êtes reconnecté depuis. Rien n'est perdu : envoyez de nouveau."), generate_csrf()
    if _wants_json():
        return make_response(jsonify(message=message, token=token), 400)
    response = show(400, message)
    response.headers["HX-Trigger"] = json.dumps({"etabli:token": {"token": token}})
    return response


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _from_here() -> bool:
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def typed_kept(status: int) -> Response | None:
    """A page that holds what was typed, to be sent again once signed in; None when it is not a form of this site."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    secret = any(word in name for name, _value in typed for word in SECRETS)
    if request.method != "POST" or wants_fragment() or not _from_here() or secret or not (typed or request.files):
        return None
    signed_in = bool(getattr(current_user, "is_authenticated", False))
    html = render_template(
        "errors/kept.html", typed=typed, files=bool(request.files), signed_in=signed_in,
        action=request.full_path.rstrip("?"),
    )  # fmt: skip
    return make_response(html, status)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        return show(413)
    return show(error.code if error.code in TITLES else (500 if error.code >= 500 else 400))


def _beyond_the_columns(error: Exception) -> Response:
    """An address with such a number names nothing; a form with one is mended by its author."""
    if request.method == "GET":
        return show(404)
    log.warning("a number or a text is too large on %s: %s", request.path, type(error).__name__)
    return show(422, _("Un nombre de ce formulaire est trop grand. Vérifiez-le, puis recommencez."))


def _contradicted(error: Exception) -> Response:
    """What the database alone could refuse: a record chosen that is not there, or twice the same."""
    log.error("refused by the database on %s", request.path, exc_info=error)
    sentence = _(
        "Une fiche choisie n'existe plus, ou quelqu'un vient d'enregistrer la même. Rechargez la page, puis recommencez."
    )
    return show(409, sentence)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error on %s", request.path, exc_info=error)
    return show(500)
