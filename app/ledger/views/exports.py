"""Files for the accountant and for the tax office."""

from flask import Response, request

from app.core.permissions import requires
from app.core.web import or_404
from app.ledger import services
from app.ledger.queries.years import year_named
from app.ledger.services.exports import BY_KEY, export
from app.ledger.views.blueprint import EXPORT, asked, bp


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/export.csv")
@requires(EXPORT)
def journal_csv() -> Response:
    """The entries of a period, of one journal or of all, in the form that a tool imports."""
    form = or_404(BY_KEY.get(request.args.get("format", "tableur")))
    filters = asked()
    journal = filters.journal or "journaux"
    name = f"{journal}-{filters.first:%Y%m%d}-{filters.last:%Y%m%d}-{form.key}.csv"
    charset = "utf-8" if form.encoding.startswith("utf") else "windows-1252"
    return _file(b"".join(export(form, filters)), name, f"text/csv; charset={charset}")


@bp.get("/fec/<int(max=2190):year>.txt")
@requires(EXPORT)
def fec(year: int) -> Response:
    """The FEC of a year."""
    content = services.fec(or_404(year if year >= 1990 else None))
    return _file(content, services.file_name(year_named(year)), "text/plain; charset=iso-8859-15")


@bp.get("/fec/<int(max=2190):year>-description.txt")
@requires(EXPORT)
def fec_notice(year: int) -> Response:
    """Its description."""
    words = services.notice(or_404(year if year >= 1990 else None))
    name = services.file_name(year_named(year)).replace(".txt", "-description.txt")
    return _file(words.encode(), name, "text/plain; charset=utf-8")
