"""Which outlet a printed name means."""

from sqlalchemy import Connection, select

from storage.database import insert
from storage.models import source_aliases, sources


def source_id(connection: Connection, name: str | None, printed: str | None) -> int | None:
    """The number of the outlet called `name`, made if it is new; `printed` is kept as a spelling of it.

    Aliases are asked first: after two outlets are merged, the name that was given up is an alias of the
    one that stayed, and pages go on printing it.
    """
    if name is None:
        return None
    found = _by_alias(connection, name)
    if found is None:
        found = _make(connection, name)
    if printed is not None and printed != name:
        _remember(connection, printed, found)
    return found


def _by_alias(connection: Connection, name: str) -> int | None:
    return connection.scalar(select(source_aliases.c.source_id).where(source_aliases.c.alias == name))


def _make(connection: Connection, name: str) -> int:
    statement = insert(connection, sources).values(name=name).returning(sources.c.id)
    made: int = connection.execute(statement).scalar_one()
    _remember(connection, name, made)
    return made


def _remember(connection: Connection, alias: str, source: int) -> None:
    statement = insert(connection, source_aliases).values(alias=alias, source_id=source)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["alias"]))
