"""A story taken out of the archive because somebody has the right to ask for it.

The text goes, from every table and from the captures. What stays is a tombstone: the addresses, the digest of
the text, when and why; enough to see that the same story is not fetched or filed again, and not enough to
read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, or_, select, union, update

from storage.archive import Archive
from storage.article import Article
from storage.captures import place_of
from storage.filing import TELLING_LENGTH
from storage.models import (
    articles,
    bands,
    captures,
    copies,
    ledger,
    metadata,
    rejections,
    removals,
    revisions,
    warc_files,
)
from storage.warc import DamagedRecord, Record, overwrite, whole_file

REASON = "removed"
"""Under which the ledger keeps the addresses closed."""

_CLOSED = {"state": "skipped", "reason": REASON, "next_at": None, "title": None}

_TOMBSTONE = {"error": "OffLimits", "message": REASON}
"""What a replay meets in the place of a capture: an address that may not be asked for."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal did."""

    urls: tuple[str, ...]
    captures: int
    """Kept responses whose bytes are gone."""

    left: tuple[str, ...] = ()
    """Why others could not be reached, each naming its file."""


def find(connection: Connection, which: str) -> int | None:
    """The number of the story of that number or at that address."""
    if which.isdecimal():
        return connection.scalar(select(articles.c.id).where(articles.c.id == int(which)))
    return connection.scalar(select(copies.c.article_id).where(copies.c.url == which))


def remove(archive: Archive, folder: Path, article_id: int, *, why: str, at: datetime) -> Removed:
    """Take a story out and leave a tombstone for each of its addresses.

    Args:
        archive: held by nobody's run, as files of captures are written to.
        folder: of the captures.
        article_id: the story.
        why: kept with the tombstone.
        at: when.
    """
    with archive.transaction() as tx:
        urls = _addresses(tx.connection, article_id)
        _bury(tx.connection, article_id, why=why, at=at)
        _drop(tx.connection, article_id, urls)
        tx.connection.execute(update(ledger).where(ledger.c.url.in_(urls)).values(_CLOSED))
        blanked, left = blank(tx.connection, folder, at)
    archive.leave_no_trace()
    return Removed(urls, blanked, left)


def sweep(archive: Archive, folder: Path, at: datetime) -> None:
    """Blank what a run has kept of removed stories since, at addresses nobody knew of."""
    with archive.read() as connection:
        if connection.execute(select(removals.c.url).limit(1)).first() is None:
            return
    with archive.transaction() as tx:
        blank(tx.connection, folder, at)


def is_removed(connection: Connection, article: Article) -> bool:
    """Whether a page tells a story that was taken out, at its address or, word for word, at another."""
    same = removals.c.url == article.url
    if article.char_count >= TELLING_LENGTH:
        same = or_(same, removals.c.content_hash == article.content_hash)
    return connection.execute(select(removals.c.url).where(same).limit(1)).first() is not None


def blank(connection: Connection, folder: Path, at: datetime) -> tuple[int, tuple[str, ...]]:
    """Take the bytes of every address closed by a removal out of the captures.

    Bytes go before rows: cut off in between, the next call goes on.

    Returns:
        how many captures are gone, and of those that are not, why.
    """
    closed = union(
        select(ledger.c.url).where(ledger.c.state == "skipped", ledger.c.reason == REASON),
        select(removals.c.url),
    )
    parts = update(ledger).where(ledger.c.kind == "part", ledger.c.found_on.in_(closed))
    connection.execute(parts.values(_CLOSED))
    query = select(captures).where(captures.c.url.in_(closed)).order_by(captures.c.id.desc())
    done, left, files = 0, [], set()
    for row in connection.execute(query).all():
        try:
            overwrite(folder, place_of(row), Record("metadata", at, row.url, note=_TOMBSTONE))
            files.add(row.warc_file)
            done += 1
        except DamagedRecord as error:
            if row.original_id is None:
                left.append(str(error))
                continue
        # The newest first: those that refer to an older one for their body, and have none, go before it.
        connection.execute(delete(captures).where(captures.c.id == row.id))
    for name in files:
        known = update(warc_files).where(warc_files.c.name == name)
        connection.execute(known.values(digest=whole_file(folder / name).digest))
    return done, tuple(left)


def _addresses(connection: Connection, article_id: int) -> tuple[str, ...]:
    """Everywhere the story was read: its copies, and where they stood before."""
    told = union(
        select(copies.c.url).where(copies.c.article_id == article_id),
        select(captures.c.url).join(revisions).where(revisions.c.article_id == article_id),
    )
    return tuple(connection.scalars(told))


def _drop(connection: Connection, article_id: int, urls: Sequence[str]) -> None:
    told = select(revisions.c.id).where(revisions.c.article_id == article_id)
    connection.execute(delete(bands).where(bands.c.revision_id.in_(told)))
    for table in reversed(metadata.sorted_tables):  # those first that point to others
        if "article_id" in table.c:
            connection.execute(delete(table).where(table.c.article_id == article_id))
    connection.execute(delete(articles).where(articles.c.id == article_id))
    connection.execute(delete(rejections).where(rejections.c.url.in_(urls)))


def _bury(connection: Connection, article_id: int, *, why: str, at: datetime) -> None:
    told = select(revisions.c.url, revisions.c.content_hash).where(revisions.c.article_id == article_id)
    rows = [
        {"url": url, "content_hash": content_hash, "removed_at": at, "why": why}
        for url, content_hash in connection.execute(told.distinct())
    ]
    connection.execute(removals.insert(), rows)
