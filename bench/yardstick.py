"""The yardstick `table`: a bare Flask page that counts and sorts 10,000 SQLite rows by a LIKE search, and renders 50.

Run by gunicorn with 2 sync workers. It stands for "what any page over a table costs on this machine today"; it is never
tuned, since every ratio is divided by it.
"""

import os
import random
import sqlite3
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader

ROWS = 10_000
WORDS = ("marteau", "tenaille", "rabot", "ciseau", "lime", "scie", "maillet", "gouge", "trusquin", "serre-joint")
PAGE = """<!doctype html><title>Table</title><h1>{{ total }}</h1><table>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td>{{ row[1] }}</td><td>{{ row[2] }}</td><td>{{ row[3] }}</td><td>{{ row[4] }}</td></tr>
{% endfor %}</table>"""

app = Flask(__name__)
app.jinja_loader = DictLoader({"table.html": PAGE})  # compiled once, as a file would be


def fill(path: Path) -> None:
    """Make the database: the same 10,000 rows every time."""
    chance = random.Random(1)  # noqa: S311  (not a secret)
    rows = [
        (
            number,
            f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}",
            chance.choice(WORDS),
            chance.randrange(10_000),
            "2026-01-01",
        )
        for number in range(ROWS)
    ]
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, price INTEGER, day TEXT)")
        connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()


@app.get("/")
def table() -> str:
    """Count, search, sort, render."""
    connection = sqlite3.connect(os.environ["YARDSTICK_DB"])
    like = ("%ma%",)
    total = connection.execute("SELECT count(*) FROM item WHERE name LIKE ?", like).fetchone()[0]
    rows = connection.execute("SELECT * FROM item WHERE name LIKE ? ORDER BY name LIMIT 50", like).fetchall()
    connection.close()
    return render_template("table.html", total=total, rows=rows)
