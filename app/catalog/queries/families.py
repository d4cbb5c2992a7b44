"""The tree of families."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.catalog.models import Article, ArticleFamily
from app.core.db import db
from app.core.revisions import kept_until
from app.core.search import fold

DEPTH = 6


class Branch(NamedTuple):
    """A family in the order of the tree. `articles` counts its own, without those of the families under it."""

    id: int
    name: str
    icon: str
    depth: int
    parent_id: int | None
    articles: int
    archived: bool


@kept_until("article_families", "articles")
def tree(archived: bool = False) -> list[Branch]:
    """Families as a tree, each followed by those under it, by rank then by name."""
    counts: dict[int | None, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Article.family_id, func.count()).where(Article.archived_at.is_(None)).group_by(Article.family_id)
        )
    }
    query = select(
        ArticleFamily.id, ArticleFamily.name, ArticleFamily.icon, ArticleFamily.parent_id, ArticleFamily.position,
        ArticleFamily.archived_at,
    )  # fmt: skip
    rows = [row for row in db.session.execute(query) if archived or row.archived_at is None]
    there = {row.id for row in rows}
    below: dict[int | None, list[Branch]] = {}
    for row in sorted(rows, key=lambda row: (row.position, fold(row.name))):
        parent = row.parent_id if row.parent_id in there else None
        branch = Branch(row.id, row.name, row.icon, 0, parent, counts.get(row.id, 0), row.archived_at is not None)
        below.setdefault(parent, []).append(branch)
    return _walk(below, None, 0)


def _walk(below: dict[int | None, list[Branch]], parent: int | None, depth: int) -> list[Branch]:
    walked = []
    for branch in below.get(parent, []):
        walked.append(branch._replace(depth=depth))
        if depth < DEPTH:
            walked += _walk(below, branch.id, depth + 1)
    return walked


def family_choices(besides: int | None = None) -> list[tuple[int, str]]:
    """(id, « Filtration › Pompes ») in the order of the tree, without a family and those under it."""
    line: list[str] = []
    choices = []
    hidden: int | None = None
    for branch in tree():
        if hidden is not None and branch.depth > hidden:
            continue
        hidden = branch.depth if branch.id == besides else None
        line[branch.depth :] = [branch.name]
        if branch.id != besides:
            choices.append((branch.id, " › ".join(line)))
    return choices


def under(family_id: int) -> list[int]:
    """The family and all those under it."""
    found: list[int] = []
    depth: int | None = None
    for branch in tree(True):
        if branch.id == family_id:
            depth = branch.depth
        elif depth is not None and branch.depth <= depth:
            depth = None
        if depth is not None:
            found.append(branch.id)
    return found


def path_to(family_id: int | None) -> list[tuple[int, str]]:
    """(id, name) from the root to the family."""
    known = {branch.id: branch for branch in tree(True)}
    line: list[tuple[int, str]] = []
    while family_id in known and len(line) <= DEPTH:
        branch = known[family_id]
        line.insert(0, (branch.id, branch.name))
        family_id = branch.parent_id
    return line


def family_of(family_id: int | None) -> ArticleFamily | None:
    """One family, to be changed."""
    return db.session.get(ArticleFamily, family_id) if family_id else None
