"""A copy of an archive that can be trusted: made while a crawl goes on, checked before it is called one.

Beside the copy lies a note (`archive.db.json`) of what it must hold. A copy that was cut short or damaged
does not match its note, and is never put in the place of an archive.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

from storage.database import kind_of, parse_url
from storage.errors import ArchiveError
from storage.models import metadata

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What a backup holds."""

    made_at: str
    version: str
    bytes: int
    sha256: str
    rows: dict[str, int]
    """Rows of each table."""

    @classmethod
    def of(cls, file: Path) -> Self:
        """Look into a copy; it is checked page by page on the way.

        Raises:
            ArchiveError: it is damaged.
            sqlite3.DatabaseError: it is damaged beyond reading, or no archive.
        """
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
            if verdict != "ok":
                raise ArchiveError(f"damaged ({verdict})")
            (version,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = {
                table.name: copy.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608 - our own names
                for table in metadata.sorted_tables
            }
        return cls(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version,
            bytes=file.stat().st_size,
            sha256=_digest(file),
            rows=rows,
        )


def back_up(url: str, target: Path) -> Note:
    """Copy the archive at `url` to the file `target`, and check the copy.

    SQLite's own backup interface copies one state of the file while others write to it.

    Raises:
        ArchiveError: there is no archive, no room, or the copy is not sound.
    """
    source = file_of(url)
    if not source.is_file() or not source.stat().st_size:
        raise _at(source, "there is no archive here")
    if target.exists():
        raise _at(target, "exists already; a backup never takes the place of another")
    unfinished = target.with_name(f".{target.name}.unfinished")
    with _explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _explained(source):  # a copy is as damaged as what it was made of
                _copy(source, unfinished)
                note = Note.of(unfinished)
            note_beside(target).write_text(json.dumps(asdict(note), indent=1) + "\n", "utf-8")
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return note


def verify_backup(file: Path) -> Note:
    """Check a backup against its note; nothing is changed.

    Raises:
        ArchiveError: the note is missing, or the file is not what the note says.
    """
    try:
        note = Note(**json.loads(note_beside(file).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _at(file, f"no backup: its note {note_beside(file).name} can't be read") from error
    if not file.is_file():
        raise _at(file, "there is no backup here")
    if file.stat().st_size != note.bytes:
        raise _at(file, f"cut short or changed: {file.stat().st_size} bytes, made with {note.bytes}")
    if _digest(file) != note.sha256:
        raise _at(file, "damaged: the digest is not the one it was made with")
    with _explained(file):
        sound = Note.of(file).rows == note.rows
    if not sound:
        raise _at(file, "it does not hold the rows it was made with")
    return note


def restore(file: Path, url: str, *, replace: bool = False) -> Note:
    """Put a backup in the place of an archive, after it was verified.

    Args:
        file: the backup.
        url: where the archive is to stand.
        replace: take the place of an archive that stands there.

    Raises:
        ArchiveError: the backup is not sound, or there is an archive already.
    """
    note, target = verify_backup(file), file_of(url)
    if target.exists():
        if not replace:
            raise _at(target, "there is an archive already; --replace puts the backup in its place")
        _require_rest(target)
    beside = target.with_name(f".{target.name}.restoring")
    with _explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, beside)
        if _digest(beside) != note.sha256:
            raise ArchiveError("the copy came out damaged; nothing was replaced")
        for log in ("-wal", "-shm"):  # of the archive that goes: they would be taken for the new one's
            target.with_name(target.name + log).unlink(missing_ok=True)
        beside.replace(target)
    return note


def note_beside(file: Path) -> Path:
    """Where the note of a backup lies."""
    return file.with_name(f"{file.name}.json")


def file_of(url: str) -> Path:
    """The file an archive lives in.

    Raises:
        ArchiveError: it lives in PostgreSQL, or can't live there at all.
    """
    parsed = parse_url(url)
    kind_of(parsed)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ArchiveError(
            "an archive in PostgreSQL is backed up with pg_dump, or with nongshang copy-archive"
        )
    return Path(parsed.database).absolute()


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _require_rest(target: Path) -> None:
    """Nobody may be writing to the archive that is about to go."""
    try:
        with closing(sqlite3.connect(target, isolation_level=None, timeout=1)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise _at(target, "another program is writing to it") from error
        # A damaged archive is what a restore is for.


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into one line about the file."""
    try:
        yield
    except ArchiveError as error:
        error.where = error.where or str(file)
        raise
    except sqlite3.DatabaseError as error:
        raise _at(file, f"damaged, or no archive ({error})") from error
    except OSError as error:
        raise _at(file, str(error.strerror)) from error


def _at(file: Path, problem: str) -> ArchiveError:
    error = ArchiveError(problem)
    error.where = str(file)
    return error
