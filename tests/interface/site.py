"""A small site of its own: our layouts, macros and scripts on a sample page, without database or features."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader

from app.core import assets, components, jinja
from app.core.labels import LabelEnum
from app.core.menu import Line, Section
from app.tickets.states import TicketState
from app.tickets.views.common import Card

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
POLICY = "default-src 'self'; img-src 'self' data: blob:"


class State(LabelEnum):
    RECEIVED = "received", "Reçu", "inbox", "gris"
    READY = "ready", "Prêt à remettre", "circle-check", "vert"


def sample_card(number: str, title: str) -> Card:
    return Card(
        id=1, state=TicketState.RECEIVED, state_label="Reçu", received="24/11/2026", version=7, moves="diagnosing",
        number=number, url=f"/dossiers/{number}", title=title, client="Odile Marchetti", priority=3, due="jeu. 26 nov.",
        due_iso="2026-11-26", late=True, assignee="Inès Rousseau", waiting=None,
    )  # fmt: skip


def sample_site(*, testing: bool = True) -> Flask:
    """The site; what it receives is kept in `app.extensions["received"]`."""
    app = Flask("etabli", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(TESTING=testing, SECRET_KEY="of the tests")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(PAGES)])
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    assets.register(app)
    components.register(app)
    jinja.register(app)
    received: list[tuple[str, dict[str, Any]]] = []
    app.extensions["received"] = received
    _routes(app, received)
    return app


def _routes(app: Flask, received: list[tuple[str, dict[str, Any]]]) -> None:
    entry = Line("Réparations", "Réparations", "tool", "/", active=True, count=21, late=2)

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {
            "organisation": SimpleNamespace(
                name="La Gamme", tagline="École", logo_url="", icon="music", phone="", style_url=""
            ),
            "current_user": SimpleNamespace(name="Camille Ferrand", role_label="Gérante"),
            "menu": lambda: (Section("", (entry,)),),
            "theme": request.args.get("theme", "auto"),
            "shortcuts": request.args.get("shortcuts") != "0",
        }

    @app.get("/")
    @app.get("/portail")
    def sample() -> str:
        cards = {State.RECEIVED: [sample_card("R-1", "Lave-linge"), sample_card("R-2", "Four")], State.READY: []}
        return render_template("portal.html" if request.path == "/portail" else "sample.html", columns=cards)

    @app.get("/recherche")
    def search() -> str:
        return render_template("options.html", words=request.args["q"])

    @app.route("/dossiers/<number>/etat", methods=["GET", "POST"])
    def state(number: str) -> Response | str:
        received.append((request.method, request.form.to_dict()))
        return (
            render_template("dialog.html", number=number)
            if request.method == "GET"
            else "<div class='bd' id='moved'></div>"
        )

    @app.post("/brouillon")
    def draft() -> Response:
        received.append(("draft", request.form.to_dict()))
        return jsonify(version=len(received))

    @app.post("/profil/apparence")
    def appearance() -> tuple[str, int]:
        received.append(("appearance", request.form.to_dict()))
        return "", 204

    @app.get("/favicon.ico")
    def favicon() -> tuple[str, int]:
        return "", 204

    @app.get("/scan")
    def scan() -> str:
        return f"code {request.args['code']}"

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response
