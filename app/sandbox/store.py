"""The simulator's memory: one SQLite file, opened by every thread that needs it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS sms (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT UNIQUE, partner TEXT, recipient TEXT, sender TEXT, text TEXT,
  reference TEXT, parts INTEGER, encoding TEXT, state TEXT DEFAULT 'sent', detail TEXT DEFAULT '', at REAL);
CREATE TABLE IF NOT EXISTS request (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, partner TEXT, method TEXT, path TEXT, query TEXT, body TEXT,
  status INTEGER, fault TEXT);
CREATE TABLE IF NOT EXISTS fault (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT, kind TEXT, path TEXT, seconds REAL, remaining INTEGER);
CREATE TABLE IF NOT EXISTS mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, envelope_from TEXT, envelope_to TEXT, raw BLOB);
CREATE TABLE IF NOT EXISTS inbox (
  uid INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, raw BLOB, flags TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS checkout (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT UNIQUE, partner TEXT, reference TEXT, cents INTEGER, paid INTEGER,
  state TEXT, key TEXT, at REAL);
CREATE TABLE IF NOT EXISTS way_back (ref TEXT PRIMARY KEY, done TEXT, error TEXT);
CREATE TABLE IF NOT EXISTS refund (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT UNIQUE, partner TEXT, page TEXT, cents INTEGER, reference TEXT, state TEXT,
  reason TEXT, key TEXT, at REAL);
CREATE TABLE IF NOT EXISTS flow (
  id INTEGER PRIMARY KEY AUTOINCREMENT, flow_id TEXT UNIQUE, tracking_id TEXT, name TEXT, flow_type TEXT, syntax TEXT,
  profile TEXT, rule TEXT, direction TEXT, ack TEXT, details TEXT, sha256 TEXT, given TEXT, submitted_at TEXT, updated_at TEXT,
  raw BLOB);
CREATE TABLE IF NOT EXISTS apartment (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE IF NOT EXISTS stay (id INTEGER PRIMARY KEY, arrival TEXT, modified TEXT, cancelled INTEGER, blocked INTEGER, said TEXT);
CREATE TABLE IF NOT EXISTS book_party (id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT, email TEXT, said TEXT);
CREATE TABLE IF NOT EXISTS book_invoice (
  id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT, reference TEXT, number TEXT, state TEXT, cents INTEGER, paid INTEGER,
  sent INTEGER, said TEXT);
CREATE TABLE IF NOT EXISTS calendar (name TEXT PRIMARY KEY, content TEXT);
CREATE TABLE IF NOT EXISTS nonce (value TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER);
"""
TABLES = (
    "sms", "request", "fault", "mail", "inbox", "checkout", "way_back", "refund", "flow",
    "apartment", "stay", "nonce", "calendar", "book_party", "book_invoice",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A failure to play once: its kind, and for `slow` and `timeout` its length in seconds."""

    kind: str
    seconds: float


class Store:
    """Rows in, rows out. `folder` is made when absent."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "sandbox.sqlite3"
        with self.open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('uidvalidity', ?)", (int(time.time()),))

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection that commits at the end, or rolls back."""
        db = sqlite3.connect(self.path, timeout=10)
        db.execute("PRAGMA synchronous = OFF")  # a power cut may take a simulator's memory
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self.open() as db:
            return db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query."""
        return next(iter(self.rows(sql, *values)), None)

    def run(self, sql: str, *values: Any) -> int:
        """Change something; the id of an inserted row, else the number of rows changed."""
        with self.open() as db:
            cursor = db.execute(sql, values)
            return int(cursor.lastrowid or 0) if sql.lstrip().upper().startswith("INSERT") else cursor.rowcount

    def reset(self) -> None:
        """Forget everything. The mailbox is renumbered, as a server that was rebuilt would do."""
        with self.open() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constant above
            db.execute("DELETE FROM sqlite_sequence")
            db.execute("UPDATE meta SET value = value + 1 WHERE name = 'uidvalidity'")

    def take_fault(self, partner: str, path: str, kinds: tuple[str, ...] = ()) -> Fault | None:
        """The next failure planned for this call, used up; None when nothing is planned."""
        with self.open() as db:
            db.execute("BEGIN IMMEDIATE")
            for row in db.execute("SELECT * FROM fault WHERE partner = ? AND remaining > 0 ORDER BY id", (partner,)):
                if row["path"] in path and (not kinds or row["kind"] in kinds):
                    db.execute("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
                    return Fault(row["kind"], row["seconds"])
        return None

    def plan_fault(self, plan: dict[str, Any]) -> None:
        """Plan a failure: {partner, kind, count = 1, path = "", seconds = 60}."""
        self.run(
            "INSERT INTO fault (partner, kind, path, seconds, remaining) VALUES (?, ?, ?, ?, ?)",
            plan["partner"],
            plan["kind"],
            plan.get("path", ""),
            float(plan.get("seconds", 60)),
            int(plan.get("count", 1)),
        )

    def add_sms(self, partner: str, ref: str, sms: dict[str, Any]) -> sqlite3.Row:
        """Keep an accepted SMS: {recipient, sender, text, reference, parts, encoding}. `ref` is "" for our own id."""
        columns = ("recipient", "sender", "text", "reference", "parts", "encoding")
        key = self.run(
            f"INSERT INTO sms (partner, at, {', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            partner,
            time.time(),
            *(sms[column] for column in columns),
        )
        self.run("UPDATE sms SET ref = ? WHERE id = ?", ref or str(27814655 + key), key)
        row = self.row("SELECT * FROM sms WHERE id = ?", key)
        assert row is not None  # noqa: S101 - just inserted
        return row

    def uidvalidity(self) -> int:
        """The mailbox's current numbering."""
        row = self.row("SELECT value FROM meta WHERE name = 'uidvalidity'")
        return int(row["value"]) if row else 1

    def as_json(self, table: str) -> str:
        """A whole table, oldest first, without binary columns."""
        if table not in TABLES:
            raise ValueError(table)
        rows = self.rows(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - checked above
        return json.dumps([{key: row[key] for key in row.keys() if key != "raw"} for row in rows])  # noqa: SIM118
