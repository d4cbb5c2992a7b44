"""« Réglages › Plan comptable »: the account of each use."""

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.ledger import services
from app.ledger.services.chart import Chart
from app.ledger.views.blueprint import bp

RIGHT = "organisation.edit"


@bp.route("/plan-comptable", methods=["GET", "POST"])
@requires(RIGHT)
def chart() -> Response:
    """Codes and labels, grouped; what is wrong under its field."""
    uses, faults = services.uses(), {}
    if request.method == "POST":
        typed = {use.role: (_typed(use.role, "code"), _typed(use.role, "label")) for use in uses}
        try:
            with transaction():
                changed = services.change_chart(typed)
        except DomainError as error:
            faults[error.field or ""] = error.message
        else:
            say(_n("%(num)s compte changé.", "%(num)s comptes changés.", changed) if changed else _("Rien n'a changé."))
            return go(url_for("ledger.chart"))
    else:
        codes = Chart()
        typed = {use.role: (codes[use.role].code, codes[use.role].label) for use in uses}
    return page("ledger/chart.html", uses=uses, typed=typed, faults=faults, status=422 if faults else 200)


def _typed(role: str, part: str) -> str:
    return request.form.get(f"{role}.{part}", "")[:120]
