"""A person's word on which copies tell one story; it goes before what is measured, now and in later runs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Delete, and_, delete, or_

from storage.database import insert_into
from storage.grouping import Tie
from storage.models import copies, overrulings
from storage.stories import places, settle


def copies_of(connection: Connection, url: str) -> list[str]:
    """The addresses of the story told at an address, that one among them; `LookupError` if none is held."""
    found = places(connection, [url])
    if not found:
        raise LookupError(f"no copy is held at {url}")
    number = found[0].article_id
    return sorted(
        connection.scalars(
            copies.select().with_only_columns(copies.c.url).where(copies.c.article_id == number)
        )
    )


def split(connection: Connection, url: str, at: datetime) -> int:
    """Take the copy at an address out of its story; returns the number of the story it tells now."""
    others = [other for other in copies_of(connection, url) if other != url]
    for other in others:
        _decide(connection, Tie.between(url, other, "split", 0.0), at)
    settle(connection, [url, *others])
    return places(connection, [url])[0].article_id  # type: ignore[no-any-return]


def merge(connection: Connection, one: str, other: str, similarity: float, at: datetime) -> int:
    """Take what is told at two addresses for one story; returns its number."""
    ours, theirs = copies_of(connection, one), copies_of(connection, other)
    connection.execute(_splits_between(ours, theirs))
    _decide(connection, Tie.between(one, other, "merge", similarity), at)
    settle(connection, [*ours, *theirs])
    return places(connection, [one])[0].article_id  # type: ignore[no-any-return]


def _decide(connection: Connection, tie: Tie, at: datetime) -> None:
    row = {
        "url": tie.url,
        "other_url": tie.other,
        "kind": tie.kind,
        "similarity": tie.similarity,
        "decided_at": at,
    }
    statement = insert_into(connection.dialect.name, overrulings).values(row)
    renewed = {name: value for name, value in row.items() if not name.endswith("url")}
    connection.execute(statement.on_conflict_do_update(index_elements=["url", "other_url"], set_=renewed))


def _splits_between(ours: Collection[str], theirs: Collection[str]) -> Delete:
    pair = overrulings.c.url, overrulings.c.other_url
    across = [and_(pair[0].in_(one), pair[1].in_(other)) for one, other in ((ours, theirs), (theirs, ours))]
    return delete(overrulings).where(overrulings.c.kind == "split", or_(*across))
