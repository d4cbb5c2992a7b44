"""A stay that changed after its month was closed: the difference, next month. What was sent is never edited."""

from collections import defaultdict
from collections.abc import Iterable

from app.core.i18n import _
from app.core.money import euros
from app.statements.models import Line, Month
from app.statements.states import LineKind

Key = tuple[str, str, str, LineKind, str, int]


def corrections(month: Month, told: Iterable[Line], due: Iterable[Line], name: str) -> list[Line]:
    """Lines that bring what was told of a closed month to what is now due, in the order of what changed.

    `told`: the lines of the month as they were sent, its earlier corrections included; `due`: as they are counted now;
    `name`: the month as French says it (« octobre 2026 »). Nothing when they agree.
    """
    before, after = _sums(told), _sums(due)
    found = []
    for key in sorted({*before, *after}, key=str):
        was, now = before.get(key, 0), after.get(key, 0)
        if was == now:
            continue
        owner, place, stay, kind, label, vat = key
        sentence = _("%(now)s au lieu de %(was)s", now=euros(now), was=euros(was))
        found.append(Line(owner, place, stay, kind, _corrected(name, label), now - was, sentence, vat, of=month))
    return found


def _sums(lines: Iterable[Line]) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for line in lines:
        sums[line.owner, line.lodging, line.stay, line.kind, line.label, line.vat] += line.cents
    return sums


def uncorrected(label: str, name: str) -> str:
    """What a correction of that month corrects: the label of the line as it was first told."""
    return label.removeprefix(_corrected(name, ""))


def _corrected(name: str, label: str) -> str:
    return _("Correction (%(month)s) : %(label)s", month=name, label=label)
