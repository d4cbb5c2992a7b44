"""Erasing a person: his identity and his words go, accounting documents stay as they were issued (GDPR article 17.3 b)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import String, cast, delete, func, or_, select

from app.accounts.models import LoginAttempt
from app.contacts.models import Contact
from app.core import clock, journals
from app.core.actor import current_actor
from app.core.db import Base, db, require_transaction
from app.core.drafts import Draft
from app.core.errors import Conflict
from app.core.history import HistoryEntry, record, strike_out
from app.core.i18n import _
from app.core.links import SignedLink
from app.core.partners import PartnerCall
from app.core.personal import Person, file_columns, holdings, look_up, wipe
from app.core.revisions import bump
from app.core.search import SOURCES, index
from app.core.subject import Subject
from app.documents.models import StoredFile
from app.members.models import Guardian, HouseholdMember
from app.privacy.models import Erasure, RetentionHold
from app.privacy.queries import ERASED, erasure_of, pending_of
from app.privacy.states import Rule

JOURNAL = "history_entry"
#: An address or a number shorter than this could be anybody's.
SURE = 6


class Fate(NamedTuple):
    """What becomes of the rows of one line of the register: so many go or are emptied, so many stay because of a law."""

    label: str
    gone: int
    kept: int
    why: str


def person_of(contact: Contact) -> Person:
    """All that is held on a contact, found."""
    return look_up(Person(contact.id, contact.user_id))


def outlook(contact: Contact) -> list[Fate]:
    """What erasing this person would do, line by line of the register; nothing is changed."""
    person = person_of(contact)
    fates: dict[str, Fate] = {}
    for data, one in holdings():
        ids = person.of(one.model)
        changes = one.delete or bool(one.blank or one.put)
        kept = 0
        if ids and one.unless is not None:
            kept = db.session.scalar(select(func.count()).where(one.model.id.in_(ids), one.unless)) or 0
        elif ids and one.kept:
            kept = len(ids)
        old = fates.get(data.key, Fate(data.label, 0, 0, ""))
        gone = old.gone + (len(ids) - kept if changes else 0)
        fates[data.key] = Fate(data.label, gone, old.kept + kept, old.why or (one.kept if kept else ""))
    return [fate for fate in fates.values() if fate.gone or fate.kept]


def erase(contact: Contact, rule: Rule) -> Erasure:
    """Erase a person for good, in the present transaction. Done twice, it does nothing more. Raises Conflict, with its reasons,
    while something is under way with him."""
    require_transaction()
    done = erasure_of(contact.id)
    if done is not None:
        return done
    reasons = pending_of(contact.id)
    if reasons:
        raise Conflict(_("On ne peut pas encore effacer cette personne : %(why)s", why=" ".join(map(_, reasons))))
    return _erase(contact, rule)


def _erase(contact: Contact, rule: Rule) -> Erasure:
    person = person_of(contact)
    events = events_of_person(person) + events_naming(person, contact.name)
    _forget_traces(contact)
    counts, files = wipe(person)
    _close_links(person)
    gone = _drop_files(files)
    struck = _strike(events, person)
    db.session.execute(delete(RetentionHold).where(RetentionHold.contact_id == contact.id))
    done = Erasure(
        contact_id=contact.id, rule=rule, by=current_actor().name, rows=sum(counts.values()) + struck, files=gone,
        at=clock.now(),
    )  # fmt: skip
    db.session.add(done)
    db.session.flush()
    bump(ERASED)
    _find_by_number(person)
    record(Subject("contact", person.contact_id), "privacy.erased", rule=rule.value, rows=done.rows, files=gone)
    return done


def replay(contact_ids: Iterable[int]) -> list[int]:
    """Erase again those whom an old back-up brought back, in the present transaction; the ids of those who were."""
    done = []
    for contact_id in contact_ids:
        contact = db.session.get(Contact, contact_id)
        if contact is not None and erasure_of(contact_id) is None:
            _erase(contact, Rule.REQUEST)
            done.append(contact_id)
    return done


def events_of_person(person: Person) -> list[int]:
    """Ids of the events about his records, and of what he did himself."""
    about = person.about(HistoryEntry.subject_kind, HistoryEntry.subject_id)
    own = (HistoryEntry.actor_kind == "contact") & (HistoryEntry.actor_id == person.contact_id)
    if person.user_id is not None:
        own |= (HistoryEntry.actor_kind == "user") & (HistoryEntry.actor_id == person.user_id)
    return list(db.session.scalars(select(HistoryEntry.id).where(about | own).order_by(HistoryEntry.id)))


def events_naming(person: Person, name: str) -> list[int]:
    """Ids of the events about those of his family (homes, children, parents) whose words name him."""
    kin: set[int] = set()
    for model in (Guardian, HouseholdMember):
        columns = [column for column in model.__table__.columns if column.foreign_keys and column.key != "household_id"]
        for row in db.session.execute(select(*columns).where(model.id.in_(person.of(model)))):
            kin.update(row)
    query = select(HistoryEntry.id, HistoryEntry.facts).where(
        HistoryEntry.subject_kind == "contact", HistoryEntry.subject_id.in_(kin - {person.contact_id})
    )
    return [row.id for row in db.session.execute(query) if name and name in str(row.facts)]


def _strike(events: list[int], person: Person) -> int:
    """Take his words out of history; what was sealed is sealed before and after."""
    sealed = JOURNAL in journals.JOURNALS
    if sealed:
        db.session.flush()
        journals.seal_new(JOURNAL)
    struck = strike_out(events, {("contact", person.contact_id), ("user", person.user_id)}, person.no_name)
    if sealed and struck:
        journals.seal_struck(JOURNAL, struck)
    return len(struck)


def _find_by_number(person: Person) -> None:
    """What the law keeps of him is written in the search box again, as its feature says of somebody who was erased."""
    for kind, ids in person.subjects.items():
        if kind in SOURCES and ids:
            model = SOURCES[kind].model
            index(SOURCES[kind], db.session.scalars(select(model).where(model.id.in_(ids))).all())


#: Technical rows that name people by their address or number alone, with the columns that do.
TRACES: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (PartnerCall, ("url", "request", "response")),
    (LoginAttempt, ("key",)),
    (Draft, ("values",)),
)


def _forget_traces(contact: Contact) -> None:
    """Calls to partners, refused sign-ins and unfinished forms that hold his address or his number."""
    said = (contact.email, contact.phone, contact.phone_2, contact.phone_key, contact.phone_key.lstrip("+"))
    words = {word for word in said if word and len(word) >= SURE}
    for model, names in TRACES if words else ():
        columns = [cast(model.__table__.columns[name], String) for name in names]
        found = or_(*(column.icontains(word, autoescape=True) for column in columns for word in words))
        db.session.execute(delete(model).where(found).execution_options(synchronize_session=False))


def _close_links(person: Person) -> None:
    about = person.about(SignedLink.subject_kind, SignedLink.subject_id)
    db.session.execute(delete(SignedLink).where(about))


def _drop_files(ids: set[int]) -> int:
    """Forget these files, but for those that something still names; their bytes go at night, as those of any forgotten file."""
    for mapper in Base.registry.mappers:
        for name in file_columns(mapper.class_):
            column = mapper.class_.__table__.columns[name]
            ids = ids - set(db.session.scalars(select(column).where(column.in_(ids))))
    if ids:
        db.session.execute(delete(StoredFile).where(StoredFile.id.in_(ids)))
    return len(ids)
