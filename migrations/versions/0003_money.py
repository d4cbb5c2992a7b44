"""Money: catalogue, tariffs, stock, documents of sale, purchases, payments, till, ledger; seals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_family",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["article_family.id"], name=op.f("fk_article_family_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_family")),
    )
    with op.batch_alter_table("article_family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_family_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rehearsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rehearsal_error", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
        sa.UniqueConstraint("name", name=op.f("uq_backup_name")),
    )
    with op.batch_alter_table("backup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backup_started_at"), ["started_at"], unique=False)

    op.create_table(
        "debit_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("notify_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("creditor", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_batch")),
        sa.UniqueConstraint("form_key", name=op.f("uq_debit_batch_form_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_debit_batch_message_id")),
    )
    with op.batch_alter_table("debit_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_debit_batch_state_collected_on"), ["state", "collected_on"], unique=False)

    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("role", name=op.f("uq_ledger_account_role")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("journal", sa.String(length=30), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("piece", sa.String(), nullable=False),
        sa.Column("piece_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "source_kind", "source_id", "step", name=op.f("uq_ledger_entry_source_kind_source_id_step")
        ),
        sa.UniqueConstraint("year", "rank", name=op.f("uq_ledger_entry_year_rank")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_booked_on_id"), ["booked_on", "id"], unique=False)

    op.create_table(
        "remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("deposited_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("other_amount", sa.BigInteger(), nullable=False),
        sa.Column("other_count", sa.Integer(), nullable=False),
        sa.Column("other_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("credited_on", sa.Date(), nullable=True),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("form_key", name=op.f("uq_remittance_form_key")),
        sa.UniqueConstraint("number", name=op.f("uq_remittance_number")),
    )
    with op.batch_alter_table("remittance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remittance_state_deposited_on"), ["state", "deposited_on"], unique=False)

    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("chain", "rank", name=op.f("uq_seal_chain_rank")),
    )
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seal_subject_kind_subject_id"), ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "seal_head",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_seal_head")),
    )
    op.create_table(
        "tariff_zone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_zone")),
        sa.UniqueConstraint("name", name=op.f("uq_tariff_zone_name")),
    )
    op.create_table(
        "town",
        sa.Column("insee", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("postcodes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("insee", name=op.f("pk_town")),
    )
    with op.batch_alter_table("town", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_town_name_key"), ["name_key"], unique=False)

    op.create_table(
        "vat_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("vatex", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_rate")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_vat_rate_code_valid_from")),
    )
    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("left_amount", sa.BigInteger(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("left_amount >= 0", name=op.f("ck_voucher_not_overspent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code")),
    )
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_webhook_event_provider_event_id")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("barcode", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("nature", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("price_gross", sa.BigInteger(), nullable=False),
        sa.Column("gross_rules", sa.Boolean(), nullable=False),
        sa.Column("vat_code", sa.String(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.Column("stocked", sa.Boolean(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("reorder", sa.Integer(), nullable=False),
        sa.Column("traced", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=True),
        sa.Column("on_till", sa.Boolean(), nullable=False),
        sa.Column("custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["article_family.id"], name=op.f("fk_article_family_id")),
        sa.ForeignKeyConstraint(["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_article_questionnaire_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("reference", name=op.f("uq_article_reference")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_article_source_ref")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_barcode"), ["barcode"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_family_id_label"), ["family_id", "label"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_label"), ["label"], unique=False)

    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("layout", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_bank_statement_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
    )
    op.create_table(
        "einvoice_flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("tracking_id", sa.String(), nullable=True),
        sa.Column("flow_id", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_einvoice_flow_account_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_einvoice_flow_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_flow")),
        sa.UniqueConstraint("account_id", "flow_id", name=op.f("uq_einvoice_flow_account_id_flow_id")),
        sa.UniqueConstraint("tracking_id", name=op.f("uq_einvoice_flow_tracking_id")),
    )
    with op.batch_alter_table("einvoice_flow", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_einvoice_flow_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_einvoice_flow_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_einvoice_flow_state_next_at"), ["state", "next_at"], unique=False)

    op.create_table(
        "ledger_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("account_label", sa.String(), nullable=False),
        sa.Column("third_party", sa.String(), nullable=False),
        sa.Column("third_party_label", sa.String(), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("allocation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)", name=op.f("ck_ledger_line_one_side")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_line_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
    )
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_line_account_third_party"), ["account", "third_party"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_ledger_line_allocation_id"), ["allocation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_line_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "stock_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_stock_place_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_place")),
        sa.UniqueConstraint("name", name=op.f("uq_stock_place_name")),
    )
    op.create_table(
        "zone_town",
        sa.Column("insee", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["insee"], ["town.insee"], name=op.f("fk_zone_town_insee")),
        sa.ForeignKeyConstraint(["zone_id"], ["tariff_zone.id"], name=op.f("fk_zone_town_zone_id")),
        sa.PrimaryKeyConstraint("insee", name=op.f("pk_zone_town")),
    )
    with op.batch_alter_table("zone_town", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_zone_town_zone_id"), ["zone_id"], unique=False)

    op.create_table(
        "article_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("whole_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["article.id"], name=op.f("fk_article_part_part_id")),
        sa.ForeignKeyConstraint(["whole_id"], ["article.id"], name=op.f("fk_article_part_whole_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_part")),
    )
    with op.batch_alter_table("article_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_part_part_id"), ["part_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_part_whole_id"), ["whole_id"], unique=False)

    op.create_table(
        "ledger_lettering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("letters", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_ledger_lettering_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lettering")),
        sa.UniqueConstraint("line_id", name=op.f("uq_ledger_lettering_line_id")),
    )
    with op.batch_alter_table("ledger_lettering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_lettering_letters"), ["letters"], unique=False)

    op.create_table(
        "price_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_before", sa.BigInteger(), nullable=False),
        sa.Column("price_after", sa.BigInteger(), nullable=False),
        sa.Column("cost_before", sa.BigInteger(), nullable=False),
        sa.Column("cost_after", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_price_change_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
    )
    with op.batch_alter_table("price_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_change_article_id_at"), ["article_id", "at"], unique=False)

    op.create_table(
        "stock_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_count_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
    )
    op.create_table(
        "stock_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_stock_level_held_not_negative")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_level_not_negative")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_stock_level_article_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_level_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_level")),
        sa.UniqueConstraint("article_id", "place_id", "lot_id", name=op.f("uq_stock_level_article_id_place_id_lot_id")),
    )
    with op.batch_alter_table("stock_level", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_level_place_id"), ["place_id"], unique=False)

    op.create_table(
        "tariff_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("member_category", sa.String(), nullable=True),
        sa.Column("customer_category", sa.String(), nullable=True),
        sa.Column("quotient_from", sa.BigInteger(), nullable=True),
        sa.Column("quotient_below", sa.BigInteger(), nullable=True),
        sa.Column("sibling_rank", sa.Integer(), nullable=True),
        sa.Column("season_from", sa.String(), nullable=True),
        sa.Column("season_to", sa.String(), nullable=True),
        sa.Column("days_from", sa.Integer(), nullable=True),
        sa.Column("days_to", sa.Integer(), nullable=True),
        sa.Column("quantity_from", sa.Integer(), nullable=True),
        sa.Column("effect", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("notes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_tariff_rule_article_id")),
        sa.ForeignKeyConstraint(["family_id"], ["article_family.id"], name=op.f("fk_tariff_rule_family_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["tariff_zone.id"], name=op.f("fk_tariff_rule_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_rule")),
        sa.UniqueConstraint("label", name=op.f("uq_tariff_rule_label")),
    )
    with op.batch_alter_table("tariff_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tariff_rule_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tariff_rule_family_id"), ["family_id"], unique=False)

    op.create_table(
        "till",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_till_place_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_till_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("code", name=op.f("uq_till_code")),
    )
    op.create_table(
        "article_supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_supplier_article_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["contact.id"], name=op.f("fk_article_supplier_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_supplier")),
        sa.UniqueConstraint("article_id", "supplier_id", name=op.f("uq_article_supplier_article_id_supplier_id")),
    )
    with op.batch_alter_table("article_supplier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_supplier_supplier_id_reference"), ["supplier_id", "reference"], unique=False
        )

    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("rum", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("sealed_iban", sa.String(), nullable=False),
        sa.Column("iban_end", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signed_how", sa.String(length=30), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("recurrent", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_mandate_contact_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["stored_file.id"], name=op.f("fk_mandate_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("rum", name=op.f("uq_mandate_rum")),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandate_state_last_used_on"), ["state", "last_used_on"], unique=False)

    op.create_table(
        "price_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("layout", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("owner_name", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_price_update_file_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["contact.id"], name=op.f("fk_price_update_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_update")),
    )
    op.create_table(
        "purchase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_purchase_file_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_purchase_place_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["contact.id"], name=op.f("fk_purchase_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_number")),
    )
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_supplier_id_state"), ["supplier_id", "state"], unique=False)

    op.create_table(
        "security_deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("renew_on", sa.Date(), nullable=True),
        sa.Column("alerted_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("kept_amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_security_deposit_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_deposit")),
    )
    with op.batch_alter_table("security_deposit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_security_deposit_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_security_deposit_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_security_deposit_state_renew_on"), ["state", "renew_on"], unique=False)

    op.create_table(
        "stock_count_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_stock_count_line_article_id")),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_stock_count_line_count_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count_line")),
        sa.UniqueConstraint(
            "count_id", "article_id", "lot_id", name=op.f("uq_stock_count_line_count_id_article_id_lot_id")
        ),
    )
    op.create_table(
        "stock_lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("supplier_invoice", sa.String(), nullable=False),
        sa.Column("invoiced_on", sa.Date(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_stock_lot_article_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["contact.id"], name=op.f("fk_stock_lot_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_lot")),
        sa.UniqueConstraint("article_id", "code", name=op.f("uq_stock_lot_article_id_code")),
    )
    op.create_table(
        "suspended_sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_suspended_sale_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspended_sale")),
    )
    with op.batch_alter_table("suspended_sale", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspended_sale_till_id"), ["till_id"], unique=False)

    op.create_table(
        "till_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_event_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_event")),
    )
    with op.batch_alter_table("till_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_event_till_id_id"), ["till_id", "id"], unique=False)

    op.create_table(
        "till_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("float_amount", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("counted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_session_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
    )
    with op.batch_alter_table("till_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_session_till_id_state"), ["till_id", "state"], unique=False)

    op.create_table(
        "price_update_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("supplier_price", sa.BigInteger(), nullable=False),
        sa.Column("cost_before", sa.BigInteger(), nullable=False),
        sa.Column("cost_after", sa.BigInteger(), nullable=False),
        sa.Column("price_before", sa.BigInteger(), nullable=False),
        sa.Column("price_after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_price_update_line_article_id")),
        sa.ForeignKeyConstraint(["update_id"], ["price_update.id"], name=op.f("fk_price_update_line_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_update_line")),
    )
    with op.batch_alter_table("price_update_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_price_update_line_update_id_verdict_id"), ["update_id", "verdict", "id"], unique=False
        )

    op.create_table(
        "purchase_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_purchase_line_article_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_line_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_line")),
    )
    with op.batch_alter_table("purchase_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_line_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_line_purchase_id"), ["purchase_id"], unique=False)

    op.create_table(
        "purchase_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_receipt_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_receipt")),
        sa.UniqueConstraint("form_key", name=op.f("uq_purchase_receipt_form_key")),
    )
    with op.batch_alter_table("purchase_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_receipt_purchase_id"), ["purchase_id"], unique=False)

    op.create_table(
        "stock_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_stock_move_article_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["stock_lot.id"], name=op.f("fk_stock_move_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_move_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_move_key")),
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_move_about_kind_about_id"), ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_move_article_id_id"), ["article_id", "id"], unique=False)

    op.create_table(
        "stock_reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_stock_reservation_article_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["stock_lot.id"], name=op.f("fk_stock_reservation_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_reservation_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_reservation")),
    )
    with op.batch_alter_table("stock_reservation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stock_reservation_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stock_reservation_article_id_state"), ["article_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stock_reservation_line_id"), ["line_id"], unique=False)

    op.create_table(
        "supplier_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_how", sa.String(), nullable=False),
        sa.Column("differences", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_supplier_invoice_file_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_supplier_invoice_purchase_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["contact.id"], name=op.f("fk_supplier_invoice_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice")),
        sa.UniqueConstraint("supplier_id", "number", name=op.f("uq_supplier_invoice_supplier_id_number")),
    )
    with op.batch_alter_table("supplier_invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_invoice_purchase_id"), ["purchase_id"], unique=False)

    op.create_table(
        "till_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("period", sa.String(length=30), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("sales", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("perpetual", sa.BigInteger(), nullable=False),
        sa.Column("absolute", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_till_closing_session_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_closing_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_closing")),
        sa.UniqueConstraint("number", name=op.f("uq_till_closing_number")),
        sa.UniqueConstraint(
            "till_id",
            "period",
            "begins_on",
            "session_id",
            name=op.f("uq_till_closing_till_id_period_begins_on_session_id"),
        ),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reference_key", sa.String(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("till_sale_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("remittance_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_payment_contact_id")),
        sa.ForeignKeyConstraint(["remittance_id"], ["remittance.id"], name=op.f("fk_payment_remittance_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["payment.id"], name=op.f("fk_payment_reverses_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_payment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("form_key", name=op.f("uq_payment_form_key")),
        sa.UniqueConstraint("method", "reference_key", name=op.f("uq_payment_method_reference_key")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_received_on_id"), ["received_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_remittance_id"), ["remittance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_till_sale_id"), ["till_sale_id"], unique=False)

    op.create_table(
        "supplier_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("bank_line_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["supplier_invoice.id"], name=op.f("fk_supplier_payment_bill_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["supplier_payment.id"], name=op.f("fk_supplier_payment_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_payment")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_supplier_payment_reverses_id")),
    )
    with op.batch_alter_table("supplier_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_payment_bank_line_id"), ["bank_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_payment_bill_id"), ["bill_id"], unique=False)

    op.create_table(
        "quote_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quote_id", sa.Integer(), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat_code", sa.String(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_quote_line_article_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
    )
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_line_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "sales_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=True),
        sa.Column("quote_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("supplied_on", sa.Date(), nullable=True),
        sa.Column("purchase_order", sa.String(), nullable=False),
        sa.Column("delivery_address", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("third_party", sa.BigInteger(), nullable=False),
        sa.Column("prepaid", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("check", sa.String(length=30), nullable=False),
        sa.Column("faults", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("einvoice", sa.String(length=30), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sales_document_contact_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_sales_document_file_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_document.id"], name=op.f("fk_sales_document_order_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["sales_document.id"], name=op.f("fk_sales_document_origin_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["contact.id"], name=op.f("fk_sales_document_payer_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_sales_document_quote_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sales_document_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_document")),
        sa.UniqueConstraint("form_key", name=op.f("uq_sales_document_form_key")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_document_number")),
    )
    with op.batch_alter_table("sales_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_document_contact_id_kind"), ["contact_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_issued_on_id"), ["issued_on", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_document_kind_state_issued_on"), ["kind", "state", "issued_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_document_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_payer_id"), ["payer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_quote_id"), ["quote_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_settled_due_on"), ["settled", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_document_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "checkout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("quote_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_checkout_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_checkout_contact_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_checkout_document_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_checkout_payment_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_checkout_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout")),
        sa.UniqueConstraint("reference", name=op.f("uq_checkout_reference")),
    )
    with op.batch_alter_table("checkout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkout_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkout_provider_ref"), ["provider_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkout_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "debit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.String(length=30), nullable=False),
        sa.Column("end_to_end", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rejected_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["debit_batch.id"], name=op.f("fk_debit_batch_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_debit_document_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_debit_mandate_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_debit_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit")),
        sa.UniqueConstraint("end_to_end", name=op.f("uq_debit_end_to_end")),
    )
    with op.batch_alter_table("debit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_debit_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_debit_document_id_state"), ["document_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_debit_mandate_id"), ["mandate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_debit_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "document_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat_code", sa.String(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_document_line_article_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_document_line_document_id")),
        sa.ForeignKeyConstraint(["source_id"], ["document_line.id"], name=op.f("fk_document_line_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_line")),
    )
    with op.batch_alter_table("document_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_line_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_line_source_id"), ["source_id"], unique=False)

    op.create_table(
        "document_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_document_status_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_status")),
        sa.UniqueConstraint("document_id", "reference", name=op.f("uq_document_status_document_id_reference")),
    )
    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["sales_document.id"], name=op.f("fk_instalment_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_document.id"], name=op.f("fk_instalment_order_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_instalment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instalment_order_id"), ["order_id"], unique=False)

    op.create_table(
        "recurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("issue", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["sales_document.id"], name=op.f("fk_recurrence_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrence")),
    )
    op.create_table(
        "reminder_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_reminder_stop_contact_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_reminder_stop_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stop")),
    )
    with op.batch_alter_table("reminder_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_stop_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_stop_document_id"), ["document_id"], unique=False)

    op.create_table(
        "third_party_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_third_party_share_document_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["contact.id"], name=op.f("fk_third_party_share_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_party_share")),
    )
    with op.batch_alter_table("third_party_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_third_party_share_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_third_party_share_payer_id"), ["payer_id"], unique=False)

    op.create_table(
        "till_sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("till_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shares", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("means", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("on_account", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("perpetual", sa.BigInteger(), nullable=False),
        sa.Column("absolute", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_till_sale_contact_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_till_sale_document_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["till_sale.id"], name=op.f("fk_till_sale_reverses_id")),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_till_sale_session_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_till_sale_ticket_id")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_sale_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_sale")),
        sa.UniqueConstraint("form_key", name=op.f("uq_till_sale_form_key")),
        sa.UniqueConstraint("number", name=op.f("uq_till_sale_number")),
    )
    with op.batch_alter_table("till_sale", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_sale_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_till_sale_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_till_sale_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_till_sale_reverses_id"), ["reverses_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_till_sale_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_till_sale_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("credit_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("till_sale_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_allocation_not_nothing")),
        sa.ForeignKeyConstraint(["credit_id"], ["sales_document.id"], name=op.f("fk_allocation_credit_id")),
        sa.ForeignKeyConstraint(["document_id"], ["sales_document.id"], name=op.f("fk_allocation_document_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id")),
        sa.ForeignKeyConstraint(["share_id"], ["third_party_share.id"], name=op.f("fk_allocation_share_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_allocation_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_credit_id"), ["credit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_share_id"), ["share_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_till_sale_id"), ["till_sale_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_voucher_id"), ["voucher_id"], unique=False)

    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("bank_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("remittance_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("debit_id", sa.Integer(), nullable=True),
        sa.Column("twin_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["debit_batch.id"], name=op.f("fk_bank_line_batch_id")),
        sa.ForeignKeyConstraint(["debit_id"], ["debit.id"], name=op.f("fk_bank_line_debit_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_line_payment_id")),
        sa.ForeignKeyConstraint(["remittance_id"], ["remittance.id"], name=op.f("fk_bank_line_remittance_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")),
        sa.ForeignKeyConstraint(["twin_id"], ["bank_line.id"], name=op.f("fk_bank_line_twin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_line_key")),
    )
    with op.batch_alter_table("bank_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_line_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_booked_on_id"), ["booked_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_debit_id"), ["debit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_remittance_id"), ["remittance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_state_booked_on"), ["state", "booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_statement_id"), ["statement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_line_twin_id"), ["twin_id"], unique=False)

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vat_number", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("einvoice_address", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("category", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("supplier", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vat_regime", sa.String(length=30), server_default="normal", nullable=False))
        batch_op.add_column(sa.Column("vat_on_debits", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("iban", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("bic", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("creditor_id", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.add_column(sa.Column("root_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("title", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("deposit_share", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("deposit_amount", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("form_key", sa.String(), nullable=True))
        batch_op.alter_column("ticket_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_quote_root_id"), ["root_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_quote_form_key"), ["form_key"])
        batch_op.create_foreign_key(batch_op.f("fk_quote_root_id"), "quote", ["root_id"], ["id"])

    with op.batch_alter_table("ticket_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("article_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lot_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_ticket_line_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_line_lot_id"), ["lot_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_ticket_line_lot_id"), "stock_lot", ["lot_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_ticket_line_article_id"), "article", ["article_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("ticket_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_line_article_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ticket_line_lot_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_ticket_line_lot_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_line_article_id"))
        batch_op.drop_column("lot_id")
        batch_op.drop_column("article_id")

    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_quote_root_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_quote_form_key"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_quote_root_id"))
        batch_op.alter_column("ticket_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("form_key")
        batch_op.drop_column("deposit_amount")
        batch_op.drop_column("deposit_share")
        batch_op.drop_column("title")
        batch_op.drop_column("root_id")

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("creditor_id")
        batch_op.drop_column("bic")
        batch_op.drop_column("iban")
        batch_op.drop_column("vat_on_debits")
        batch_op.drop_column("vat_regime")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("supplier")
        batch_op.drop_column("category")
        batch_op.drop_column("einvoice_address")
        batch_op.drop_column("vat_number")

    with op.batch_alter_table("bank_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_line_twin_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_statement_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_state_booked_on"))
        batch_op.drop_index(batch_op.f("ix_bank_line_remittance_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_payment_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_debit_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_booked_on_id"))
        batch_op.drop_index(batch_op.f("ix_bank_line_batch_id"))

    op.drop_table("bank_line")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_voucher_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_till_sale_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_share_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_payment_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_document_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_credit_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("till_sale", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_till_sale_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_till_sale_session_id"))
        batch_op.drop_index(batch_op.f("ix_till_sale_reverses_id"))
        batch_op.drop_index(batch_op.f("ix_till_sale_document_id"))
        batch_op.drop_index(batch_op.f("ix_till_sale_contact_id"))
        batch_op.drop_index(batch_op.f("ix_till_sale_at"))

    op.drop_table("till_sale")
    with op.batch_alter_table("third_party_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_third_party_share_payer_id"))
        batch_op.drop_index(batch_op.f("ix_third_party_share_document_id"))

    op.drop_table("third_party_share")
    with op.batch_alter_table("reminder_stop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_stop_document_id"))
        batch_op.drop_index(batch_op.f("ix_reminder_stop_contact_id"))

    op.drop_table("reminder_stop")
    op.drop_table("recurrence")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_order_id"))

    op.drop_table("instalment")
    op.drop_table("document_status")
    with op.batch_alter_table("document_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_line_source_id"))
        batch_op.drop_index(batch_op.f("ix_document_line_document_id"))

    op.drop_table("document_line")
    with op.batch_alter_table("debit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_debit_payment_id"))
        batch_op.drop_index(batch_op.f("ix_debit_mandate_id"))
        batch_op.drop_index(batch_op.f("ix_debit_document_id_state"))
        batch_op.drop_index(batch_op.f("ix_debit_batch_id"))

    op.drop_table("debit")
    with op.batch_alter_table("checkout", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkout_quote_id"))
        batch_op.drop_index(batch_op.f("ix_checkout_provider_ref"))
        batch_op.drop_index(batch_op.f("ix_checkout_document_id"))

    op.drop_table("checkout")
    with op.batch_alter_table("sales_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_document_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_settled_due_on"))
        batch_op.drop_index(batch_op.f("ix_sales_document_quote_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_payer_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_origin_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_order_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_kind_state_issued_on"))
        batch_op.drop_index(batch_op.f("ix_sales_document_issued_on_id"))
        batch_op.drop_index(batch_op.f("ix_sales_document_contact_id_kind"))

    op.drop_table("sales_document")
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_line_quote_id"))

    op.drop_table("quote_line")
    with op.batch_alter_table("supplier_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_payment_bill_id"))
        batch_op.drop_index(batch_op.f("ix_supplier_payment_bank_line_id"))

    op.drop_table("supplier_payment")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_till_sale_id"))
        batch_op.drop_index(batch_op.f("ix_payment_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_payment_remittance_id"))
        batch_op.drop_index(batch_op.f("ix_payment_received_on_id"))
        batch_op.drop_index(batch_op.f("ix_payment_contact_id"))

    op.drop_table("payment")
    op.drop_table("till_closing")
    with op.batch_alter_table("supplier_invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_invoice_purchase_id"))

    op.drop_table("supplier_invoice")
    with op.batch_alter_table("stock_reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_reservation_line_id"))
        batch_op.drop_index(batch_op.f("ix_stock_reservation_article_id_state"))
        batch_op.drop_index(batch_op.f("ix_stock_reservation_about_kind_about_id"))

    op.drop_table("stock_reservation")
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_move_article_id_id"))
        batch_op.drop_index(batch_op.f("ix_stock_move_about_kind_about_id"))

    op.drop_table("stock_move")
    with op.batch_alter_table("purchase_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_receipt_purchase_id"))

    op.drop_table("purchase_receipt")
    with op.batch_alter_table("purchase_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_line_purchase_id"))
        batch_op.drop_index(batch_op.f("ix_purchase_line_article_id"))

    op.drop_table("purchase_line")
    with op.batch_alter_table("price_update_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_price_update_line_update_id_verdict_id"))

    op.drop_table("price_update_line")
    with op.batch_alter_table("till_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_till_session_till_id_state"))

    op.drop_table("till_session")
    with op.batch_alter_table("till_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_till_event_till_id_id"))

    op.drop_table("till_event")
    with op.batch_alter_table("suspended_sale", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspended_sale_till_id"))

    op.drop_table("suspended_sale")
    op.drop_table("stock_lot")
    op.drop_table("stock_count_line")
    with op.batch_alter_table("security_deposit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_security_deposit_state_renew_on"))
        batch_op.drop_index(batch_op.f("ix_security_deposit_contact_id"))
        batch_op.drop_index(batch_op.f("ix_security_deposit_about_kind_about_id"))

    op.drop_table("security_deposit")
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_supplier_id_state"))

    op.drop_table("purchase")
    op.drop_table("price_update")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandate_state_last_used_on"))
        batch_op.drop_index(batch_op.f("ix_mandate_contact_id"))

    op.drop_table("mandate")
    with op.batch_alter_table("article_supplier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_supplier_supplier_id_reference"))

    op.drop_table("article_supplier")
    op.drop_table("till")
    with op.batch_alter_table("tariff_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tariff_rule_family_id"))
        batch_op.drop_index(batch_op.f("ix_tariff_rule_article_id"))

    op.drop_table("tariff_rule")
    with op.batch_alter_table("stock_level", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_level_place_id"))

    op.drop_table("stock_level")
    op.drop_table("stock_count")
    with op.batch_alter_table("price_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_price_change_article_id_at"))

    op.drop_table("price_change")
    with op.batch_alter_table("ledger_lettering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_lettering_letters"))

    op.drop_table("ledger_lettering")
    with op.batch_alter_table("article_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_part_whole_id"))
        batch_op.drop_index(batch_op.f("ix_article_part_part_id"))

    op.drop_table("article_part")
    with op.batch_alter_table("zone_town", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_zone_town_zone_id"))

    op.drop_table("zone_town")
    op.drop_table("stock_place")
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_line_entry_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_line_allocation_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_line_account_third_party"))

    op.drop_table("ledger_line")
    with op.batch_alter_table("einvoice_flow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_einvoice_flow_state_next_at"))
        batch_op.drop_index(batch_op.f("ix_einvoice_flow_file_id"))
        batch_op.drop_index(batch_op.f("ix_einvoice_flow_about_kind_about_id"))

    op.drop_table("einvoice_flow")
    op.drop_table("bank_statement")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_label"))
        batch_op.drop_index(batch_op.f("ix_article_family_id_label"))
        batch_op.drop_index(batch_op.f("ix_article_barcode"))

    op.drop_table("article")
    op.drop_table("webhook_event")
    op.drop_table("voucher")
    op.drop_table("vat_rate")
    with op.batch_alter_table("town", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_town_name_key"))

    op.drop_table("town")
    op.drop_table("tariff_zone")
    op.drop_table("seal_head")
    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_subject_kind_subject_id"))

    op.drop_table("seal")
    with op.batch_alter_table("remittance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remittance_state_deposited_on"))

    op.drop_table("remittance")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_booked_on_id"))

    op.drop_table("ledger_entry")
    op.drop_table("ledger_account")
    with op.batch_alter_table("debit_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_debit_batch_state_collected_on"))

    op.drop_table("debit_batch")
    with op.batch_alter_table("backup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_backup_started_at"))

    op.drop_table("backup")
    with op.batch_alter_table("article_family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_family_parent_id"))

    op.drop_table("article_family")
