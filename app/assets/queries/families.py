"""Reads of families and models: what they bring to a unit or to a ticket."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset, AssetModel, Family, FamilyQuestionnaire, FieldDefinition
from app.contacts.queries import own_contact
from app.core.db import db
from app.core.revisions import kept_until
from app.core.subject import Subject
from app.documents.queries import AttachedFile, attachments_of_all
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import Use

DEPTH = 8


class FamilyRow(NamedTuple):
    """A line of the list of families."""

    id: int
    name: str
    icon: str
    parent_id: int | None
    trade_sheet: str
    units: int
    fields: int


@kept_until("families")
def families() -> Sequence[tuple[int, str]]:
    """(id, name) of families in use, by name."""
    query = select(Family.id, Family.name).where(Family.archived_at.is_(None)).order_by(Family.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def family(family_id: int | None) -> Family | None:
    """One family."""
    return db.session.get(Family, family_id) if family_id else None


def family_named(name: str) -> Family | None:
    """The family of that name, whatever its case, accents included (SQLite's own lower() knows only ASCII)."""
    wanted = name.strip().casefold()
    for family_id, known in db.session.execute(select(Family.id, Family.name)):
        if known.casefold() == wanted:
            return db.session.get(Family, family_id)
    return None


def family_rows(*, archived: bool = False) -> list[FamilyRow]:
    """The list of families, by name, with how many units and fields each has."""
    units = select(func.count()).where(Asset.family_id == Family.id, Asset.archived_at.is_(None)).scalar_subquery()
    fields = (
        select(func.count())
        .where(FieldDefinition.family_id == Family.id, FieldDefinition.archived_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(Family.id, Family.name, Family.icon, Family.parent_id, Family.trade_sheet, units, fields)
        .where(Family.archived_at.is_not(None) if archived else Family.archived_at.is_(None))
        .order_by(Family.name)
    )
    return [FamilyRow(*row) for row in db.session.execute(query)]


@kept_until("families")
def names_of_families() -> dict[int, str]:
    """{id: name} of every family, archived ones too, by name."""
    return {row[0]: row[1] for row in db.session.execute(select(Family.id, Family.name).order_by(Family.name))}


@kept_until("families")
def parents_of_families() -> dict[int, int | None]:
    return {row[0]: row[1] for row in db.session.execute(select(Family.id, Family.parent_id))}


def family_line(family_id: int | None) -> list[int]:
    """The family, then its parents, nearest first."""
    parents = parents_of_families()
    line: list[int] = []
    current = family_id
    while current is not None and current not in line and len(line) < DEPTH:
        line.append(current)
        current = parents.get(current)
    return line


@kept_until("families", "questionnaires")
def _questionnaires() -> dict[tuple[int, Use], Questionnaire]:
    """Which questionnaire each family uses at each moment; detached, with its questions, to be read only."""
    query = select(FamilyQuestionnaire.family_id, FamilyQuestionnaire.use, Questionnaire).join(
        Questionnaire, FamilyQuestionnaire.questionnaire_id == Questionnaire.id
    )
    found = {(family_id, use): questionnaire for family_id, use, questionnaire in db.session.execute(query)}
    for questionnaire in set(found.values()):
        db.session.expunge(questionnaire)
    return found


def questionnaire_for(family_id: int | None, use: Use) -> Questionnaire | None:
    """The questionnaire a family uses at a moment, its parent's when it has none of its own. To be read only."""
    chosen = _questionnaires()
    return next((chosen[member, use] for member in family_line(family_id) if (member, use) in chosen), None)


def questionnaires_of(family_id: int) -> dict[Use, int]:
    """The questionnaire chosen for each use, by the family itself."""
    query = select(FamilyQuestionnaire.use, FamilyQuestionnaire.questionnaire_id).where(
        FamilyQuestionnaire.family_id == family_id
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def documents_for(
    family_id: int | None, model_id: int | None = None, *, for_client: bool = False
) -> list[AttachedFile]:
    """The documents that a unit or a ticket shows by itself: its model's, its family's, its family's parents'."""
    subjects = [Subject("model", model_id)] if model_id else []
    subjects += [Subject("family", member) for member in family_line(family_id)]
    found = attachments_of_all(subjects, for_client=for_client)
    return [document for subject in subjects for document in found.get(subject, ())]


def models_of(family_id: int) -> list[AssetModel]:
    """The models of a family in use."""
    query = (
        select(AssetModel)
        .where(AssetModel.family_id == family_id, AssetModel.archived_at.is_(None))
        .order_by(AssetModel.brand, AssetModel.name)
    )
    return list(db.session.scalars(query))


def models_matching(text: str, limit: int = 10) -> list[tuple[int, str, str, str]]:
    """(id, brand, name, family) of the models that hold every word of the text."""
    words = text.split()[:5]
    if not words:
        return []
    query = select(AssetModel.id, AssetModel.brand, AssetModel.name, Family.name).join(
        Family, Family.id == AssetModel.family_id
    )
    for word in words:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(or_(AssetModel.brand.ilike(pattern), AssetModel.name.ilike(pattern)))
    query = query.where(AssetModel.archived_at.is_(None)).order_by(AssetModel.brand, AssetModel.name).limit(limit)
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def model_named(brand: str, name: str) -> AssetModel | None:
    """The model of that brand and name, whatever the case."""
    return db.session.scalar(
        select(AssetModel).where(
            func.lower(AssetModel.brand) == func.lower(brand.strip()),
            func.lower(AssetModel.name) == func.lower(name.strip()),
        )
    )


def family_for(user: User, family_id: int) -> Family | None:
    """The family, when this person may see it: the team, or a client who owns a unit of it."""
    found = db.session.get(Family, family_id)
    if found is None or allowed(user, "asset.view"):
        return found
    return found if any(family_id in family_line(owned.family_id) for owned in _owned_by(user)) else None


def model_for(user: User, model_id: int) -> AssetModel | None:
    """The model, when this person may see it: the team, or a client who owns one."""
    found = db.session.get(AssetModel, model_id)
    if found is None or allowed(user, "asset.view"):
        return found
    return found if any(owned.model_id == model_id for owned in _owned_by(user)) else None


def _owned_by(user: User) -> list[Asset]:
    contact = own_contact(user) if user.is_client else None
    return list(db.session.scalars(select(Asset).where(Asset.owner_id == contact.id).limit(200))) if contact else []
