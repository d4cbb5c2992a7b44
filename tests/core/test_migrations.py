"""A generated migration: numbered, and fit for tables that already hold rows."""

import importlib.util
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import Operations
from alembic.operations.ops import MigrationScript, ModifyTableOps
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text

from app.assets.models import Family
from app.core.db import Base
from tests.code_base.source import ROOT

LACKING = ("icon", "accessories", "warranty_months")


@pytest.fixture
def environment(whole_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`migrations/env.py`, asked for a migration from the models."""
    spec = importlib.util.spec_from_file_location("migrations_env", ROOT / "migrations" / "env.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = SimpleNamespace(config=SimpleNamespace(cmd_opts=SimpleNamespace(autogenerate=True)))
    monkeypatch.setattr(module, "context", asked)
    return module


def generated(environment: Any, connection: Connection) -> list[MigrationScript]:
    options = {"compare_type": environment.same_type, "script": SimpleNamespace(get_current_head=lambda: "0041")}
    context = MigrationContext.configure(connection, opts=options)
    scripts = [produce_migrations(context, Base.metadata)]
    environment.write(context, (), scripts)
    return scripts


def test_the_rows_already_there_take_the_default_of_a_new_column(environment: Any) -> None:
    with create_engine("sqlite://").begin() as connection:
        Base.metadata.create_all(connection)
        for name in LACKING:
            connection.execute(text(f"alter table family drop column {name}"))
        connection.execute(
            text(
                "insert into family (name, trade_sheet, common_faults, refusal_notice, repair_days, created_at, updated_at) "
                "values ('Cafetière', '', '[]', '', 5, '2026-01-01', '2026-01-01')"
            )
        )
        (script,) = generated(environment, connection)
        assert script.rev_id == "0042"
        assert script.upgrade_ops is not None
        assert 'server_default=sa.text("24")' in render_python_code(script.upgrade_ops).replace("'", '"')
        for table in script.upgrade_ops.ops:
            assert isinstance(table, ModifyTableOps)
            for op in table.ops:
                Operations(MigrationContext.configure(connection)).invoke(op)
        row = connection.execute(select(*(Family.__table__.c[name] for name in LACKING))).one()
    assert tuple(row) == ("device-unknown", [], 24)


def test_no_migration_is_written_when_there_is_nothing_to_change(environment: Any) -> None:
    with create_engine("sqlite://").begin() as connection:
        Base.metadata.create_all(connection)
        assert generated(environment, connection) == []
