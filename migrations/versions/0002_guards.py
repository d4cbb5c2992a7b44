"""Guards kept by the database itself: no two bookings of a resource at once; the search index; history never changes."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OCCUPYING = "('held', 'option', 'confirmed', 'out', 'overdue', 'maintenance')"

SQLITE_BOOKING = """
create trigger booking_no_overlap_{name} before {event} on booking
when new.state in {states}
begin
  select raise(abort, 'booking_no_overlap') where exists (
    select 1 from booking b
    where b.resource = new.resource and b.id is not new.id and b.state in {states}
      and b.starts_at < new.ends_at and new.starts_at < b.ends_at);
end
"""
SQLITE = [
    SQLITE_BOOKING.format(name="insert", event="insert", states=OCCUPYING),
    SQLITE_BOOKING.format(name="update", event="update of starts_at, ends_at, state, resource", states=OCCUPYING),
    "create virtual table search_fts using fts5(words, content='search_entry', content_rowid='id', "
    "tokenize='unicode61', prefix='2 3 4')",
    """create trigger search_entry_added after insert on search_entry begin
      insert into search_fts(rowid, words) values (new.id, new.words); end""",
    """create trigger search_entry_removed after delete on search_entry begin
      insert into search_fts(search_fts, rowid, words) values ('delete', old.id, old.words); end""",
    """create trigger search_entry_changed after update on search_entry begin
      insert into search_fts(search_fts, rowid, words) values ('delete', old.id, old.words);
      insert into search_fts(rowid, words) values (new.id, new.words); end""",
    """create trigger history_entry_no_update before update on history_entry begin
      select raise(abort, 'history_is_append_only'); end""",
    """create trigger history_entry_no_delete before delete on history_entry begin
      select raise(abort, 'history_is_append_only'); end""",
]
POSTGRES = [
    "create extension if not exists btree_gist",
    f"""alter table booking add constraint booking_no_overlap exclude using gist
      (resource with =, tstzrange(starts_at, ends_at, '[)') with &&) where (state in {OCCUPYING})""",
    "create index search_entry_words on search_entry using gin (to_tsvector('simple', words))",
    """create function history_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'history_is_append_only'; end $$""",
    """create trigger history_entry_no_change before update or delete on history_entry
      for each row execute function history_is_append_only()""",
]
SQLITE_DOWN = [
    "drop trigger history_entry_no_delete",
    "drop trigger history_entry_no_update",
    "drop trigger search_entry_changed",
    "drop trigger search_entry_removed",
    "drop trigger search_entry_added",
    "drop table search_fts",
    "drop trigger booking_no_overlap_update",
    "drop trigger booking_no_overlap_insert",
]
POSTGRES_DOWN = [
    "drop trigger history_entry_no_change on history_entry",
    "drop function history_is_append_only()",
    "drop index search_entry_words",
    "alter table booking drop constraint booking_no_overlap",
]


def _run(sqlite: list[str], postgres: list[str]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgres:
        op.execute(statement)


def upgrade() -> None:
    _run(SQLITE, POSTGRES)


def downgrade() -> None:
    _run(SQLITE_DOWN, POSTGRES_DOWN)
