"""Captures that go by a written rule, so that an archive of many years does not grow for ever.

A capture goes when it is old and nothing in the archive leads to it: no article, revision or rejection, no part of
an article, no later capture that has its body there. What stays of a file is
copied byte for byte into a new one, so every digest holds.

New files are written first, then one transaction points to them, then the old ones go. A crash leaves a file
nobody points to, and the next pruning takes it away.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    union,
    update,
)

from storage.archive import Archive
from storage.errors import ArchiveError
from storage.models import articles, captures, ledger, rejections, revisions, warc_files
from storage.warc import DamagedRecord, Place, Record, WarcFile, members, scan, unpack, whole_file

PRUNED = "pruned_at"
"""In the note of a file: when records were taken out of it."""

_REPLACES = "replaces"
"""In the note of a file: the one it was made from."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """What the rule lets go."""

    captures: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A file, and the one that takes its place."""

    old: str
    new: Place
    run_id: int | None
    gone: list[int]
    """Numbers of the captures that go."""

    moved: list[dict[str, Any]]
    """Numbers of those that stay, and where they are now."""


def doomed(connection: Connection, before: datetime) -> Doomed:
    """How much the rule lets go of; `before` is when a capture is old."""
    query = select(func.count(), func.coalesce(func.sum(captures.c.warc_length), 0))
    count, size = connection.execute(query.where(_goes(before), _finished())).one()
    return Doomed(count, int(size))


def prune(archive: Archive, folder: Path, before: datetime, at: datetime) -> Doomed:
    """Let go of what the rule lets go of; the caller holds the archive for itself.

    Raises:
        ArchiveError: a file that is to be rewritten is damaged, or the disk is full; nothing has changed.
    """
    _sweep(archive, folder)
    with archive.read() as connection:
        found = doomed(connection, before)
        rewritten = [_rewritten(connection, folder, rows, at) for rows in _files(connection, before)]
    with archive.transaction() as tx, _found_quickly(tx.connection):
        for file in rewritten:
            _point(tx.connection, file)
        gone = sorted((number for file in rewritten for number in file.gone), reverse=True)
        if gone:  # those that have their body elsewhere are younger, and go first
            tx.connection.execute(_DELETE, [{"number": number} for number in gone])
    for file in rewritten:
        (folder / file.old).unlink()
    return found


def _goes(before: datetime) -> ColumnElement[bool]:
    parts = select(ledger.c.url).where(ledger.c.kind == "part")
    pointed = union(
        *(
            select(table.c.capture_id).where(table.c.capture_id.is_not(None))
            for table in (articles, revisions, rejections)
        )
    )

    def stays(capture: Any) -> ColumnElement[bool]:
        return or_(capture.c.id.in_(pointed), capture.c.fetched_at >= before, capture.c.url.in_(parts))

    later = captures.alias()
    bodies = select(later.c.original_id).where(later.c.original_id.is_not(None), stays(later))
    return ~stays(captures) & captures.c.id.not_in(bodies)


def _finished() -> ColumnElement[bool]:
    """A file that is still written to is left alone."""
    return captures.c.warc_file.in_(select(warc_files.c.name))


def _files(connection: Connection, before: datetime) -> Iterator[list[Any]]:
    """The captures of each file that something goes from, one file at a time."""
    goes = _goes(before)
    query: Select[Any] = (
        select(captures.c.id, captures.c.warc_file, captures.c.warc_offset, goes.label("goes"))
        .where(_finished())
        .order_by(captures.c.warc_file, captures.c.warc_offset)
    )
    rows = connection.execute(query.execution_options(yield_per=1000))
    for _, of_file in groupby(rows, key=lambda row: row.warc_file):
        listed = list(of_file)
        if any(row.goes for row in listed):
            yield listed


def _rewritten(connection: Connection, folder: Path, rows: list[Any], at: datetime) -> _Rewritten:
    old = rows[0].warc_file
    entry = connection.execute(select(warc_files).where(warc_files.c.name == old)).one()
    _check(folder / old, entry)
    gone = {row.warc_offset: row.id for row in rows if row.goes}
    try:
        new, places = _without(folder / old, gone.keys(), at)
    except OSError as error:
        raise ArchiveError(f"{old} could not be rewritten: {error.strerror}") from None
    moved = [
        {"number": row.id, "file": new.file, "offset": places[row.warc_offset]}
        for row in rows
        if row.warc_offset not in gone
    ]
    return _Rewritten(old, new, entry.run_id, list(gone.values()), moved)


def _check(path: Path, entry: Any) -> None:
    try:
        whole = whole_file(path)
    except OSError as error:
        raise ArchiveError(f"{path.name}: {error.strerror}; nongshang verify says what repairs it") from None
    if (whole.length, whole.digest) != (entry.length, entry.digest):
        raise ArchiveError(f"{path.name} is damaged; nongshang verify says what repairs it")


def _without(path: Path, offsets: Collection[int], at: datetime) -> tuple[Place, Mapping[int, int]]:
    """Copy a file without the records at some offsets; gives the new file, and offsets there by offsets here."""
    stem = path.name.removesuffix(".warc.gz")
    made = WarcFile.create(path.parent, stem.rsplit("-again", 1)[0] + "-again")
    places = {}
    for offset, stored in members(path):
        if offset == 0:
            first = unpack(stored)
            note = {**first.note, PRUNED: at.isoformat(), _REPLACES: path.name}
            made.append(Record("warcinfo", first.at, note=note))
        elif offset not in offsets:
            places[offset] = made.copy(stored).offset
    return made.close(), places


@contextmanager
def _found_quickly(connection: Connection) -> Iterator[None]:
    """Who points to a capture is asked once for each that goes, and at no other time."""
    pointers = (("articles", "capture_id"), ("revisions", "capture_id"), ("rejections", "capture_id"))
    for table, column in (*pointers, ("captures", "original_id")):
        connection.execute(text(f"CREATE INDEX pruning_{table} ON {table} ({column})"))
    yield
    for table in ("articles", "revisions", "rejections", "captures"):
        connection.execute(text(f"DROP INDEX pruning_{table}"))


_DELETE = delete(captures).where(captures.c.id == bindparam("number"))
_MOVE = (
    update(captures)
    .where(captures.c.id == bindparam("number"))
    .values(warc_file=bindparam("file"), warc_offset=bindparam("offset"))
)


def _point(connection: Connection, file: _Rewritten) -> None:
    connection.execute(delete(warc_files).where(warc_files.c.name == file.old))
    row = {"name": file.new.file, "length": file.new.length, "digest": file.new.digest}
    connection.execute(warc_files.insert(), {**row, "run_id": file.run_id})
    if file.moved:
        connection.execute(_MOVE, file.moved)


def _sweep(archive: Archive, folder: Path) -> None:
    """Take away what a pruning that was cut off left: of two files one of which replaces the other, one."""
    with archive.read() as connection:
        known = set(connection.scalars(select(warc_files.c.name)))
        known |= set(connection.scalars(select(captures.c.warc_file).distinct()))
    present = {path.name for path in folder.glob("*.warc.gz")}
    if not present - known:
        return
    for new, old in _replacements(folder):
        for stray, settled in ((new, old), (old, new)):
            if stray not in known and settled in known and stray in present:
                (folder / stray).unlink()


def _replacements(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*-again*.warc.gz")):
        try:
            _, first = next(scan(path))
        except (DamagedRecord, StopIteration):
            continue
        if old := first.note.get(_REPLACES):
            yield path.name, old
