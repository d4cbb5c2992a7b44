"""The search index of SQLite reads the beginning of a word as fast as a whole word, up to eight letters."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CREATE = (
    "create virtual table search_fts using fts5(words, content='search_entry', content_rowid='id', "
    "tokenize='unicode61', prefix='{prefix}', detail={detail})"
)


def _made_again(prefix: str, detail: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table search_fts")
        op.execute(CREATE.format(prefix=prefix, detail=detail))
        op.execute("insert into search_fts(search_fts) values ('rebuild')")


def upgrade() -> None:
    _made_again("2 3 4 5 6 7 8", "none")


def downgrade() -> None:
    _made_again("2 3 4", "full")
