"""The overview: journals of the period, what waits, the VAT to declare, files for the accountant. /comptabilite."""

from flask import Response, url_for

from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.ledger import queries, services
from app.ledger.services.exports import FORMATS
from app.ledger.views.blueprint import EXPORT, VIEW, asked, bp, shared


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """What the ledger holds of a period."""
    filters = asked()
    return page(
        "ledger/index.html", block="comptes", years=queries.years(), rows=queries.journal_rows(filters), formats=FORMATS,
        pending=services.pending(), **shared(filters, "ledger.index"),
    )  # fmt: skip


@bp.post("/rattraper")
@requires(EXPORT)
def catch_up() -> Response:
    """Write now the entries that are missing."""
    done = services.catch_up()
    if done.faults:
        say(
            _(
                "Ces pièces ne s'équilibrent pas et restent sans écriture : %(faults)s",
                faults=" ; ".join(done.faults[:5]),
            ),
            "error",
        )
    elif done.entries:
        say(_n("%(num)s écriture ajoutée.", "%(num)s écritures ajoutées.", done.entries))
    else:
        say(_("La comptabilité est à jour : rien à ajouter."), "info")
    return go(url_for("ledger.index"))
