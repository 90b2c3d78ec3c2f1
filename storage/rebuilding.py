"""Every decision on copies made again, over the whole archive, by the rules and overrulings of today."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from storage import near
from storage.article import Article, Attachment, Fingerprint
from storage.filing import split_identity, ties_of
from storage.models import bands, copies, likenesses, revisions
from storage.stories import settle

_BATCH = 500

FingerprintOf = Callable[[str, str], Fingerprint]
"""Makes a fingerprint of a headline and a body."""


def rebuild(connection: Connection, fingerprint_of: FingerprintOf) -> None:
    """Measure all texts anew in the order they were read, then bring the copies into their stories."""
    connection.execute(delete(likenesses))
    connection.execute(delete(bands))
    for row in _revisions(connection):
        article = _article(row, fingerprint_of(row.title, row.body))
        near.keep(connection, ties_of(connection, article))
        near.enter(connection, row.id, article.fingerprint.keys if article.fingerprint else ())
    left = set(connection.scalars(select(copies.c.url)))
    while left:
        left -= settle(connection, [min(left)])


def _revisions(connection: Connection) -> Iterator[Row[Any]]:
    last = 0
    while rows := connection.execute(_NEXT.where(revisions.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def _article(row: Row[Any], fingerprint: Fingerprint) -> Article:
    """As much of the article as deciding takes."""
    return Article(
        site=row.site,
        url=row.url,
        title=row.title,
        body=row.body,
        content_hash=row.content_hash,
        fetched_at=row.seen_at,
        rule_version=row.rule_version,
        identity=split_identity(row.identity),
        attachments=tuple(Attachment(**told) for told in row.attachments),
        fingerprint=fingerprint,
    )


_NEXT = (
    select(revisions, copies.c.site, copies.c.identity)
    .join_from(revisions, copies, copies.c.url == revisions.c.url)
    .order_by(revisions.c.id)
    .limit(_BATCH)
)
