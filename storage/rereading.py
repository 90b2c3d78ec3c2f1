"""Which pages the archive was read from, and what they said: the store's side of reading them again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Subquery, and_, bindparam, func, or_, select

from storage.article import Article
from storage.captures import body_columns, body_place_of, place_of
from storage.columns import SITE_TIME
from storage.models import articles, captures, copies, ledger, rejections, revisions, runs
from storage.warc import Place

READ_FIELDS = (
    "section",
    "kicker",
    "title",
    "subtitle",
    "published_at",
    "published_precision",
    "published_raw",
    "modified_at",
    "source",
    "source_raw",
    "body",
    "contributors",
    "attachments",
    "partial",
)
"""What a reader would notice, and what a changed rule may change."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One response the archive keeps, and where."""

    url: str
    """Canonical address under which it is read."""

    capture_id: int
    place: Place
    body: Place | None
    """Where the body is, if not with the response."""


@dataclass(frozen=True, slots=True)
class KeptReading:
    """An address, the capture it was last read from, and what was read."""

    page: KeptPage
    parts: tuple[KeptPage, ...]
    """The further pages of an article on several."""

    site: str | None
    """The host under which the archive keeps the site; None for a page that was refused."""

    spider: str
    run_id: int
    listed_date: str | None
    digest: str | None
    """Of what was read; None for a page that was refused."""

    partial: bool


def kept_readings(
    connection: Connection, *, run_id: int | None = None, url: str | None = None, start: int = 0
) -> Iterator[KeptReading]:
    """Every address whose page is kept, in the order of the captures.

    Args:
        connection: the archive.
        run_id: only what was last read in that run.
        url: only addresses that begin so.
        start: only captures from that number on.
    """
    query = _readings().where(captures.c.id >= start)
    if run_id is not None:
        query = query.where(captures.c.run_id == run_id)
    if url is not None:
        query = query.where(_ADDRESS.startswith(url, autoescape=True))
    parts = _parts_by_article(connection)
    for row in connection.execute(query.execution_options(yield_per=500)):
        yield KeptReading(
            page=KeptPage(row.address, row.id, place_of(row), body_place_of(row)),
            parts=tuple(_parts(connection, parts.get(row.address, ()), row.id)),
            site=row.site,
            spider=row.spider,
            run_id=row.run_id,
            listed_date=row.listed_date,
            digest=row.reading_digest,
            partial=bool(row.partial),
        )


def _parts_by_article(connection: Connection) -> dict[str, list[str]]:
    """The addresses of the further pages of every article on several; most articles are on one."""
    found: dict[str, list[str]] = defaultdict(list)
    query = select(ledger.c.found_on, ledger.c.url).where(ledger.c.kind == "part").order_by(ledger.c.id)
    for article, part in connection.execute(query):
        found[article].append(part)
    return found


def _parts(connection: Connection, addresses: Iterable[str], after: int) -> Iterator[KeptPage]:
    """The further pages of an article, each as it was fetched with the first."""
    for address in addresses:
        row = connection.execute(_NEXT_CAPTURE, {"at_url": address, "after": after}).first()
        if row is not None:
            yield KeptPage(address, row.id, place_of(row), body_place_of(row))


def _next_capture() -> Select[Any]:
    original = captures.alias()
    return (
        select(captures, *body_columns(original))
        .outerjoin(original, original.c.id == captures.c.original_id)
        .where(captures.c.url == bindparam("at_url"), captures.c.id > bindparam("after"))
        .order_by(captures.c.id)
        .limit(1)
    )


_NEXT_CAPTURE = _next_capture()

_ADDRESS = func.coalesce(copies.c.url, rejections.c.url)


def _last_read() -> Subquery:
    """The capture each address was last read from; made once, not looked up for each capture again."""
    newest_first = func.row_number().over(
        partition_by=revisions.c.url, order_by=(revisions.c.seen_at.desc(), revisions.c.id.desc())
    )
    ranked = (
        select(revisions.c.url, revisions.c.capture_id, newest_first.label("turn"))
        .where(revisions.c.capture_id.is_not(None))
        .subquery()
    )
    return select(ranked.c.url, ranked.c.capture_id).where(ranked.c.turn == 1).subquery()


def _readings() -> Select[Any]:
    original = captures.alias()
    refused = and_(rejections.c.capture_id == captures.c.id, rejections.c.resolved_at.is_(None))
    last_read = _last_read()
    return (
        select(
            captures,
            _ADDRESS.label("address"),
            copies.c.reading_digest,
            articles.c.site,
            articles.c.partial,
            ledger.c.listed_date,
            runs.c.spider,
            *body_columns(original),
        )
        .select_from(captures)
        .join(runs, runs.c.id == captures.c.run_id)
        .outerjoin(original, original.c.id == captures.c.original_id)
        .outerjoin(last_read, last_read.c.capture_id == captures.c.id)
        .outerjoin(copies, copies.c.url == last_read.c.url)
        .outerjoin(articles, articles.c.id == copies.c.article_id)
        .outerjoin(rejections, refused)
        .outerjoin(ledger, ledger.c.url == _ADDRESS)
        .where(or_(copies.c.url.is_not(None), rejections.c.url.is_not(None)))
        .order_by(captures.c.id)
    )


def held_reading(connection: Connection, url: str) -> dict[str, Any]:
    """What the archive says was last read at an address, by field."""
    query = (
        select(revisions)
        .where(revisions.c.url == url)
        .order_by(revisions.c.seen_at.desc(), revisions.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return {} if row is None else _comparable({name: row[name] for name in READ_FIELDS})


def reading_of(article: Article) -> dict[str, Any]:
    """What an article says, by field, to be held against `held_reading`."""
    said = {name: getattr(article, name) for name in READ_FIELDS}
    said["contributors"] = [person._asdict() for person in article.contributors]
    said["attachments"] = [asdict(attachment) for attachment in article.attachments]
    return _comparable(said)


def _comparable(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(said[name]) for name in READ_FIELDS}


def _plain(value: Any) -> Any:
    return value.astimezone(SITE_TIME).isoformat() if isinstance(value, datetime) else value
