"""A smaller full-text index: it is emptied here, and filled anew before the archive is open."""

from alembic import op
from sqlalchemy import inspect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop the old index and note every article as not yet in the new one."""
    if "search_index" in inspect(op.get_bind()).get_table_names():
        op.execute("DROP TABLE search_index")
        op.execute("DELETE FROM search_pending")
        op.execute("INSERT INTO search_pending SELECT id, NULL FROM articles")
