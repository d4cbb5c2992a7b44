"""Enumerations whose values carry a French label, an icon and a colour."""

from enum import StrEnum
from typing import Self

from app.core.i18n import typo


class LabelEnum(StrEnum):
    """A stored value with what a page needs to show it; the label has its typography.

    Declare members as `NAME = "value", "Label", "icon", "colour"`; icon and colour are optional.
    """

    label: str
    icon: str
    colour: str

    def __new__(cls, value: str, label: str = "", icon: str = "", colour: str = "gris") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = typo(label or value)
        member.icon = icon
        member.colour = colour
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs (value, label) for a form."""
        return [(member.value, member.label) for member in cls]
