"""Every response kept: its bytes in a WARC file, a row that points there."""

from collections.abc import Mapping
from datetime import datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from storage.archive import Archive
from storage.article import Capture
from storage.columns import SITE_TIME
from storage.database import insert_into
from storage.errors import ArchiveError, ArchiveFull
from storage.models import captures, runs, warc_files
from storage.warc import Headers, Place, Record, WarcFile, cut_back, payload_digest, unpack, whole_file
from storage.warc import stored_bytes as stored_bytes_at


def open_folder(folder: Path) -> Path:
    """The folder of captures, made if there is none.

    Raises:
        ArchiveError: nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another worker looks too
    except OSError as error:
        raise _fault(folder, error) from None
    return folder


class Keeper:
    """Keeps the responses of one run.

    The bytes are on the disk before the row that points to them is written: a crash leaves at most a
    record without a row, which `settle` takes off at the next start.
    """

    def __init__(self, archive: Archive, folder: Path, run_id: int, note: Mapping[str, Any]) -> None:
        self._archive = archive
        self._folder = folder
        self._run_id = run_id
        self._note = note
        self._day = ""
        self._file: WarcFile | None = None

    def keep(self, url: str, at: datetime, status: int, headers: Headers, body: bytes) -> int:
        """Keep a response; returns the number of the capture."""
        digest = payload_digest(body)
        with self._archive.read() as connection:
            original = connection.execute(_SAME_BODY, {"at_url": url, "digest": digest}).first()
        if original is None or not body:
            record = Record("response", at, url, status, headers, body, digest)
        else:
            refers_to = (url, original.fetched_at)
            record = Record("revisit", at, url, status, headers, b"", digest, refers_to)
        place = self._append(record)
        capture = capture_of(place, record, original.id if record.refers_to and original else None)
        with self._archive.transaction() as tx:
            return tx.keep(capture, run_id=self._run_id)

    def note(self, url: str, at: datetime, note: Mapping[str, Any]) -> None:
        """Keep what is no response: an error on the way to one, the end of the run."""
        self._append(Record("metadata", at, url, note=note))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            enter_file(self._archive, self._file.close(), self._run_id)
            self._file = None

    def _append(self, record: Record) -> Place:
        """Write a record.

        Raises:
            ArchiveError: it can't be written.
        """
        try:
            return self._file_of(record.at).append(record)
        except OSError as error:
            raise _fault(self._folder, error) from error

    def _file_of(self, at: datetime) -> WarcFile:
        day = at.astimezone(SITE_TIME).date().isoformat()
        if self._file is None or day != self._day:
            self.close()
            begun = WarcFile.create(self._folder, f"{day}-run{self._run_id:05}")
            begun.append(Record("warcinfo", at, note=self._note))
            self._file, self._day = begun, day
        return self._file


def _fault(folder: Path, error: OSError) -> ArchiveError:
    if error.errno in {ENOSPC, EDQUOT, EFBIG}:
        return ArchiveFull(f"captures can't be kept in {folder}: the disk is full ({error.strerror})")
    return ArchiveError(f"captures can't be kept in {folder}: {error.strerror}")


def capture_of(place: Place, record: Record, original_id: int | None) -> Capture:
    """The row of a record."""
    return Capture(
        url=record.url,
        fetched_at=record.at,
        status=record.status,
        digest=place.digest,
        warc_file=place.file,
        warc_offset=place.offset,
        warc_length=place.length,
        payload_digest=record.payload_digest,
        original_id=original_id,
    )


def settle(archive: Archive, folder: Path) -> None:
    """Finish the files that runs left open when they died: what no row points to is taken off."""
    with archive.read() as connection:
        unfinished = connection.execute(_UNFINISHED).all()
    for name, run_id, end in unfinished:
        path = folder / name
        if path.is_file() and path.stat().st_size >= end:
            cut_back(path, end)
            enter_file(archive, whole_file(path), run_id)


def enter_file(archive: Archive, whole: Place, run_id: int) -> None:
    """Note a finished file, its length and its digest; of two who finish a dead run's file one is first."""
    row = {"name": whole.file, "length": whole.length, "digest": whole.digest, "run_id": run_id}
    with archive.transaction() as tx:
        entered = insert_into(tx.connection.dialect.name, warc_files).on_conflict_do_nothing()
        tx.connection.execute(entered, row)


def place_of(row: Any) -> Place:
    """Where the record of a row of `captures` lies."""
    return Place(row.warc_file, row.warc_offset, row.warc_length, row.digest)


def read_capture(folder: Path, place: Place, original: Place | None = None) -> Record:
    """The response at a place, its body taken from `original` where it is kept there.

    Raises:
        DamagedRecord: one of the two can't be trusted.
    """
    record = unpack(stored_bytes_at(folder, place))
    if original is None:
        return record
    body = unpack(stored_bytes_at(folder, original)).body
    return Record("response", record.at, record.url, record.status, record.headers, body)


def find_capture(connection: Connection, number: int) -> tuple[Place, Place | None] | None:
    """Where a capture lies, and where its body does, if elsewhere."""
    original = captures.alias()
    query = select(captures, *body_columns(original)).outerjoin(
        original, original.c.id == captures.c.original_id
    )
    row = connection.execute(query.where(captures.c.id == number)).first()
    return None if row is None else (place_of(row), body_place_of(row))


def body_columns(original: Any) -> list[Any]:
    """The columns that say where a body is kept; `original` is an alias of `captures`."""
    return [original.c[name].label(f"body_{name}") for name in _PLACE]


def body_place_of(row: Any) -> Place | None:
    """Where the body is kept, if not with the response; the row has `body_columns`."""
    kept = [getattr(row, f"body_{name}") for name in _PLACE]
    return None if kept[0] is None else Place(*kept)


_PLACE = ("warc_file", "warc_offset", "warc_length", "digest")

_SAME_BODY = (
    select(captures.c.id, captures.c.fetched_at)
    .where(
        captures.c.url == bindparam("at_url"),
        captures.c.payload_digest == bindparam("digest"),
        captures.c.original_id.is_(None),
    )
    .order_by(captures.c.id.desc())
    .limit(1)
)

_UNFINISHED = (
    select(
        captures.c.warc_file,
        func.max(captures.c.run_id),
        func.max(captures.c.warc_offset + captures.c.warc_length),
    )
    .outerjoin(warc_files, warc_files.c.name == captures.c.warc_file)
    .join(runs, runs.c.id == captures.c.run_id)
    .where(warc_files.c.name.is_(None), runs.c.finished_at.is_not(None))  # other workers write to theirs
    .group_by(captures.c.warc_file)
)
