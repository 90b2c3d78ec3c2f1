"""What only SQLite has: one file, one writer at a time, and PRAGMAs."""

import errno
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.errors import ArchiveBusy, ArchiveError, ArchiveFull
from storage.search_index import count_proposed, newest_proposed, propose
from storage.search_index import install as install_search
from storage.search_index import rebuild as rebuild_search
from storage.search_index import refresh as refresh_search

__all__ = [
    "KEY_WORDS",
    "PARAMETER",
    "VIEW_WORDS",
    "count_proposed",
    "explain",
    "install_search",
    "leave_no_trace",
    "make_engine",
    "newest_proposed",
    "propose",
    "rebuild_search",
    "refresh_search",
]

VIEW_WORDS: Mapping[str, str] = {
    "day": "substr(articles.published_at, 1, 10)",
    "join_texts": "group_concat",
}

PARAMETER = r":\1"

KEY_WORDS: Mapping[str, str] = {
    "each_key": "json_each(:keys)",
    # A copy is kept of every page a statement changes, in case it fails; of one that can't fail none is.
    "insert_new": "INSERT OR IGNORE",
}

BUSY_SECONDS = 30

_WAL_BYTES_KEPT = 64 * 1024 * 1024

_CACHE_KIB = 64 * 1024
"""Pages a writer holds on to. The index of near copies is read and written all over; SQLite's own 2 MiB
hold so little of it that most pages are fetched and put away again with every article."""

_FAULTS: Mapping[int, tuple[type[ArchiveError], str]] = {
    sqlite3.SQLITE_BUSY: (ArchiveBusy, "another program has been writing for too long"),
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
            raise ArchiveError("there is no archive here")
        _make_folder(path.parent)
    if not read_only:
        _require_leave_to_write(path)
    engine = create_engine(
        "sqlite://",
        creator=lambda: _open_reader(path) if read_only else _open_writer(path, create=create),
        poolclass=NullPool if read_only else QueuePool,
        json_serializer=_readable_json,
    )
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


def leave_no_trace(engine: Engine) -> None:
    """Write file and index anew: what is deleted stays on their pages otherwise, until these are needed."""
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("INSERT INTO search_index(search_index) VALUES('optimize')")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _path_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise ArchiveError("an archive needs a file: sqlite:///path/to/archive.db")
    path = Path(url.database).absolute()
    if path.is_dir():
        raise ArchiveError("a folder, not a file")
    return path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO)
        raise ArchiveError(f"the folder can't be made ({reason})") from error


def _require_leave_to_write(path: Path) -> None:
    # SQLite would find out too, but not before it has left a log file behind.
    for needed in (path, path.parent):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise ArchiveError(f"not writable, for lack of permission on {needed}")


def _open_reader(path: Path) -> sqlite3.Connection:
    # Beside a file in WAL mode SQLite wants to write, even to look. Where it may not, and nobody is
    # writing, the file is as good as carved in stone. Asked anew for each connection, so that a
    # web page that runs for weeks notices a crawl.
    at_rest = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return _open(path, "mode=ro&immutable=1" if at_rest else "mode=ro")


def _open_writer(path: Path, *, create: bool) -> sqlite3.Connection:
    connection = _open(path, "mode=rwc" if create else "mode=rw")
    # WAL lets analysts read while a crawl writes; FULL keeps the last page through a power cut.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def _open(path: Path, how: str) -> sqlite3.Connection:
    # Without an isolation level sqlite3 begins no transaction behind our back; `_begin` does.
    return sqlite3.connect(
        f"file:{quote(str(path))}?{how}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,  # the pool sees to it that one thread at a time uses a connection
    )


def _readable_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writing one can't wait for its turn: it fails at once.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
