"""What a file of accounting entries must be, written again from the texts for the tests alone.

LPF art. A47 A-1 and BOI-CF-IOR-60-40-20: 18 columns in their order, comma decimals, dates AAAAMMJJ, entries balanced, numbers
continuous, order of validation, letters that settle. It shares nothing with the application.
"""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

COLUMNS = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
AMOUNT = re.compile(r"\d+,\d\d")
Line = dict[str, str]


def lines_of(content: bytes) -> list[Line]:
    """The file's lines by column; asserts its shape."""
    rows = content.decode("iso-8859-15").split("\r\n")
    assert rows.pop() == "", "the last line ends as the others"
    assert rows[0].split("\t") == COLUMNS
    read = [row.split("\t") for row in rows[1:]]
    assert {len(row) for row in read} <= {18}
    assert not any("\n" in cell or "|" in cell for row in read for cell in row)
    return [dict(zip(COLUMNS, row, strict=True)) for row in read]


def day(text: str) -> date:
    """A real date written AAAAMMJJ."""
    assert re.fullmatch(r"\d{8}", text), text
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def cents(text: str) -> int:
    """An amount with its comma and two decimals: never a point, a space or a sign."""
    assert AMOUNT.fullmatch(text), text
    return int(text.replace(",", ""))


def must_hold(content: bytes, year: int) -> list[Line]:
    """Assert every rule on the file of a calendar year; its lines."""
    lines = lines_of(content)
    for line in lines:
        _one_line(line, year)
    _entries(lines)
    _letters(lines)
    return lines


def _one_line(line: Line, year: int) -> None:
    for name in ("JournalCode", "JournalLib", "EcritureNum", "CompteNum", "CompteLib", "PieceRef", "EcritureLib"):
        assert line[name], (name, line)
    assert day(line["EcritureDate"]).year == year
    assert day(line["PieceDate"]) <= day(line["ValidDate"])
    assert re.match(r"\d{3}", line["CompteNum"])
    assert bool(line["CompAuxNum"]) == bool(line["CompAuxLib"])
    assert bool(line["EcritureLet"]) == bool(line["DateLet"])
    assert (line["Montantdevise"], line["Idevise"]) == ("", "")
    assert (cents(line["Debit"]) == 0) != (cents(line["Credit"]) == 0), line


def _entries(lines: list[Line]) -> None:
    """One after the other, each balanced, one journal and one date each, in order of validation."""
    numbers = [int(line["EcritureNum"]) for line in lines]
    assert numbers == sorted(numbers)
    holes = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    assert holes == [], f"continuous, from 1: {holes} are missing of {max(numbers)}, {lines[:2]}"
    validated = [day(line["ValidDate"]) for line in lines]
    assert validated == sorted(validated)
    entries: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        entries[line["EcritureNum"]].append(line)
    for entry in entries.values():
        assert len(entry) >= 2
        assert sum(cents(line["Debit"]) - cents(line["Credit"]) for line in entry) == 0, entry
        for name in ("JournalCode", "EcritureDate", "PieceRef", "ValidDate"):
            assert len({line[name] for line in entry}) == 1
    opening = [rank for rank, line in enumerate(lines) if line["JournalCode"] == "AN"]
    assert opening == list(range(len(opening))), "opening balances first"


def _letters(lines: list[Line]) -> None:
    """The lines of one letter are one account and one person, and come to nothing."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line["EcritureLet"]:
            groups[line["EcritureLet"]].append(line)
    for group in groups.values():
        assert len({(line["CompteNum"], line["CompAuxNum"]) for line in group}) == 1, group
        assert sum(cents(line["Debit"]) - cents(line["Credit"]) for line in group) == 0, group


def balances(lines: list[Line]) -> dict[str, Decimal]:
    """Debit less credit of each account, in euros."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line["CompteNum"]] += Decimal(cents(line["Debit"]) - cents(line["Credit"])) / 100
    return {account: amount for account, amount in found.items() if amount}
