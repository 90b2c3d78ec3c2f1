"""Which outlet a printed name means."""

from functools import cache

from sqlalchemy import Connection, Insert, bindparam, select

from storage.database import insert_into
from storage.models import source_aliases, sources

_BY_ALIAS = select(source_aliases.c.alias, source_aliases.c.source_id).where(
    source_aliases.c.alias.in_(bindparam("aliases", expanding=True))
)

_MAKE = sources.insert().returning(sources.c.id)


@cache
def _remember(dialect: str) -> Insert:
    return insert_into(dialect, source_aliases).on_conflict_do_nothing(index_elements=["alias"])


def source_id(connection: Connection, name: str | None, printed: str | None) -> int | None:
    """The number of the outlet called `name`, made if it is new; `printed` is kept as a spelling of it.

    Aliases are asked first: after two outlets are merged, the name that was given up is an alias of the
    one that stayed, and pages go on printing it.
    """
    if name is None:
        return None
    spellings = [name] if printed is None else [name, printed]
    known = {row.alias: row.source_id for row in connection.execute(_BY_ALIAS, {"aliases": spellings})}
    number: int = known[name] if name in known else connection.execute(_MAKE, {"name": name}).scalar_one()
    unknown = [{"alias": spelling, "source_id": number} for spelling in spellings if spelling not in known]
    if unknown:
        connection.execute(_remember(connection.dialect.name), unknown)
    return number
