"""A story taken out of the archive because somebody has the right to ask for it.

The text goes, from every table. What stays is a tombstone: the addresses, the digest of the text, when and
why; enough to see that the same story is not fetched or filed again, and not enough to read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from storage.article import Article
from storage.filing import TELLING_LENGTH
from storage.models import (
    articles,
    captures,
    copies,
    ledger,
    metadata,
    rejections,
    removals,
    revisions,
)

REASON = "removed"
"""Under which the ledger keeps the addresses closed."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal did."""

    urls: tuple[str, ...]
    captures: tuple[tuple[str, int], ...]
    """Files and offsets of the kept responses that hold the pages."""


def find(connection: Connection, which: str) -> int | None:
    """The number of the story of that number or at that address."""
    if which.isdecimal():
        return connection.scalar(select(articles.c.id).where(articles.c.id == int(which)))
    return connection.scalar(select(copies.c.article_id).where(copies.c.url == which))


def remove(connection: Connection, article_id: int, *, why: str, at: datetime) -> Removed:
    """Take a story out and leave a tombstone for each of its addresses."""
    urls = tuple(connection.scalars(select(copies.c.url).where(copies.c.article_id == article_id)))
    digests = connection.execute(
        select(revisions.c.url, revisions.c.content_hash)
        .where(revisions.c.article_id == article_id)
        .distinct()
    ).all()
    kept = _captures(connection, urls)
    for table in reversed(metadata.sorted_tables):  # those first that point to others
        if "article_id" in table.c:
            connection.execute(delete(table).where(table.c.article_id == article_id))
    connection.execute(delete(articles).where(articles.c.id == article_id))
    connection.execute(delete(rejections).where(rejections.c.url.in_(urls)))
    _bury(connection, digests, why=why, at=at)
    closed = {"state": "skipped", "reason": REASON, "next_at": None, "title": None}
    connection.execute(update(ledger).where(ledger.c.url.in_(urls)).values(closed))
    return Removed(urls, kept)


def is_removed(connection: Connection, article: Article) -> bool:
    """Whether a page tells a story that was taken out, at its address or, word for word, at another."""
    same = removals.c.url == article.url
    if article.char_count >= TELLING_LENGTH:
        same = or_(same, removals.c.content_hash == article.content_hash)
    return connection.execute(select(removals.c.url).where(same).limit(1)).first() is not None


def _captures(connection: Connection, urls: Iterable[str]) -> tuple[tuple[str, int], ...]:
    query = select(captures.c.warc_file, captures.c.warc_offset).where(captures.c.url.in_(list(urls)))
    return tuple((row.warc_file, row.warc_offset) for row in connection.execute(query))


def _bury(connection: Connection, digests: Iterable[tuple[str, str]], *, why: str, at: datetime) -> None:
    rows = [
        {"url": url, "content_hash": content_hash, "removed_at": at, "why": why}
        for url, content_hash in digests
    ]
    connection.execute(removals.insert(), rows)
