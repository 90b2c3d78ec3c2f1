"""An archive moved from one database into another, row by row."""

from sqlalchemy import Connection, Table, func, inspect, select, text

from storage.archive import Archive
from storage.errors import ArchiveError
from storage.models import articles, metadata

_BATCH = 500


def copy_archive(source: Archive, target: Archive) -> dict[str, int]:
    """Copy every row into an archive that holds nothing yet, in one transaction; gives the rows of each table.

    Raises:
        ArchiveError: the target holds articles already.
    """
    with source.read() as old, target.transaction() as tx:
        new = tx.connection
        if new.scalar(select(func.count()).select_from(articles)):
            raise ArchiveError("the archive to copy into holds articles already")
        counts = {table.name: _copy_table(old, new, table) for table in metadata.sorted_tables}
        _set_counters(new)
    return counts


def _copy_table(old: Connection, new: Connection, table: Table) -> int:
    copied = 0
    rows = old.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key))
    for batch in rows.mappings().partitions(_BATCH):
        new.execute(table.insert(), [dict(row) for row in batch])
        copied += len(batch)
    return copied


def _set_counters(connection: Connection) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which copied rows leave untouched."""
    if connection.dialect.name != "postgresql":
        return
    for table in inspect(connection).get_table_names():
        if table in metadata.tables and "id" in metadata.tables[table].c:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false)"  # noqa: S608 - our own names
                    f" FROM {table}"
                )
            )
