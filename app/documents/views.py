"""Files as they are served: after checking the access, never guessed, never run by the browser."""

from flask import Blueprint, Response, request
from flask_login import current_user

from app.core.permissions import public, signed_in
from app.core.web import or_404
from app.documents import queries, services

bp = Blueprint("documents", __name__)


@bp.get("/fichiers/<int:file_id>/<name>")
@signed_in
def file(file_id: int, name: str) -> Response:
    """A file of a record that this person may see; `vignette` as a name gives its small picture."""
    found = or_404(queries.file_for(current_user, file_id))
    return services.file_response(found, thumbnail=name == "vignette", download="telecharger" in request.args)


@bp.get("/logo/<int:file_id>.png")
@public
def logo(file_id: int) -> Response:
    """The organisation's logo, for the sign-in page too."""
    return services.file_response(or_404(queries.logo_file(file_id)))
