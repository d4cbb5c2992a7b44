"""Who writes a record: the feature it belongs to when it has its own verbs, this screen otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.assets import services as assets
from app.contacts import services as contacts
from app.questionnaires import services as questionnaires


@dataclass(frozen=True, slots=True)
class Writer:
    """How a feature writes its own records: it keeps true what depends on a field (search keys, checks, codes).

    A verb the feature does not have is done here; `tells`: its history already says what was before and after.
    """

    add: Callable[..., Any] | None = None
    change: Callable[..., Any] | None = None
    archive: Callable[[Any], None] | None = None
    restore: Callable[[Any], None] | None = None
    tells: bool = False


def _whole(change: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """A verb that wants every value, called with those that change."""
    return lambda row, **changed: change(row, **{**{name: getattr(row, name) for name in names}, **changed})


WRITERS: dict[str, Writer] = {
    "contact": Writer(
        contacts.add_contact, contacts.change_contact, contacts.archive_contact, contacts.restore_contact, tells=True
    ),
    "asset": Writer(assets.add_asset, assets.change_asset, assets.archive_asset, assets.restore_asset, tells=True),
    "family": Writer(assets.add_family, assets.change_family, assets.archive_family, assets.restore_family),
    "asset_model": Writer(
        assets.add_model,
        _whole(assets.change_model, ("family_id", "brand", "name", "warranty_months")),
        assets.archive_model,
    ),
    "field_definition": Writer(
        assets.add_field,
        _whole(assets.change_field, ("label", "type", "choices", "hint", "required", "on_slips", "in_lists")),
        assets.archive_field,
        assets.restore_field,
    ),
    "questionnaire": Writer(
        questionnaires.add_questionnaire,
        None,
        questionnaires.archive_questionnaire,
        questionnaires.restore_questionnaire,
    ),
}
PLAIN = Writer()
