"""What only SQLite has: one file, one writer at a time, and PRAGMAs."""

import errno
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.errors import ArchiveBusy, ArchiveError, ArchiveFull

VIEW_WORDS: Mapping[str, str] = {
    "day": "substr(articles.published_at, 1, 10)",
    "join_texts": "group_concat",
}

BUSY_SECONDS = 30

_WAL_BYTES_KEPT = 64 * 1024 * 1024

_FAULTS: Mapping[int, tuple[type[ArchiveError], str]] = {
    sqlite3.SQLITE_BUSY: (ArchiveBusy, f"another program has been writing for {BUSY_SECONDS} seconds"),
    sqlite3.SQLITE_FULL: (ArchiveFull, "the disk is full"),
    sqlite3.SQLITE_READONLY: (ArchiveError, "not writable"),
    sqlite3.SQLITE_PERM: (ArchiveError, "not writable"),
    sqlite3.SQLITE_CANTOPEN: (ArchiveError, "the file can't be opened"),
    sqlite3.SQLITE_IOERR: (ArchiveError, "the disk can't be read or written"),
    sqlite3.SQLITE_NOTADB: (ArchiveError, "not a nongshang archive"),
    sqlite3.SQLITE_CORRUPT: (ArchiveError, "damaged, see `nongshang verify` and `nongshang restore`"),
}


def make_engine(url: URL, *, create: bool, read_only: bool) -> Engine:
    """An engine on the file `url` names; only with `create` is a missing file, and its folder, made."""
    path = _path_of(url)
    if not path.exists():
        if not create or read_only:
            raise ArchiveError(f"{path}: there is no archive here")
        _make_folder(path.parent)
    mode = "ro" if read_only else "rwc" if create else "rw"
    engine = create_engine(
        URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": mode, "uri": "true"}),
        # None: sqlite3 begins no transaction behind our back; `_begin` does.
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _set_up_reader if read_only else _set_up_writer)
    event.listen(engine, "begin", _begin)
    return engine


def explain(error: DBAPIError) -> ArchiveError | None:
    """The fault behind a database error, if it lies in the file and not in our code."""
    # The low byte names the fault, the rest its variety.
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in _FAULTS:
        kind, problem = _FAULTS[code]
        return kind(f"{problem} ({error.orig})")
    return None


def _path_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise ArchiveError("an archive needs a file: sqlite:///path/to/archive.db")
    path = Path(url.database).absolute()
    if path.is_dir():
        raise ArchiveError(f"{path}: a folder, not a file")
    return path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO)
        raise ArchiveError(f"{folder}: the folder can't be made ({reason})") from error


def _set_up_reader(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA query_only = ON")


def _set_up_writer(connection: sqlite3.Connection, _record: Any) -> None:
    # WAL lets analysts read while a crawl writes; FULL keeps the last page through a power cut.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writing one can't wait for its turn: it fails at once.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
