"""Incidents, terms by family, reminders, certificates, what is billed of a loan, its contract."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules = op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_reminder_rule_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
    )
    op.create_index("ix_reminder_rule_family_id", "reminder_rule", ["family_id"])

    op.create_table(
        "lending_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("insurance", sa.Boolean(), nullable=False),
        sa.Column("rent_article_id", sa.Integer(), nullable=True),
        sa.Column("rent_per", sa.String(length=30), nullable=False),
        sa.Column("late_fee", sa.BigInteger(), nullable=False),
        sa.Column("late_per", sa.String(length=30), nullable=False),
        sa.Column("late_grace", sa.Integer(), nullable=False),
        sa.Column("late_cap", sa.BigInteger(), nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("renewal_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_lending_terms_family_id")),
        sa.ForeignKeyConstraint(["rent_article_id"], ["article.id"], name=op.f("fk_lending_terms_rent_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_terms")),
        sa.UniqueConstraint("family_id", name=op.f("uq_lending_terms_family_id")),
    )
    op.create_table(
        "insurance_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_insurance_certificate_contact_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_insurance_certificate_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_certificate")),
    )
    op.create_index("ix_insurance_certificate_contact_id", "insurance_certificate", ["contact_id"])

    op.create_table(
        "loan_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_loan_reminder_contact_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_reminder_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_reminder")),
        sa.UniqueConstraint("loan_id", "due_on", "days", name=op.f("uq_loan_reminder_loan_id_due_on_days")),
    )
    op.create_index("ix_loan_reminder_contact_id_sent_on", "loan_reminder", ["contact_id", "sent_on"])

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("teller", sa.String(length=30), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_incident_asset_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_incident_contact_id")),
        sa.ForeignKeyConstraint(["item_id"], ["loan_item.id"], name=op.f("fk_incident_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_incident_loan_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_incident_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_asset_id", "incident", ["asset_id"])
    op.create_index("ix_incident_contact_id", "incident", ["contact_id"])
    op.create_index("ix_incident_item_id", "incident", ["item_id"])
    op.create_index("ix_incident_loan_id", "incident", ["loan_id"])
    op.create_index("ix_incident_state_id", "incident", ["state", "id"])
    op.create_index("ix_incident_ticket_id", "incident", ["ticket_id"])

    op.create_table(
        "loan_charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_loan_charge_document_id")),
        sa.ForeignKeyConstraint(["item_id"], ["loan_item.id"], name=op.f("fk_loan_charge_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_charge_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_charge")),
        sa.UniqueConstraint("item_id", "kind", name=op.f("uq_loan_charge_item_id_kind")),
    )
    op.create_index("ix_loan_charge_document_id", "loan_charge", ["document_id"])
    op.create_index("ix_loan_charge_loan_id", "loan_charge", ["loan_id"])

    op.add_column("loan", sa.Column("renewals", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("loan", sa.Column("signed_name", sa.String(), server_default="", nullable=False))
    op.add_column("loan", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    # As one statement: SQLite adds a foreign key with its column only.
    for name in ("signature_file_id", "contract_file_id"):
        op.execute(f"alter table loan add column {name} integer constraint fk_loan_{name} references stored_file (id)")
    now = datetime.now(UTC)
    op.bulk_insert(
        rules, [{"days": days, "channel": "", "created_at": now, "updated_at": now} for days in (-2, 0, 3, 10)]
    )


def downgrade() -> None:
    with op.batch_alter_table("loan") as table:
        for name in ("contract_file_id", "signature_file_id", "signed_at", "signed_name", "renewals"):
            table.drop_column(name)
    op.drop_table("loan_charge")
    op.drop_table("incident")
    op.drop_table("loan_reminder")
    op.drop_table("insurance_certificate")
    op.drop_table("lending_terms")
    op.drop_table("reminder_rule")
