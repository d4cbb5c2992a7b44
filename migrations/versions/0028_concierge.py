"""The concierge: lodgings, mandates and their terms, stays, the owners' months. What was approved does not change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = (
    "statement_line", "owner_statement", "stay", "month_entry", "mandate_terms", "mandate_owner", "stay_source_lodging",
    "rental_mandate", "lodging", "stay_note", "rental_month",
)  # fmt: skip
#: What does not change once approved: (table, event, when, name).
APPROVED = "exists (select 1 from owner_statement s where s.id = {row}.statement_id and s.approved_at is not null)"
AMOUNTS = ("month_id", "contact_id", "opening", "receipts", "expenses", "fees", "payouts", "closing", "approved_at")
TERMS = ("mandate_id", "since", "terms", "used_at")
NAME = "what_is_sealed_does_not_change"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return "(" + " or ".join(f"old.{column} {differs} new.{column}" for column in columns) + ")"


def _guards(differs: str) -> list[tuple[str, str, str]]:
    return [
        ("statement_line", "insert", APPROVED.format(row="new")),
        ("statement_line", "update", APPROVED.format(row="old")),
        ("statement_line", "delete", APPROVED.format(row="old")),
        ("owner_statement", "update", "old.approved_at is not null and " + _changed(AMOUNTS, differs)),
        ("owner_statement", "delete", "old.approved_at is not null"),
        ("mandate_terms", "update", "old.used_at is not null and " + _changed(TERMS, differs)),
        ("mandate_terms", "delete", "old.used_at is not null"),
    ]


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, event, when in _guards("is not"):
            op.execute(
                f"create trigger {table}_kept_{event} before {event} on {table} when {when} "
                f"begin select raise(abort, '{NAME}'); end"
            )
        return
    for table, event, when in _guards("is distinct from"):
        back = "old" if event == "delete" else "new"
        op.execute(
            f"create function {table}_kept_{event}() returns trigger language plpgsql as $$ begin "
            f"if {when} then raise exception '{NAME}'; end if; return {back}; end $$"
        )
        op.execute(
            f"create trigger {table}_kept_{event} before {event} on {table} for each row execute function {table}_kept_{event}()"
        )


def _unguard() -> None:
    for table, event, _when in _guards(""):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"drop trigger {table}_kept_{event}")
        else:
            op.execute(f"drop trigger {table}_kept_{event} on {table}")
            op.execute(f"drop function {table}_kept_{event}()")


def upgrade() -> None:
    op.create_table(
        "rental_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oddities", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("month between 1 and 12", name=op.f("ck_rental_month_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rental_month")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_rental_month_year_month")),
    )
    op.create_table(
        "stay_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_stay_note_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_note")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_stay_note_account_id_remote_id")),
    )
    op.create_table(
        "lodging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("main_residence", sa.Boolean(), nullable=False),
        sa.Column("nights_cap", sa.Integer(), nullable=False),
        sa.Column("sleeps", sa.Integer(), nullable=False),
        sa.Column("tax", JSON, nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_lodging_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodging")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_lodging_asset_id")),
    )
    op.create_table(
        "rental_mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("lodging_id", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_rental_mandate_file_id")),
        sa.ForeignKeyConstraint(["lodging_id"], ["lodging.id"], name=op.f("fk_rental_mandate_lodging_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rental_mandate")),
        sa.UniqueConstraint("number", name=op.f("uq_rental_mandate_number")),
    )
    op.create_index(op.f("ix_rental_mandate_lodging_id"), "rental_mandate", ["lodging_id"])
    op.create_table(
        "stay_source_lodging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lodging_id", sa.Integer(), nullable=True),
        sa.Column("ignored", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_stay_source_lodging_account_id")),
        sa.ForeignKeyConstraint(["lodging_id"], ["lodging.id"], name=op.f("fk_stay_source_lodging_lodging_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_source_lodging")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_stay_source_lodging_account_id_remote_id")),
    )
    op.create_index(op.f("ix_stay_source_lodging_lodging_id"), "stay_source_lodging", ["lodging_id"])
    op.create_table(
        "mandate_owner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis_points between 1 and 10000", name=op.f("ck_mandate_owner_share")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_mandate_owner_contact_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["rental_mandate.id"], name=op.f("fk_mandate_owner_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_owner")),
        sa.UniqueConstraint("mandate_id", "contact_id", name=op.f("uq_mandate_owner_mandate_id_contact_id")),
    )
    op.create_index(op.f("ix_mandate_owner_contact_id"), "mandate_owner", ["contact_id"])
    op.create_table(
        "mandate_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["rental_mandate.id"], name=op.f("fk_mandate_terms_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_terms")),
        sa.UniqueConstraint("mandate_id", "since", name=op.f("uq_mandate_terms_mandate_id_since")),
    )
    op.create_table(
        "month_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_month_entry_file_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["rental_mandate.id"], name=op.f("fk_month_entry_mandate_id")),
        sa.ForeignKeyConstraint(["month_id"], ["rental_month.id"], name=op.f("fk_month_entry_month_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["contact.id"], name=op.f("fk_month_entry_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_month_entry_key")),
    )
    op.create_index(op.f("ix_month_entry_mandate_id"), "month_entry", ["mandate_id"])
    op.create_index(op.f("ix_month_entry_month_id_owner_id"), "month_entry", ["month_id", "owner_id"])
    op.create_index(op.f("ix_month_entry_owner_id"), "month_entry", ["owner_id"])
    op.create_table(
        "stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source_lodging_id", sa.Integer(), nullable=True),
        sa.Column("lodging_id", sa.Integer(), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("guest", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("rent", sa.BigInteger(), nullable=True),
        sa.Column("cleaning", sa.BigInteger(), nullable=False),
        sa.Column("linen", sa.BigInteger(), nullable=False),
        sa.Column("tourist_tax", sa.BigInteger(), nullable=True),
        sa.Column("platform", sa.BigInteger(), nullable=True),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("deposit_kept", sa.BigInteger(), nullable=False),
        sa.Column("cleaning_cost", sa.BigInteger(), nullable=False),
        sa.Column("linen_cost", sa.BigInteger(), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excluded", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("arrival <= departure", name=op.f("ck_stay_days")),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_stay_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_stay_booking_id")),
        sa.ForeignKeyConstraint(["lodging_id"], ["lodging.id"], name=op.f("fk_stay_lodging_id")),
        sa.ForeignKeyConstraint(
            ["source_lodging_id"], ["stay_source_lodging.id"], name=op.f("fk_stay_source_lodging_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_stay_account_id_remote_id")),
    )
    op.create_index(op.f("ix_stay_arrival"), "stay", ["arrival"])
    op.create_index(op.f("ix_stay_booking_id"), "stay", ["booking_id"])
    op.create_index(op.f("ix_stay_departure"), "stay", ["departure"])
    op.create_index(op.f("ix_stay_lodging_id_arrival"), "stay", ["lodging_id", "arrival"])
    op.create_index(op.f("ix_stay_source_lodging_id"), "stay", ["source_lodging_id"])
    op.create_table(
        "owner_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("expenses", sa.BigInteger(), nullable=False),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("payouts", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("outside", JSON, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_owner_statement_contact_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_owner_statement_file_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["sales_document.id"], name=op.f("fk_owner_statement_invoice_id")),
        sa.ForeignKeyConstraint(["month_id"], ["rental_month.id"], name=op.f("fk_owner_statement_month_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_statement")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_owner_statement_invoice_id")),
        sa.UniqueConstraint("month_id", "contact_id", name=op.f("uq_owner_statement_month_id_contact_id")),
        sa.UniqueConstraint("number", name=op.f("uq_owner_statement_number")),
    )
    op.create_index(op.f("ix_owner_statement_contact_id"), "owner_statement", ["contact_id"])
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("stay_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("formula", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.Integer(), nullable=False),
        sa.Column("of_month", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mandate_id"], ["rental_mandate.id"], name=op.f("fk_statement_line_mandate_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["owner_statement.id"], name=op.f("fk_statement_line_statement_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_statement_line_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
    )
    op.create_index(op.f("ix_statement_line_mandate_id"), "statement_line", ["mandate_id"])
    op.create_index(op.f("ix_statement_line_statement_id_position"), "statement_line", ["statement_id", "position"])
    op.create_index(op.f("ix_statement_line_stay_id"), "statement_line", ["stay_id"])
    _guard()


def downgrade() -> None:
    _unguard()
    for table in TABLES:
        op.drop_table(table)
