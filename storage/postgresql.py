"""What only PostgreSQL has: a server, many writers, and locks by name."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import ArchiveBusy, ArchiveError, ArchiveFull
from storage.models import metadata
from storage.proposal import Proposal
from storage.question import Question

VIEW_WORDS: Mapping[str, str] = {
    # Text as in SQLite, so that one query serves both; the interval spares us the server's zone tables.
    "day": "to_char(articles.published_at AT TIME ZONE INTERVAL '08:00', 'YYYY-MM-DD')",
    "join_texts": "string_agg",
}

PARAMETER = r"%(\1)s"

KEY_WORDS: Mapping[str, str] = {
    # But for its brackets a JSON list of numbers is an array.
    "each_key": "unnest(CAST(translate(:keys, '[]', '{}') AS bigint[])) AS each_key(value)",
    "insert_new": "INSERT",
}

BUSY_SECONDS = 30


def make_engine(url: URL, *, create: bool, read_only: bool) -> Engine:  # noqa: ARG001 - a server is never made
    """An engine on the database `url` names."""
    try:
        engine = create_engine(url.set(drivername="postgresql+psycopg"))
    except ModuleNotFoundError as error:
        raise ArchiveError("PostgreSQL needs its driver: pip install 'nongshang[postgresql]'") from error
    event.listen(engine, "connect", _set_zone)
    event.listen(engine, "begin", _begin)
    return engine.execution_options(postgresql_readonly=True) if read_only else engine


def explain(error: DBAPIError) -> ArchiveError | None:
    """The fault behind a database error, if it lies with the server and not in our code."""
    message = str(error.orig).partition("\n")[0]
    sqlstate = getattr(error.orig, "sqlstate", None)
    match sqlstate:
        case "55P03":  # lock_not_available
            return ArchiveBusy(f"another program has been writing for too long ({message})")
        case "53100":  # disk_full
            return ArchiveFull(f"the disk is full ({message})")
        case "42501" | "25006":  # insufficient_privilege, read_only_sql_transaction
            return ArchiveError(f"not writable ({message})")
        case "28000" | "28P01" | "3D000":  # not authorised, wrong password, no such database
            return ArchiveError(message)
    # Class 57P is a server shutting down; without any state there was no server to ask.
    if isinstance(error, OperationalError) and (sqlstate or "57P").startswith("57P"):
        return ArchiveError(f"the server does not answer ({message})")
    return None


def leave_no_trace(engine: Engine) -> None:
    """Write the tables anew: a deleted row stays in its file otherwise, until the room is needed."""
    with closing(engine.raw_connection()) as connection:
        driver = connection.driver_connection
        assert driver is not None
        driver.autocommit = True
        driver.execute(f"VACUUM (FULL) {', '.join(table.name for table in metadata.sorted_tables)}")
        driver.autocommit = False


def install_search(connection: Connection) -> None:
    """Nothing: a search here reads the texts, which is exact, and fast enough for some ten thousand."""


def refresh_search(connection: Connection) -> None:
    """Nothing, for want of an index."""


def rebuild_search(connection: Connection) -> None:
    """Nothing, for want of an index."""


def propose(connection: Connection, question: Question) -> Proposal:  # noqa: ARG001 - for want of an index
    """The whole archive."""
    return Proposal.everything()


def newest_proposed(*_: object, **__: object) -> Sequence[Row[Any]]:
    """None, for want of an index: the archive is walked."""
    return []


def count_proposed(connection: Connection, question: Question) -> int | None:  # noqa: ARG001 - for want of an index
    """Unknown until the texts are read."""
    return None


def _set_zone(connection: Any, _record: Any) -> None:
    # So that a time asked for in plain SQL is shown in site time. (POSIX counts offsets westwards.)
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'Etc/GMT-8'")
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        # One writer at a time, as in SQLite: what `match` saw is still true when `file` writes.
        # A page is a few milliseconds; a polite crawl never notices.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtext('nongshang'), hashtext(current_schema()))"
        )
    else:
        # Who looks sees one state of the archive from the first query to the last, as in SQLite.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
