"""The rows of a list: what the query string asks, turned into one statement of column tuples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from werkzeug.datastructures import MultiDict

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity
from app.admin.queries.filters import ColumnFilter, like
from app.admin.states import Kind
from app.core.db import Archivable, db
from app.core.pages import COUNT_STOP, SIZES, Page, paged

WORDS = 6


@dataclass(frozen=True, slots=True)
class Active:
    """A filter in use, with what was typed."""

    filter: ColumnFilter
    value: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What the query string of a list says. `page` is counted from 1; `archived` None: both; `wrong` are filters that could not be read."""

    columns: tuple[str, ...]
    page: int = 1
    size: int = SIZES[0]
    sort: str = ""
    desc: bool = False
    search: str = ""
    archived: bool | None = False
    filters: tuple[Active, ...] = ()
    chosen: bool = False
    view: str = ""
    wrong: tuple[str, ...] = field(default=(), compare=False)

    def pairs(self) -> list[tuple[str, str]]:
        """The query string, as pairs; what is by default is left out."""
        found = [(f"flt{rank}_{active.filter.arg}", active.value) for rank, active in enumerate(self.filters)]
        found += [("search", self.search)] if self.search else []
        found += [("archives", "1")] if self.archived else []
        found += [("sort", self.sort)] if self.sort else []
        found += [("desc", "1")] if self.sort and self.desc else []
        found += [("cols", key) for key in self.columns] if self.chosen else []
        found += [("page_size", str(self.size))] if self.size != SIZES[0] else []
        found += [("vue", self.view)] if self.view else []
        return found + ([("page", str(self.page - 1))] if self.page > 1 else [])

    def query(self, **changes: Any) -> str:
        """The query string after some changes; back to the first page unless the page is what changes."""
        changes.setdefault("page", 1)
        return urlencode(replace(self, **changes).pairs())

    def without(self, rank: int) -> str:
        """The query string without one filter."""
        return self.query(filters=tuple(item for place, item in enumerate(self.filters) if place != rank))


def ask_of(entity: Entity, known: Mapping[str, ColumnFilter], args: MultiDict[str, str]) -> Ask:
    """Read a query string; what is unknown is ignored, what cannot be read is told in `wrong`."""
    chosen = tuple(key for key in entity.all_columns if key in args.getlist("cols"))
    filters, wrong = _asked_filters(known, args)
    sort = args.get("sort", "")
    return Ask(
        columns=chosen or entity.default_columns,
        page=min(max(args.get("page", 0, type=int) or 0, 0), 100_000) + 1,
        size=size if (size := args.get("page_size", 0, type=int)) in SIZES else SIZES[0],
        sort=sort if sort in entity.all_columns and entity.all_columns[sort].kind is not Kind.STRUCTURE else "",
        desc=args.get("desc") == "1",
        search=args.get("search", "").strip()[:200],
        archived=args.get("archives") == "1" and issubclass(entity.model, Archivable),
        filters=filters,
        chosen=bool(chosen),
        view=args.get("vue", ""),
        wrong=wrong,
    )


def ask_of_query(entity: Entity, known: Mapping[str, ColumnFilter], query: str) -> Ask:
    """The same from the text of a query string."""
    return ask_of(entity, known, MultiDict(parse_qsl(query)))


def _asked_filters(
    known: Mapping[str, ColumnFilter], args: MultiDict[str, str]
) -> tuple[tuple[Active, ...], tuple[str, ...]]:
    found, wrong = [], []
    for name, value in args.items():
        rank, _line, arg = name[3:].partition("_")
        if not name.startswith("flt") or not rank.isdigit() or arg not in known:
            continue
        if known[arg].validate(value):
            found.append((int(rank), Active(known[arg], value)))
        else:
            wrong.append(known[arg].name)
    return tuple(active for _rank, active in sorted(found, key=lambda pair: pair[0])), tuple(wrong)


def _joined(query: Select[Any], columns: Iterable[Column]) -> Select[Any]:
    for column in columns:
        if column.alias is not None:
            query = query.outerjoin(column.alias, column.attribute == column.alias.id)
    return query


def _matching(entity: Entity, search: str) -> list[ColumnElement[bool]]:
    return [
        or_(*(cast(column.sort, String).ilike(like(word), escape="\\") for column in entity.searchable))
        for word in search.split()[:WORDS]
    ]


def statement(entity: Entity, ask: Ask, keys: Iterable[str]) -> Select[Any]:
    """The rows asked, as tuples: id, archived_at if there is one, then each column's expressions."""
    columns = [entity.all_columns[key] for key in keys]
    model: Any = entity.model
    archived = issubclass(model, Archivable)
    shown = [
        model.id,
        *([model.archived_at] if archived else []),
        *(expression for column in columns for expression in column.expressions),
    ]
    sorting = entity.all_columns.get(ask.sort)
    searched = entity.searchable if ask.search else ()
    needed = {column.key: column for column in (*columns, *searched, *([sorting] if sorting else []))}
    query = _joined(select(*shown).select_from(model), needed.values()).where(*_matching(entity, ask.search))
    if archived and ask.archived is not None:
        query = query.where(model.archived_at.is_not(None) if ask.archived else model.archived_at.is_(None))
    for active in ask.filters:
        query = active.filter.apply(query, active.filter.clean(active.value))
    if sorting is not None:
        return query.order_by(sorting.sort.desc() if ask.desc else sorting.sort, model.id)
    return query.order_by(model.id.desc())


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `values` by column; a reference is (id, name)."""

    id: int
    archived: bool
    values: dict[str, Any]


def rows_of(entity: Entity, keys: Iterable[str], tuples: Iterable[Any]) -> list[Row]:
    """Lines from the tuples of `statement`."""
    columns = [entity.all_columns[key] for key in keys]
    archives = issubclass(entity.model, Archivable)
    lines = []
    for found in tuples:
        values, place = {}, 2 if archives else 1
        for column in columns:
            width = len(column.expressions)
            values[column.key] = found[place] if width == 1 else tuple(found[place : place + width])
            place += width
        lines.append(Row(found[0], bool(archives and found[1]), values))
    return lines


def page_of(entity: Entity, ask: Ask) -> Page:
    """One page of lines, counted up to a thousand."""
    page = paged(statement(entity, ask, ask.columns), ask.page, ask.size)
    return replace(page, rows=rows_of(entity, ask.columns, page.rows))


def one(entity: Entity, key: int) -> Row | None:
    """One record with all its columns, archived or not."""
    keys = tuple(entity.all_columns)
    query = statement(entity, Ask(columns=keys, archived=None), keys).where(entity.model.id == key)  # type: ignore[attr-defined]
    found = db.session.execute(query).first()
    return rows_of(entity, keys, [found])[0] if found else None


def ids_of(entity: Entity, ask: Ask, limit: int) -> list[int]:
    """The ids of every record the list holds, up to `limit`."""
    return list(db.session.scalars(statement(entity, ask, ()).limit(limit)))


def counts_of(asks: list[tuple[Entity, Ask]]) -> list[int]:
    """How many rows each list holds, stopping just past a thousand, in one query."""
    if not asks:
        return []
    limited = [statement(entity, ask, ()).order_by(None).limit(COUNT_STOP + 1).subquery() for entity, ask in asks]
    counted = [select(func.count()).select_from(rows).scalar_subquery() for rows in limited]
    return [int(number) for number in db.session.execute(select(*counted)).one()]
