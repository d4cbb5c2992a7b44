"""What the law sets is dated: the settings and texts that held an amount of the law become rows with a day."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SINCE = {"till.cash_limit": date(2015, 9, 1), "till.note_from": date(2010, 8, 1)}
FRANCHISE = ("franchise.sales", "franchise.sales_raised", "franchise.services", "franchise.services_raised")
SOURCE = "Repris de vos réglages"
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SETTINGS = sa.table("setting_value", sa.column("key", sa.String()), sa.column("value", JSON))
GONE = (*SINCE, "ledger.franchise", "einvoicing.sanctions")


def upgrade() -> None:
    table = op.create_table(
        "legal_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_value")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_legal_value_key_valid_from")),
    )
    kept = _settings()
    rows = [(key, since, kept[key]) for key, since in SINCE.items() if isinstance(kept.get(key), int)]
    rows += _thresholds(str(kept.get("ledger.franchise") or ""))
    today = datetime.now(UTC).date()
    if rows:
        op.bulk_insert(
            table,
            [{"key": key, "valid_from": day, "value": value, "source": SOURCE, "checked_on": today} for key, day, value in rows],
        )  # fmt: skip
    connection = op.get_bind()
    text = kept.get("sales.note_pmt")
    if isinstance(text, str) and "{indemnite}" not in text:
        fresh = text.replace("40\u00a0€", "40 €").replace("40 euros", "40 €").replace("40 €", "{indemnite}")
        connection.execute(sa.update(SETTINGS).where(SETTINGS.c.key == "sales.note_pmt").values(value=fresh))
    connection.execute(sa.delete(SETTINGS).where(SETTINGS.c.key.in_(GONE)))


def _settings() -> dict[str, object]:
    return {row.key: row.value for row in op.get_bind().execute(sa.select(SETTINGS.c.key, SETTINGS.c.value))}


def _thresholds(text: str) -> list[tuple[str, date, int]]:
    """« 01/01/2025 ; 85 000 ; 93 500 ; 37 500 ; 41 250 », one a line; a line that does not read so is left out."""
    rows = []
    for line in text.splitlines():
        day, *amounts = (part.strip().replace(" ", "").replace("\u202f", "").replace("\u00a0", "") for part in line.split(";"))
        try:
            since = date(*map(int, reversed(day.split("/"))))
            cents = [round(float(amount.rstrip("€").replace(",", ".")) * 100) for amount in amounts]
        except (TypeError, ValueError):
            continue
        rows += [(key, since, value) for key, value in zip(FRANCHISE, cents, strict=False)]
    return rows


def downgrade() -> None:
    op.drop_table("legal_value")
