"""Whether an archive holds together: every pointer, digest and foreign key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, or_, select, text

from storage.captures import place_of
from storage.models import articles, captures, copies, ledger, rejections, revisions, runs, warc_files
from storage.warc import DamagedRecord, stored_bytes, unpack, whole_file

_ROWS = 1000
"""Read at a time: an archive of any size is checked in little memory."""

_FETCH_AGAIN = "restore the file from a backup, or let `scrapy crawl` fetch the page again with mode=recheck"
_RESTORE = "restore the file from a backup"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold."""

    what: str
    repair: str
    url: str | None = None

    harmless: bool = False
    """Worth knowing, but nothing is lost or wrong."""


def problems(connection: Connection, folder: Path) -> Iterator[Problem]:
    """Everything in the archive that does not hold."""
    yield from _in_database(connection)
    yield from _unpointed(connection)
    yield from _in_ledger(connection)
    damaged: set[str] = set()
    for problem, file in _in_captures(connection, folder):
        damaged.add(file)
        yield problem
    yield from _in_files(connection, folder, damaged)
    yield from _unknown_files(connection, folder)


def _in_database(connection: Connection) -> Iterator[Problem]:
    """What SQLite can tell of itself; PostgreSQL lets nothing wrong in."""
    if connection.dialect.name != "sqlite":
        return
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield Problem(f"the database is damaged: {row[0]}", "restore the database from a backup")
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Problem(
            f"row {row[1]} of {row[0]} points to a row of {row[2]} that is not there",
            "restore the database from a backup, or replay the captures into a new one",
        )


def _unpointed(connection: Connection) -> Iterator[Problem]:
    for table, what in ((articles, "article"), (revisions, "revision"), (rejections, "rejection")):
        for (url,) in connection.execute(select(table.c.url).where(table.c.capture_id.is_(None))):
            yield Problem(f"this {what} points to no capture", "let `scrapy crawl` fetch the page again", url)


def _in_ledger(connection: Connection) -> Iterator[Problem]:
    stored = and_(ledger.c.kind == "article", ledger.c.state.in_(("stored", "unchanged", "copy")))
    query = select(ledger.c.url).outerjoin(copies, copies.c.url == ledger.c.url)
    for (url,) in connection.execute(query.where(stored, copies.c.url.is_(None))):
        yield Problem("the ledger says it is stored, and it is not", "replay the captures", url)
    query = select(copies.c.url).outerjoin(ledger, copies.c.url == ledger.c.url)
    for (url,) in connection.execute(query.where(ledger.c.url.is_(None))):
        yield Problem("stored, and not in the ledger", "let `scrapy crawl` find the page again", url)


def _in_captures(connection: Connection, folder: Path) -> Iterator[tuple[Problem, str]]:
    original = captures.alias()
    query = (
        select(
            captures,
            original.c.payload_digest.label("kept_digest"),
            original.c.original_id.label("kept_elsewhere"),
        )
        .outerjoin(original, original.c.id == captures.c.original_id)
        .order_by(captures.c.warc_file, captures.c.warc_offset)
        .execution_options(yield_per=_ROWS)
    )
    for row in connection.execute(query):
        if wrong := _wrong_with(row, folder):
            problem = Problem(f"{_held_by(connection, row)}: {wrong}", _FETCH_AGAIN, row.url)
            yield problem, row.warc_file


def _wrong_with(row: Any, folder: Path) -> str | None:
    """What is wrong with a capture, None if nothing."""
    try:
        record = unpack(stored_bytes(folder, place_of(row)))
    except DamagedRecord as error:
        return f"capture {row.id}: {error}"
    if (record.url, record.status, record.payload_digest) != (row.url, row.status, row.payload_digest):
        return f"capture {row.id} is of {record.url}, status {record.status}"
    if row.original_id and (row.kept_digest != row.payload_digest or row.kept_elsewhere):
        return f"capture {row.id} has its body in capture {row.original_id}, and that one has another"
    return None


def _held_by(connection: Connection, row: Any) -> str:
    """Names what was read from a capture, or from one whose body it holds; else its address."""
    ids = select(captures.c.id).where(or_(captures.c.id == row.id, captures.c.original_id == row.id))
    told = connection.execute(
        select(articles.c.id, articles.c.title)
        .outerjoin(revisions, revisions.c.article_id == articles.c.id)
        .where(or_(articles.c.capture_id.in_(ids), revisions.c.capture_id.in_(ids)))
        .limit(1)
    ).first()
    return f"article {told.id} 《{told.title}》" if told else str(row.url)


def _in_files(connection: Connection, folder: Path, damaged: set[str]) -> Iterator[Problem]:
    """Damage outside the responses: what a run was asked for, which errors it met."""
    query = select(warc_files, runs.c.base_url).outerjoin(runs).order_by(warc_files.c.name)
    for row in connection.execute(query):
        path = folder / row.name
        if row.name in damaged:
            continue
        if not path.is_file():
            yield Problem(f"{row.name} is gone", _RESTORE, row.base_url)
            continue
        found = whole_file(path)
        if found.length != row.length:
            what = f"{row.name} has {found.length} bytes instead of {row.length}"
            yield Problem(what, _RESTORE, row.base_url)
        elif found.digest != row.digest:
            yield Problem(f"{row.name} was changed between its responses", _RESTORE, row.base_url)


def _unknown_files(connection: Connection, folder: Path) -> Iterator[Problem]:
    known = set(connection.scalars(select(warc_files.c.name)))
    known |= set(connection.scalars(select(captures.c.warc_file).distinct()))
    for path in sorted(folder.glob("*.warc.gz")):
        if path.name not in known:
            yield Problem(
                f"{path.name} is not of this archive, or of a run that died at once",
                "nothing needs to be done",
                harmless=True,
            )
