"""Which copies tell one story, which of them it is quoted by, and what moves when that changes.

The canonical copy is, in this order: one that still answers, one that is complete, one the site credits to
itself, the one published first, the longest; and among equals the one seen first. Where a copy goes its
revisions go with it; a story keeps its number as long as it keeps its canonical copy.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from storage.grouping import Families
from storage.models import articles, attachments, contributors, copies, revisions
from storage.near import family
from storage.sources import source_id

_NEVER = datetime.max.replace(tzinfo=UTC)


def settle(connection: Connection, urls: Collection[str]) -> set[str]:
    """Bring the copies at these addresses, and all that hang together with them, into the stories they tell.

    Returns:
        The addresses looked at.
    """
    families = Families(family(connection, urls))
    held = {copy.url: copy for copy in _copies(connection, {*urls, *families.urls})}
    numbers = set()
    for story in {families.story_of(url) for url in held}:
        told = [held[url] for url in story if url in held]
        number = number_of(told) or _open_story(connection, min(told, key=_order))
        _move(connection, [copy.url for copy in told if copy.article_id != number], number)
        numbers.add(number)
    _drop(connection, {copy.article_id for copy in held.values()} - numbers)
    for number in numbers:
        _retell(connection, number, families)
    return {*urls, *held}


def number_of(told: Iterable[Row[Any]]) -> int | None:
    """The number of the story these copies tell: that of its canonical copy, of several the oldest."""
    return min((copy.article_id for copy in told if copy.kind == "canonical"), default=None)


def places(connection: Connection, urls: Collection[str]) -> list[Row[Any]]:
    """Address, story and kind of the copies at these addresses."""
    return list(connection.execute(_PLACES, {"urls": list(urls)}))


def replace_lines(
    connection: Connection, article_id: int, people: list[Any] | None, files: list[Any] | None
) -> None:
    """Write the people and the attachments of a story in place of those it had; None leaves what is there."""
    for table, lines in ((contributors, people), (attachments, files)):
        if lines is None:
            continue
        connection.execute(delete(table).where(table.c.article_id == article_id))
        numbered = [{"article_id": article_id, "position": i} | line for i, line in enumerate(lines, start=1)]
        if numbered:
            connection.execute(table.insert(), numbered)


def _copies(connection: Connection, urls: Collection[str]) -> list[Row[Any]]:
    return list(connection.execute(_COPIES.where(copies.c.url.in_(urls))))


def _order(copy: Row[Any]) -> tuple[Any, ...]:
    return (
        copy.gone_at is not None,
        copy.partial,
        not copy.own,
        copy.published_at or _NEVER,
        -copy.length,
        copy.first_seen_at,
        copy.kind != "canonical",
        copy.url,
    )


def _open_story(connection: Connection, copy: Row[Any]) -> int:
    story, people, files = _told_at(connection, copy.url)
    seen = {"first_seen_at": copy.first_seen_at, "last_seen_at": copy.last_seen_at, "gone_at": copy.gone_at}
    number: int = connection.execute(articles.insert().returning(articles.c.id), story | seen).scalar_one()
    replace_lines(connection, number, people, files)
    return number


def _move(connection: Connection, urls: list[str], number: int) -> None:
    for table in (copies, revisions) if urls else ():
        connection.execute(update(table).where(table.c.url.in_(urls)).values(article_id=number))


def _drop(connection: Connection, numbers: Collection[int]) -> None:
    """Take out the stories that went over into others."""
    left = select(copies.c.article_id).where(copies.c.article_id.in_(numbers))
    empty = set(numbers) - set(connection.scalars(left))
    for table, column in ((contributors, "article_id"), (attachments, "article_id"), (articles, "id")):
        if empty:
            connection.execute(delete(table).where(table.c[column].in_(empty)))


def _retell(connection: Connection, number: int, families: Families) -> None:
    """Let the story be told by its best copy, and say of the others what they are to it."""
    told = list(connection.execute(_COPIES.where(copies.c.article_id == number)))
    canonical = min(told, key=_order)
    for copy in told:
        kind, similarity = _standing(copy, canonical, families)
        if (kind, similarity) != (copy.kind, copy.similarity):
            here = update(copies).where(copies.c.url == copy.url)
            connection.execute(here.values(kind=kind, similarity=similarity))
    story = {
        "first_seen_at": min(copy.first_seen_at for copy in told),
        "last_seen_at": max(copy.last_seen_at for copy in told),
        "gone_at": canonical.gone_at and max(copy.gone_at for copy in told),
    }
    if connection.scalar(select(articles.c.url).where(articles.c.id == number)) != canonical.url:
        row, people, files = _told_at(connection, canonical.url)
        story |= row
        replace_lines(connection, number, people, files)
    connection.execute(update(articles).where(articles.c.id == number).values(story))


def _standing(copy: Row[Any], canonical: Row[Any], families: Families) -> tuple[str, float]:
    if copy.url == canonical.url:
        return "canonical", 1.0
    if copy.url in families.urls:
        return families.to(copy.url, canonical.url)
    # Nothing was measured: filed by hand.
    return ("same", 1.0) if copy.kind == "canonical" else (copy.kind, copy.similarity)


def _told_at(connection: Connection, url: str) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The story as the copy at an address tells it: its row, its people, its attachments."""
    read = connection.execute(_LAST_READ, {"url": url}).one()._mapping  # noqa: SLF001 - public, so named
    story = {name: read[name] for name in _TOLD} | {
        "url": url,
        "source_id": source_id(connection, read["source"], read["source_raw"]),
        "char_count": len("".join(read["body"].split())),
    }
    return story, read["contributors"], read["attachments"]


_TOLD = (
    "site",
    "identity",
    *(
        column.name
        for column in revisions.c
        if column.name in articles.c and column.name not in {"id", "url"}
    ),
)

_PLACES = select(copies.c.url, copies.c.article_id, copies.c.kind).where(
    copies.c.url.in_(bindparam("urls", expanding=True))
)

_earlier = revisions.alias()

_LAST_REVISION = (
    select(func.max(_earlier.c.id)).where(_earlier.c.url == copies.c.url).correlate(copies).scalar_subquery()
)

_COPIES = select(
    copies,
    revisions.c.partial,
    revisions.c.own,
    revisions.c.published_at,
    func.length(revisions.c.body).label("length"),
).join_from(copies, revisions, revisions.c.id == _LAST_REVISION)

_LAST_READ = (
    select(revisions, copies.c.site, copies.c.identity)
    .select_from(revisions)
    .join(copies, revisions.c.id == _LAST_REVISION)
    .where(copies.c.url == bindparam("url"))
)
