"""Settings of the organisation: declared by features at start-up, edited in « Réglages », kept in one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Json, Names, db, require_transaction
from app.core.history import record
from app.core.revisions import bump, kept_until
from app.core.subject import Subject


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `kind`: text, longtext, bool, int, cents, percent (basis points), choice, list, json."""

    key: str
    label: str
    kind: str
    default: Any
    group: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] | Callable[[], tuple[tuple[str, str], ...]] = ()
    check: Callable[[Any], str | None] | None = None

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """(value, label) of what may be chosen, read now where it is a list of records."""
        return self.choices() if callable(self.choices) else self.choices


SETTINGS: dict[str, Setting] = {}


class SettingValue(Base):
    """A setting that was changed from its default."""

    __tablename__ = "setting_value"
    __fr__ = Names("réglage", "réglages")

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


def declare_settings(*settings: Setting) -> None:
    """Start-up: add the settings of a feature."""
    SETTINGS.update({item.key: item for item in settings})


@kept_until("settings")
def stored() -> dict[str, Any]:
    """Every value changed from its default."""
    return dict(db.session.execute(select(SettingValue.key, SettingValue.value)).all())


def setting(key: str) -> Any:
    """The present value. Raises KeyError for a setting nobody declared."""
    declared = SETTINGS[key]
    return stored().get(key, declared.default)


def change_setting(key: str, value: Any) -> None:
    """Write a value, with its history. Raises KeyError for a setting nobody declared."""
    require_transaction()
    before = setting(key)
    if before == value and key in SETTINGS:
        return
    row = db.session.get(SettingValue, key)
    if row is None:
        db.session.add(SettingValue(key=key, value=value))
    else:
        row.value = value
    record(Subject("setting", 0), "setting.changed", key=key, before=before, after=value)
    bump("settings")
