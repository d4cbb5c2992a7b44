"""Files to import, made up in the shape of real ones."""

import io
from collections.abc import Callable, Iterable, Sequence

import pytest
from flask import Flask
from openpyxl import Workbook

from app.core import jobs
from app.core.db import db, transaction
from app.exchange import services
from app.exchange.models import ImportNote, ImportRun

ORDS_HEADERS = (
    "id", "data_provider", "country", "partner_product_category", "product_category", "product_category_id", "brand",
    "year_of_manufacture", "product_age", "repair_status", "repair_barrier_if_end_of_life", "group_identifier", "event_date", "problem",
)  # fmt: skip


def ords_row(number: int, **values: str) -> list[str]:
    """A line of the Open Repair Data Standard."""
    known = {
        "id": f"cafe_{number}", "data_provider": "Réparons", "country": "BEL", "partner_product_category": "Coffee maker",
        "product_category": "Coffee maker", "product_category_id": "3", "brand": "Brévia", "year_of_manufacture": "2015",
        "product_age": "7", "repair_status": "Fixed", "repair_barrier_if_end_of_life": "", "group_identifier": "Atelier de Namur",
        "event_date": "2022-03-10", "problem": "Ne chauffe plus",
    }  # fmt: skip
    return [(known | values)[header] for header in ORDS_HEADERS]


def csv_of(rows: Iterable[Sequence[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV whose cells are quoted when they must be."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if separator in text or '"' in text or "\n" in text else text

    return "".join(separator.join(cell(text) for text in row) + "\r\n" for row in rows).encode(encoding)


def ords(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    """A file of the Open Repair Data Standard."""
    return csv_of([ORDS_HEADERS, *rows], encoding=encoding)


def xlsx_of(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


Importer = Callable[..., ImportRun]


@pytest.fixture
def bring_in(app: Flask) -> Importer:
    """Import a file as the command does; returns the import, done."""

    def do(
        data: bytes, kind: str = "", *, rehearsal: bool = False, keep_good: bool = False, name: str = "fichier.csv"
    ) -> ImportRun:
        with transaction():
            run = services.receive(data, name, kind=kind, by="Nadia Belkacem")
            services.begin(run, rehearsal=rehearsal, keep_good=keep_good)
        services.work(run.id)
        return fresh(run)

    return do


def fresh(run: ImportRun) -> ImportRun:
    """The import as it is now."""
    db.session.rollback()
    return db.session.get(ImportRun, run.id, populate_existing=True)


def notes_of(run: ImportRun) -> list[ImportNote]:
    """Its remarks, in the order of the file."""
    return db.session.query(ImportNote).filter_by(run_id=run.id).order_by(ImportNote.line, ImportNote.id).all()


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """Do every job that is due, as a worker would."""

    def do() -> None:
        while due := list(jobs.due_runs()):
            db.session.rollback()
            for run_id, _attempts, _queue in due:
                jobs.run(run_id)
        db.session.rollback()

    return do
