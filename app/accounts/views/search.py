"""The box at the top: everything the person may see, from one field. A page of its own, and rows for the dialog."""

from dataclasses import dataclass

from flask import Response, current_app, request
from flask_login import current_user

from app.accounts.queries import allowed
from app.accounts.views.blueprint import bp
from app.core.permissions import signed_in
from app.core.search import SOURCES, Hit, Source, find_each
from app.core.web import page, wants_fragment

IN_DIALOG = 10
ON_PAGE = 20


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one kind, each with its address."""

    source: Source
    hits: list[tuple[str, Hit]]


@bp.get("/recherche")
@signed_in
def search() -> Response:
    """What answers the words typed, by kind of record."""
    text = request.args.get("q", "").strip()[:200]
    sources = [source for source in SOURCES.values() if allowed(current_user, source.permission)]
    scopes = {source.kind: source.scope(current_user) for source in sources}
    fragment = wants_fragment()
    found = find_each(text, scopes, IN_DIALOG if fragment else ON_PAGE) if len(text) > 1 else {}
    if fragment:
        found = share(found, IN_DIALOG)
    groups = [_group(source, found[source.kind]) for source in sources if source.kind in found]
    return page("accounts/search.html", block="resultats", text=text, groups=groups)


def share(found: dict[str, list[Hit]], room: int) -> dict[str, list[Hit]]:
    """The first results within `room` rows: each kind has its part, what one leaves goes to the others."""
    kept = dict.fromkeys(found, 0)
    while room > 0 and any(kept[kind] < len(hits) for kind, hits in found.items()):
        for kind, hits in found.items():
            if room > 0 and kept[kind] < len(hits):
                kept[kind] += 1
                room -= 1
    return {kind: hits[: kept[kind]] for kind, hits in found.items()}


def _group(source: Source, hits: list[Hit]) -> Group:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101
    return Group(source, [(adapter.build(source.endpoint, {source.argument: hit.reference}), hit) for hit in hits])
