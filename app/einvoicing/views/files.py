"""By hand: the invoices of a month as a ZIP, and the files that the platform gave."""

from datetime import date

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents.services import MAX_BYTES
from app.einvoicing.services import exchange_files as services
from app.einvoicing.services.account import platform
from app.einvoicing.views.blueprint import SEND, VIEW, bp, tabs


def _month() -> date:
    text = request.values.get("mois", "")
    try:
        return date.fromisoformat(f"{text}-01") if text else clock.today().replace(day=1)
    except ValueError:
        return or_404(None)


def _page(error: str = "", taken: services.Taken | None = None) -> Response:
    month = _month()
    return page(
        "einvoicing/files.html", tabs=tabs("files"), month=month, documents=services.unsent(month), every=services.unsent(month, only_unsent=False),
        account=platform(), error=error, taken=taken, status=422 if error else 200,
    )  # fmt: skip


@bp.get("/fichiers")
@requires(VIEW)
def files() -> Response:
    """What may be taken away, and where to bring what came."""
    return _page()


@bp.get("/factures.zip")
@requires(VIEW)
def archive() -> Response:
    """The Factur-X of a month with their index; `toutes=1`: those already on a platform too."""
    month = _month()
    found = services.unsent(month, only_unsent=request.args.get("toutes") != "1")
    if not found:
        raise DomainError(_("Aucune facture de ce mois n'est à déposer. Choisissez un autre mois."))
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="factures-{month:%Y-%m}.zip"',
    }
    return Response(services.archive(found), headers=headers)


@bp.post("/fichiers/deposees")
@requires(SEND)
def deposited() -> Response:
    """The invoices of that month were put on the platform."""
    month = _month()
    with transaction():
        done = services.mark_deposited(services.unsent(month))
    say(_n("%(num)s facture notée comme déposée", "%(num)s factures notées comme déposées", done))
    return go(url_for("einvoicing.files", mois=f"{month:%Y-%m}"))


@bp.post("/fichiers/recues")
@requires(SEND)
def bring() -> Response:
    """Invoices from the platform, as files."""
    chosen = [
        (found.filename or "", found.stream.read(MAX_BYTES + 1))
        for found in request.files.getlist("files")
        if found.filename
    ]
    try:
        taken = services.take_files(chosen)
    except DomainError as error:
        return _page(error.message)
    if taken.taken:
        say(_n("%(num)s facture reçue enregistrée", "%(num)s factures reçues enregistrées", taken.taken))
    return _page(taken=taken) if taken.refused else go(url_for("purchasing.bills"))
