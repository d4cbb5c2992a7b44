"""What refers to a record: counts by kind, each with the list that shows them."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity, entities
from app.admin.states import Kind
from app.core.db import db
from app.core.i18n import THIN
from app.core.pages import COUNT_STOP

# The history is shown by itself; what a job or a link is about is not of the reader's business.
APART = frozenset(("history_entry", "signed_link"))


class Link(NamedTuple):
    """« Dossiers 3 », leading to the list that holds them."""

    label: str
    icon: str
    number: int
    url: str
    entity: Entity

    @property
    def shown(self) -> str:
        """« 3 », or « 1 000+ »."""
        return f"1{THIN}000+" if self.number > COUNT_STOP else str(self.number)


@cache
def _references(table: str) -> tuple[tuple[Entity, Column], ...]:
    """Every (entity, column) that may point to a record of this table."""
    found = []
    for entity in entities():
        if entity.table in APART:
            continue
        for column in entity.all_columns.values():
            same = column.target is not None and column.target.__tablename__ == table
            if same or column.kind is Kind.SUBJECT:
                found.append((entity, column))
    return tuple(found)


def _label(entity: Entity, column: Column) -> str:
    several = (
        sum(1 for other in entity.all_columns.values() if other.target is column.target and other.kind is column.kind)
        > 1
    )
    return f"{entity.plural} ({column.label.lower()})" if several else entity.plural


def related(entity: Entity, key: int) -> list[Link]:
    """What refers to the record, the most numerous first; one query."""
    asked: list[tuple[Entity, Column, Any, str]] = []
    for other, column in _references(entity.table):
        if column.kind is Kind.SUBJECT:
            about = f"{entity.kind}:{key}"
            condition: ColumnElement[bool] = (column.expressions[0] == entity.kind) & (column.expressions[1] == key)
        else:
            about, condition = str(key), column.attribute == key
        model: Any = other.model
        counted = select(model.id).where(condition).limit(COUNT_STOP + 1).subquery()
        asked.append((other, column, select(func.count()).select_from(counted).scalar_subquery(), about))
    if not asked:
        return []
    counts = db.session.execute(select(*(count for _entity, _column, count, _about in asked))).one()
    links = [
        Link(_label(other, column), other.icon, int(count), f"{other.path}?flt0_{column.key}.is={about}", other)
        for (other, column, _count, about), count in zip(asked, counts, strict=True)
    ]
    return sorted((link for link in links if link.number), key=lambda link: -link.number)
