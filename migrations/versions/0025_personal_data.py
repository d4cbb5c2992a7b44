"""Personal data: requests of people, erasures done, people kept aside; history lets the words of an erased person be struck out."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SAME = ("id", "at", "actor_kind", "actor_id", "verb", "subject_kind", "subject_id")
NOBODY = "Personne effacée n° %"
REFUSED = "create trigger history_entry_no_update before update on history_entry {when}begin select raise(abort, 'history_is_append_only'); end"

# What may be done to a row: marked « erased » for ever, it may lose facts and its actor may be called « Personne effacée n° … ». No fact
# may be added or changed, nor any other column.


def _guard_sqlite(*, strict: bool) -> None:
    changed = " or ".join(f"old.{name} is not new.{name}" for name in SAME)
    struck = f"""when json_type(new.facts, '$.erased') is not 'true' or {changed}
      or (new.actor_name is not old.actor_name and new.actor_name not like '{NOBODY}')
      or exists (select 1 from json_each(new.facts) as n where n.key <> 'erased' and not exists (
        select 1 from json_each(old.facts) as o where o.key = n.key and o.type = n.type and o.value is n.value)) """
    op.execute("drop trigger history_entry_no_update")
    op.execute(REFUSED.format(when="" if strict else struck))


def _guard_postgres(*, strict: bool) -> None:
    same = " and ".join(f"old.{name} is not distinct from new.{name}" for name in SAME)
    struck = f"""if tg_op = 'UPDATE' then
        if new.facts->'erased' = 'true' and {same}
          and (new.actor_name = old.actor_name or new.actor_name like '{NOBODY}')
          and (new.facts - 'erased') <@ old.facts then return new; end if; end if; """
    op.execute(
        "create or replace function history_is_append_only() returns trigger language plpgsql as $$ begin "
        + ("" if strict else struck)
        + "raise exception 'history_is_append_only'; end $$"
    )


def _guard(*, strict: bool) -> None:
    (_guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgres)(strict=strict)


def _moment(name: str) -> "sa.Column[sa.DateTime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_privacy_request_contact_id_contact")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_privacy_request_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index("ix_privacy_request_contact_id", "privacy_request", ["contact_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_erasure_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_erasure_contact_id")),
    )
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_retention_hold_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_hold")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_retention_hold_contact_id")),
    )
    _guard(strict=False)


def downgrade() -> None:
    _guard(strict=True)
    for table in ("retention_hold", "erasure", "privacy_request"):
        op.drop_table(table)
