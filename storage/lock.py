"""Who may crawl: one run alone, or in PostgreSQL several workers together.

The lock is one the kernel, or the server, lets go of when its holder dies. Beside a SQLite archive lies
`archive.db.lock`, locked by the operating system; in PostgreSQL it is an advisory lock of the archive's
schema, which a run alone holds for itself and workers share. None can be left behind by a crash, so there is
nothing to clean up.
"""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self

from sqlalchemy import URL, Connection, Engine, TextClause, text

from storage.columns import SITE_TIME
from storage.errors import ArchiveError, ArchiveLocked

_PATIENCE = 0.5
"""Seconds in which a holder that has just got hold of the lock will have signed."""


@contextmanager
def one_run(engine: Engine, url: URL) -> Iterator[None]:
    """Hold the archive while the block runs.

    Raises:
        ArchiveLocked: another run holds it; the message says who, where and since when.
    """
    held = _advisory(engine) if url.get_backend_name() == "postgresql" else _file(Path(url.database or ""))
    with held:
        yield


class Workers:
    """The workers that crawl into one archive together, as one of them sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, run_id: int) -> None:
        """Let the others see that this run's worker lives."""
        self._connection.execute(_LIVE, {"run_id": run_id})

    def living(self) -> frozenset[int]:
        """The runs whose workers live."""
        return frozenset(self._connection.scalars(_LIVING))


@contextmanager
def among_workers(engine: Engine, url: URL) -> Iterator[Workers]:
    """Hold the archive together with other workers while the block runs.

    Raises:
        ArchiveLocked: a run that crawls alone holds it.
        ArchiveError: it is one that takes a single run at a time.
    """
    if url.get_backend_name() != "postgresql":
        raise ArchiveError("workers share an archive in PostgreSQL; this one takes a single run at a time")
    with _session(engine) as connection:
        _take(connection, _TRY_SHARED_LOCK)
        yield Workers(connection)


@dataclass(frozen=True, slots=True)
class _Holder:
    """A process that holds the lock."""

    pid: int
    host: str
    since: str

    @classmethod
    def ourselves(cls) -> Self:
        since = datetime.now(UTC).astimezone(SITE_TIME).isoformat(timespec="seconds")
        return cls(os.getpid(), socket.gethostname()[:15], since)

    @classmethod
    def parse(cls, signature: str) -> Self | None:
        """Read a signature; None where nothing is written yet, or half of it."""
        match signature.split():
            case ["nongshang", pid, host, since, "."] if pid.isdecimal():
                return cls(int(pid), host, since)
        return None

    @property
    def signature(self) -> str:
        """What others read; short, as PostgreSQL keeps 63 bytes of it."""
        return f"nongshang {self.pid} {self.host} {self.since} ."

    @property
    def may_live(self) -> bool:
        """False of a process of this machine that has died."""
        return self.host != socket.gethostname()[:15] or Path(f"/proc/{self.pid}").exists()


def _locked(holder: _Holder | None) -> ArchiveLocked:
    if holder is None:
        return ArchiveLocked("another run holds it")
    return ArchiveLocked(f"another run holds it since {holder.since}: process {holder.pid} on {holder.host}")


@contextmanager
def _file(archive: Path) -> Iterator[None]:
    # A file of its own: closing any handle on the archive itself would drop SQLite's own locks on it.
    path = archive.absolute().with_name(f"{archive.name}.lock")
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(_read_holder(file)) from None
        file.truncate(0)
        # On a full disk the lock holds all the same, only nobody can read whose it is.
        with suppress(OSError):
            os.write(file.fileno(), _Holder.ourselves().signature.encode())
        try:
            yield
        finally:
            file.truncate(0)


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO)
        raise ArchiveError(f"the lock file can't be made ({reason})") from error


def _read_holder(file: IO[str]) -> _Holder | None:
    """Who signed the lock file; what a dead run left there is not believed."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        file.seek(0)
        holder = _Holder.parse(file.read())
        if holder and holder.may_live:
            return holder
        time.sleep(0.02)
    return None


@contextmanager
def _advisory(engine: Engine) -> Iterator[None]:
    with _session(engine) as connection:
        _take(connection, _TRY_LOCK)
        yield


@contextmanager
def _session(engine: Engine) -> Iterator[Connection]:
    """A connection of its own, whose locks go when the block ends."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield connection
        finally:
            connection.execute(_UNLOCK)


def _take(connection: Connection, lock: TextClause) -> None:
    if not connection.scalar(lock):
        signature = connection.scalar(_SIGNATURE)
        raise _locked(_Holder.parse(signature or ""))
    # The server shows the name of each connection to whoever asks next.
    connection.execute(_SIGN, {"signature": _Holder.ourselves().signature})


_KEY = "hashtext('nongshang run'), hashtext(current_schema())"
_TRY_LOCK = text(f"SELECT pg_try_advisory_lock({_KEY})")
_TRY_SHARED_LOCK = text(f"SELECT pg_try_advisory_lock_shared({_KEY})")
_UNLOCK = text("SELECT pg_advisory_unlock_all()")
_WORKERS = "hashtext('nongshang worker ' || current_schema())"
_LIVE = text(f"SELECT pg_advisory_lock({_WORKERS}, :run_id)")
_LIVING = text(f"""
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = ({_WORKERS}::bigint & 4294967295)::oid
""")  # noqa: S608 - no word of it comes from outside
_SIGN = text("SELECT set_config('application_name', :signature, false)")
_SIGNATURE = text("""
    SELECT application_name
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND application_name LIKE 'nongshang %'
      AND classid = (hashtext('nongshang run')::bigint & 4294967295)::oid
      AND objid = (hashtext(current_schema())::bigint & 4294967295)::oid
""")
