"""The one place that knows there are two databases; everything else is SQL both understand."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, Row, Select, Table, make_url
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError

from storage import postgresql, sqlite
from storage.errors import ArchiveError, ArchiveMisnamed
from storage.proposal import Proposal
from storage.question import Question


class DatabaseKind(Protocol):
    """What `sqlite.py` and `postgresql.py` each provide."""

    VIEW_WORDS: Mapping[str, str]
    """The words of `views.sql` this database spells in its own way."""

    PARAMETER: str
    """How its driver spells a parameter; `\\1` stands for the name."""

    KEY_WORDS: Mapping[str, str]
    """What it spells in its own way of the statements on keys: `each_key`, a table of one column `value` made
    of the JSON list given as `:keys`, and `insert_new`, how an INSERT begins that no row can make fail."""

    def make_engine(self, url: URL, *, create: bool, read_only: bool) -> Engine:
        """An engine whose transactions, if they write, wait for their turn at the start."""
        ...

    def explain(self, error: DBAPIError) -> ArchiveError | None:
        """The fault an operator can mend, None if the error is our own."""
        ...

    def install_search(self, connection: Connection) -> None:
        """Make what searching needs besides the tables, where it is missing."""
        ...

    def refresh_search(self, connection: Connection) -> None:
        """Bring that up to date with what the transaction has written."""
        ...

    def rebuild_search(self, connection: Connection) -> None:
        """Make it afresh."""
        ...

    def leave_no_trace(self, engine: Engine) -> None:
        """Write everything anew, without the rows deleted."""
        ...

    def propose(self, connection: Connection, question: Question) -> Proposal:
        """Articles among which all answers are."""
        ...

    def newest_proposed(
        self, connection: Connection, question: Question, shown: Select[Any], *, most: int, few: int
    ) -> Sequence[Row[Any]]:
        """The newest articles among which all answers are, each with `is_sure`; none if they are not few."""
        ...

    def count_proposed(self, connection: Connection, question: Question) -> int | None:
        """How many articles answer, None if that takes a look at the texts."""
        ...


_KINDS: Mapping[str, DatabaseKind] = {"sqlite": sqlite, "postgresql": postgresql}


def kind_of(url: URL) -> DatabaseKind:
    """The database a URL speaks of."""
    return kind_named(url.get_backend_name())


def kind_named(name: str) -> DatabaseKind:
    """The database SQLAlchemy calls by a name."""
    if name not in _KINDS:
        raise ArchiveMisnamed(f"an archive lives in SQLite or PostgreSQL, not in {name}")
    return _KINDS[name]


def parse_url(text: str) -> URL:
    """The URL, or `ArchiveError` for what is none."""
    try:
        return make_url(text)
    except ArgumentError as error:
        raise ArchiveMisnamed(f"{text!r} is no address; write sqlite:///path/to/archive.db") from error


def insert_into(dialect: str, table: Table) -> SqliteInsert | PostgresqlInsert:
    """An INSERT that may say what to do about a row already there."""
    return PostgresqlInsert(table) if dialect == "postgresql" else SqliteInsert(table)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what the database says into what an operator can act on."""
    try:
        yield
    except ArchiveError as error:
        error.where = error.where or _printed(url)
        raise
    except DBAPIError as error:
        fault = kind_of(url).explain(error)
        if fault is None:
            raise
        fault.where = _printed(url)
        raise fault from error
    except StatementError as error:
        # A value refused by its column type: SQLAlchemy wraps it, but the ValueError is the message.
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise


def _printed(url: URL) -> str:
    return (
        url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )
