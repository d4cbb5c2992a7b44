"""An upgrade of a database that is in use: rows stay, and what they refer to stays with them."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import environment, free_ports

ROOT = Path(__file__).resolve().parents[2]
MOMENT = "2026-11-01 09:00:00"


def migrate(data: Path, revision: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", "db", "upgrade", revision],
        cwd=ROOT, env=environment(data, free_ports()), check=True, capture_output=True,
    )  # fmt: skip


def insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row whose other compulsory columns hold something plain."""
    for _, name, kind, compulsory, default, key in connection.execute(f"pragma table_info({table})").fetchall():
        if compulsory and default is None and not key and name not in values:
            values[name] = (
                0
                if kind in ("INTEGER", "BIGINT", "BOOLEAN")
                else MOMENT
                if kind == "DATETIME"
                else "{}"
                if kind == "JSON"
                else "x"
            )
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    connection.execute(f"insert into {table} ({columns}) values ({marks})", tuple(values.values()))


@pytest.mark.row("F6")
def test_a_filled_database_is_brought_to_the_present_tables_with_its_rows(tmp_path: Path) -> None:
    migrate(tmp_path, "0002")
    with sqlite3.connect(tmp_path / "etabli.db") as connection:
        insert(connection, "organisation", name="Atelier", trade="workshop")
        insert(connection, "contact", id=7, name="Odile Marchetti")
        insert(
            connection,
            "ticket",
            id=9,
            number="R-2026-0001",
            contact_id=7,
            title="Violon",
            kind="repair",
            state="repairing",
        )
        insert(connection, "ticket_line", ticket_id=9, label="Âme à régler", kind="labour")
        insert(connection, "quote", ticket_id=9, contact_id=7, number="D-2026-0001", state="sent")
    connection.close()
    migrate(tmp_path, "head")
    with sqlite3.connect(tmp_path / "etabli.db") as connection:
        assert connection.execute("select name, supplier from contact").fetchall() == [("Odile Marchetti", 0)]
        assert connection.execute("select number, contact_id from ticket").fetchall() == [("R-2026-0001", 7)]
        assert connection.execute("select label, article_id from ticket_line").fetchall() == [("Âme à régler", None)]
        assert connection.execute("select number from quote").fetchall() == [("D-2026-0001",)]
        assert connection.execute("select vat_regime from organisation").fetchall() == [("normal",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    connection.close()
