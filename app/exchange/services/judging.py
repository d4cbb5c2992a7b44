"""One line judged: its values, what is doubtful, or why it means nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core.i18n import _
from app.core.reading import Row, Table
from app.exchange.kinds import Line
from app.exchange.kinds.base import Mapped, Readable
from app.exchange.values import Doubt, tidy

SHOWN = 300


@dataclass(frozen=True, slots=True)
class Remark:
    """What the report says of a line."""

    line: int
    reason: str
    remedy: str
    refused: bool
    header: str = ""
    value: str = ""


@dataclass(slots=True)
class Judged:
    """A line with what there is to say of it; `line` None: it is refused."""

    number: int
    line: Line | None
    remarks: list[Remark] = field(default_factory=list)


class Judge:
    """Judges the lines of one file, in order: it remembers the identifiers it saw."""

    def __init__(self, kind: Readable, run: Mapped) -> None:
        self.kind = kind
        chosen = [(column, key) for column, key in enumerate(run.mapping) if key]
        self.columns = [(column, kind.field(key), run.headers[column]) for column, key in chosen]
        self.seen: dict[str, int] = {}

    def lines(self, table: Table) -> Iterator[Judged]:
        """Every line of the table. Raises UnreadableTable."""
        for row in table.rows():
            yield self.judge(row)

    def judge(self, row: Row) -> Judged:
        """The line of that row."""
        if row.fault:
            cut = Remark(
                row.number,
                row.fault,
                _("Vérifiez les séparateurs et les guillemets de cette ligne dans le fichier."),
                True,
            )
            return Judged(row.number, None, [cut])
        judged = Judged(row.number, None)
        line = Line(row.number, {})
        for column, item, header in self.columns:
            cell = tidy(row.cells[column])
            if not cell:
                continue
            line.raw[item.key] = cell
            try:
                line.values[item.key] = item.read(cell)
            except Doubt as doubt:
                line.kept[item.key] = cell
                judged.remarks.append(Remark(row.number, doubt.reason, doubt.remedy, False, header, cell[:SHOWN]))
        refusal = self._refusal(line)
        if refusal is None:
            judged.line = line
        else:
            judged.remarks = [refusal]
        return judged

    def _refusal(self, line: Line) -> Remark | None:
        if "id" in line.kept:
            return self._about_id(
                line, line.kept["id"], _("Cet identifiant ne se lit pas."), _("Corrigez-le dans le fichier.")
            )
        reason = self.kind.sense(line)
        if reason:
            return Remark(line.number, reason, _("Complétez la ligne, ou retirez-la du fichier."), True)
        if line.ref and self.seen.setdefault(line.ref, line.number) != line.number:
            reason = _("Cet identifiant est déjà celui de la ligne %(line)s.", line=self.seen[line.ref])
            return self._about_id(
                line, line.ref, reason, _("Un identifiant ne sert qu'une fois : corrigez l'une des deux lignes.")
            )
        return None

    def _about_id(self, line: Line, value: str, reason: str, remedy: str) -> Remark:
        header = next(header for _column, item, header in self.columns if item.key == "id")
        return Remark(line.number, reason, remedy, True, header, value[:SHOWN])
