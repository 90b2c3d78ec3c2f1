"""Which outlet a printed name means."""

from functools import cache

from sqlalchemy import Connection, Insert, bindparam, delete, func, select, update

from storage.database import insert_into
from storage.models import articles, source_aliases, sources

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


class UnknownSource(LookupError):  # noqa: N818 - a name nobody has printed
    """No outlet is known by that name."""


def merge(connection: Connection, given_up: str, kept: str) -> bool:
    """Make two outlets one; the name given up is an alias of the other from now on.

    Returns:
        False where the two are one already.

    Raises:
        UnknownSource: one of them is not known.
    """
    old, new = _number(connection, given_up), _number(connection, kept)
    if old == new:
        return False
    connection.execute(update(articles).where(articles.c.source_id == old).values(source_id=new))
    connection.execute(update(source_aliases).where(source_aliases.c.source_id == old).values(source_id=new))
    connection.execute(delete(sources).where(sources.c.id == old))
    return True


def rename(connection: Connection, name: str, better: str) -> None:
    """Call an outlet by another name; the old one stays an alias.

    Raises:
        UnknownSource: nobody is called `name`.
        ValueError: somebody else is called `better`.
    """
    number = _number(connection, name)
    known = connection.execute(_BY_ALIAS, {"aliases": [better]}).first()
    if known is not None and known.source_id != number:
        raise ValueError(f"{better} is another source; make them one with: sources merge {name} {better}")
    connection.execute(update(sources).where(sources.c.id == number).values(name=better))
    if known is None:
        connection.execute(source_aliases.insert().values(alias=better, source_id=number))


def listed(connection: Connection) -> list[tuple[str, int, list[str]]]:
    """Every outlet, the most quoted first: name, articles, other spellings."""
    spellings: dict[int, list[str]] = {}
    for row in connection.execute(select(source_aliases).order_by(source_aliases.c.alias)):
        spellings.setdefault(row.source_id, []).append(row.alias)
    counted = func.count(articles.c.id)
    query = (
        select(sources.c.id, sources.c.name, counted.label("articles"))
        .outerjoin(articles, articles.c.source_id == sources.c.id)
        .group_by(sources.c.id, sources.c.name)
        .order_by(counted.desc(), sources.c.name)
    )
    return [
        (row.name, row.articles, [alias for alias in spellings.get(row.id, []) if alias != row.name])
        for row in connection.execute(query)
    ]


def _number(connection: Connection, name: str) -> int:
    known = connection.execute(_BY_ALIAS, {"aliases": [name]}).first()
    if known is None:
        raise UnknownSource(f"no source is called {name}")
    number: int = known.source_id
    return number
