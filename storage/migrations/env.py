"""Run by Alembic: on the connection, and inside the transaction, that the caller has opened."""

from alembic import context
from sqlalchemy.sql.schema import SchemaItem

from storage.models import metadata

_SEARCH_INDEX = "search"
"""The full-text index owns every table whose name begins so. SQLite makes some of them by itself, and
without this Alembic would propose to drop them."""


def _is_ours(
    _item: SchemaItem, name: str | None, kind: str, _reflected: bool, _model: SchemaItem | None
) -> bool:
    return not (kind == "table" and (name or "").startswith(_SEARCH_INDEX))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_is_ours,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
